import { BridgeError } from '../../identity/bridge-error.ts';
import { exchange, type HttpPorts, jsonOf } from '../../platform/http.ts';
import type { Directory, DirectoryAnswer } from '../directory.ts';
import { createOktaAuthorization } from './okta-authorization.ts';
import { OKTA_FAULTS, rateLimitReset } from './okta-faults.ts';
import { asScimUser, isEnabled, oktaUserSchema } from './okta-user.ts';

/**
 * Okta's Users API, `GET /api/v1/users/{id}`, with the service app or the API token in the tenant's secret. `baseUrl` stands in
 * for the tenant's org. A 429 carries the wait from `X-Rate-Limit-Reset`.
 */
export function createOktaDirectory(http: HttpPorts, baseUrl?: string): Directory {
  const authorizationOf = createOktaAuthorization(http, baseUrl);
  return {
    // What the status of an account tells of; assignments and locks it does not.
    confirms: ({ eventType }) => eventType.startsWith('user.lifecycle.'),
    async readUser(tenant, secret, id): Promise<DirectoryAnswer> {
      const { okta } = tenant;
      const authorization = await authorizationOf(tenant, secret);
      if (okta === undefined || authorization === undefined) return { kind: 'no_credentials' };
      const url = `${baseUrl ?? okta.orgUrl}/api/v1/users/${encodeURIComponent(id)}`;
      const headers = { authorization, accept: 'application/json' };
      const answer = await exchange(http, OKTA_FAULTS, url, { headers }, rateLimitReset);
      if (answer.status === 404) return { kind: 'gone' };
      if (answer.status !== 200) throw refused(answer.status);
      const parsed = oktaUserSchema.safeParse(jsonOf(answer));
      if (!parsed.success) throw malformed();
      const enabled = isEnabled(parsed.data);
      const user = asScimUser(parsed.data, okta);
      return { kind: 'found', user, ...(enabled !== undefined && { enabled }) };
    },
  };
}

function refused(status: number): BridgeError {
  return new BridgeError(
    'okta_credentials_refused',
    `Okta refused to show a user (${status}). Events that need the user's profile go to the dead-letter queue: ` +
      "check that the API token in the tenant's secret is valid and may read users, then redrive.",
    { retryable: false, status },
  );
}

function malformed(): BridgeError {
  return new BridgeError(
    'okta_response_malformed',
    "Okta's answer is not a user. The event goes to the dead-letter queue; check okta.orgUrl in the tenant file.",
    { retryable: false },
  );
}
