import type { HttpPorts } from '../../platform/http.ts';
import type { Directory, DirectoryAnswer } from '../directory.ts';
import { createListUsers } from './list-users.ts';
import { readMemberships } from './memberships.ts';
import { createOktaRequest, credentialsRefused, malformedAnswer, type OktaAnswer } from './okta-request.ts';
import { asDirectoryUser, type OktaUser, oktaUserSchema } from './okta-user.ts';

/**
 * Okta's Users API, `GET /api/v1/users/{id}`, and beside it what tells of the tenant's apps and groups. `baseUrl` stands
 * in for the tenant's org.
 */
export function createOktaDirectory(http: HttpPorts, baseUrl?: string): Directory {
  const request = createOktaRequest(http, baseUrl);
  return {
    async readUser(tenant, secrets, id): Promise<DirectoryAnswer> {
      const path = `/api/v1/users/${encodeURIComponent(id)}`;
      const [answer, memberships] = await Promise.all([
        request(tenant, secrets, path),
        readMemberships(request, tenant, secrets, id),
      ]);
      const user = userIn(answer);
      return typeof user === 'string' ? { kind: user } : asDirectoryUser(user, tenant.okta, memberships);
    },
    listUsers: createListUsers(request, http.clock),
  };
}

function userIn(answer: OktaAnswer): OktaUser | 'gone' | 'no_credentials' {
  if (answer.kind !== 'answer') return 'no_credentials';
  const { status, json } = answer;
  if (status === 404) return 'gone';
  if (status !== 200) throw credentialsRefused(status);
  const parsed = oktaUserSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw malformedAnswer('something that is not a user');
}
