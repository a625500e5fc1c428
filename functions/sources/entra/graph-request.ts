import * as oauth from 'oauth4webapi';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type Granted, grantClientCredentials } from '../../platform/client-credentials.ts';
import {
  exchange,
  type HttpAnswer,
  type HttpPorts,
  type HttpRequest,
  type ServiceFaults,
} from '../../platform/http.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { TenantSecret } from '../../tenants/tenant-secret.ts';
import { createTokenCache } from '../token-cache.ts';

const GRAPH_FAULTS: ServiceFaults = {
  service: 'Microsoft Graph',
  unreachable: 'entra_unavailable',
  unavailable: 'entra_unavailable',
  throttled: 'entra_throttled',
};

/** A tenant that has told the bridge how to call Graph. */
export interface GraphAccess {
  tenant: string;
  entra: NonNullable<Tenant['entra']>;
  credentials: NonNullable<TenantSecret['entra']>;
}

/** What a tenant file and its secret make of that; undefined where either says nothing of Entra. */
export function graphAccess({ tenant, entra }: Tenant, secret: TenantSecret): GraphAccess | undefined {
  const credentials = secret.entra;
  return entra === undefined || credentials === undefined ? undefined : { tenant, entra, credentials };
}

/** A request to Graph v1.0, by path below it or by a link that Graph gave. Any answer about it comes back. */
export type GraphRequest = (
  access: GraphAccess,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  pathOrLink: string,
  body?: unknown,
) => Promise<HttpAnswer>;

/**
 * Requests with a token of the directory's own endpoint, bought with the client credentials in the tenant's
 * secret. A 401 buys a new one, once. Throws BridgeError `entra_credentials_refused` for a second 401 and for a
 * 403, retryable ones for what passes. `baseUrl` stands in for Graph and for the login.
 */
export function createGraphRequest(http: HttpPorts, baseUrl?: string): GraphRequest {
  const tokens = createTokenCache(http);

  return async function request(access, method, pathOrLink, body) {
    const url = inGraph(`${baseUrl ?? access.entra.graphUrl}/v1.0`, pathOrLink);
    const first = await tokenFor(access);
    let answer = await send(first.value);
    if (answer.status === 401) {
      tokens.forget(access.tenant, first);
      answer = await send((await tokenFor(access)).value);
    }
    if (answer.status === 401 || answer.status === 403) throw credentialsRefused(answer.status);
    if (answer.status >= 300 && answer.status < 400) throw malformedAnswer(`a redirect (${answer.status})`);
    return answer;

    function send(token: string): Promise<HttpAnswer> {
      return exchange(http, GRAPH_FAULTS, url, {
        method,
        // A PATCH says absolute values, and a DELETE of what is gone is as good as the first.
        repeatable: method !== 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    }
  };

  function tokenFor(access: GraphAccess): Promise<Granted> {
    return tokens.get(access.tenant, JSON.stringify(access.credentials), () => buy(access));
  }

  function buy({ entra, credentials: { clientId, clientSecret } }: GraphAccess): Promise<Granted> {
    const ask = (url: string, request: HttpRequest) => exchange(http, GRAPH_FAULTS, url, request);
    return grantClientCredentials(ask, {
      tokenEndpoint: `${baseUrl ?? entra.loginUrl}/${entra.directoryId}/oauth2/v2.0/token`,
      clientId,
      scope: `${entra.graphUrl}/.default`,
      authentication: oauth.ClientSecretPost(clientSecret),
      refused: credentialsRefused,
    });
  }
}

/** A token goes to Graph alone, whatever a link in an answer says. */
function inGraph(base: string, pathOrLink: string): string {
  if (pathOrLink.startsWith('/')) return `${base}${pathOrLink}`;
  const [link, graph] = [URL.parse(pathOrLink), new URL(base)];
  if (link?.origin === graph.origin && link.pathname.startsWith(`${graph.pathname}/`)) return link.href;
  throw malformedAnswer('a link that leads elsewhere');
}

function credentialsRefused(status: number, cause?: unknown): BridgeError {
  return new BridgeError(
    'entra_credentials_refused',
    `Microsoft refused the tenant's app registration (${status}). Users cannot be read, so their events go to the ` +
      "dead-letter queue: check client id, client secret and its expiry in the tenant's secret, and that an admin " +
      'has consented to User.Read.All (application), then redrive.',
    { retryable: false, status, cause },
  );
}

/** For an answer that is not what Graph documents. */
export function malformedAnswer(what: string): BridgeError {
  return new BridgeError(
    'entra_response_malformed',
    `Microsoft Graph answered ${what}, of which nothing can be concluded: nothing was changed. If this repeats, ` +
      'check entra.graphUrl in the tenant file and what stands between the bridge and Graph.',
    { retryable: false },
  );
}
