import { BridgeError } from '../identity/bridge-error.ts';
import { exchange, type HttpAnswer, type HttpPorts, jsonOf } from '../platform/http.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { AccessTokenSource } from './access-token.ts';
import { CLARUS_FAULTS } from './clarus-faults.ts';
import { refuseOutage } from './outage.ts';
import { refusalText } from './refusal-text.ts';

/** Sends JSON to Clarus in the name of one tenant. Any answer about the request itself comes back. */
export type ClarusRequest = (method: 'PATCH' | 'POST', path: string, body: unknown) => Promise<HttpAnswer>;

/**
 * Authenticated requests as Clarus documents them: bearer token, `X-Clarus-Subdomain`, JSON. A 401 drops the
 * token and the tenant's secret and tries once more, which is how a rotated secret heals itself; a second
 * 401 and a 403 of Clarus' own throw a BridgeError that is not retryable.
 */
export function createClarusRequest(
  http: HttpPorts,
  { clarus: { baseUrl, subdomain } }: Tenant,
  tokens: AccessTokenSource,
): ClarusRequest {
  return async function request(method, path, body) {
    const first = await tokens.get();
    let answer = await send(first.value);
    if (answer.status === 401) {
      tokens.forget(first);
      answer = await send((await tokens.get()).value);
    }
    refuseUnusable(answer);
    return answer;

    function send(token: string): Promise<HttpAnswer> {
      const headers = {
        authorization: `Bearer ${token}`,
        'x-clarus-subdomain': subdomain,
        'content-type': 'application/json',
        accept: 'application/json',
      };
      return exchange(http, CLARUS_FAULTS, `${baseUrl}${path}`, {
        method,
        headers,
        body: JSON.stringify(body),
        // GraphQL only reads, and a PATCH says absolute values. A creation is another user each time.
        repeatable: method === 'PATCH' || path === '/graphql',
      });
    }
  };
}

function refuseUnusable(answer: HttpAnswer): void {
  const { status } = answer;
  if (status === 401) {
    throw new BridgeError(
      'clarus_credentials_refused',
      'Clarus refused a fresh access token (401). Events of this tenant go to the dead-letter queue: check in ' +
        'Clarus that the API account is active, then redrive.',
      { retryable: false, status },
    );
  }
  refuseOutage(answer);
  if (status === 403) {
    throw new BridgeError(
      'clarus_forbidden',
      `Clarus does not let the tenant's API account do this (403${said(answer)}). Events of this tenant go to the ` +
        'dead-letter queue: check its rights in Clarus and clarus.subdomain in the tenant file, then redrive.',
      { retryable: false, status },
    );
  }
}

/** A BridgeError for an answer about the values sent, with what Clarus says but without what was sent. */
export function refusal(answer: HttpAnswer, what: string, sent: Iterable<unknown> = []): BridgeError {
  const happened = `Clarus refused ${what} (${answer.status}${said(answer, sent)}).`;
  return new BridgeError(
    'clarus_refused',
    `${happened} It stays as it is in Clarus; correct the user in the identity provider or the mapping in the tenant file.`,
    { retryable: false, status: answer.status, what: happened },
  );
}

/** The same for an answer about the request itself, whatever its values. */
export function requestRefusal(answer: HttpAnswer, what: string, sent: Iterable<unknown> = []): BridgeError {
  return new BridgeError(
    'clarus_request_refused',
    `Clarus refused ${what} (${answer.status}${said(answer, sent)}), which is not about its values. Nothing was changed; ` +
      'check clarus.baseUrl and clarus.userId in the tenant file, and whether the API has changed.',
    { retryable: false, status: answer.status },
  );
}

function said(answer: HttpAnswer, sent: Iterable<unknown> = []): string {
  const text = refusalText(jsonOf(answer), sent);
  return text === '' ? '' : `: ${text}`;
}
