import { describe, expect, it } from 'vitest';
import type { Waiting } from '../../functions/identity/card.ts';
import { createSweep } from '../../functions/sweep/sweep.ts';
import { createSweepTenant } from '../../functions/sweep/sweep-tenant.ts';
import { NOW } from '../support/changes.ts';
import { aClock } from '../support/clock.ts';
import { aSweepBench, inClarus, oktaId, type SweepBench } from './sweep-bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('what waits', () => {
  const key = { tenant: 'acme', source: 'okta', account: oktaId(1) };

  async function aWaiting({ state }: SweepBench, nextAt: number): Promise<void> {
    const change = {
      tenant: 'acme',
      source: 'okta',
      eventId: 'taken',
      eventType: 'user.lifecycle.deactivate',
      occurredAt: NOW,
      receivedAt: NOW,
      subject: { id: key.account },
      user: { active: false, displayName: 'Lea' },
    };
    const waiting: Waiting = {
      eventId: 'taken',
      taking: true,
      since: NOW,
      code: 'clarus_unavailable',
      tries: 9,
      nextAt,
      change,
    };
    await state.cards.wait(key, waiting);
  }

  it('is measured in every run, also when nothing waits', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });

    await bench.sweep();
    await aWaiting(bench, NOW);
    await bench.sweep();

    const none = { waiting: 0, waitingRevocations: 0, held: 0 };
    const one = { waiting: 1, waitingRevocations: 1, oldestRevocation: NOW, held: 0 };
    expect(bench.measured.gauges).toEqual([none, one]);
  });

  it('is sent again when it should have been tried an hour ago, and once an hour', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    await aWaiting(bench, NOW);
    const sent: number[] = [];
    for (const wait of [0, 59, 1, 15, 44, 1, 30, 30].map((minutes) => minutes * MINUTE)) {
      bench.clock.advance(wait);
      await bench.sweep();
      sent.push(bench.announced().filter(({ eventId }) => eventId === 'taken').length);
    }

    // Its next try is an hour after it was sent, and an hour later it is lost again.
    expect(sent).toEqual([0, 0, 1, 0, 0, 0, 0, 1]);
  });

  it('is sent as it was, without a profile, and said to be so', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    await aWaiting(bench, NOW - HOUR);

    await bench.sweep();

    expect(bench.announced()[0]).toMatchObject({
      eventId: 'taken',
      subject: { id: key.account },
      resent: true,
      user: { active: false },
    });
    expect((await bench.state.cards.find(key))?.waiting).toMatchObject({
      nextAt: NOW + HOUR,
      since: NOW,
      tries: 9,
    });
  });
});

describe('the sweep of a tenant', () => {
  it('measures how much of the subscription’s life is over, and all of it when there is none', async () => {
    const bench = await aSweepBench();
    await bench.sweep();
    bench.clock.advance(7 * 24 * HOUR);
    await bench.sweep();
    bench.graph.addFault({ status: 403, count: 10 });
    await bench.sweep();

    expect(bench.measured.lifeUsed).toEqual([0, 25, 25]);
    expect(bench.measured.ran).toBe(3);
  });

  it('goes on with every other part when one fails', async () => {
    const bench = await aSweepBench();
    bench.graph.addFault({ path: '/v1.0/subscriptions', status: 503, count: 1 });
    bench.okta.addFault({ path: '/api/v1/logs', status: 503, count: 1 });

    await bench.sweep();

    const failed = bench.lines.filter(({ code }) => code !== undefined).map(({ part }) => part);
    expect(failed.sort()).toEqual(['subscription', 'system_log']);
    expect(bench.measured.failures).toBe(2);
    expect(bench.lines.filter(({ outcome }) => outcome === 'done')).toHaveLength(2);
  });

  it('of a tenant without credentials of Entra says so', async () => {
    const bench = await aSweepBench({ sources: ['entra'] });
    const { load } = bench.ports.secrets;
    bench.ports.secrets = {
      forget: () => {},
      load: async (tenant) => {
        const { entra: _, ...secret } = await load(tenant);
        return secret;
      },
    };

    await bench.sweep();

    expect(bench.lines).toContainEqual({ tenant: 'acme', part: 'entra', outcome: 'no_credentials' });
    expect(bench.measured.lifeUsed).toEqual([100]);
  });

  it('is not made twice at once', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    const sweepTenant = createSweepTenant(bench.ports);

    await Promise.all([sweepTenant('acme', Number.POSITIVE_INFINITY), sweepTenant('acme', 0)]);
    await sweepTenant('acme', Number.POSITIVE_INFINITY);

    expect(bench.measured.ran).toBe(2);
  });

  it('of a tenant whose file is not valid is a failure, and does not report', async () => {
    const bench = await aSweepBench();
    bench.ports.servicesOf = () => {
      throw new Error('no');
    };

    await bench.sweep();

    expect(bench.measured).toMatchObject({ failures: 1, ran: 0 });
  });

  it('without time does what is urgent, and takes up the rest next time', async () => {
    const bench = await aSweepBench();

    await bench.sweep(bench.clock());
    const urgent = bench.lines.map(({ part }) => part);
    await bench.sweep();

    expect(urgent).toEqual(expect.arrayContaining(['waiting', 'subscription', 'inventory']));
    expect(
      await bench.state.cards.find({ tenant: 'acme', source: 'okta', account: oktaId(1) }),
    ).toMatchObject({
      link: '1',
    });
  });

  it('has a look sent again that the queue has lost, once an hour', async () => {
    const bench = await aSweepBench({ sources: ['okta'] });
    await bench.sweep();
    await bench.state.records.update('acme', '1', (record) => ({ ...record, lookAt: bench.clock() }));

    const looks: number[] = [];
    for (const wait of [0, 59, 1, 15, 45]) {
      bench.clock.advance(wait * MINUTE);
      await bench.sweep();
      looks.push(bench.looks.length);
    }

    expect(looks).toEqual([0, 0, 1, 1, 2]);
  });

  it('only of Clarus is made for a tenant that has a SCIM client alone', async () => {
    const bench = await aSweepBench({ sources: [] });
    bench.clarus.setUsers([inClarus(1)]);

    await bench.sweep();

    expect(bench.lines.map(({ part }) => part)).toEqual(['waiting', 'inventory', 'absent_users']);
    expect(bench.measured.failures).toBe(0);
  });
});

describe('the sweep of all tenants', () => {
  it('gives each its share of the time, a few at a time', async () => {
    // Prepare: twelve tenants, of whom each uses up its share.
    const clock = aClock();
    const tenants = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const shares: Record<string, number> = {};
    let [atOnce, most] = [0, 0];
    const sweepTenant = async (name: string, deadline: number) => {
      most = Math.max(most, ++atOnce);
      shares[name] = deadline - NOW;
      await Promise.resolve();
      if (name === 't0' || name === 't5') clock.advance(deadline - clock());
      atOnce--;
    };

    // Act
    await createSweep({ tenants, sweepTenant, clock })(NOW + 12 * MINUTE);

    // Assess
    expect(most).toBe(5);
    expect(Object.keys(shares)).toEqual(tenants);
    expect([shares.t0, shares.t5, shares.t11]).toEqual([4 * MINUTE, 8 * MINUTE, 12 * MINUTE]);
  });

  it('of none is nothing', async () => {
    const sweep = createSweep({ tenants: [], sweepTenant: async () => {}, clock: aClock() });

    await expect(sweep(NOW)).resolves.toBeUndefined();
  });
});
