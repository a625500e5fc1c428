import type { SQSRecord } from 'aws-lambda';
import type fc from 'fast-check';
import { expect } from 'vitest';
import { settingsWithoutRoles, settingsWithRoles } from '../../../functions/clarus/decide-settings.ts';
import { guardsOf } from '../../../functions/clarus/guards.ts';
import { createDeliver } from '../../../functions/deliver/deliver.ts';
import { compileMapping } from '../../../functions/identity/profile/mapping.ts';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import type { Message } from '../../../functions/queue/message.ts';
import type { Outgoing } from '../../../functions/queue/send-messages.ts';
import { makeTenant } from '../../../functions/scim/make-tenant.ts';
import { createScim } from '../../../functions/scim/server.ts';
import { tenantTable } from '../../../functions/tenants/tenant-table.ts';
import { aClock, type HandClock } from '../../support/clock.ts';
import { memoryClients } from '../../support/memory-clients.ts';
import { anEvent } from '../../support/memory-scim.ts';
import { memoryScimState } from '../../support/memory-scim-state.ts';
import { type MemoryState, memoryState } from '../../support/memory-state.ts';
import { SCIM_TOKEN } from '../../support/scim-bench.ts';
import { aTenant, sha256 } from '../../support/tenants.ts';
import { type Fate, type UnreliableClarus, unreliableClarus } from '../../support/unreliable-clarus.ts';
import { NO_WEB_KEYS } from '../../support/web-keys.ts';

const tenant = aTenant({
  scim: { sha256: [sha256(SCIM_TOKEN)] },
  defaultRole: 9,
  mapping: { string1: { expression: 'title' } },
  brake: { users: 1000, percent: 100 },
});
export const map = compileMapping(tenant.mapping);

/** Longer than a claim of a userName is good for, and than any request is under way. */
export const A_WHILE = 60_000;

/** Milliseconds between two deliveries of a message that could not be carried out. */
const AGAIN = 30_000;

export class Death extends Error {}

export interface Answer {
  status: number;
  // What is expected of it is each check's to say.
  body: ReturnType<typeof Object>;
}

/** A request to `scim`. One that may die does so at the next step that the plan says. */
export interface Request {
  method: string;
  path: string;
  body?: unknown;
  ifMatch?: string | undefined;
  immortal?: boolean;
}

/** The real `scim` and the real `deliver`, with state and Clarus in memory. Every await on a port is a step. */
export interface World {
  clock: HandClock;
  clarus: UnreliableClarus;
  state: MemoryState;
  queued: Outgoing[];
  /** At which step each call dies, in turn; what becomes of requests to Clarus, and how long they are under way. */
  deaths: (number | undefined)[];
  fates: Fate[];
  journeys: number[];
  /** How many steps there have been. */
  steps(): number;
  step(label: string): Promise<void>;
  call(request: Request): Promise<Answer>;
  /** After a death whoever waits lets some time pass, and by then nothing of before is under way. */
  waitAfterDeath(): Promise<void>;
  died(): void;
  /** What Okta says of a user, by its event hook, carried out. */
  okta(account: string, active: boolean): Promise<void>;
  /** Carries out what is on a queue, or on both. */
  deliverQueued(queue?: 'revocations' | 'changes'): Promise<void>;
}

type Mortal = <Port extends object>(port: Port) => Port;

export function aWorld(scheduler: fc.Scheduler): World {
  const [deaths, fates, journeys]: [World['deaths'], Fate[], number[]] = [[], [], []];
  const [state, clock, queued] = [memoryState(), aClock(), [] as Outgoing[]];
  const { names, pointers, scimGroups } = memoryScimState();
  const clarus = unreliableClarus(fates, async () => {
    for (let left = journeys.shift() ?? 0; left >= 0; left--) await step('under way');
  });
  let [ids, steps, underWay, isLate] = [0, 0, 0, false];

  function step(label: string): Promise<void> {
    steps++;
    return scheduler.schedule(Promise.resolve(), label);
  }

  /** What a function does in one invocation: its ports die with it, before they do something or before they say so. */
  async function invoked<Result>(
    dies: number | undefined,
    work: (mortal: Mortal) => Promise<Result>,
  ): Promise<Result> {
    const death = Promise.withResolvers<never>();
    death.promise.catch(() => {});
    let lived = 0;

    async function alive<Value>(label: string, act: () => Promise<Value>): Promise<Value> {
      await step(label);
      if (lived++ !== dies) return act();
      death.reject(new Death());
      return new Promise(() => {});
    }
    function mortal<Port extends object>(port: Port): Port {
      const methods = Object.entries(port).map(([name, act]) => [
        name,
        async (...args: unknown[]) => {
          const result = await alive(name, async () => act(...args));
          return alive(`${name} done`, async () => result);
        },
      ]);
      // The same names, and functions that take and give the same.
      return Object.fromEntries(methods) as Port;
    }
    clock.advance(1);
    underWay++;
    try {
      return await Promise.race([work(mortal), death.promise]);
    } finally {
      underWay--;
    }
  }

  async function call({ method, path, body, ifMatch, immortal = false }: Request): Promise<Answer> {
    return invoked(immortal ? undefined : deaths.shift(), async (mortal) => {
      const deadly = mortal(clarus);
      const services = makeTenant(tenant, { send: createHttpSend(), clock, timeout: 0 }, SECRETS);
      const scim = createScim({
        tenants: tenantTable(new Map([['acme', {}]]), () => tenant),
        secrets: SECRETS,
        webKeys: NO_WEB_KEYS,
        clients: memoryClients(),
        logRequest: () => {},
        serve: () => ({
          ...services,
          clarus: deadly,
          settings: settingsWithRoles(tenant, deadly),
          guards: guardsOf(tenant, deadly),
        }),
        records: mortal(state.records),
        names: mortal(names),
        pointers: mortal(pointers),
        scimGroups: mortal(scimGroups),
        receipts: mortal(state.receipts),
        brake: mortal(state.brake),
        ...mortal({
          sendMessages: async (messages: readonly Outgoing[]) => void queued.push(...messages),
          pause: async () => {},
        }),
        random: () => 0,
        queues: { changes: 'changes', revocations: 'revocations' },
        clock,
        newId: () => `id-${ids++}`,
        log: () => {},
        measure: () => {},
        alert: () => {},
      });
      const headers = ifMatch === undefined ? {} : { 'if-match': ifMatch };
      const { statusCode: status = 0, body: text } = await scim(anEvent(method, path, body, headers));
      return { status, body: text === undefined ? {} : JSON.parse(text) };
    });
  }

  function aDeliver(mortal: Mortal): (record: SQSRecord) => Promise<void> {
    const deadly = mortal(clarus);
    return createDeliver({
      ...state,
      cards: mortal(state.cards),
      records: mortal(state.records),
      receipts: mortal(state.receipts),
      clock,
      servicesOf: () => ({
        tenant,
        map,
        clarus: deadly,
        settings: settingsWithRoles(tenant, deadly),
        withoutRoles: settingsWithoutRoles(tenant),
        guards: guardsOf(tenant, deadly),
        isScim: (source) => source === 'scim',
      }),
      secrets: SECRETS,
      directories: {},
      knownUsers: async () => 0,
      readAgain: unused,
      toReadBack: () => {},
      lookAgain: async (name, clarusUserId) =>
        void queued.push({ queueUrl: 'changes', message: { kind: 'look', tenant: name, clarusUserId } }),
      queues: {
        changes: { url: 'c', deadLetterUrl: 'd', urgent: false },
        revocations: { url: 'r', deadLetterUrl: 'd', urgent: true },
      },
      retryLater: async () => {},
      deadLetter: async (_, body) => expect.fail(`a dead letter: ${body}`),
      random: () => 0,
      log: () => {},
      measure: () => {},
      measureOpen: () => {},
      alert: () => {},
    });
  }

  /** Handled until it is done, whatever dies or fails meanwhile. */
  async function delivered(outgoing: Outgoing): Promise<void> {
    for (let attempt = 1; attempt < 30; attempt++) {
      try {
        const record = asRecord(outgoing, attempt, clock());
        await invoked(deaths.shift(), (mortal) => aDeliver(mortal)(record));
        return;
      } catch (error) {
        if (error instanceof Death) await becomesVisible();
        await step('again');
        // No call lives for longer than API Gateway waits.
        clock.advance(underWay === 0 ? AGAIN : 1_000);
      }
    }
    expect.fail(`never done: ${JSON.stringify(outgoing)}`);
  }

  /** A message of a worker that died comes back after six minutes, when nothing of before is under way any more. */
  async function becomesVisible(): Promise<void> {
    const before = [...clarus.landings];
    while (before.some((landing) => clarus.landings.has(landing))) await step('invisible');
  }

  function okta(account: string, active: boolean): Promise<void> {
    clock.advance(1);
    const now = clock();
    const message: Message = {
      kind: 'change',
      tenant: 'acme',
      source: 'okta',
      eventId: `okta-${ids++}`,
      eventType: 'user.lifecycle',
      occurredAt: now,
      receivedAt: now,
      subject: { id: account },
      user: { active },
    };
    return delivered({ queueUrl: active ? 'changes' : 'revocations', message });
  }

  async function deliverQueued(queue?: string): Promise<void> {
    const isMeant = ({ queueUrl }: Outgoing) => queue === undefined || queueUrl === queue;
    for (let at = queued.findIndex(isMeant); at !== -1; at = queued.findIndex(isMeant)) {
      const [outgoing] = queued.splice(at, 1);
      if (outgoing !== undefined) await delivered(outgoing);
    }
  }

  async function waitAfterDeath(): Promise<void> {
    while (isLate) {
      await step('waiting');
      if (underWay > 0 || clarus.landings.size > 0 || !isLate) continue;
      clock.advance(A_WHILE);
      isLate = false;
    }
  }

  return {
    clock,
    clarus,
    state,
    queued,
    deaths,
    fates,
    journeys,
    steps: () => steps,
    step,
    call,
    waitAfterDeath,
    died: () => {
      isLate = true;
    },
    okta,
    deliverQueued,
  };
}

function asRecord({ message, queueUrl }: Outgoing, attempt: number, sentAt: number): SQSRecord {
  return {
    body: JSON.stringify(message),
    attributes: { ApproximateReceiveCount: String(attempt), SentTimestamp: String(sentAt) },
    eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${queueUrl}`,
  } as unknown as SQSRecord;
}

/** A port that this must not touch. */
function unused(): Promise<never> {
  return Promise.reject(new Error('not to be touched'));
}

const SECRETS = { load: unused, forget: () => {} };
