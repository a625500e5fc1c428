import { onTestFinished } from 'vitest';
import { createClarus } from '../../functions/clarus/clarus.ts';
import type { Announcement } from '../../functions/identity/change.ts';
import type { HttpPorts } from '../../functions/platform/http.ts';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import type { Gauges } from '../../functions/platform/metrics.ts';
import { createGraphDirectory } from '../../functions/sources/entra/graph-directory.ts';
import { createGraphRequest, type GraphAccess } from '../../functions/sources/entra/graph-request.ts';
import { createOktaDirectory } from '../../functions/sources/okta/okta-directory.ts';
import { createReadLog } from '../../functions/sources/okta/system-log.ts';
import { type SweepServices, servicesFor } from '../../functions/sweep/services.ts';
import { createSweepTenant, type SweepTenantPorts } from '../../functions/sweep/sweep-tenant.ts';
import type { Tenant } from '../../functions/tenants/tenant-schema.ts';
import { serveLoopback } from '../../local/gateway/loopback-server.ts';
import {
  type ClarusSimulator,
  DEMO_CLIENT,
  startClarusSimulator,
} from '../../local/simulators/clarus/clarus-simulator.ts';
import {
  DEMO_GRAPH_CLIENT,
  type GraphSimulator,
  startGraphSimulator,
} from '../../local/simulators/graph/graph-simulator.ts';
import { DEMO_DIRECTORY } from '../../local/simulators/graph/notification.ts';
import {
  DEMO_API_TOKEN,
  type OktaSimulator,
  startOktaSimulator,
} from '../../local/simulators/okta/okta-simulator.ts';
import { aClock, type HandClock } from '../support/clock.ts';
import { CLIENT_STATE, objectId } from '../support/graph-notifications.ts';
import { type MemoryState, memoryState } from '../support/memory-state.ts';
import { anEntraFile, anOktaFile, aTenant, type TenantFile } from '../support/tenants.ts';

/** Everything around `sweep`: simulators under one hand-turned clock, state in memory. */
export interface SweepBench {
  /** Sweeps the tenant; without a deadline there is time for everything. */
  sweep(deadline?: number): Promise<void>;
  ports: SweepTenantPorts;
  services: SweepServices;
  tenant: Tenant;
  access: GraphAccess;
  clarus: ClarusSimulator;
  graph: GraphSimulator;
  okta: OktaSimulator;
  clock: HandClock;
  state: MemoryState;
  /** What was put on the queues, and is taken away by whoever looks. */
  announced(): Announcement[];
  looks: string[];
  /** Whether the queue takes anything. */
  world: { queueFails: boolean };
  measured: {
    lifeUsed: number[];
    failures: number;
    hookTrouble: number;
    ran: number;
    drift: { healed: number; left: number }[];
    gauges: Gauges[];
  };
  lines: Record<string, unknown>[];
}

/** `sources` are those of the tenant file; both have three people, and Clarus has the same. */
export async function aSweepBench({
  sources = ['okta', 'entra'],
  file = {},
}: {
  sources?: readonly ('okta' | 'entra')[];
  file?: Partial<TenantFile>;
} = {}): Promise<SweepBench> {
  const clock = aClock();
  const people = [1, 2, 3];
  const graph = await startGraphSimulator({ clock, users: people.map(inEntra) });
  const okta = await startOktaSimulator({ clock, users: people.map(inOkta) });
  const clarus = await startClarusSimulator({
    clock,
    subdomains: ['acme'],
    users: people.map(inClarus),
    extendedFields: true,
  });
  // The bridge as Graph sees it when it validates the URL.
  const webhook = await serveLoopback('webhook', (request, response) => {
    const token = new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('validationToken');
    response.writeHead(200, { 'content-type': 'text/plain' }).end(token);
  });
  onTestFinished(async () => {
    await Promise.all([clarus.stop(), graph.stop(), okta.stop(), webhook.close()]);
  });
  const http: HttpPorts = { send: createHttpSend(), clock, timeout: 2_000 };
  const { okta: _, ...rest } = {
    okta: undefined,
    ...file,
    clarus: { subdomain: 'acme', baseUrl: clarus.url, ...file.clarus },
  };
  const tenant = aTenant({
    ...rest,
    okta: sources.includes('okta') ? (file.okta ?? anOktaFile()) : undefined,
    entra: sources.includes('entra') ? anEntraFile({ directoryId: DEMO_DIRECTORY }) : undefined,
  });
  const credentials = { ...DEMO_GRAPH_CLIENT, clientState: CLIENT_STATE };
  const entra = aTenant({ entra: anEntraFile({ directoryId: DEMO_DIRECTORY }) }).entra;
  if (entra === undefined) throw new Error('The tenant has no Entra.');
  const secrets = {
    load: async () => ({
      clarus: { ...DEMO_CLIENT },
      okta: { apiToken: DEMO_API_TOKEN },
      entra: credentials,
    }),
    forget: () => {},
  };
  const state = memoryState();
  const services = servicesFor(tenant, createClarus(http, tenant, secrets));
  const world = { queueFails: false };
  const measured: SweepBench['measured'] = {
    lifeUsed: [],
    failures: 0,
    hookTrouble: 0,
    ran: 0,
    drift: [],
    gauges: [],
  };
  const lines: Record<string, unknown>[] = [];
  const looks: string[] = [];
  let queue: Announcement[] = [];
  const request = createGraphRequest(http, graph.url);
  const ports: SweepTenantPorts = {
    servicesOf: () => services,
    secrets,
    graph: request,
    readLog: createReadLog(http, okta.url),
    directories: { okta: createOktaDirectory(http, okta.url), entra: createGraphDirectory(request) },
    cards: state.cards,
    records: state.records,
    receipts: state.receipts,
    openItems: state.openItems,
    accountsByAddress: state.accountsByAddress,
    beginnings: state.beginnings,
    subscriptions: state.subscriptions,
    cursors: state.cursors,
    notificationUrl: (name) => `${webhook.url}/webhooks/entra/${name}`,
    async announce(changes) {
      if (world.queueFails) throw new Error('the queue is not there');
      queue.push(...changes);
    },
    look: async (_, clarusUserId) => void looks.push(clarusUserId),
    clock,
    log: (_, __, fields) => lines.push(fields),
    measure: {
      ran: () => void measured.ran++,
      subscriptionLifeUsed: (percent) => measured.lifeUsed.push(percent),
      failed: () => void measured.failures++,
      hookTrouble(count) {
        measured.hookTrouble += count;
      },
      drift: ({ healed, left }) => void measured.drift.push({ healed, left }),
      measureOpen: (_, counts) => void measured.gauges.push(counts),
    },
  };
  const sweepTenant = createSweepTenant(ports);

  function announced(): Announcement[] {
    const taken = queue;
    queue = [];
    return taken;
  }

  return {
    sweep: (deadline = Number.POSITIVE_INFINITY) => sweepTenant(tenant.tenant, deadline),
    ports,
    services,
    tenant,
    access: { tenant: tenant.tenant, entra, credentials, secrets },
    clarus,
    graph,
    okta,
    clock,
    state,
    announced,
    looks,
    world,
    measured,
    lines,
  };
}

/** The address of a person in everything. */
export function addressOf(person: number): string {
  return `p${person}@acme.example`;
}

export function inEntra(person: number) {
  return { id: objectId(person), userPrincipalName: addressOf(person), displayName: `Person ${person}` };
}

export function inOkta(person: number) {
  const [login, displayName] = [addressOf(person), `Person ${person}`];
  return { id: oktaId(person), profile: { login, email: login, displayName } };
}

export function inClarus(person: number) {
  return { id: person, email: addressOf(person), name: `Person ${person}`, is_active: true };
}

export function oktaId(person: number): string {
  return `00u${String(person).padStart(17, '0')}`;
}
