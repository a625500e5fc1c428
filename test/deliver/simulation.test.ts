import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DeliverChangePorts, deliverChange } from '../../functions/deliver/deliver-change.ts';
import type { TenantServices } from '../../functions/deliver/services.ts';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { Change } from '../../functions/identity/change.ts';
import type { ClarusAttributes } from '../../functions/identity/clarus-attributes.ts';
import { converge } from '../../functions/identity/converge.ts';
import { compileMapping } from '../../functions/identity/mapping.ts';
import { merge } from '../../functions/identity/merge.ts';
import type { DesiredAttributes } from '../../functions/identity/user-record.ts';
import { parseTenant } from '../../functions/tenants/parse-tenant.ts';
import { aChange } from '../support/changes.ts';
import { memoryState } from '../support/memory-state.ts';

/**
 * The real deliver code, run by several workers at once under a scheduler that chooses which of all waiting
 * steps goes next. Every await of the code on a port is such a step. Any attempt may die at any step, as a
 * function does that is ended: nothing of it runs any more, but a request that is under way still lands.
 * Requests may be lost before or after they land, land late, or be refused for now. Messages are delivered
 * at least once, in any order.
 */

/** What happens to one request to Clarus. */
type Fate = 'answered' | 'late' | 'unavailable' | 'throttled';

interface Plan {
  changes: Change[];
  /** Which changes are delivered twice. */
  duplicates: number[];
  workers: number;
  /** For each attempt in turn the step at which it dies; most live. */
  deaths: (number | undefined)[];
  fates: Fate[];
  /** For each request in turn how many steps it is under way. */
  journeys: number[];
}

const tenant = parseTenant({ tenant: 'demo', clarus: { subdomain: 'demo' } }, 'demo.json');
const map = compileMapping({ string1: { expression: 'title' } });

const someChange: fc.Arbitrary<Change> = fc
  .record({
    at: fc.integer({ min: 1, max: 5 }),
    eventId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    source: fc.constantFrom('okta' as const, 'scim' as const),
    user: fc.record(
      { active: fc.boolean(), displayName: fc.constantFrom('A', 'B'), title: fc.constantFrom('x', 'y', 'z') },
      { requiredKeys: [] },
    ),
  })
  .map(({ at, ...but }) => aChange({ ...but, occurredAt: at }));

const somePlan: fc.Arbitrary<Plan> = fc.record({
  changes: fc.uniqueArray(someChange, {
    minLength: 1,
    maxLength: 5,
    selector: (it) => `${it.source} ${it.eventId}`,
  }),
  duplicates: fc.array(fc.nat({ max: 4 }), { maxLength: 2 }),
  workers: fc.integer({ min: 1, max: 4 }),
  deaths: fc.array(fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined, freq: 2 }), { maxLength: 8 }),
  fates: fc.array(fc.constantFrom<Fate>('answered', 'answered', 'late', 'unavailable', 'throttled'), {
    maxLength: 12,
  }),
  journeys: fc.array(fc.oneof(fc.constant(0), fc.constant(40)), { maxLength: 6 }),
});

class Death extends Error {}

/** Runs the plan to its end and returns what Clarus holds then. */
async function run(plan: Plan, scheduler: fc.Scheduler): Promise<Partial<ClarusAttributes>> {
  const inClarus: Partial<ClarusAttributes> = {};
  const state = memoryState();
  const looks: string[] = [];
  const landings = new Set<Promise<void>>();
  const fates = [...plan.fates];
  const deaths = [...plan.deaths];
  const journeys = [...plan.journeys];
  const queue = [...plan.changes, ...plan.duplicates.flatMap((i) => plan.changes[i] ?? [])].map((change) => ({
    change,
    received: 0,
  }));
  await state.links.put('demo', 'okta', '00uLEAVER', '42');
  await state.links.put('demo', 'scim', '00uLEAVER', '42');

  function step(label: string): Promise<void> {
    return scheduler.schedule(Promise.resolve(), label);
  }

  /** The request travels on its own: what becomes of the sender does not matter to it. */
  function travel(attributes: Partial<ClarusAttributes>): Promise<void> {
    const landing = journey(journeys.shift() ?? 0).then(() => void Object.assign(inClarus, attributes));
    landings.add(landing);
    return landing.finally(() => landings.delete(landing));
  }

  async function journey(steps: number): Promise<void> {
    for (let i = 0; i <= steps; i++) await step('under way');
  }

  /** One attempt by one worker: its ports die with it. */
  async function attempt(change: Change, redelivered: boolean): Promise<void> {
    const dies = deaths.shift();
    let steps = 0;
    let die: (death: Death) => void = () => {};
    const death = new Promise<never>((_, reject) => {
      die = reject;
    });

    async function alive<Result>(label: string, act: () => Promise<Result>): Promise<Result> {
      await step(label);
      if (steps++ === dies) {
        die(new Death());
        return new Promise(() => {});
      }
      return act();
    }

    const clarus = {
      async patch(_: string, attributes: Partial<ClarusAttributes>) {
        return alive('send', async () => {
          const fate = fates.shift() ?? 'answered';
          if (fate === 'throttled') throw new BridgeError('clarus_throttled', '429', { retryable: true });
          const landed = travel(attributes);
          if (fate === 'unavailable') await landed;
          if (fate === 'unavailable') throw new BridgeError('clarus_unavailable', '500', { retryable: true });
          if (fate === 'late') {
            throw new BridgeError('clarus_unreachable', 'time', { retryable: true, outcomeUnknown: true });
          }
          await alive('wait', () => landed);
          return alive('answer', async () => ({ kind: 'applied' as const, status: 200 }));
        });
      },
    };
    const ports: DeliverChangePorts = {
      users: {
        load: (t, id) => alive('load', () => state.users.load(t, id)),
        save: (record) =>
          alive('save', () => state.users.save(record)).then((end) => alive('saved', async () => end)),
      },
      links: { find: (t, s, id) => alive('find', () => state.links.find(t, s, id)), put: state.links.put },
      secrets: { load: () => Promise.reject(new Error('not used')), forget: () => {} },
      departures: state.departures,
      directories: {},
      reads: state.reads,
      brake: { ...state.brake, knownUsers: async () => 0 },
      readAgain: async () => {},
      clock: () => 0,
      lookAgain: async (_, id) => void looks.push(id),
    };
    // The parts of Clarus that a linked user never needs are left out.
    const services = { tenant, map, clarus } as unknown as TenantServices;
    const work = deliverChange(ports, services, change, redelivered);
    work.catch(() => {});
    await Promise.race([work, death]);
  }

  async function worker(): Promise<void> {
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      message.received++;
      try {
        await attempt(message.change, message.received > 1);
      } catch (error) {
        // The visibility timeout of a message outlives every request of an attempt that died.
        if (error instanceof Death) await Promise.all(landings);
        else if (!(error instanceof BridgeError)) throw error;
        queue.push(message);
      }
    }
  }

  const all = Promise.all(Array.from({ length: plan.workers }, worker));
  await scheduler.waitFor(all);
  await scheduler.waitFor(Promise.all(landings));
  for (const id of looks) {
    await converge({ users: state.users, clarus: { patch: land } }, await state.users.load('demo', id), true);
  }
  return inClarus;

  async function land(_: string, attributes: Partial<ClarusAttributes>) {
    Object.assign(inClarus, attributes);
    return { kind: 'applied' as const, status: 200 };
  }
}

async function expected(changes: readonly Change[]): Promise<Partial<ClarusAttributes>> {
  let desired: DesiredAttributes = {};
  for (const { source, occurredAt, eventId, user = {} } of changes) {
    const { attributes } = await map(user);
    desired = merge(desired, { at: occurredAt, eventId, origin: source, attributes });
  }
  return Object.fromEntries(Object.entries(desired).map(([name, { value }]) => [name, value]));
}

it('ends at the merged state for any interleaving, crash, duplicate, loss and delay', async () => {
  await fc.assert(
    fc.asyncProperty(somePlan, fc.scheduler(), async (plan, scheduler) => {
      const inClarus = await run(plan, scheduler);
      expect(inClarus).toEqual(await expected(plan.changes));
    }),
    { numRuns: Number(process.env.SIMULATION_RUNS ?? 1000) },
  );
});
