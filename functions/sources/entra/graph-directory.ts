import type * as z from 'zod';
import { STALE_FOR } from '../../identity/access/word.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { isRevocation } from '../../identity/change.ts';
import { type HttpAnswer, jsonOf } from '../../platform/http.ts';
import { GUID } from '../../tenants/entra-settings.ts';
import type { Directory, DirectoryAnswer } from '../directory.ts';
import { type GraphRequest, graphAccess, malformedAnswer } from './graph-request.ts';
import {
  asDeleted,
  asDirectoryUser,
  deletedUserSchema,
  graphUserSchema,
  USER_PROPERTIES,
} from './graph-user.ts';

/**
 * Users in Microsoft Graph: `GET /users/{id}`, and `GET /directory/deletedItems/{id}` for whom that does not
 * find, who may be in the recycle bin for 30 days.
 */
export function createGraphDirectory(request: GraphRequest): Directory {
  return {
    // Microsoft's word for reads after a change is "eventually consistent"; about a minute is what was seen.
    staleFor: STALE_FOR,
    // Nothing proves the sender of a notification but a secret in it, and a deletion is all that one states.
    awaitsReading: isRevocation,
    async readUser(tenant, secrets, id): Promise<DirectoryAnswer> {
      const access = await graphAccess(tenant, secrets);
      if (access === undefined) return { kind: 'no_credentials' };
      if (!GUID.test(id)) throw malformedId();
      const live = await request(access, 'GET', `/users/${id}?$select=${USER_PROPERTIES}`);
      if (live.status !== 404) return asDirectoryUser(userIn(live, graphUserSchema, id));
      const item = await request(access, 'GET', `/directory/deletedItems/${id}`);
      return item.status === 404 ? { kind: 'gone' } : asDeleted(userIn(item, deletedUserSchema, id));
    },
  };
}

function userIn<User extends { id: string }>(answer: HttpAnswer, schema: z.ZodType<User>, id: string): User {
  if (answer.status !== 200) throw malformedAnswer(`${answer.status} to the reading of a user`);
  const parsed = schema.safeParse(jsonOf(answer));
  if (parsed.success && parsed.data.id.toLowerCase() === id.toLowerCase()) return parsed.data;
  throw malformedAnswer('something that is not the user asked for');
}

function malformedId(): BridgeError {
  return new BridgeError(
    'change_malformed',
    'The event names something that is no Entra object id. Nothing was read; it goes to the dead-letter queue.',
    { retryable: false },
  );
}
