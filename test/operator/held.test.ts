import { describe, expect, it } from 'vitest';
import { discard } from '../../operator/discard.ts';
import { release } from '../../operator/release.ts';
import { waiting } from '../../operator/waiting.ts';
import { deactivation, thin, unavailable } from '../deliver/messages.ts';
import { NOW } from '../support/changes.ts';
import { anOperatorBench, type OperatorBench, WHO } from './operator-bench.ts';

const KEY = { tenant: 'acme', source: 'okta', account: '00uLEAVER' };
const OUT = { kind: 'found', user: {}, signsIn: false, addresses: ['lea.ver@acme.example'] } as const;

/** Lea is out by nothing but a comparison with Okta, and the brake is full. */
async function aHeldTaking(): Promise<OperatorBench> {
  const bench = anOperatorBench({ brake: { users: 0, percent: 0 } });
  bench.okta.answer = { ...OUT, signsIn: true };
  await bench.deliver(thin({ eventId: 'met', foundBy: 'resync' }));
  bench.okta.answer = { ...OUT, changedAt: NOW };
  await bench.deliver(thin({ eventId: 'compared', foundBy: 'resync' }), { queue: 'changes' });
  const steps = expect.arrayContaining([expect.objectContaining({ step: 'held', what: 'brake' })]);
  expect(bench.state.written.at(-1)).toMatchObject({ eventId: 'compared', outcome: 'held', steps });
  expect(bench.access('42')).not.toBe(false);
  return bench;
}

describe('release', () => {
  it('sends what is held once more, marked, which then happens; and the receipt says who did it', async () => {
    // Prepare
    const bench = await aHeldTaking();

    // Act
    const count = await release(bench.ports, 'acme', WHO);

    // Assess
    expect(count).toBe(1);
    expect(bench.sent).toMatchObject([
      { queueUrl: 'q:changes', message: { kind: 'change', eventId: 'compared', released: true } },
    ]);
    await bench.deliverSent();
    expect(bench.access('42')).toBe(false);
    expect(await bench.state.receipts.find(KEY, 'compared')).toMatchObject({
      outcome: 'applied',
      steps: expect.arrayContaining([expect.objectContaining({ step: 'released', who: WHO })]),
    });
    expect((await bench.state.cards.find(KEY))?.held).toBeUndefined();
    expect(await release(bench.ports, 'acme', WHO)).toBe(0);
  });

  it('forgets nothing that did not get onto the queue, and nothing of other tenants', async () => {
    // Prepare
    const bench = await aHeldTaking();
    const sendMessages = () => Promise.reject(new Error('SQS is down'));

    // Act
    const releasing = release({ ...bench.ports, sendMessages }, 'acme', WHO);

    // Assess
    await expect(releasing).rejects.toThrow('SQS is down');
    expect(await release(bench.ports, 'globex', WHO)).toBe(0);
    expect((await bench.state.cards.find(KEY))?.held).toBeDefined();
  });

  it('leaves what has come to be held meanwhile', async () => {
    // Prepare
    const bench = await aHeldTaking();
    const card = await bench.state.cards.find(KEY);
    const held = card?.held;
    if (held === undefined) throw new Error('Nothing is held.');
    const openItems = {
      ...bench.ports.openItems,
      held: async (tenant: string) => {
        const before = await bench.ports.openItems.held(tenant);
        await bench.state.cards.hold(KEY, { ...held, change: { ...held.change, eventId: 'later' } });
        return before;
      },
    };

    // Act
    await release({ ...bench.ports, openItems }, 'acme', WHO);

    // Assess
    expect((await bench.state.cards.find(KEY))?.held?.change.eventId).toBe('later');
  });
});

describe('discard', () => {
  const settings = { sources: ['okta', 'scim'] };
  const options = { tenant: 'acme', account: '00uLEAVER', who: WHO, settings, receiptDays: 400 };

  it('ends it: the person keeps access, also when they are compared again', async () => {
    // Prepare
    const bench = await aHeldTaking();

    // Act
    const end = await discard(bench.ports, options);
    await bench.deliverSent();
    await bench.deliver(thin({ eventId: 'compared-again', foundBy: 'resync' }), { queue: 'changes' });

    // Assess
    expect(end.kind).toBe('discarded');
    expect(bench.access('42')).not.toBe(false);
    expect(await bench.state.openItems.held('acme')).toEqual([]);
    expect(await bench.state.receipts.find(KEY, 'compared')).toMatchObject({
      outcome: 'no_change',
      reason: 'discarded',
      steps: expect.arrayContaining([expect.objectContaining({ step: 'discarded', who: WHO })]),
    });
  });

  it('leaves a later deactivation its effect', async () => {
    // Prepare
    const bench = await aHeldTaking();
    await discard(bench.ports, options);
    await bench.deliverSent();
    bench.clock.advance(60_000);
    const now = bench.clock();

    // Act
    await bench.deliver(deactivation({ eventId: 'left', occurredAt: now, receivedAt: now }));

    // Assess
    expect(bench.access('42')).toBe(false);
  });

  it('gives no access back that was taken by a statement since', async () => {
    // Prepare
    const bench = await aHeldTaking();
    bench.clock.advance(60_000);
    const now = bench.clock();
    await bench.deliver(deactivation({ eventId: 'left', occurredAt: now, receivedAt: now }));

    // Act
    const end = await discard(bench.ports, options);
    await bench.deliverSent();

    // Assess
    expect(end).toMatchObject({ kind: 'discarded', out: true });
    expect(bench.access('42')).toBe(false);
    expect(await bench.state.openItems.held('acme')).toEqual([]);
  });

  it.each([
    ['another source takes', { source: 'scim', subject: { id: '42' } }],
    ['was stated since, and waits', {}],
  ])('overrules nothing that %s', async (_, but) => {
    // Prepare: Clarus does not answer yet.
    const bench = await aHeldTaking();
    bench.clock.advance(60_000);
    const now = bench.clock();
    const left = deactivation({ eventId: 'left', occurredAt: now, receivedAt: now, ...but });
    bench.clarus.patch = () => unavailable;
    for (const attempt of [1, 2]) await bench.deliver(left, { attempt });

    // Act
    const end = await discard(bench.ports, options);

    // Assess
    expect(end.kind).toBe('taken');
    expect((await bench.state.records.load('acme', '42')).liftedAt).toBeUndefined();
    expect(await bench.state.openItems.held('acme')).toHaveLength(1);
  });

  it('of a role lifts nothing', async () => {
    // Prepare
    const bench = await aHeldTaking();
    const held = (await bench.state.cards.find(KEY))?.held;
    if (held === undefined) throw new Error('Nothing is held.');
    await bench.state.cards.hold(KEY, { ...held, by: 'promotions' });

    // Act
    const end = await discard(bench.ports, options);

    // Assess
    expect(end).toMatchObject({ kind: 'discarded', held: { by: 'promotions' } });
    expect((await bench.state.records.load('acme', '42')).liftedAt).toBeUndefined();
    expect(bench.sent).toEqual([]);
  });

  it('says so when nothing is held, or two sources have such an account', async () => {
    // Prepare
    const bench = await aHeldTaking();
    const held = (await bench.state.cards.find(KEY))?.held;
    if (held === undefined) throw new Error('Nothing is held.');
    await bench.state.cards.hold({ ...KEY, source: 'entra' }, held);

    // Act
    const ends = [
      await discard(bench.ports, { ...options, account: '00uOTHER' }),
      await discard(bench.ports, options),
      await discard(bench.ports, { ...options, source: 'entra' }),
      await discard(bench.ports, { ...options, source: 'entra' }),
    ];

    // Assess
    expect(ends.map(({ kind }) => kind)).toEqual(['not_held', 'ambiguous', 'discarded', 'not_held']);
    expect(ends[1]).toMatchObject({ sources: expect.arrayContaining(['okta', 'entra']) });
  });
});

it('what waits is listed before what is held, and an account once', async () => {
  // Prepare
  const bench = await aHeldTaking();
  const change = (await bench.state.cards.find(KEY))?.held?.change;
  if (change === undefined) throw new Error('Nothing is held.');
  const wait = {
    taking: true,
    since: NOW,
    code: 'clarus_unavailable',
    tries: 3,
    nextAt: NOW + 60_000,
    change,
  };
  await bench.state.cards.wait({ ...KEY, account: '00uSECOND' }, { ...wait, eventId: 'e2', since: NOW + 1 });
  await bench.state.cards.wait({ ...KEY, account: '00uFIRST' }, { ...wait, eventId: 'e1' });

  // Act
  const before = await waiting(bench.ports, 'acme');
  await bench.state.cards.wait(KEY, { ...wait, eventId: 'e3', since: NOW + 2 });
  const after = await waiting(bench.ports, 'acme');

  // Assess
  expect(before.map(({ account }) => account)).toEqual(['00uFIRST', '00uSECOND', '00uLEAVER']);
  expect(after.map(({ account }) => account)).toEqual(['00uFIRST', '00uSECOND', '00uLEAVER']);
  expect(await waiting(bench.ports, 'globex')).toEqual([]);
});
