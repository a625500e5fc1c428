import { describe, expect, it } from 'vitest';
import { careForSubscription, lifeUsed } from '../../functions/sweep/care-for-subscription.ts';
import { NOW } from '../support/changes.ts';
import { failureOf } from '../support/failure.ts';
import { CLIENT_STATE, objectId } from '../support/graph-notifications.ts';
import { aSweepBench, type SweepBench } from './sweep-bench.ts';

const DAY = 86_400_000;

async function care({ ports, access }: SweepBench) {
  return careForSubscription(ports, access, ports.notificationUrl('acme'));
}

function requestsOf({ graph }: SweepBench, method: string): unknown[] {
  return graph.requests().filter((it) => it.method === method && it.path.startsWith('/v1.0/subscriptions'));
}

describe('the subscription of a tenant', () => {
  it('is created for updates and deletions, on one URL, within Graph’s maximum', async () => {
    const bench = await aSweepBench();

    const { done, subscription } = await care(bench);

    expect(done).toBe('created');
    expect(bench.graph.subscriptions()).toMatchObject([
      { id: subscription.id, changeType: 'updated,deleted', resource: 'users', clientState: CLIENT_STATE },
    ]);
    expect(subscription.expiresAt - NOW).toBeLessThanOrEqual(41_760 * 60_000);
    expect(await bench.state.subscriptions.load('acme')).toMatchObject({ known: [subscription.id] });
  });

  it('is listed first and made only once', async () => {
    const bench = await aSweepBench();

    await care(bench);
    const second = await care(bench);

    expect(second.done).toBe('nothing');
    expect(requestsOf(bench, 'POST')).toHaveLength(1);
    expect(requestsOf(bench, 'PATCH')).toEqual([]);
  });

  it('is renewed at half its life and no sooner', async () => {
    const bench = await aSweepBench();
    await care(bench);

    bench.clock.advance(13.9 * DAY);
    const early = await care(bench);
    bench.clock.advance(0.2 * DAY);
    const due = await care(bench);

    expect([early.done, due.done]).toEqual(['nothing', 'renewed']);
    expect(due.subscription.id).toBe(early.subscription.id);
    expect(due.subscription.expiresAt).toBe(bench.clock() + 28 * DAY);
  });

  it('is renewed when Graph asks for it, once', async () => {
    const bench = await aSweepBench();
    await care(bench);
    bench.clock.advance(60_000);
    await bench.state.cursors.put('acme', 'entra-attention', String(bench.clock()));
    bench.clock.advance(60_000);

    const asked = await care(bench);
    const after = await care(bench);

    expect([asked.done, after.done]).toEqual(['renewed', 'nothing']);
  });

  it('that has expired is made anew, and the old one’s late notifications still count', async () => {
    const bench = await aSweepBench();
    const { subscription: old } = await care(bench);

    bench.clock.advance(29 * DAY);
    const { done, subscription } = await care(bench);

    expect(done).toBe('created');
    expect(bench.graph.subscriptions().map(({ id }) => id)).toEqual([subscription.id]);
    expect((await bench.state.subscriptions.load('acme')).known).toEqual([subscription.id, old.id]);
  });

  it('that is still listed and gone at its renewal is made anew', async () => {
    const bench = await aSweepBench();
    await care(bench);
    bench.clock.advance(15 * DAY);
    bench.graph.addFault({ method: 'PATCH', path: '/v1.0/subscriptions', status: 404, count: 1 });
    bench.graph.addFault({ method: 'POST', path: '/v1.0/subscriptions', status: 409, count: 1 });

    const failure = await failureOf(() => care(bench));

    expect(failure).toMatchObject({ code: 'entra_subscription_refused', status: 409 });
  });

  it('whose clientState was rotated is replaced', async () => {
    const bench = await aSweepBench();
    const { subscription: old } = await care(bench);
    const { current, known } = await bench.state.subscriptions.load('acme');
    if (current === undefined) return expect.unreachable();
    await bench.state.subscriptions.save('acme', { current: { ...current, clientState: 'before' }, known });

    const { done, subscription } = await care(bench);

    expect(done).toBe('created');
    expect(subscription.id).not.toBe(old.id);
    expect(bench.graph.subscriptions()).toHaveLength(1);
  });

  it('is not made with a clientState that the webhook would refuse', async () => {
    const bench = await aSweepBench();
    const access = {
      ...bench.access,
      credentials: { ...bench.access.credentials, clientState: 'another-one-entirely' },
    };

    const failure = await failureOf(() =>
      careForSubscription(bench.ports, access, bench.ports.notificationUrl('acme')),
    );

    expect(failure).toMatchObject({ code: 'entra_subscription_refused', retryable: false });
    expect(failure.message).not.toContain('another-one-entirely');
    expect(bench.graph.requests()).toEqual([]);
  });
});

it.each([
  [0, 0],
  [14, 50],
  [21.5, 76.78571428571429],
  [40, 100],
])('after %d of 28 days %d percent of the life are over', (days, percent) => {
  const subscription = { id: objectId(1), renewedAt: NOW, expiresAt: NOW + 28 * DAY, clientState: '' };

  expect(lifeUsed(subscription, NOW + days * DAY)).toBe(percent);
});
