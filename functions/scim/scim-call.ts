import type { ClarusSnapshot } from './clarus-snapshot.ts';
import type { ScimRequest } from './scim-request.ts';
import type { ScimTenant } from './scim-tenant.ts';

/** A request whose caller is known, with what serves its tenant. */
export interface ScimCall {
  request: ScimRequest;
  scim: ScimTenant;
  snapshot: ClarusSnapshot;
}
