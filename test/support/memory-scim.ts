import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { settingsWithRoles } from '../../functions/clarus/decide-settings.ts';
import { guardsOf } from '../../functions/clarus/guards.ts';
import type { UserRecord } from '../../functions/identity/user-record.ts';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import type { Outgoing } from '../../functions/queue/send-messages.ts';
import { makeTenant } from '../../functions/scim/make-tenant.ts';
import type { RequestEntry } from '../../functions/scim/requests/entry.ts';
import { createScim } from '../../functions/scim/server.ts';
import type { SecretSource } from '../../functions/tenants/tenant-secret.ts';
import { tenantTable } from '../../functions/tenants/tenant-table.ts';
import { aClock, type HandClock } from './clock.ts';
import { memoryScimState, type ScimStores } from './memory-scim-state.ts';
import { type MemoryState, memoryState } from './memory-state.ts';
import { SCIM_TOKEN } from './scim-bench.ts';
import { aTenant, sha256, type TenantFile } from './tenants.ts';
import { type Fate, type UnreliableClarus, unreliableClarus } from './unreliable-clarus.ts';
import { NO_WEB_KEYS } from './web-keys.ts';

/** An answer as a SCIM client gets it. */
export interface MemoryAnswer {
  status: number;
  // What is expected of it is each test's to say.
  body: ReturnType<typeof Object>;
  headers: Record<string, unknown>;
}

type Act = () => unknown;

/** The whole of `scim` with state and Clarus in memory, where tests choose what happens in between. */
export interface MemoryScim {
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<MemoryAnswer>;
  /** The same with any event, as the function gets it. */
  send(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2>;
  /** Has something done before the next call of a port, such as `records.save`. */
  before(port: string, act: Act): void;
  clarus: UnreliableClarus;
  /** What becomes of Clarus' next requests, each in turn. */
  fates: Fate[];
  state: MemoryState;
  scimState: ScimStores;
  /** The record of the Clarus user of that number, as it is stored. */
  record(id: string): UserRecord | undefined;
  /** How often each port was called since the last `forgetCalls`. */
  calls(): Record<string, number>;
  forgetCalls(): void;
  queued: Outgoing[];
  /** Tenants of whom many lose access. */
  alerts: string[];
  clock: HandClock;
  lines: { message: string; fields: Record<string, unknown> }[];
  /** The request log. */
  entries: RequestEntry[];
}

const NO_SECRETS: SecretSource = {
  load: () => Promise.reject(new Error('not to be touched')),
  forget: () => {},
};

/** What the tenant file says of SCIM. */
export const MEMORY_SCIM = { sha256: [sha256(SCIM_TOKEN)] };

interface MemoryScimOptions {
  /** Of how many instances it is one; absent, nobody is held back. */
  instances?: number;
  /** Absent, there are none, and asking for one is a mistake. */
  secrets?: SecretSource;
}

export function aMemoryScim(
  file: Partial<TenantFile> = {},
  { instances, secrets = NO_SECRETS }: MemoryScimOptions = {},
): MemoryScim {
  const tenant = aTenant({ scim: MEMORY_SCIM, ...file });
  const [state, scimState, clock] = [memoryState(), memoryScimState(), aClock()];
  const fates: Fate[] = [];
  const clarus = unreliableClarus(fates, async () => {});
  const [queued, lines, alerts]: [Outgoing[], MemoryScim['lines'], string[]] = [[], [], []];
  const entries: RequestEntry[] = [];
  const awaiting = new Map<string, Act[]>();
  const counts = new Map<string, number>();
  let ids = 0;

  function watched<Port extends object>(name: string, port: Port): Port {
    const methods = Object.entries(port).map(([method, act]) => [
      method,
      async (...args: unknown[]) => {
        counts.set(`${name}.${method}`, (counts.get(`${name}.${method}`) ?? 0) + 1);
        await awaiting.get(`${name}.${method}`)?.shift()?.();
        return act(...args);
      },
    ]);
    // The same names, and functions that take and give the same.
    return Object.fromEntries(methods) as Port;
  }

  const watchedClarus = watched('clarus', clarus);
  const services = {
    ...makeTenant(tenant, { send: createHttpSend(), clock, timeout: 0 }, secrets, instances),
    clarus: watchedClarus,
    settings: settingsWithRoles(tenant, watchedClarus),
    guards: guardsOf(tenant, watchedClarus),
  };
  const scim = createScim({
    tenants: tenantTable(new Map([['acme', {}]]), () => tenant),
    secrets,
    webKeys: NO_WEB_KEYS,
    clients: watched('clients', scimState.clients),
    logRequest: (entry) => entries.push(entry),
    serve: () => services,
    records: watched('records', state.records),
    names: watched('names', scimState.names),
    pointers: watched('pointers', scimState.pointers),
    scimGroups: watched('scimGroups', scimState.scimGroups),
    receipts: watched('receipts', state.receipts),
    brake: watched('brake', state.brake),
    ...watched('queue', {
      sendMessages: async (messages: readonly Outgoing[]) => void queued.push(...messages),
    }),
    queues: { changes: 'changes', revocations: 'revocations' },
    clock,
    random: () => 0,
    pause: async () => {},
    newId: () => `id-${ids++}`,
    log: (_, message, fields) => lines.push({ message, fields }),
    measure: () => {},
    alert: (name) => alerts.push(name),
  });

  return {
    async call(method, path, body, headers = {}) {
      const {
        statusCode = 0,
        body: text,
        headers: answered = {},
      } = await scim(anEvent(method, path, body, headers));
      return { status: statusCode, body: text === undefined ? {} : JSON.parse(text), headers: answered };
    },
    send: scim,
    before: (port, act) => void awaiting.set(port, [...(awaiting.get(port) ?? []), act]),
    clarus,
    fates,
    state,
    scimState,
    record: (id) => state.storedRecords.get(`acme ${id}`),
    calls: () => Object.fromEntries(counts),
    forgetCalls: () => counts.clear(),
    queued,
    alerts,
    clock,
    lines,
    entries,
  };
}

/** The parts of an event that `scim` reads. */
export function anEvent(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): APIGatewayProxyEventV2 {
  const [proxy = '', rawQueryString = ''] = path.split('?');
  return {
    headers: { authorization: SCIM_TOKEN, ...headers },
    rawQueryString,
    pathParameters: { proxy: `acme/v2${proxy}` },
    requestContext: { domainName: 'bridge.example', http: { method } },
    isBase64Encoded: false,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  } as unknown as APIGatewayProxyEventV2;
}
