import { createClarusDirectory } from '../../../functions/clarus/clarus-directory.ts';
import { createClarusRequest } from '../../../functions/clarus/clarus-request.ts';
import { createClarusUsers } from '../../../functions/clarus/clarus-users.ts';
import { settingsWithoutRoles, settingsWithRoles } from '../../../functions/clarus/decide-settings.ts';
import { guardsOf } from '../../../functions/clarus/guards.ts';
import { secondLook } from '../../../functions/deliver/aftercare/second-look.ts';
import { createDeliver } from '../../../functions/deliver/deliver.ts';
import type { Announcement } from '../../../functions/identity/change.ts';
import type { Mapping } from '../../../functions/identity/profile/mapping.ts';
import type { HttpPorts } from '../../../functions/platform/http.ts';
import type { Log } from '../../../functions/platform/logger.ts';
import { laneOf } from '../../../functions/queue/lane.ts';
import { LOOK_DELAY, type Message } from '../../../functions/queue/message.ts';
import { createGraphDirectory } from '../../../functions/sources/entra/graph-directory.ts';
import { createGraphRequest } from '../../../functions/sources/entra/graph-request.ts';
import { createOktaDirectory } from '../../../functions/sources/okta/okta-directory.ts';
import { createReadLog } from '../../../functions/sources/okta/system-log.ts';
import { servicesFor } from '../../../functions/sweep/services.ts';
import { createSweepTenant } from '../../../functions/sweep/sweep-tenant.ts';
import type { Tenant } from '../../../functions/tenants/tenant-schema.ts';
import type { SecretSource, TenantSecret } from '../../../functions/tenants/tenant-secret.ts';
import type { MemoryState } from '../../support/memory-state.ts';
import type { Life } from './life.ts';
import { type NetworkPorts, networkOf } from './network.ts';
import type { Queue, QueueName } from './queue.ts';
import { MINUTE, SECOND } from './time.ts';
import type { Handle } from './worker.ts';

export interface BridgePorts extends NetworkPorts {
  tenant: Tenant;
  secret: TenantSecret;
  map: Mapping;
  state: MemoryState;
  queues: Readonly<Record<QueueName, Queue>>;
  /** Told of what is put on a dead-letter queue. */
  buried: (body: string, code: string) => void;
  /** Told of what the functions log. */
  logged: (message: string, fields: Record<string, unknown>) => void;
}

/** What is outside of a process of the bridge, as that process sees it. */
export function outsideOf(ports: BridgePorts, life: Life) {
  const { tenant, secret, state, queues, time } = ports;
  const clock = time.now;
  const http: HttpPorts = { send: networkOf(ports, life), clock, timeout: 10 * SECOND };
  const secrets: SecretSource = { load: async () => secret, forget: () => {} };
  const token = { value: 'token', secret, life: Number.MAX_SAFE_INTEGER };
  const request = createClarusRequest(http, tenant, { get: async () => token, forget: () => {} });
  const clarus = { ...createClarusUsers(request), ...createClarusDirectory(request, 'user', clock) };
  const graph = createGraphRequest(http);
  const { calls: _, written: __, storedCards: ___, storedRecords: ____, ...stores } = state;
  const calls = life.calls({
    ...stores,
    async put(queue: QueueName, message: Message, delay: number) {
      queues[queue].send(message, delay);
    },
    async retryLater(url: string, handle: string, seconds: number) {
      queueAt(queues, url).later(handle, seconds);
    },
    async deadLetter(_url: string, body: string, _group: string, { code }: { code: string }) {
      ports.buried(body, code);
    },
  });
  const log: Log = (_level, message, fields) => ports.logged(message, fields);
  return { ...calls, clock, http, secrets, clarus, graph, log };
}

/** The real code of deliver in one process. */
export function startDeliver(ports: BridgePorts, life: Life): Handle {
  const { tenant, map, random } = ports;
  const outside = outsideOf(ports, life);
  const { clarus, http, graph, clock } = outside;
  const services = {
    tenant,
    clarus,
    map,
    settings: settingsWithRoles(tenant, clarus),
    withoutRoles: settingsWithoutRoles(tenant),
    guards: guardsOf(tenant, clarus),
    isScim: (source: string) => source === 'scim',
  };
  return createDeliver({
    ...outside,
    servicesOf: () => services,
    knownUsers: async () => 50,
    alert: () => {},
    directories: {
      okta: createOktaDirectory({ ...http, timeout: 3 * SECOND }),
      entra: createGraphDirectory(graph),
    },
    readAgain: (change, after) =>
      outside.put(laneOf(change), secondLook(change, clock() + after), Math.ceil(after / SECOND)),
    lookAgain: (name, clarusUserId) =>
      outside.put('changes', { kind: 'look', tenant: name, clarusUserId }, LOOK_DELAY),
    queues: {
      changes: { url: 'changes', deadLetterUrl: 'changes-dead', urgent: false },
      revocations: { url: 'revocations', deadLetterUrl: 'revocations-dead', urgent: true },
    },
    random,
    toReadBack: () => {},
    measure: () => {},
    measureOpen: () => {},
  });
}

/** A sweep by the real code in one process. Returns whether every part of it went through. */
export async function sweepOnce(ports: BridgePorts, life: Life): Promise<boolean> {
  const { tenant } = ports;
  const outside = outsideOf(ports, life);
  const { clarus, http, graph, clock } = outside;
  const services = servicesFor(tenant, clarus);
  let failures = 0;
  const announce = async (changes: readonly Announcement[]) => {
    for (const change of changes) await outside.put(laneOf(change), { kind: 'change', ...change }, 0);
  };
  const sweepTenant = createSweepTenant({
    ...outside,
    servicesOf: () => services,
    readLog: createReadLog(http),
    directories: { okta: createOktaDirectory(http), entra: createGraphDirectory(graph) },
    notificationUrl: () => WEBHOOK,
    announce,
    look: (name, clarusUserId) => outside.put('revocations', { kind: 'look', tenant: name, clarusUserId }, 0),
    measure: {
      ran: () => {},
      subscriptionLifeUsed: () => {},
      failed: () => void failures++,
      hookTrouble: () => {},
      drift: () => {},
      measureOpen: () => {},
    },
  });
  await sweepTenant(tenant.tenant, clock() + 13 * MINUTE);
  return failures === 0;
}

const WEBHOOK = 'https://bridge.example/webhooks/entra/acme';

function queueAt(queues: Readonly<Record<QueueName, Queue>>, url: string): Queue {
  return url === 'revocations' ? queues.revocations : queues.changes;
}
