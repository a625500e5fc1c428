import { BridgeError } from '../../identity/bridge-error.ts';
import { exchange, type HttpPorts, jsonOf, retryAfterOf, type ServiceFaults } from '../../platform/http.ts';
import type { Directory, DirectoryAnswer } from '../directory.ts';
import { asScimUser, isEnabled, oktaUserSchema } from './okta-user.ts';

const OKTA_FAULTS: ServiceFaults = {
  service: 'Okta',
  unreachable: 'okta_unavailable',
  unavailable: 'okta_unavailable',
  throttled: 'okta_throttled',
};

/**
 * Okta's Users API, `GET /api/v1/users/{id}`, with the API token in the tenant's secret. `baseUrl` stands in
 * for the tenant's org. A 429 carries the wait from `X-Rate-Limit-Reset`.
 */
export function createOktaDirectory(http: HttpPorts, baseUrl?: string): Directory {
  return {
    // What the status of an account tells of; assignments and locks it does not.
    confirms: ({ eventType }) => eventType.startsWith('user.lifecycle.'),
    async readUser({ okta }, secret, id): Promise<DirectoryAnswer> {
      const token = secret.okta?.apiToken;
      if (okta === undefined || token === undefined) return { kind: 'no_credentials' };
      const url = `${baseUrl ?? okta.orgUrl}/api/v1/users/${encodeURIComponent(id)}`;
      const headers = { authorization: `SSWS ${token}`, accept: 'application/json' };
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

/** Okta gives the end of the window in epoch seconds instead of a Retry-After. */
function rateLimitReset(headers: Headers, now: number): number | undefined {
  const reset = Number(headers.get('x-rate-limit-reset') ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(0, reset * 1000 - now) : retryAfterOf(headers, now);
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
