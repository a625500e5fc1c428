import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { NOW } from '../support/changes.ts';
import { aReceipt } from '../support/receipts.ts';
import { aDeliverBench } from './deliver-bench.ts';
import { activation, deactivation, refusal, silence, thin, unavailable } from './messages.ts';

describe('a deactivation', () => {
  it('makes the Clarus user inactive and leaves a receipt that proves it', async () => {
    // Prepare
    const bench = aDeliverBench();
    bench.clock.advance(5_000);

    // Act
    const done = await bench.deliver(deactivation());

    // Assess
    expect(done).toBe(true);
    expect(bench.patches).toEqual([{ id: '42', attributes: { is_active: false } }]);
    const at = NOW + 5_001;
    expect(bench.state.written).toEqual([
      aReceipt({
        settledAt: at,
        appliedAt: at,
        steps: [
          { at: NOW + 2_000, step: 'received', what: 'user.lifecycle.deactivate' },
          { at, step: 'decided', what: 'out okta/00uLEAVER' },
          { at, step: 'confirmed', what: '200 is_active' },
        ],
      }),
    ]);
    expect(bench.measured).toEqual(bench.state.written);
  });

  it('tells in its receipt what the directory showed, or why it showed nothing', async () => {
    // Prepare
    const bench = aDeliverBench();
    const signsIn = { kind: 'found', user: {}, signsIn: false, addresses: [] } as const;
    const answers = [signsIn, { kind: 'gone' } as const, unavailable];

    // Act
    for (const [index, answer] of answers.entries()) {
      bench.okta.answer = answer;
      await bench.deliver(deactivation({ eventId: `event-${index}`, occurredAt: NOW + index }));
    }

    // Assess
    const read = bench.state.written.flatMap(({ steps }) => steps.filter(({ step }) => step === 'read'));
    expect(read.map(({ what }) => what)).toEqual(['out', 'gone', 'clarus_unavailable']);
  });

  it('delivered twice makes one PATCH and keeps the first receipt', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation());
    await bench.deliver(deactivation());

    expect(bench.patches).toHaveLength(1);
    expect(bench.state.written).toMatchObject([{ outcome: 'applied' }]);
  });

  it('told of by two webhooks in one batch makes one PATCH too', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => {
      bench.clock.advance(50);
      return { kind: 'applied', status: 200 };
    };

    await Promise.all([
      bench.deliver(deactivation()),
      bench.deliver(deactivation({ receivedAt: NOW + 2_500 })),
    ]);

    expect(bench.patches).toHaveLength(1);
  });

  it('costs four calls on the state once the person is linked, five the first time, two for a duplicate', async () => {
    const bench = aDeliverBench();
    const [first, second] = [deactivation(), deactivation({ eventId: 'event-2', occurredAt: NOW + 1 })];
    const spent = async (message: unknown) => {
      for (const name of Object.keys(bench.state.calls)) delete bench.state.calls[name];
      await bench.deliver(message);
      const { beginnings: _, ...calls } = bench.state.calls;
      return Object.fromEntries(Object.entries(calls).filter(([name]) => !name.startsWith('beginnings')));
    };

    expect(await spent(first)).toEqual({
      'cards.note': 1,
      'cards.link': 1,
      'records.join': 1,
      'records.save': 1,
      'receipts.put': 1,
    });
    expect(await spent(second)).toEqual({
      'cards.note': 1,
      'records.join': 1,
      'records.save': 1,
      'receipts.put': 1,
    });
    expect(await spent(first)).toEqual({ 'cards.note': 1, 'receipts.find': 1 });
  });

  it('is not undone by an older activation that comes late', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation());
    await bench.deliver(activation({ eventId: 'event-0', occurredAt: NOW - 1 }), { queue: 'changes' });

    expect(bench.patches).toHaveLength(1);
    expect(bench.state.written).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'superseded', isActive: true },
    ]);
  });

  it('again by another event is sent again: nobody has asked Clarus whether it still holds', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation());
    await bench.deliver(
      deactivation({ eventId: 'event-2', occurredAt: NOW + 1, eventType: 'user.lifecycle.delete.initiated' }),
    );

    expect(bench.patches).toHaveLength(2);
    expect(bench.state.written).toMatchObject([{ outcome: 'applied' }, { outcome: 'applied' }]);
  });

  it('that is delivered again after a crash is sent again with the whole state', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());

    await bench.deliver(deactivation(), { attempt: 2 });

    expect(bench.patches).toHaveLength(2);
  });

  it('does not wait for an identity provider that cannot be read', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = new BridgeError('okta_unavailable', '503', { retryable: true });

    await bench.deliver(deactivation());

    expect(bench.patches).toEqual([{ id: '42', attributes: { is_active: false } }]);
  });

  it('of somebody Clarus does not know is settled, and nobody is created', async () => {
    const bench = aDeliverBench({ unknownUser: 'create' });

    await bench.deliver(deactivation({ subject: { id: '00uX', login: 'nobody@acme.example' } }));
    await bench.deliver(deactivation({ eventId: 'event-2', subject: { id: '00uY' } }));

    expect([bench.patches, bench.created]).toEqual([[], []]);
    expect(bench.state.written).toMatchObject([
      { outcome: 'user_not_in_clarus', isActive: false },
      { outcome: 'user_not_in_clarus' },
    ]);
  });
});

describe('when something does not work now', () => {
  it('the message comes again, later each time, up to half an hour', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;

    for (const attempt of [1, 2, 3, 20]) await bench.deliver(deactivation(), { attempt });

    expect(bench.waits).toEqual([1, 2, 4, 1350]);
    expect([bench.dead, bench.looks]).toEqual([[], []]);
  });

  it('the receipt says that it waits, and tells of each try', async () => {
    const bench = aDeliverBench();
    bench.clock.advance(5_000);
    bench.clarus.patch = () => unavailable;

    for (const attempt of [1, 2, 3]) await bench.deliver(deactivation(), { attempt });

    expect(bench.state.written).toMatchObject([
      { outcome: 'waiting', reason: 'clarus_unavailable', isActive: false },
    ]);
    expect(bench.state.written[0]?.steps).toMatchObject([
      { step: 'received' },
      { step: 'tried', what: 'clarus_unavailable', attempt: 2 },
      { step: 'tried', what: 'clarus_unavailable', attempt: 3 },
    ]);
  });

  it('the person is on the list of what waits until it is done', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;
    for (const attempt of [1, 2]) await bench.deliver(deactivation(), { attempt });
    const [listed] = await bench.state.openItems.waiting('acme');
    bench.clarus.patch = () => ({ kind: 'applied', status: 200 });

    await bench.deliver(deactivation(), { attempt: 3 });

    expect(listed).toMatchObject({
      account: '00uLEAVER',
      waiting: { taking: true, code: 'clarus_unavailable', tries: 2, nextAt: bench.clock() + 1_999 },
    });
    expect(await bench.state.openItems.waiting('acme')).toEqual([]);
    expect(bench.gauges).toMatchObject([{ waitingRevocations: 1 }]);
  });

  it('and not before Clarus wants it', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () =>
      new BridgeError('clarus_throttled', '429', { retryable: true, retryAfter: 9_500 });

    await bench.deliver(deactivation());

    expect(bench.waits).toEqual([11]);
  });

  it('and after 13 days it is given up, before SQS would drop it without a word', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;
    const sentAt = NOW;
    bench.clock.advance(13 * 86_400_000);
    const before = await bench.deliver(deactivation(), { attempt: 600, sentAt: sentAt + 10 });

    const after = await bench.deliver(deactivation(), { attempt: 601, sentAt });

    expect([before, after]).toEqual([false, true]);
    expect(bench.dead).toMatchObject([{ code: 'clarus_unavailable' }]);
    expect(bench.state.written.at(-1)).toMatchObject({
      outcome: 'rejected',
      reason: 'clarus_unavailable',
      isActive: false,
    });
    expect(await bench.state.openItems.waiting('acme')).toHaveLength(1);
  });

  it('a request whose end is not known is looked after two minutes later', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => silence;

    await bench.deliver(deactivation());

    expect(bench.looks).toEqual(['42']);
  });

  it('comes again by the queue’s own timeout when even that cannot be set', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;
    bench.broken.retryLater = true;

    expect(await bench.deliver(deactivation())).toBe(false);
  });

  it('a dead letter that is not taken stays where it is', async () => {
    const bench = aDeliverBench();
    bench.broken.deadLetter = true;

    expect(await bench.deliver('{')).toBe(false);
    expect(bench.waits).toHaveLength(1);
  });

  it('a fault of ours comes again too, and nothing of the event is logged', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => {
      throw new TypeError('lea.ver@acme.example');
    };

    expect(await bench.deliver(deactivation())).toBe(false);
    expect(JSON.stringify(bench.lines)).toContain('TypeError');
    expect(JSON.stringify(bench.lines)).not.toContain('lea.ver');
  });

  it('a queue that nobody told us of is a fault in the deployment', async () => {
    const bench = aDeliverBench();

    expect(await bench.deliver('{', { queue: 'other' })).toBe(false);
  });
});

describe('a look', () => {
  const look = { kind: 'look', tenant: 'acme', clarusUserId: '42' };
  const CHANGES = { queue: 'changes' };

  /** After a request that nobody answered, and an attempt that was. */
  async function inDoubt() {
    const bench = aDeliverBench();
    bench.clarus.patch = () => silence;
    await bench.deliver(deactivation());
    bench.clarus.patch = () => ({ kind: 'applied', status: 200 });
    await bench.deliver(deactivation(), { attempt: 2 });
    return bench;
  }

  it('sends the whole state once more when nothing can land late any more', async () => {
    const bench = await inDoubt();
    bench.clock.advance(120_000);

    const done = await bench.deliver(look, CHANGES);

    expect(done).toBe(true);
    expect(bench.patches).toHaveLength(3);
    expect(bench.lines.at(-1)).toMatchObject({
      message: 'look',
      fields: { clarusUserId: '42', sent: ['is_active'], settled: false },
    });
  });

  it('is put off while a request may still be under way', async () => {
    const bench = await inDoubt();

    const done = await bench.deliver(look, CHANGES);

    expect([done, bench.patches.length, bench.waits.at(-1)]).toEqual([false, 2, 121]);
  });

  it('at a user who is settled makes no request', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());

    const done = await bench.deliver(look, CHANGES);

    expect([done, bench.patches.length]).toEqual([true, 1]);
    expect(bench.lines.at(-1)).toMatchObject({ message: 'look', fields: { sent: [], settled: true } });
  });

  it('is the last one: a second look finds nothing to do', async () => {
    const bench = await inDoubt();
    bench.clock.advance(120_000);

    for (let i = 0; i < 2; i++) await bench.deliver(look, CHANGES);

    expect(bench.patches).toHaveLength(3);
  });

  it.each([
    ['in doubt again waits for its own request in turn', silence, 121],
    ['that fails for now comes again soon', unavailable, 1],
  ])('%s', async (_, error, wait) => {
    const bench = await inDoubt();
    bench.clock.advance(120_000);
    bench.clarus.patch = () => error;

    const done = await bench.deliver(look, CHANGES);

    expect([done, bench.waits.at(-1), bench.looks]).toEqual([false, wait, ['42']]);
  });
});

describe('a message that cannot be carried out', () => {
  it.each([
    ['no JSON', '{', 'change_malformed'],
    ['no message', '{"kind":"other"}', 'change_malformed'],
    ['a tenant that is gone', deactivation({ tenant: 'gone' }), 'tenant_unknown'],
    [
      'a look for a tenant that is gone',
      { kind: 'look', tenant: 'gone', clarusUserId: '42' },
      'tenant_unknown',
    ],
  ])('%s is a dead letter with the body as it was', async (_, message, code) => {
    const bench = aDeliverBench();

    const done = await bench.deliver(message);

    expect(done).toBe(true);
    expect(bench.dead).toMatchObject([
      { code, body: typeof message === 'string' ? message : JSON.stringify(message) },
    ]);
  });

  it('for a tenant that is gone leaves a receipt all the same', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation({ tenant: 'gone' }));

    expect(bench.state.written).toMatchObject([
      { tenant: 'gone', outcome: 'rejected', reason: 'tenant_unknown', isActive: false },
    ]);
  });
});

it('logs and receipts hold ids, never a name or an address', async () => {
  const bench = aDeliverBench({ unknownUser: 'create' });
  bench.okta.answer = {
    kind: 'found',
    user: { displayName: 'Lea Ver', emails: [{ value: 'lea.ver@acme.example' }] },
    addresses: ['lea.ver@acme.example'],
  };

  await bench.deliver(
    activation({ subject: { id: '00uLEAVER', login: 'lea.ver@acme.example', displayName: 'Lea Ver' } }),
  );
  await bench.deliver(thin({ eventId: 'event-2' }), { queue: 'changes' });

  expect(JSON.stringify([bench.lines, bench.state.written])).not.toMatch(/Lea Ver|lea\.ver|acme\.example/i);
});

it('a dead letter that is redriven says so in its receipt', async () => {
  const bench = aDeliverBench();
  bench.clarus.patch = () => refusal;
  await bench.deliver(activation(), { queue: 'changes' });
  bench.clarus.patch = () => ({ kind: 'applied', status: 200 });

  await bench.deliver(activation(), { queue: 'changes', code: 'clarus_refused' });

  expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'applied' });
  expect(bench.state.written.at(-1)?.steps).toContainEqual(
    expect.objectContaining({ step: 'redriven', what: 'clarus_refused' }),
  );
});

it('writes no more than 1.5 KB of log about an event, and ids alone', async () => {
  const bench = aDeliverBench();
  bench.okta.answer = {
    kind: 'found',
    user: { displayName: 'Lea Ver', emails: [{ value: 'lea.ver@acme.example' }], title: 'Picker' },
    signsIn: false,
    addresses: ['lea.ver@acme.example'],
  };

  await bench.deliver(deactivation());

  const said = JSON.stringify(bench.lines);
  // Time, level, service and trace id, which the logger adds, are some 250 bytes.
  expect(said.length).toBeLessThan(1536 - 250);
  expect(said).toContain('00uLEAVER');
  expect(said).not.toMatch(/lea\.ver|Lea|Picker/);
});

describe('a confirmed revocation', () => {
  it('is read back in Clarus with others in one query, and the receipt says what was seen', async () => {
    // Prepare: two people have left; Clarus tells of one whether they are in.
    const bench = aDeliverBench();
    bench.clock.advance(5_000);
    bench.inClarus.set('jo@acme.example', [{ id: '43', email: 'jo@acme.example' }]);
    await bench.deliver(deactivation());
    await bench.deliver(
      deactivation({ eventId: 'event-2', subject: { id: '00uJO', login: 'jo@acme.example' } }),
    );
    bench.inClarus.set('lea.ver@acme.example', [
      { id: '42', email: 'lea.ver@acme.example', isActive: false },
    ]);
    const messages = bench.readBacks.map((item) => ({ kind: 'read_back', tenant: 'acme', items: [item] }));

    // Act
    await Promise.all(messages.map((message) => bench.deliver(message, { queue: 'changes' })));

    // Assess
    const seen = bench.state.written.map(({ steps }) => steps.at(-1));
    expect(seen).toMatchObject([
      { step: 'read_back', what: 'out' },
      { step: 'read_back', what: 'unknown' },
    ]);
    expect(bench.listings).toHaveLength(1);
  });
});
