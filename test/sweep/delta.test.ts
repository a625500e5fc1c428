import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { followDelta } from '../../functions/sweep/follow-delta.ts';
import { failureOf } from '../support/failure.ts';
import { objectId } from '../support/graph-notifications.ts';
import { aSweepBench, type SweepBench } from './sweep-bench.ts';

const HOUR = 3_600_000;
const NEVER = Number.POSITIVE_INFINITY;

/** A bench whose first comparison is made: delta goes on from there. */
async function aFollower(): Promise<SweepBench> {
  const bench = await aSweepBench({ sources: ['entra'] });
  await bench.sweep();
  bench.announced();
  return bench;
}

function ids(changes: readonly { subject: { id: string } }[]): string[] {
  return changes.map(({ subject }) => subject.id);
}

describe('the delta sweep', () => {
  it('has a position from the first comparison on, and then shows who changed, and then nobody', async () => {
    const bench = await aSweepBench({ sources: ['entra'] });

    const before = await followDelta(bench.ports, bench.access, NEVER);
    await bench.sweep();
    await bench.graph.change({ id: objectId(2), accountEnabled: false });
    const second = await followDelta(bench.ports, bench.access, NEVER);
    const changed = bench.announced();
    const third = await followDelta(bench.ports, bench.access, NEVER);

    expect([before, second, third]).toMatchObject([
      { position: 'none', found: 0 },
      { position: 'kept', found: 1 },
      { position: 'kept', found: 0 },
    ]);
    expect(changed).toMatchObject([{ subject: { id: objectId(2) }, foundBy: 'sweep' }]);
    expect(changed[0]).not.toHaveProperty('user');
  });

  it('tells the recycle bin, of which one reads, from a purge, of which nothing is left', async () => {
    const bench = await aFollower();
    await bench.graph.change({ id: objectId(1), delete: true });
    await bench.graph.change({ id: objectId(2), delete: true });
    await bench.graph.change({ id: objectId(2), purge: true });

    await followDelta(bench.ports, bench.access, NEVER);

    const [soft, purge] = bench.announced();
    expect(soft).toMatchObject({ subject: { id: objectId(1) }, eventType: 'delta.changed' });
    expect(soft).not.toHaveProperty('user');
    expect(purge).toMatchObject({ subject: { id: objectId(2) }, user: { active: false }, gone: true });
  });

  it('stores its position only once the changes are on the queue', async () => {
    const bench = await aFollower();
    await bench.graph.change({ id: objectId(3), accountEnabled: false });
    bench.world.queueFails = true;
    await expect(followDelta(bench.ports, bench.access, NEVER)).rejects.toThrow('queue');
    bench.world.queueFails = false;

    await followDelta(bench.ports, bench.access, NEVER);

    expect(ids(bench.announced())).toEqual([objectId(3)]);
  });

  it.each([
    ['after 410', 0],
    ['after a week', 7 * 24 * HOUR],
  ])('%s everybody is compared again, and delta goes on from there', async (name, later) => {
    const bench = await aFollower();
    if (name === 'after 410') bench.graph.expireDelta();
    bench.clock.advance(later);

    const lost = await followDelta(bench.ports, bench.access, NEVER);
    await bench.sweep();
    const after = await followDelta(bench.ports, bench.access, NEVER);

    expect([lost, after]).toMatchObject([{ position: 'lost' }, { position: 'kept' }]);
    expect(bench.lines.filter(({ part }) => part === 'baseline_entra').at(-1)).toMatchObject({
      outcome: 'done',
      people: 3,
    });
  });

  it('does not walk in circles', async () => {
    const bench = await aFollower();
    const graph: typeof bench.ports.graph = async (access, method, link) => {
      const answer = await bench.ports.graph(access, method, link);
      return { ...answer, text: JSON.stringify({ value: [], '@odata.nextLink': link }) };
    };

    const failure = await failureOf(() => followDelta({ ...bench.ports, graph }, bench.access, NEVER));

    expect(failure).toMatchObject({ code: 'entra_response_malformed' });
  });

  it.each<[string, unknown]>([
    ['no value', { '@odata.deltaLink': 'x' }],
    ['no link', { value: [] }],
    ['both links', { value: [], '@odata.deltaLink': 'x', '@odata.nextLink': 'y' }],
    ['null', null],
  ])('of a page with %s is a typed error, and the position stays', async (_, page) => {
    const bench = await aFollower();
    const before = await bench.state.cursors.find('acme', 'entra-delta');
    const graph = async () => ({ status: 200, header: () => undefined, text: JSON.stringify(page) });

    const failure = await failureOf(() => followDelta({ ...bench.ports, graph }, bench.access, NEVER));

    expect(failure.code).toBe('entra_response_malformed');
    expect(await bench.state.cursors.find('acme', 'entra-delta')).toBe(before);
  });

  it('reads or refuses whatever a page holds', async () => {
    const bench = await aFollower();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), async (value) => {
        const page = { value, '@odata.deltaLink': `${bench.graph.url}/v1.0/users/delta?x` };
        const graph = async () => ({ status: 200, header: () => undefined, text: JSON.stringify(page) });

        const end = await followDelta({ ...bench.ports, graph }, bench.access, NEVER).catch(
          (error: unknown) => error,
        );

        if (end instanceof Error) expect(end).toBeInstanceOf(BridgeError);
      }),
      { numRuns: 50 },
    );
  });
});
