import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { graphAccess } from '../../functions/sources/entra/graph-request.ts';
import { followDelta } from '../../functions/sweep/follow-delta.ts';
import { createSweep } from '../../functions/sweep/sweep.ts';
import { NOW } from '../support/changes.ts';
import { failureOf } from '../support/failure.ts';
import { objectId } from '../support/graph-notifications.ts';
import { anOktaEvent } from '../support/okta-events.ts';
import { anEntraFile, aTenant } from '../support/tenants.ts';
import { aSweepBench } from './sweep-bench.ts';

const HOUR = 3_600_000;

function ids(changes: readonly { subject: { id: string } }[]): string[] {
  return changes.map(({ subject }) => subject.id);
}

describe('the delta sweep', () => {
  it('reads everybody first, then who changed, and then nobody', async () => {
    const bench = await aSweepBench();

    const first = await followDelta(bench.ports, bench.access);
    const everybody = bench.announced();
    await bench.graph.change({ id: objectId(2), accountEnabled: false });
    const second = await followDelta(bench.ports, bench.access);
    const changed = bench.announced();
    const third = await followDelta(bench.ports, bench.access);

    expect(ids(everybody)).toEqual([1, 2, 3].map(objectId));
    expect([first, second, third]).toMatchObject([
      { foundBy: 'first', found: 3 },
      { foundBy: 'sweep', found: 1 },
      { foundBy: 'sweep', found: 0 },
    ]);
    expect(changed).toMatchObject([{ subject: { id: objectId(2) }, foundBy: 'sweep' }]);
    expect(changed[0]).not.toHaveProperty('user');
  });

  it('tells the recycle bin, of which one reads, from a purge, of which nothing is left', async () => {
    const bench = await aSweepBench();
    await followDelta(bench.ports, bench.access);
    bench.announced();
    await bench.graph.change({ id: objectId(1), delete: true });
    await bench.graph.change({ id: objectId(2), delete: true });
    await bench.graph.change({ id: objectId(2), purge: true });

    await followDelta(bench.ports, bench.access);

    const [soft, purge] = bench.announced();
    expect(soft).toMatchObject({ subject: { id: objectId(1) }, eventType: 'delta.changed' });
    expect(soft).not.toHaveProperty('user');
    expect(purge).toMatchObject({ subject: { id: objectId(2) }, user: { active: false } });
  });

  it('stores its position only once the changes are on the queue', async () => {
    const bench = await aSweepBench();
    await followDelta(bench.ports, bench.access);
    bench.announced();
    await bench.graph.change({ id: objectId(3), accountEnabled: false });
    bench.world.queueFails = true;
    await expect(followDelta(bench.ports, bench.access)).rejects.toThrow('queue');
    bench.world.queueFails = false;

    await followDelta(bench.ports, bench.access);

    expect(ids(bench.announced())).toEqual([objectId(3)]);
  });

  it.each([
    ['after 410', 0],
    ['after a week', 7 * 24 * HOUR],
  ])('%s reads everybody again, and has those looked at who are not shown', async (name, later) => {
    const bench = await aSweepBench();
    await followDelta(bench.ports, bench.access);
    bench.announced();
    bench.world.known = [1, 2, 3, 4].map(objectId);
    if (name === 'after 410') bench.graph.expireDelta();
    bench.clock.advance(later);

    const run = await followDelta(bench.ports, bench.access);

    expect(run).toEqual({ foundBy: 'resync', found: 3, absent: 1, malformed: 0 });
    const changes = bench.announced();
    expect(ids(changes)).toEqual([1, 2, 3, 4].map(objectId));
    for (const change of changes) expect(change).not.toHaveProperty('user');
    expect(await bench.state.cursors.find('acme', 'entra-known-users')).toBe('4');
  });

  it('concludes nothing from a directory that shows nobody', async () => {
    const bench = await aSweepBench();
    bench.world.known = [objectId(1)];
    bench.graph.setUsers([]);

    const failure = await failureOf(() => followDelta(bench.ports, bench.access));

    expect(failure).toMatchObject({ code: 'entra_response_malformed' });
    expect(bench.announced()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no value', { '@odata.deltaLink': 'x' }],
    ['no link', { value: [] }],
    ['both links', { value: [], '@odata.deltaLink': 'x', '@odata.nextLink': 'y' }],
    [
      'a link that leads elsewhere',
      { value: [{ id: objectId(1) }], '@odata.nextLink': 'https://evil.example/v1.0/users' },
    ],
    ['null', null],
  ])('of a page with %s is a typed error, and the position stays', async (_, page) => {
    const bench = await aSweepBench();
    const graph: typeof bench.ports.graph = async (access, method, link) =>
      link.startsWith('/')
        ? { status: 200, headers: new Headers(), text: JSON.stringify(page) }
        : bench.ports.graph(access, method, link);

    const failure = await failureOf(() => followDelta({ ...bench.ports, graph }, bench.access));

    expect(failure.code).toBe('entra_response_malformed');
    expect(await bench.state.cursors.find('acme', 'entra-delta')).toBeUndefined();
  });

  it('reads or refuses whatever a page holds', async () => {
    const bench = await aSweepBench();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), async (value) => {
        const page = { value, '@odata.deltaLink': `${bench.graph.url}/v1.0/users/delta?x` };
        const graph = async () => ({ status: 200, headers: new Headers(), text: JSON.stringify(page) });

        const end = await followDelta(
          { ...bench.ports, cursors: { find: async () => undefined, put: async () => {} }, graph },
          bench.access,
        ).catch((error: unknown) => error);

        if (end instanceof Error) expect(end).toBeInstanceOf(BridgeError);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the System Log sweep', () => {
  const event = (uuid: string, but: Record<string, unknown> = {}) => ({
    ...anOktaEvent({ uuid, ...but }),
    uuid,
    eventType: String(but.eventType ?? 'user.lifecycle.deactivate'),
  });

  it('finds what left no receipt, once, in the words of the event hook', async () => {
    const bench = await aSweepBench();
    bench.okta.addToLog([
      event('heard'),
      event('missed'),
      event('other', { eventType: 'user.session.start' }),
    ]);
    bench.world.settled.add('heard');

    await bench.sweep();
    const found = bench.announced().filter(({ source }) => source === 'okta');
    await bench.sweep();

    expect(found).toMatchObject([
      { eventId: 'missed', user: { active: false }, foundBy: 'sweep', subject: { id: '00uLEAVER' } },
    ]);
    expect(bench.announced().filter(({ source }) => source === 'okta')).toEqual([]);
    const [request] = bench.okta.requests();
    expect(request?.path).toContain('sortOrder=ASCENDING');
    expect(request?.path).not.toContain('until');
  });

  it('goes on where the queue failed, through all pages', async () => {
    const bench = await aSweepBench();
    bench.okta.addToLog(Array.from({ length: 450 }, (_, i) => event(`event-${i}`)));
    bench.world.queueFails = true;
    await bench.sweep();
    bench.world.queueFails = false;

    await bench.sweep();

    expect(bench.measured.failures).toBeGreaterThan(0);
    expect(bench.announced().filter(({ source }) => source === 'okta')).toHaveLength(450);
  });

  it('sounds when Okta logs that a hook does not get through', async () => {
    const bench = await aSweepBench();
    bench.okta.addToLog([event('h', { eventType: 'event_hook.delivery' })]);

    await bench.sweep();

    expect(bench.measured.hookTrouble).toBe(1);
  });

  it('starts again from a position that Okta has forgotten, an hour before it', async () => {
    const bench = await aSweepBench();
    const next = `${bench.okta.url}/api/v1/logs?after=forgotten`;
    await bench.state.cursors.put('acme', 'okta-system-log', JSON.stringify({ next, at: NOW }));
    bench.okta.addFault({ path: '/api/v1/logs', status: 400, count: 1 });
    bench.okta.addToLog([event('missed')]);

    await bench.sweep();

    expect(bench.announced().filter(({ source }) => source === 'okta')).toMatchObject([
      { eventId: 'missed' },
    ]);
  });
});

describe('one sweep', () => {
  it('measures how much of the subscription’s life is over, and all of it when there is none', async () => {
    const bench = await aSweepBench();
    await bench.sweep();
    bench.clock.advance(7 * 24 * HOUR);
    await bench.sweep();
    bench.graph.addFault({ status: 403, count: 10 });
    await bench.sweep();

    expect(bench.measured.lifeUsed).toEqual([0, 25, 25]);
    expect(bench.lines.at(-1)).toMatchObject({ tenant: 'acme' });
  });

  it('of a tenant whose Graph is down holds up no other tenant', async () => {
    // Prepare: one tenant's Graph never answers.
    const bench = await aSweepBench();
    const [tenantOf] = bench.ports.tenants;
    const down = aTenant({ tenant: 'down', entra: anEntraFile({ directoryId: objectId(9) }) });
    const silent = Promise.withResolvers<never>();
    const graph: typeof bench.ports.graph = (access, ...rest) =>
      access.tenant === 'down' ? silent.promise : bench.ports.graph(access, ...rest);
    const tenants = [
      () => down,
      tenantOf ?? expect.unreachable(),
      () => {
        throw new BridgeError('tenant_invalid', 'no', { retryable: false });
      },
    ];

    // Act
    const sweeping = createSweep({ ...bench.ports, tenants, graph })();
    await expect
      .poll(() => bench.lines.filter(({ part }) => part === 'delta'))
      .toMatchObject([{ tenant: 'acme' }]);

    // Assess
    expect(ids(bench.announced())).toEqual([1, 2, 3].map(objectId));
    silent.reject(new BridgeError('entra_unavailable', 'down', { retryable: true }));
    await sweeping;
    expect(bench.measured.failures).toBe(3);
    expect(graphAccess(down, { clarus: { clientId: 'c', clientSecret: 's' } })).toBeUndefined();
  });
});
