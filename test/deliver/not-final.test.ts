import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { aDeliverBench, type DeliverBench } from './deliver-bench.ts';
import { activation, deactivation, refusal, silence, unavailable } from './messages.ts';

const ADDRESS = 'lea.ver@acme.example';

function waiting({ state }: DeliverBench) {
  return state.openItems.waiting('acme');
}

describe('a revocation that Clarus refuses', () => {
  it('is no dead letter: it waits, and is done once Clarus takes it', async () => {
    // Prepare
    const bench = aDeliverBench();
    const { patch } = bench.clarus;
    bench.clarus.patch = () => ({ kind: 'refused', status: 422, error: refusal, silence, unavailable });

    // Act
    const ends = [];
    for (const attempt of [1, 2]) ends.push(await bench.deliver(deactivation(), { attempt }));
    const [listed] = await waiting(bench);
    const before = bench.state.written.at(-1);
    bench.clarus.patch = patch;
    ends.push(await bench.deliver(deactivation(), { attempt: 3 }));

    // Assess
    expect([ends, bench.dead]).toEqual([[false, false, true], []]);
    expect(listed?.waiting).toMatchObject({ taking: true, code: 'clarus_refused' });
    expect(before).toMatchObject({ outcome: 'waiting', reason: 'clarus_refused' });
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'applied', isActive: false });
    expect(await waiting(bench)).toEqual([]);
  });

  it('that a comparison has found is no dead letter either', async () => {
    // Prepare
    const bench = aDeliverBench();
    bench.clarus.patch = () => ({ kind: 'refused', status: 422, error: refusal });

    // Act
    const ends = [];
    for (const attempt of [1, 2])
      ends.push(await bench.deliver(deactivation(), { attempt, queue: 'changes' }));

    // Assess
    expect([ends, bench.dead]).toEqual([[false, false], []]);
    expect(await waiting(bench)).toHaveLength(1);
  });

  it('of the other Clarus user that has the person’s address waits too', async () => {
    // Prepare
    const bench = aDeliverBench();
    await bench.deliver(activation({ eventId: 'joined' }), { queue: 'changes' });
    await bench.state.records.update('acme', '42', (record) => ({
      ...record,
      shown: { at: bench.clock(), email: 'another@acme.example', active: true },
    }));
    bench.inClarus.set(ADDRESS, [{ id: '43', email: ADDRESS, isActive: true }]);
    bench.clarus.patch = (id) =>
      id === '43'
        ? { kind: 'refused', status: 422, error: refusal, silence, unavailable }
        : { kind: 'applied', status: 200 };
    bench.clock.advance(60_000);

    // Act
    const done = await bench.deliver(deactivation({ occurredAt: bench.clock(), receivedAt: bench.clock() }));

    // Assess
    expect([done, bench.dead]).toEqual([false, []]);
    expect(bench.patches.at(-1)).toEqual({ id: '43', attributes: { is_active: false } });
  });
});

describe('what waits', () => {
  const SCIM = { sha256: ['1'.repeat(64)] };
  const fromScim = deactivation({ source: 'scim', subject: { id: '42' }, eventType: 'scim.patch' });

  it('is listed at once where somebody asks for a longer wait than a minute', async () => {
    // Prepare
    const bench = aDeliverBench();
    const asked = { retryable: true, retryAfter: 15 * 60_000 };
    bench.clarus.patch = () => new BridgeError('clarus_throttled', '429', asked);

    // Act
    await bench.deliver(deactivation());

    // Assess
    expect(await waiting(bench)).toMatchObject([{ waiting: { taking: true, tries: 1 } }]);
    expect(bench.gauges.at(-1)).toMatchObject({ waitingRevocations: 1 });
  });

  it('of a SCIM client ends, and its receipt says so, when Clarus has been brought to it otherwise', async () => {
    // Prepare: the look for the request that got no answer comes before the next try.
    const bench = aDeliverBench({ scim: SCIM });
    const { patch } = bench.clarus;
    bench.clarus.patch = () => silence;
    for (const attempt of [1, 2]) await bench.deliver(fromScim, { attempt });
    expect(await waiting(bench)).toHaveLength(1);
    bench.clarus.patch = patch;
    bench.clock.advance(60 * 60_000);
    await bench.deliver({ kind: 'look', tenant: 'acme', clarusUserId: '42' }, { queue: 'changes' });

    // Act
    const done = await bench.deliver(fromScim, { attempt: 3 });

    // Assess
    expect([done, await waiting(bench)]).toEqual([true, []]);
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'no_change', isActive: false });
  });

  it('is on the list no more once it is a dead letter, so that the sweep makes no further one', async () => {
    // Prepare
    const bench = aDeliverBench();
    const edit = activation({ eventId: 'joined' });
    bench.clarus.patch = () => unavailable;
    for (const attempt of [1, 2]) await bench.deliver(edit, { attempt, queue: 'changes' });
    expect(await waiting(bench)).toHaveLength(1);

    // Act
    bench.clarus.patch = () => new BridgeError('clarus_credentials_refused', '401', { retryable: false });
    await bench.deliver(edit, { attempt: 3, queue: 'changes' });

    // Assess
    expect([bench.dead.length, await waiting(bench)]).toEqual([1, []]);
  });

  it('stays on the list as a revocation, whatever else of the person waits or is given up', async () => {
    // Prepare
    const bench = aDeliverBench();
    const edit = activation({ eventId: 'joined', occurredAt: 1 });
    bench.clarus.patch = () => unavailable;
    for (const attempt of [1, 2]) await bench.deliver(deactivation(), { attempt });
    const [before] = await waiting(bench);

    // Act
    for (const attempt of [1, 2]) await bench.deliver(edit, { attempt, queue: 'changes' });
    bench.clarus.patch = () => new BridgeError('clarus_credentials_refused', '401', { retryable: false });
    await bench.deliver(edit, { attempt: 3, queue: 'changes' });

    // Assess
    expect(bench.dead).toHaveLength(1);
    expect((await waiting(bench)).map((card) => card.waiting)).toEqual([before?.waiting]);
  });
});
