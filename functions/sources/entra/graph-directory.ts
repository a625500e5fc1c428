import type * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type HttpAnswer, jsonOf } from '../../platform/http.ts';
import { GUID } from '../../tenants/entra-settings.ts';
import type { Directory, DirectoryAnswer } from '../directory.ts';
import { type GraphRequest, graphAccess, malformedAnswer } from './graph-request.ts';
import { asScimUser, deletedUserSchema, graphUserSchema, USER_PROPERTIES } from './graph-user.ts';

/** Microsoft's word for reads after a change is "eventually consistent"; about a minute is what was seen. */
const STALE_FOR = 90_000;

/**
 * Users in Microsoft Graph: `GET /users/{id}`, and `GET /directory/deletedItems/{id}` for whom that does not
 * find, who may be in the recycle bin for 30 days.
 */
export function createGraphDirectory(request: GraphRequest): Directory {
  return {
    staleFor: STALE_FOR,
    async readUser(tenant, secret, id): Promise<DirectoryAnswer> {
      const access = graphAccess(tenant, secret);
      if (access === undefined) return { kind: 'no_credentials' };
      if (!GUID.test(id)) throw malformedId();
      const live = await request(access, 'GET', `/users/${id}?$select=${USER_PROPERTIES}`);
      if (live.status !== 404) {
        const user = userIn(live, graphUserSchema, id);
        return { kind: 'found', user: asScimUser(user), enabled: user.accountEnabled };
      }
      const item = await request(access, 'GET', `/directory/deletedItems/${id}`);
      if (item.status === 404) return { kind: 'gone' };
      const { mail } = userIn(item, deletedUserSchema, id);
      return { kind: 'deleted', ...(mail && { email: mail }) };
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
