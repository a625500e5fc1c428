import * as oauth from 'oauth4webapi';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type Granted, grantClientCredentials } from '../../platform/client-credentials.ts';
import {
  exchange,
  type HttpAnswer,
  type HttpPorts,
  type HttpRequest,
  jsonOf,
  type ServiceFaults,
} from '../../platform/http.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource, TenantSecret } from '../../tenants/tenant-secret.ts';
import { createTokenCache } from '../token-cache.ts';
import { withSecret } from '../with-secret.ts';

const GRAPH_FAULTS: ServiceFaults = {
  service: 'Microsoft Graph',
  unreachable: 'entra_unavailable',
  unavailable: 'entra_unavailable',
  throttled: 'entra_throttled',
};

type Credentials = NonNullable<TenantSecret['entra']>;

/** A tenant that has told the bridge how to call Graph. */
export interface GraphAccess {
  tenant: string;
  entra: NonNullable<Tenant['entra']>;
  credentials: Credentials;
  /** Where credentials are read anew that are refused. */
  secrets: SecretSource;
}

/** What a tenant file and its secret make of that; undefined where either says nothing of Entra. Throws BridgeError. */
export async function graphAccess(
  { tenant, entra }: Pick<Tenant, 'tenant' | 'entra'>,
  secrets: SecretSource,
): Promise<GraphAccess | undefined> {
  if (entra === undefined) return undefined;
  const { entra: credentials } = await secrets.load(tenant);
  return credentials === undefined ? undefined : { tenant, entra, credentials, secrets };
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
 * secret. A 401 buys a new one, once, and then has the secret read anew, once. Throws BridgeError
 * `entra_credentials_refused` for another 401 and for a 403, `entra_response_malformed` for a link that leads
 * elsewhere, retryable ones for what passes. `baseUrl` stands in for Graph and for the login.
 */
export function createGraphRequest(http: HttpPorts, baseUrl?: string): GraphRequest {
  const tokens = createTokenCache(http);

  return async function request(access, method, pathOrLink, body) {
    const base = `${baseUrl ?? access.entra.graphUrl}/v1.0`;
    const url = inGraph(base, pathOrLink);
    const answer = await withSecret(access.secrets, access.tenant, async ({ entra: credentials }) => {
      if (credentials === undefined) throw credentialsRefused(401);
      const first = await tokenFor(access, credentials);
      let end = await send(first.value);
      if (end.status === 401) {
        tokens.forget(access.tenant, first);
        end = await send((await tokenFor(access, credentials)).value);
      }
      if (end.status === 401) throw credentialsRefused(end.status);
      return end;
    });
    if (!isGraphs(answer)) throw outage(answer.status);
    if (answer.status === 403) throw credentialsRefused(answer.status);
    for (const link of linksIn(answer)) inGraph(base, link);
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

  function tokenFor({ tenant, entra }: GraphAccess, credentials: Credentials): Promise<Granted> {
    return tokens.get(tenant, JSON.stringify(credentials), () => buy(entra, credentials));
  }

  function buy(entra: GraphAccess['entra'], { clientId, clientSecret }: Credentials): Promise<Granted> {
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

/** Graph speaks JSON whenever it says anything. */
function isGraphs(answer: HttpAnswer): boolean {
  const { status } = answer;
  if (status >= 300 && status < 400) return false;
  return status === 204 || typeof (jsonOf(answer) ?? undefined) === 'object';
}

/** A token goes to Graph alone, whatever a link in an answer says. */
function inGraph(base: string, pathOrLink: string): string {
  if (pathOrLink.startsWith('/')) return `${base}${pathOrLink}`;
  const [link, graph] = [URL.parse(pathOrLink), new URL(base)];
  if (link?.origin === graph.origin && link.pathname.startsWith(`${graph.pathname}/`)) return link.href;
  throw malformedAnswer('a link that leads elsewhere');
}

/** Where an answer goes on. A path is none that Graph gives. */
function linksIn(answer: HttpAnswer): string[] {
  const { '@odata.nextLink': next, '@odata.deltaLink': delta } = Object(jsonOf(answer));
  return [next, delta].filter((link) => typeof link === 'string');
}

function credentialsRefused(status: number, cause?: unknown): BridgeError {
  return new BridgeError(
    'entra_credentials_refused',
    `Microsoft refused the tenant's app registration (${status}). Users cannot be read, so that events which need it ` +
      "wait and are tried again: check client id, client secret and its expiry in the tenant's secret, and that an " +
      'admin has consented to User.Read.All (application).',
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

/** A redirect, a page, nothing: what stands in between goes away again. */
function outage(status: number): BridgeError {
  return new BridgeError(
    'entra_unavailable',
    `Something answered ${status} that does not speak as Microsoft Graph does: a page, a redirect, or nothing. It is ` +
      'tried again; if this does not pass, check entra.graphUrl in the tenant file and what stands between the bridge ' +
      'and Graph.',
    { retryable: true, status, outcomeUnknown: status < 300 },
  );
}
