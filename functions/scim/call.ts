import type { ScimTenant } from './make-tenant.ts';
import type { ScimRequest } from './protocol/request.ts';
import type { ClarusSnapshot } from './users/clarus-snapshot.ts';

/** A request whose caller is known, with what serves its tenant. */
export interface ScimCall {
  request: ScimRequest;
  scim: ScimTenant;
  snapshot: ClarusSnapshot;
}
