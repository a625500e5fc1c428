import { BridgeError } from '../../identity/bridge-error.ts';
import type { HttpPorts } from '../../platform/http.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import { EVENT_TYPES } from './event-types.ts';
import { readPage } from './okta-page.ts';
import { createOktaRequest, malformedAnswer } from './okta-request.ts';

/** Events of the log and where the next ones are. */
export type LogPage =
  | { kind: 'page'; events: readonly unknown[]; next: string }
  /** The position is not one that Okta takes any more. */
  | { kind: 'lost' }
  | { kind: 'no_credentials' };

/** Reads a page: from the time (epoch milliseconds) or at the link of the page before. Throws BridgeError. */
export type ReadLog = (tenant: Tenant, secrets: SecretSource, from: number | string) => Promise<LogPage>;

/** What Okta logs when an event hook does not get through, which no hook can tell. */
export const HOOK_TROUBLE = ['event_hook.delivery', 'event_hook.deactivated'];

const PAGE = 200;

/**
 * Okta's System Log, `GET /api/v1/logs`, in the form that returns every event: ascending, without an end,
 * following the next link (https://developer.okta.com/docs/reference/system-log-query/). `baseUrl` stands in for the
 * tenant's org.
 */
export function createReadLog(http: HttpPorts, baseUrl?: string): ReadLog {
  const request = createOktaRequest(http, baseUrl);

  return async function readLog(tenant, secrets, from) {
    const page = await readPage(request, tenant, secrets, typeof from === 'string' ? from : start(from));
    if (page.kind === 'forbidden') throw forbidden();
    if (page.kind === 'missing') throw malformedAnswer('404 to a reading of the System Log');
    if (page.kind !== 'page') return page;
    const { elements, next } = page;
    if (next === undefined) throw malformedAnswer('a page of the System Log without a next one');
    return { kind: 'page', events: elements, next };
  };
}

function start(from: number): string {
  const types = [...Object.keys(EVENT_TYPES), ...HOOK_TROUBLE];
  const query = new URLSearchParams({
    since: new Date(from).toISOString(),
    sortOrder: 'ASCENDING',
    limit: String(PAGE),
    filter: types.map((type) => `eventType eq "${type}"`).join(' or '),
  });
  return `/api/v1/logs?${query}`;
}

function forbidden(): BridgeError {
  return new BridgeError(
    'okta_credentials_refused',
    'Okta refused to show the System Log (403). What event hooks miss is not found until the credentials in the ' +
      "tenant's secret may read it (scope okta.logs.read).",
    { retryable: false, status: 403 },
  );
}
