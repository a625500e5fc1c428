import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Clock, systemClock } from '../../../functions/platform/clock.ts';
import { type SimulatedAnswer, type SimulatedRequest, type Simulator, startSimulator } from '../simulator.ts';
import { isValid, type OktaReply, readLists } from './lists.ts';
import {
  type OktaUser,
  type OktaUserInput,
  oktaUserSchema,
  shownByOkta,
  withStatusChanges,
} from './okta-user.ts';

export interface OktaSimulatorOptions {
  port?: number;
  apiToken?: string;
  users?: readonly OktaUserInput[];
  /** Requests a minute; beyond it is 429 until the minute is over. */
  rateLimit?: number;
  clock?: Clock;
}

export interface OktaSimulator extends Simulator {
  users(): OktaUser[];
  setUsers(users: readonly OktaUserInput[]): void;
  /** Adds LogEvents to the System Log. */
  addToLog(events: readonly Record<string, unknown>[]): void;
}

export const DEMO_API_TOKEN = 'demo-okta-api-token';

const WINDOW = 60_000;
const logEventSchema = z.looseObject({ uuid: z.string(), eventType: z.string(), published: z.string() });
const SUMMARIES = new Map([
  [400, ['E0000001', 'Api validation failed']],
  [401, ['E0000011', 'Invalid token provided']],
  [403, ['E0000006', 'You do not have permission to perform the requested action']],
  [404, ['E0000007', 'Not found: Resource not found']],
  [429, ['E0000047', 'API call exceeded rate limit due to too many requests.']],
]);

/**
 * Okta's Users API, `GET /api/v1/users/{id or login}` and `GET /api/v1/users`, what tells of apps and groups, and the
 * System Log, `GET /api/v1/logs`. Control beyond the common: `GET` and `PUT /_sim/users`, where a user may have the ids
 * of `apps` and `groups`, `GET /_sim/logs`, and `POST /_sim/logs` with events to add.
 */
export async function startOktaSimulator(options: OktaSimulatorOptions = {}): Promise<OktaSimulator> {
  const { apiToken = DEMO_API_TOKEN, rateLimit = 100_000, clock = systemClock, port = 0 } = options;
  const { users: seed = [] } = options;
  const users = new Map<string, OktaUser>();
  const log: Record<string, unknown>[] = [];
  let window = { until: 0, left: 0 };
  let base = '';

  function answer(request: SimulatedRequest): SimulatedAnswer {
    if (request.headers.authorization !== `SSWS ${apiToken}`) return failed(401);
    const limit = countRequest();
    if (limit.exceeded) return { ...failed(429), headers: limit.headers };
    const { status, body = errorBody(status), next } = read(request);
    const self = `<${base}${request.path}?${request.query}>; rel="self"`;
    const link = next === undefined ? self : `${self}, <${base}${next}>; rel="next"`;
    return { status, body, headers: { ...limit.headers, ...(status === 200 && { link }) } };
  }

  function read(request: SimulatedRequest): OktaReply {
    if (request.method !== 'GET') return { status: 404 };
    if (!isValid(request)) return { status: 400 };
    if (request.path === '/api/v1/logs') return readLog(request.query);
    const list = readLists(users, request);
    if (list !== undefined) return list;
    const key = /^\/api\/v1\/users\/([^/]+)$/.exec(request.path)?.[1];
    const user = key === undefined ? undefined : find(decodeURIComponent(key));
    return user === undefined ? { status: 404 } : { status: 200, body: shownByOkta(user) };
  }

  /** In the order in which events were logged, whatever their own time; a next link always, also of an empty page. */
  function readLog(query: URLSearchParams): OktaReply {
    const types = [...(query.get('filter') ?? '').matchAll(/eventType eq "([^"]+)"/g)].map(
      ([, type]) => type,
    );
    const since = Date.parse(query.get('since') ?? '') || 0;
    const limit = Number(query.get('limit') ?? 100);
    const offset = Number(query.get('after') ?? 0);
    const page = log
      .map((event, index) => ({ event, index }))
      .slice(offset)
      .filter(({ event }) => types.length === 0 || types.includes(String(event.eventType)))
      .filter(({ event }) => Date.parse(String(event.published)) >= since)
      .slice(0, limit);
    const after = page.length === limit ? (page.at(-1)?.index ?? 0) + 1 : log.length;
    const next = new URLSearchParams(query);
    next.set('after', String(after));
    return { status: 200, body: page.map(({ event }) => event), next: `/api/v1/logs?${next}` };
  }

  function find(key: string): OktaUser | undefined {
    return users.get(key) ?? [...users.values()].find((user) => user.profile.login === key);
  }

  function countRequest(): { exceeded: boolean; headers: Record<string, string> } {
    if (clock() >= window.until) window = { until: clock() + WINDOW, left: rateLimit };
    const exceeded = window.left === 0;
    if (!exceeded) window.left--;
    const headers = {
      'x-rate-limit-limit': String(rateLimit),
      'x-rate-limit-remaining': String(window.left),
      'x-rate-limit-reset': String(Math.ceil(window.until / 1000)),
    };
    return { exceeded, headers };
  }

  function setUsers(next: readonly OktaUserInput[]): void {
    const put = withStatusChanges(z.array(oktaUserSchema).parse(next), users, clock());
    users.clear();
    for (const user of put) users.set(user.id, user);
  }

  function reset(): void {
    users.clear();
    setUsers(seed);
    log.length = 0;
    window = { until: 0, left: 0 };
  }

  function addToLog(events: readonly Record<string, unknown>[]): void {
    log.push(...events);
  }

  const all = () => [...users.values()];
  const controls = {
    'GET /_sim/users': all,
    'PUT /_sim/users': (body: unknown) => {
      setUsers(z.array(oktaUserSchema).parse(body));
      return all();
    },
    'GET /_sim/logs': () => log,
    'POST /_sim/logs': (body: unknown) => addToLog(z.array(logEventSchema).parse(body)),
  };
  reset();
  const service = { name: 'okta', answer, errorBody, controls, reset };
  const simulator = await startSimulator(service, { port, clock });
  base = simulator.url;
  return { ...simulator, users: all, setUsers, addToLog };
}

function failed(status: number): SimulatedAnswer {
  return { status, body: errorBody(status) };
}

function errorBody(status: number): unknown {
  const [errorCode, errorSummary] = SUMMARIES.get(status) ?? ['E0000009', 'Internal Server Error'];
  return { errorCode, errorSummary, errorLink: errorCode, errorId: `oae${randomUUID()}`, errorCauses: [] };
}
