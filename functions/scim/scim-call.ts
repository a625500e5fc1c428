import type { ClarusSnapshot } from './clarus-snapshot.ts';
import type { Command } from './clarus-writes.ts';
import type { ScimRequest } from './scim-request.ts';
import type { ScimTenant } from './scim-tenant.ts';

/** A request whose caller is known, with what serves its tenant. */
export interface ScimCall {
  request: ScimRequest;
  scim: ScimTenant;
  snapshot: ClarusSnapshot;
}

/** The request as a command about a user. */
export function commandOf({ request }: ScimCall, eventType: string): Command {
  return { eventId: request.id, eventType, at: request.at };
}
