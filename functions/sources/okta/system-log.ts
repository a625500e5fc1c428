import { BridgeError } from '../../identity/bridge-error.ts';
import { exchange, type HttpPorts, jsonOf } from '../../platform/http.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { TenantSecret } from '../../tenants/tenant-secret.ts';
import { EVENT_TYPES } from './event-types.ts';
import type { OktaAuthorization } from './okta-authorization.ts';
import { OKTA_FAULTS, rateLimitReset } from './okta-faults.ts';

/** Events of the log and where the next ones are. */
export type LogPage =
  | { kind: 'page'; events: readonly unknown[]; next: string }
  /** The position is not one that Okta takes any more. */
  | { kind: 'lost' }
  | { kind: 'no_credentials' };

/** Reads a page: from the time (epoch milliseconds) or at the link of the page before. Throws BridgeError. */
export type ReadLog = (tenant: Tenant, secret: TenantSecret, from: number | string) => Promise<LogPage>;

/** What Okta logs when an event hook does not get through, which no hook can tell. */
export const HOOK_TROUBLE = ['event_hook.delivery', 'event_hook.deactivated'];

const PAGE = 200;

/**
 * Okta's System Log, `GET /api/v1/logs`, in the form that returns every event: ascending, without an end,
 * following the next link (https://developer.okta.com/docs/reference/system-log-query/).
 */
export function createReadLog(
  http: HttpPorts,
  authorizationOf: OktaAuthorization,
  baseUrl?: string,
): ReadLog {
  return async function readLog(tenant, secret, from) {
    const authorization = await authorizationOf(tenant, secret);
    if (tenant.okta === undefined || authorization === undefined) return { kind: 'no_credentials' };
    const base = baseUrl ?? tenant.okta.orgUrl;
    const url = typeof from === 'string' ? inOrg(base, from) : start(base, from);
    const headers = { authorization, accept: 'application/json' };
    const answer = await exchange(http, OKTA_FAULTS, url, { headers }, rateLimitReset);
    if (answer.status === 401 || answer.status === 403) throw refused(answer.status);
    if (typeof from === 'string' && (answer.status === 400 || answer.status === 404)) return { kind: 'lost' };
    const events = jsonOf(answer);
    const next = nextLink(answer.header('link'));
    if (answer.status !== 200 || !Array.isArray(events) || next === undefined) throw malformed();
    return { kind: 'page', events, next: inOrg(base, next) };
  };
}

function start(base: string, from: number): string {
  const types = [...Object.keys(EVENT_TYPES), ...HOOK_TROUBLE];
  const query = new URLSearchParams({
    since: new Date(from).toISOString(),
    sortOrder: 'ASCENDING',
    limit: String(PAGE),
    filter: types.map((type) => `eventType eq "${type}"`).join(' or '),
  });
  return `${base}/api/v1/logs?${query}`;
}

/** The address with `rel="next"` in a Link header (RFC 8288). */
function nextLink(header = ''): string | undefined {
  return /<([^<>]+)>;\s*rel="next"/.exec(header)?.[1];
}

/** Credentials go to the org alone, whatever a link says. */
function inOrg(base: string, link: string): string {
  const url = URL.parse(link);
  if (url?.origin === new URL(base).origin && url.pathname === '/api/v1/logs') return url.href;
  throw malformed();
}

function refused(status: number): BridgeError {
  return new BridgeError(
    'okta_credentials_refused',
    `Okta refused to show the System Log (${status}). What event hooks miss is not found until the credentials in ` +
      "the tenant's secret may read it (scope okta.logs.read).",
    { retryable: false, status },
  );
}

function malformed(): BridgeError {
  return new BridgeError(
    'okta_response_malformed',
    "Okta's answer is not a page of its System Log. It is read again from the same place; if this repeats, check " +
      'okta.orgUrl in the tenant file.',
    { retryable: false },
  );
}
