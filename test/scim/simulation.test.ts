import type { SQSRecord } from 'aws-lambda';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDeliver } from '../../functions/deliver/deliver.ts';
import { type ClarusAttributes, entriesIn } from '../../functions/identity/clarus-attributes.ts';
import { compileMapping } from '../../functions/identity/mapping.ts';
import { type Desired, newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import type { Outgoing } from '../../functions/queue/send-messages.ts';
import { makeTenant } from '../../functions/scim/make-tenant.ts';
import type { ScimTenant } from '../../functions/scim/ports.ts';
import { createScim, type ScimServerPorts } from '../../functions/scim/server.ts';
import { tenantTable } from '../../functions/tenants/tenant-table.ts';
import { aClock } from '../support/clock.ts';
import { anEvent } from '../support/memory-scim.ts';
import { memoryScimState } from '../support/memory-scim-state.ts';
import { memoryState } from '../support/memory-state.ts';
import { operations, SCIM_TOKEN } from '../support/scim-bench.ts';
import { aTenant, sha256 } from '../support/tenants.ts';
import { type Fate, REFUSED_NAME, unreliableClarus } from '../support/unreliable-clarus.ts';

/**
 * The real `scim` code, called by several clients at once under a scheduler that chooses which of all waiting
 * steps goes next. Every await of the code on a port is such a step. Any call may die at any step, as a
 * function does that is ended: nothing of it runs any more, but a request that is under way still lands.
 * Requests to Clarus may be lost before or after they land, land late, or be refused. Some clients
 * send again what got no answer or a 429 or 5xx; all read again after a 412.
 */

/** What a client wants, of whoever has a login. One that is not patient gives up when it fails. */
type Wish = { login: string; patient: boolean } & (
  | { kind: 'create'; value: Profile }
  | { kind: 'patch' | 'put'; value: Partial<Profile>; ifMatch: boolean }
  | { kind: 'delete' }
);

interface Profile {
  displayName: string;
  title: string;
  active: boolean;
  /** Another login, which is the address too. */
  userName: string;
}

interface Plan {
  clients: Wish[][];
  /** For each call in turn the step at which it dies; most live. */
  deaths: (number | undefined)[];
  fates: Fate[];
  /** For each request to Clarus in turn how many steps it is under way. */
  journeys: number[];
}

const [ANN, BOB] = ['ann@acme.example', 'bob@acme.example'];
/** Ann is there from the beginning, and most is about her. */
const someLogin = fc.constantFrom(ANN, ANN, ANN, BOB);
const someProfile = {
  displayName: fc.constantFrom('A', 'B', REFUSED_NAME),
  title: fc.constantFrom('x', 'y'),
  active: fc.boolean(),
  userName: someLogin,
};
const someChange = fc.record(someProfile, { requiredKeys: [] });
const someWho = { login: someLogin, patient: fc.boolean() };
const someWish: fc.Arbitrary<Wish> = fc.oneof(
  fc.record({ kind: fc.constant('create'), ...someWho, value: fc.record(someProfile) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('patch', 'put'),
      ...someWho,
      value: someChange,
      ifMatch: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('delete'), ...someWho }),
);
const somePlan: fc.Arbitrary<Plan> = fc.record({
  clients: fc.array(fc.array(someWish, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  deaths: fc.array(fc.option(fc.integer({ min: 0, max: 24 }), { nil: undefined, freq: 2 }), { maxLength: 8 }),
  fates: fc.array(
    fc.constantFrom<Fate>('answered', 'answered', 'answered', 'late', 'unavailable', 'throttled'),
    {
      maxLength: 10,
    },
  ),
  journeys: fc.array(fc.oneof(fc.constant(0), fc.constant(40)), { maxLength: 6 }),
});

const tenant = aTenant({
  scim: { sha256: [sha256(SCIM_TOKEN)] },
  mapping: { string1: { expression: 'title' } },
  brake: { users: 1000, percent: 100 },
});
const map = compileMapping(tenant.mapping);
/** Longer than a claim of a userName is good for, and than any request is under way. */
const A_WHILE = 60_000;

class Death extends Error {}

function asRecord({ message, queueUrl }: Outgoing): SQSRecord {
  return {
    body: JSON.stringify(message),
    attributes: { ApproximateReceiveCount: '1' },
    eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${queueUrl}`,
  } as unknown as SQSRecord;
}

type Answer = { status: number; body: ReturnType<typeof Object> };

/** Runs the plan to its end, with what looks and revocations do after two minutes or without, and holds it together. */
async function run(plan: Plan, scheduler: fc.Scheduler, looks: 'looks' | 'no looks') {
  const deaths = [...plan.deaths];
  const fates: Fate[] = [];
  const journeys: number[] = [];
  const state = memoryState();
  const { scimUsers, names, scimGroups } = memoryScimState();
  const clock = aClock();
  const clarus = unreliableClarus(fates, async () => {
    for (let steps = journeys.shift() ?? 0; steps >= 0; steps--) await step('under way');
  });
  const queued: Outgoing[] = [];
  let ids = 0;
  let underWay = 0;
  let late = false;

  function step(label: string): Promise<void> {
    return scheduler.schedule(Promise.resolve(), label);
  }

  /** One call, by an instance of the function whose ports die with it. */
  async function call(
    method: string,
    path: string,
    body?: unknown,
    ifMatch?: string,
    mayDie = true,
  ): Promise<Answer> {
    const dies = mayDie ? deaths.shift() : undefined;
    let steps = 0;
    const death = Promise.withResolvers<never>();
    death.promise.catch(() => {});

    async function alive<Result>(label: string, act: () => Promise<Result>): Promise<Result> {
      await step(label);
      if (steps++ === dies) {
        death.reject(new Death());
        return new Promise(() => {});
      }
      return act();
    }
    /** Dies before it does something, or after that and before it hears of it. */
    function mortal<Port extends object>(port: Port): Port {
      const methods = Object.entries(port).map(([name, act]) => [
        name,
        (...args: unknown[]) =>
          alive(name, () => act(...args)).then((result: unknown) =>
            alive(`${name} done`, async () => result),
          ),
      ]);
      return Object.fromEntries(methods) as Port;
    }

    const http = { send: createHttpSend(), clock, timeout: 0 };
    const secrets = { load: unused, forget: () => {} };
    const scim: ScimTenant = {
      ...makeTenant(tenant, http, secrets),
      clarus: mortal(clarus),
    };
    const ports: ScimServerPorts = {
      tenants: tenantTable(new Map([['acme', {}]]), () => tenant),
      secrets,
      serve: () => scim,
      users: mortal(state.users),
      scimUsers: mortal(scimUsers),
      names: mortal(names),
      scimGroups: mortal(scimGroups),
      random: () => 0,
      pause: async () => {},
      links: mortal(state.links),
      receipts: mortal(state.receipts),
      sendMessages: (messages) =>
        alive('queue', async () => void queued.push(...messages)).then(() => alive('queued', async () => {})),
      queues: { changes: 'changes', revocations: 'revocations' },
      clock,
      newId: () => `id-${ids++}`,
      log: () => {},
      measure: () => {},
    };
    const headers: Record<string, string> = ifMatch === undefined ? {} : { 'if-match': ifMatch };
    clock.advance(1);
    underWay++;
    try {
      const result = await Promise.race([
        createScim(ports)(anEvent(method, path, body, headers)),
        death.promise,
      ]);
      const { statusCode: status = 0, body: text } = result;
      return { status, body: text === undefined ? {} : JSON.parse(text) };
    } finally {
      underWay--;
    }
  }

  /** Sends until there is an answer that another try would not change, or once. */
  async function insist(
    { patient }: Wish,
    method: string,
    path: string,
    body?: unknown,
    ifMatch?: string,
  ): Promise<Answer | undefined> {
    for (;;) {
      while (late) await timePasses();
      const answer = await send(method, path, body, ifMatch);
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) return answer;
      if (!patient) return undefined;
    }
  }

  /** Sends once; undefined when the function has died. */
  async function send(...request: Parameters<typeof call>): Promise<Answer | undefined> {
    try {
      const answer = await call(...request);
      expect(answer.status).not.toBe(500);
      return answer;
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      late = true;
      return undefined;
    }
  }

  /** After a death the client waits, and by then nothing of before is under way. */
  async function timePasses(): Promise<void> {
    await step('waiting');
    if (underWay > 0 || clarus.landings.size > 0 || !late) return;
    clock.advance(A_WHILE);
    late = false;
  }

  async function client(wishes: readonly Wish[]): Promise<void> {
    for (const wish of wishes) await fulfil(wish);
  }

  async function fulfil(wish: Wish): Promise<void> {
    if (wish.kind === 'create') {
      await insist(wish, 'POST', '/Users', { ...wish.value, userName: wish.login });
      return;
    }
    const query = `/Users?filter=${encodeURIComponent(`userName eq "${wish.login}"`)}`;
    const answer = await insist(wish, 'GET', query);
    const [found] = answer?.body.Resources ?? [];
    if (found === undefined) return;
    const path = `/Users/${found.id}`;
    if (wish.kind === 'delete') {
      await insist(wish, 'DELETE', path);
      return;
    }
    const ifMatch = wish.ifMatch ? String(found.meta.version) : undefined;
    const { userName } = wish.value;
    const value = { ...wish.value, ...(userName !== undefined && { emails: [{ value: userName }] }) };
    const end =
      wish.kind === 'patch'
        ? await insist(wish, 'PATCH', path, operations({ op: 'replace', value }), ifMatch)
        : await insist(wish, 'PUT', path, { ...found, ...value }, ifMatch);
    if (plan.clients.length === 1 && end?.status === 200) {
      expect(clarus.users.get(found.id)).toMatchObject((await map(value)).attributes);
    }
    // Somebody else was faster, or an attempt that died got this far: read again, as a client does.
    if (end?.status === 412) await fulfil(wish);
  }

  /** What the queues hold is carried out by the real `deliver`, which has a test like this of its own. */
  async function deliverQueued(): Promise<void> {
    const deliver = createDeliver({
      ...state,
      findScimUser: scimUsers.find,
      clock,
      servicesOf: () => ({
        tenant,
        map,
        clarus,
      }),
      secrets: { load: unused, forget: () => {} },
      directories: {},
      brake: { ...state.brake, knownUsers: async () => 0 },
      readAgain: unused,
      lookAgain: unused,
      queues: { changes: { url: 'c', deadLetterUrl: 'd' }, revocations: { url: 'r', deadLetterUrl: 'd' } },
      retryLater: async () => {},
      deadLetter: async () => {},
      random: () => 0,
      log: () => {},
      measure: () => {},
    });
    for (let message = queued.shift(); message !== undefined; message = queued.shift()) {
      await deliver(asRecord(message));
    }
  }

  const ann = { displayName: 'Ann', title: 'x', userName: ANN };
  await scheduler.waitFor(call('POST', '/Users', ann, undefined, false));
  fates.push(...plan.fates);
  journeys.push(...plan.journeys);
  await scheduler.waitFor(Promise.all(plan.clients.map(client)));
  while (clarus.landings.size > 0) await scheduler.waitFor(Promise.allSettled(clarus.landings));
  fates.length = 0;
  clock.advance(2 * A_WHILE);
  if (looks === 'looks') await scheduler.waitFor(deliverQueued());
  const { body } = await scheduler.waitFor(call('GET', '/Users', undefined, undefined, false));
  for (const user of await scimUsers.all('acme')) {
    const shown = body.Resources.find((it: { id: string }) => it.id === user.clarusUserId);
    const inClarus = clarus.users.get(user.clarusUserId);
    if (user.deleted) expect([shown, inClarus?.is_active]).toEqual([undefined, false]);
    else expectAgreement(inClarus, (await map(shown)).attributes, state.records.get(user.clarusUserId));
  }
  const logins = body.Resources.map((it: { userName: string }) => it.userName.toLowerCase());
  expect(new Set(logins).size).toBe(logins.length);
}

/** Clarus has what SCIM shows, and what the record wants but for what Clarus will not take. */
function expectAgreement(
  inClarus: Partial<ClarusAttributes> | undefined,
  shown: Partial<ClarusAttributes>,
  { desired, refused }: UserRecord = newUserRecord('acme', '42'),
): void {
  expect(inClarus).toMatchObject(shown);
  for (const [name, { value }] of entriesIn<Desired>(desired)) {
    if (refused[name] !== value) expect(inClarus).toMatchObject({ [name]: value });
  }
}

/** A port that this must not touch. */
function unused(): Promise<never> {
  return Promise.reject(new Error('not to be touched'));
}

const RUNS = Number(process.env.SIMULATION_RUNS ?? 300);

it('leaves Clarus, the records and what SCIM shows the same, whatever dies, is late, lost or refused', async () => {
  await fc.assert(
    fc.asyncProperty(somePlan, fc.scheduler(), (plan, scheduler) => run(plan, scheduler, 'looks')),
    { numRuns: RUNS },
  );
});

/** The wish with a name that Clarus takes, and no address that it may not. */
function acceptable(wish: Wish): Wish {
  if (wish.kind === 'delete') return wish;
  const { userName, ...others } = wish.value;
  const value = others.displayName === REFUSED_NAME ? { ...others, displayName: 'C' } : others;
  if (wish.kind === 'create') return { ...wish, value: { ...wish.value, ...value } };
  // The same kind of wish with the same members.
  return { ...wish, value } as Wish;
}

it('needs no looks for that when nothing dies, is late, lost or refused', async () => {
  await fc.assert(
    fc.asyncProperty(somePlan, fc.scheduler(), (plan, scheduler) =>
      run(
        { ...plan, clients: plan.clients.map((wishes) => wishes.map(acceptable)), deaths: [], fates: [] },
        scheduler,
        'no looks',
      ),
    ),
    { numRuns: RUNS },
  );
});

it('does what a client is told, one thing after the other', async () => {
  // Nothing lands late: what did would be undone by the look, two minutes after the client was told otherwise.
  const oneClient = somePlan.map(({ clients: [wishes = []], ...plan }) => ({
    ...plan,
    clients: [wishes],
    deaths: [],
    fates: plan.fates.filter((fate) => fate !== 'late'),
  }));
  await fc.assert(
    fc.asyncProperty(oneClient, fc.scheduler(), (plan, scheduler) => run(plan, scheduler, 'looks')),
    { numRuns: RUNS },
  );
});
