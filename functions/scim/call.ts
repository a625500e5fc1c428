import type { Command } from './commands/command.ts';
import type { ClarusSnapshot, ScimTenant } from './ports.ts';
import type { ScimRequest } from './protocol/request.ts';

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
