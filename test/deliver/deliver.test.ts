import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { NOW } from '../support/changes.ts';
import { aReceipt } from '../support/receipts.ts';
import { aDeliverBench } from './deliver-bench.ts';
import { activation, deactivation, silence, thin, unavailable } from './messages.ts';

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
    expect(bench.state.written).toEqual([aReceipt({ settledAt: NOW + 5_000, appliedAt: NOW + 5_000 })]);
    expect(bench.measured).toEqual(bench.state.written);
  });

  it('delivered twice makes one PATCH and keeps the first receipt', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation());
    await bench.deliver(deactivation());

    expect(bench.patches).toHaveLength(1);
    expect(bench.state.written).toMatchObject([{ outcome: 'applied' }]);
  });

  it('delivered twice in one batch makes one PATCH too', async () => {
    const bench = aDeliverBench();

    await Promise.all([bench.deliver(deactivation()), bench.deliver(deactivation())]);

    expect(bench.patches).toHaveLength(1);
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

  it('again by another event changes nothing more, and says so', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation());
    await bench.deliver(
      deactivation({ eventId: 'event-2', occurredAt: NOW + 1, eventType: 'user.lifecycle.delete.initiated' }),
    );

    expect(bench.patches).toHaveLength(1);
    expect(bench.state.written).toMatchObject([{ outcome: 'applied' }, { outcome: 'no_change' }]);
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

  it('of somebody Clarus does not know is settled without a call', async () => {
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
  it('the message comes again, later each time', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;

    for (const attempt of [1, 2, 3, 20]) await bench.deliver(deactivation(), { attempt });

    expect(bench.waits).toEqual([1, 2, 4, 450]);
    expect([bench.state.written, bench.dead, bench.looks]).toEqual([[], [], []]);
  });

  it('and not before Clarus wants it', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () =>
      new BridgeError('clarus_throttled', '429', { retryable: true, retryAfter: 9_500 });

    await bench.deliver(deactivation());

    expect(bench.waits).toEqual([11]);
  });

  it('and after a hundred times it is given up, with a receipt and the reason', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;

    const [last, one] = [
      await bench.deliver(deactivation(), { attempt: 99 }),
      await bench.deliver(deactivation(), { attempt: 100 }),
    ];

    expect([last, one]).toEqual([false, true]);
    expect(bench.dead).toMatchObject([{ code: 'clarus_unavailable' }]);
    expect(bench.state.written).toMatchObject([
      { outcome: 'rejected', reason: 'clarus_unavailable', isActive: false },
    ]);
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

  it('sends the whole state once more', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());

    const done = await bench.deliver(look, { queue: 'changes' });

    expect(done).toBe(true);
    expect(bench.patches).toHaveLength(2);
    expect(bench.lines.at(-1)).toMatchObject({
      message: 'look',
      fields: { clarusUserId: '42', sent: ['is_active'] },
    });
  });

  it('left for a revision that has been applied does nothing', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    // The deactivation was merged as revision 1 and its application stored as 2.
    const stored = bench.state.records.get('42')?.revision;

    const done = await bench.deliver({ ...look, revision: 1 }, { queue: 'changes' });

    expect([done, stored, bench.patches.length]).toEqual([true, 2, 1]);
    expect(bench.lines.at(-1)).toMatchObject({ message: 'look', fields: { sent: [], settled: true } });
  });

  it('left for a revision that others have written after sends the whole state once more', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    await bench.deliver(deactivation({ eventId: 'event-2', occurredAt: NOW + 1 }));

    await bench.deliver({ ...look, revision: 1 }, { queue: 'changes' });

    expect(bench.patches).toHaveLength(2);
  });

  it.each([
    ['in doubt again waits for its own request in turn', silence, 121],
    ['that fails for now comes again soon', unavailable, 1],
  ])('%s', async (_, error, wait) => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    bench.clarus.patch = () => error;

    const done = await bench.deliver(look, { queue: 'changes' });

    expect([done, bench.waits, bench.looks]).toEqual([false, [wait], []]);
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
  };

  await bench.deliver(
    activation({ subject: { id: '00uLEAVER', login: 'lea.ver@acme.example', displayName: 'Lea Ver' } }),
  );
  await bench.deliver(thin({ eventId: 'event-2' }), { queue: 'changes' });

  expect(JSON.stringify([bench.lines, bench.state.written])).not.toMatch(/Lea Ver|lea\.ver|acme\.example/i);
});
