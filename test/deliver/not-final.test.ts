import { describe, expect, it } from 'vitest';
import { aDeliverBench, type DeliverBench } from './deliver-bench.ts';
import { activation, deactivation, refusal } from './messages.ts';

const ADDRESS = 'lea.ver@acme.example';

function waiting({ state }: DeliverBench) {
  return state.openItems.waiting('acme');
}

describe('a revocation that Clarus refuses', () => {
  it('is no dead letter: it waits, and is done once Clarus takes it', async () => {
    // Prepare
    const bench = aDeliverBench();
    const { patch } = bench.clarus;
    bench.clarus.patch = () => ({ kind: 'refused', status: 422, error: refusal });

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
      id === '43' ? { kind: 'refused', status: 422, error: refusal } : { kind: 'applied', status: 200 };
    bench.clock.advance(60_000);

    // Act
    const done = await bench.deliver(deactivation({ occurredAt: bench.clock(), receivedAt: bench.clock() }));

    // Assess
    expect([done, bench.dead]).toEqual([false, []]);
    expect(bench.patches.at(-1)).toEqual({ id: '43', attributes: { is_active: false } });
  });
});
