import { BridgeError } from '../../identity/bridge-error.ts';
import { exchange, type HttpAnswer, type HttpPorts, jsonOf } from '../../platform/http.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import { withSecret } from '../with-secret.ts';
import { createOktaAuthorization } from './okta-authorization.ts';
import { OKTA_FAULTS, rateLimitReset } from './okta-faults.ts';

/** What Okta's API says to a GET. */
export type OktaAnswer =
  | {
      kind: 'answer';
      status: 200 | 400 | 403 | 404;
      json: unknown;
      /** The address of the next page. */
      next?: string;
    }
  /** The address is not of the tenant's org, which may have another one by now. Nothing was asked. */
  | { kind: 'elsewhere' }
  | { kind: 'no_credentials' };

/**
 * A GET by a path below the org or by the address of a page that Okta gave. Throws BridgeError: for credentials that
 * are refused even when read anew, for what passes, and for an answer that is not Okta's.
 */
export type OktaRequest = (tenant: Tenant, secrets: SecretSource, pathOrLink: string) => Promise<OktaAnswer>;

/**
 * Requests with the service app or the API token in the tenant's secret. `baseUrl` stands in for the tenant's org. A
 * 429 carries the wait from `X-Rate-Limit-Reset`.
 */
export function createOktaRequest(http: HttpPorts, baseUrl?: string): OktaRequest {
  const authorizationOf = createOktaAuthorization(http, baseUrl);

  return async function request(tenant, secrets, pathOrLink) {
    if (tenant.okta === undefined) return { kind: 'no_credentials' };
    const url = inOrg(baseUrl ?? tenant.okta.orgUrl, pathOrLink);
    if (url === undefined) return { kind: 'elsewhere' };
    return withSecret(secrets, tenant.tenant, async (secret) => {
      const first = await authorizationOf(tenant, secret);
      if (first === undefined) return { kind: 'no_credentials' };
      let answer = await get(url.href, first.header);
      if (answer.status === 401 && first.renew !== undefined) {
        answer = await get(url.href, (await first.renew()).header);
      }
      if (answer.status === 401) throw credentialsRefused(answer.status);
      return told(answer, url);
    });
  };

  function get(url: string, authorization: string): Promise<HttpAnswer> {
    const headers = { authorization, accept: 'application/json' };
    return exchange(http, OKTA_FAULTS, url, { headers }, rateLimitReset);
  }
}

/** Credentials go to the org alone, whatever a link says. */
function inOrg(base: string, pathOrLink: string): URL | undefined {
  const url = URL.parse(pathOrLink.startsWith('/') ? `${base}${pathOrLink}` : pathOrLink);
  return url?.origin === new URL(base).origin ? url : undefined;
}

function told(answer: HttpAnswer, url: URL): OktaAnswer {
  const { status } = answer;
  const json = jsonOf(answer);
  const isKnown = status === 200 || status === 400 || status === 403 || status === 404;
  if (!isKnown || typeof json !== 'object' || json === null) throw outage(status);
  const next = nextOf(answer, url);
  return { kind: 'answer', status, json, ...(next !== undefined && { next }) };
}

/** The address with `rel="next"` in a Link header (RFC 8288). The same list goes on there, or it is not Okta's. */
function nextOf({ header }: HttpAnswer, { origin, pathname }: URL): string | undefined {
  const link = /<([^<>]+)>;\s*rel="next"/.exec(header('link') ?? '')?.[1];
  if (link === undefined) return undefined;
  const url = URL.parse(link);
  if (url?.origin === origin && url.pathname === pathname) return url.href;
  throw malformedAnswer('a page whose next one is elsewhere');
}

export function credentialsRefused(status: number): BridgeError {
  return new BridgeError(
    'okta_credentials_refused',
    `Okta refused to show what was asked for (${status}), so that events which need it wait and are tried again: check ` +
      "that the API token in the tenant's secret is valid, or the service app's scopes and admin role, and that they " +
      'may read users.',
    { retryable: false, status },
  );
}

/** For an answer that is not what Okta documents. */
export function malformedAnswer(what: string): BridgeError {
  return new BridgeError(
    'okta_response_malformed',
    `Okta answered ${what}, of which nothing can be concluded: nothing was changed. If this repeats, check okta.orgUrl ` +
      'in the tenant file.',
    { retryable: false },
  );
}

/** A redirect, a page, nothing: what stands in between goes away again. */
function outage(status: number): BridgeError {
  return new BridgeError(
    'okta_unavailable',
    `Something answered ${status} that does not speak as Okta does: a page, a redirect, or nothing. It is tried again; ` +
      'if this does not pass, check okta.orgUrl in the tenant file and what stands between the bridge and Okta.',
    { retryable: true, status },
  );
}
