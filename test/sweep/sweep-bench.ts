import { onTestFinished } from 'vitest';
import type { Announcement } from '../../functions/identity/change.ts';
import type { HttpPorts } from '../../functions/platform/http.ts';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import { createGraphRequest, type GraphAccess } from '../../functions/sources/entra/graph-request.ts';
import { createOktaAuthorization } from '../../functions/sources/okta/okta-authorization.ts';
import { createReadLog } from '../../functions/sources/okta/system-log.ts';
import { createSweep, type SweepPorts } from '../../functions/sweep/sweep.ts';
import { DEMO_DIRECTORY } from '../../local/entra-notification.ts';
import { DEMO_GRAPH_CLIENT, type GraphSimulator, startGraphSimulator } from '../../local/graph-simulator.ts';
import { serveLoopback } from '../../local/loopback-server.ts';
import { DEMO_API_TOKEN, type OktaSimulator, startOktaSimulator } from '../../local/okta-simulator.ts';
import { aClock, type HandClock } from '../support/clock.ts';
import { CLIENT_STATE, objectId } from '../support/graph-notifications.ts';
import { type MemoryState, memoryState } from '../support/memory-state.ts';
import { anEntraFile, aTenant } from '../support/tenants.ts';

/** Everything around `sweep`: simulators under one hand-turned clock, state in memory. */
export interface SweepBench {
  sweep(): Promise<void>;
  ports: SweepPorts;
  access: GraphAccess;
  graph: GraphSimulator;
  okta: OktaSimulator;
  clock: HandClock;
  state: MemoryState;
  /** What was put on the queues, and is taken away by whoever looks. */
  announced(): Announcement[];
  /** Whether the queue takes anything, and whom the bridge knows. */
  world: { queueFails: boolean; known: string[]; settled: Set<string> };
  measured: { lifeUsed: number[]; failures: number; hookTrouble: number };
  lines: Record<string, unknown>[];
}

export async function aSweepBench(): Promise<SweepBench> {
  const clock = aClock();
  const users = [1, 2, 3].map((person) => ({
    id: objectId(person),
    userPrincipalName: `p${person}@acme.example`,
  }));
  const graph = await startGraphSimulator({ clock, users });
  const okta = await startOktaSimulator({ clock });
  // The bridge as Graph sees it when it validates the URL.
  const webhook = await serveLoopback('webhook', (request, response) => {
    const token = new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('validationToken');
    response.writeHead(200, { 'content-type': 'text/plain' }).end(token);
  });
  onTestFinished(async () => {
    await Promise.all([graph.stop(), okta.stop(), webhook.close()]);
  });
  const http: HttpPorts = { send: createHttpSend(), clock, timeout: 2_000 };
  const tenant = aTenant({ entra: anEntraFile({ directoryId: DEMO_DIRECTORY }) });
  if (tenant.entra === undefined) throw new Error('The tenant has no Entra.');
  const credentials = { ...DEMO_GRAPH_CLIENT, clientState: CLIENT_STATE };
  const state = memoryState();
  const world = { queueFails: false, known: [] as string[], settled: new Set<string>() };
  const measured = { lifeUsed: [] as number[], failures: 0, hookTrouble: 0 };
  const lines: Record<string, unknown>[] = [];
  let queue: Announcement[] = [];
  const ports: SweepPorts = {
    tenants: [() => tenant],
    secrets: {
      load: async () => ({
        clarus: { clientId: 'c', clientSecret: 's' },
        okta: { apiToken: DEMO_API_TOKEN },
        entra: credentials,
      }),
      forget: () => {},
    },
    graph: createGraphRequest(http, graph.url),
    readLog: createReadLog(http, createOktaAuthorization(http, okta.url), okta.url),
    subscriptions: state.subscriptions,
    cursors: state.cursors,
    knownSubjects: async () => world.known,
    isSettled: async ({ eventId }) => world.settled.has(eventId),
    notificationUrl: (name) => `${webhook.url}/webhooks/entra/${name}`,
    async announce(changes) {
      if (world.queueFails) throw new Error('the queue is not there');
      queue.push(...changes);
    },
    clock,
    log: (_, __, fields) => lines.push(fields),
    measure: {
      subscriptionLifeUsed: (percent) => measured.lifeUsed.push(percent),
      failed: () => void measured.failures++,
      hookTrouble(count) {
        measured.hookTrouble += count;
      },
    },
  };
  const access = { tenant: tenant.tenant, entra: tenant.entra, credentials };

  function announced(): Announcement[] {
    const taken = queue;
    queue = [];
    return taken;
  }

  return {
    sweep: createSweep(ports),
    ports,
    access,
    graph,
    okta,
    clock,
    state,
    announced,
    world,
    measured,
    lines,
  };
}
