import type { Announcement } from '../../../functions/identity/change.ts';
import { compileMapping } from '../../../functions/identity/profile/mapping.ts';
import { laneOf } from '../../../functions/queue/lane.ts';
import { readItem } from '../../../functions/sources/entra/read-item.ts';
import { readEvent } from '../../../functions/sources/okta/read-event.ts';
import { NOW } from '../../support/changes.ts';
import { CLIENT_STATE } from '../../support/graph-notifications.ts';
import { type MemoryState, memoryState } from '../../support/memory-state.ts';
import { SCIM_TOKEN } from '../../support/scim-bench.ts';
import { anEntraFile, anOktaFile, aTenant, sha256 } from '../../support/tenants.ts';
import type { Mode } from '../modes.ts';
import { type Random, randomOf } from '../random.ts';
import type { Account } from './account.ts';
import { type BridgePorts, startDeliver } from './bridge.ts';
import { CLARUS, type Clarus, type ClarusUser, clarusOf } from './clarus.ts';
import { type Entra, entraOf, GRAPH, LOGIN, login } from './entra.ts';
import { APP, GROUPS, type LogEvent, type Okta, ORG, oktaOf } from './okta.ts';
import { type Queue, type QueueName, queueOf } from './queue.ts';
import { type Scim, scimOf } from './scim.ts';
import { scimServer } from './scim-server.ts';
import { type Sweep, sweepOf } from './sweep.ts';
import { HOUR, MINUTE, SECOND, type VirtualTime, virtualTime } from './time.ts';
import { type Weather, weatherOf } from './weather.ts';
import { type Worker, workerOf } from './worker.ts';

/** Everything there is: directories, Clarus, and the bridge between them. */
export interface World {
  mode: Mode;
  random: Random;
  time: VirtualTime;
  weather: Weather;
  clarus: Clarus;
  okta: Okta;
  entra: Entra;
  scim: Scim;
  queues: Readonly<Record<QueueName, Queue>>;
  bridge: BridgePorts;
  state: MemoryState;
  sweep: Sweep;
  /** When the bridge was installed. */
  began: number;
  /** Every account of the tenant's directories. */
  accounts(): Account[];
  /** Users that the bridge created, with when. */
  creations: { user: ClarusUser; email: string; at: number }[];
  /** What happened, in readable lines. */
  history: string[];
  tell(line: string): void;
  /** What was put on a dead-letter queue. */
  dead: { body: string; code: string }[];
}

export async function worldOf(mode: Mode, seed: number): Promise<World> {
  const random = randomOf(seed);
  const time = virtualTime(NOW);
  const weather = weatherOf(random, mode.rough);
  const state = memoryState();
  const history: string[] = [];
  const dead: World['dead'] = [];
  const creations: World['creations'] = [];
  const tenant = tenantOf(mode);
  const tell = (line: string) => void history.push(`${stamp(time.now() - NOW)} ${line}`);

  const clarus = clarusOf({
    tell,
    created: (user) => void creations.push({ user, email: user.email, at: time.now() }),
  });
  const options = {
    assigned: mode.assigned ? [APP, ...GROUPS].slice(0, mode.assigned) : [],
    locks: mode.locks === true,
    tellsMemberships: mode.tellsMemberships !== false,
  };
  const okta = oktaOf({ time, random, options, tell, logged: hooked });
  const entra = entraOf({ time, random, tell, notified });
  const workers: Worker[] = [];
  function wake(): void {
    for (const worker of workers) worker.wake();
  }
  const queuePorts = { time, random, weather, visible: wake };
  const queues = {
    revocations: queueOf('revocations', queuePorts),
    changes: queueOf('changes', queuePorts),
  };

  /** What comes to the bridge late, twice, in disorder, or not at all. */
  function arrives(mayBeLost: boolean, put: () => void): void {
    if (mayBeLost && weather.isRough() && random.chance(0.1)) {
      tell('  (nobody hears of it)');
      return;
    }
    const times = random.chance(0.15) ? 2 : 1;
    for (let copy = 0; copy < times; copy++) {
      time.after(random.chance(mode.rough ? 0.2 : 0.05) ? random.int(HOUR) : random.int(20 * SECOND), put);
    }
  }

  function hooked(event: LogEvent): void {
    arrives(mode.reads !== false, () => announce(changesIn(event)));
  }

  function notified(item: unknown): void {
    arrives(true, () => {
      const said = readItem(item, tenant, time.now());
      if (typeof said !== 'string' && !('kind' in said)) announce([said]);
    });
  }

  function changesIn(event: LogEvent): Announcement[] {
    const said = readEvent(event, tenant, time.now());
    return Array.isArray(said) ? said : [];
  }

  function announce(changes: readonly Announcement[]): void {
    for (const change of changes) queues[laneOf(change)].send({ kind: 'change', ...change });
  }

  const services = { [CLARUS]: clarus.serve, [ORG]: okta.serve, [GRAPH]: entra.serve, [LOGIN]: login };
  const bridge: BridgePorts = {
    time,
    random,
    weather,
    services,
    tenant,
    secret: {
      clarus: { clientId: 'c', clientSecret: 's' },
      ...(mode.reads !== false && { okta: { apiToken: 'token' } }),
      entra: { clientId: 'c', clientSecret: 's', clientState: CLIENT_STATE },
    },
    map: compileMapping(tenant.mapping),
    state,
    queues,
    buried(body, code) {
      dead.push({ body, code });
      tell(`DEAD ${code} ${body}`);
    },
    logged: (message, fields) => tell(`  bridge ${message} ${JSON.stringify(fields)}`),
  };
  const workerPorts = {
    ...bridge,
    start: (life: Parameters<typeof startDeliver>[1]) => startDeliver(bridge, life),
    tell,
  };
  for (const queue of [queues.revocations, queues.revocations, queues.changes, queues.changes]) {
    workers.push(workerOf(queue, workerPorts));
  }
  const sweep = sweepOf(bridge, tell);
  const scim = scimOf({ time, random, tell, send: scimServer(bridge, tell) });
  return {
    mode,
    random,
    time,
    weather,
    clarus,
    okta,
    entra,
    scim,
    queues,
    bridge,
    state,
    sweep,
    began: time.now(),
    accounts: () => [...okta.accounts, ...entra.accounts, ...scim.accounts],
    creations,
    history,
    tell,
    dead,
  };
}

function tenantOf({ sources, create, assigned, locks, idOf }: Mode): BridgePorts['tenant'] {
  const apps = assigned === undefined ? [] : [APP];
  const groups = GROUPS.slice(0, (assigned ?? 1) - 1);
  const okta = anOktaFile({ apps, groups, locks: locks === true });
  return aTenant({
    ...(!sources.includes('okta') ? { okta: undefined } : { okta }),
    ...(sources.includes('entra') && { entra: anEntraFile() }),
    ...(sources.includes('scim') && {
      scim: { sha256: [sha256(SCIM_TOKEN)], groups: false, ...(idOf !== undefined && { idOf }) },
    }),
    unknownUser: create ? 'create' : 'report',
    brake: { users: 100 },
  });
}

/** Days, hours, minutes and seconds since the beginning. */
function stamp(milliseconds: number): string {
  const parts = [Math.floor(milliseconds / HOUR), Math.floor(milliseconds / MINUTE) % 60];
  return `${parts.map((it) => String(it).padStart(2, '0')).join(':')}:${((milliseconds / SECOND) % 60).toFixed(3).padStart(6, '0')}`;
}
