import { describe, expect, it } from 'vitest';
import { secondLook } from '../../functions/deliver/aftercare/second-look.ts';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { Change } from '../../functions/identity/change.ts';
import { parseMessage } from '../../functions/queue/message.ts';
import type { DirectoryAnswer } from '../../functions/sources/directory.ts';
import { aChange, NOW } from '../support/changes.ts';
import { LEA_ID, objectId, SUBSCRIPTION } from '../support/graph-notifications.ts';
import { anEntraFile } from '../support/tenants.ts';
import { aDeliverBench, type DeliverBench } from './deliver-bench.ts';

const ADDRESS = 'lea.ver@acme.example';
const live: DirectoryAnswer = {
  kind: 'found',
  user: { active: true, emails: [{ value: ADDRESS }] },
  signsIn: true,
  addresses: [ADDRESS],
};
const blocked: DirectoryAnswer = { ...live, user: { active: false }, signsIn: false };
const ENTRA = { entra: anEntraFile() };
const CHANGES = { queue: 'revocations' };

/** Graph says that Lea was updated. */
function updated(but: Partial<Change> = {}): unknown {
  const { user: _, ...thin } = aChange({
    tenant: 'acme',
    source: 'entra',
    eventType: 'user.updated',
    receivedAt: NOW,
    subject: { id: LEA_ID },
    ...but,
  });
  return { kind: 'change', ...thin };
}

function deleted(but: Partial<Change> = {}): unknown {
  return { ...Object(updated({ eventType: 'user.deleted', ...but })), gone: true, user: { active: false } };
}

/** The Clarus users that lost access, in order. */
function revoked({ patches }: DeliverBench): string[] {
  return patches.filter(({ attributes }) => attributes.is_active === false).map(({ id }) => id);
}

describe('a notification of Graph', () => {
  it('brings Clarus to what is read, whatever it says itself', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = blocked;

    await bench.deliver(updated(), CHANGES);

    expect(bench.patches[0]).toEqual({ id: '42', attributes: { is_active: false } });
    expect(bench.state.written).toMatchObject([{ outcome: 'applied', isActive: false }]);
  });

  it.each<[string, DirectoryAnswer]>([
    ['blocked', blocked],
    ['in the recycle bin', { kind: 'deleted', addresses: [ADDRESS], changedAt: NOW - 1_000 }],
  ])('of somebody %s is not sent again by a sweep that finds the same', async (_, answer) => {
    // Prepare
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = answer;
    await bench.deliver(updated(), CHANGES);
    bench.clock.advance(10 * 60_000);
    const now = bench.clock();
    const swept = { occurredAt: now, receivedAt: now, foundBy: 'sweep' } as const;

    // Act
    await bench.deliver(updated({ eventId: 'delta', eventType: 'delta.changed', ...swept }), CHANGES);

    // Assess
    expect(revoked(bench)).toEqual(['42']);
    expect(bench.state.written.at(-1)).toMatchObject({ eventId: 'delta', outcome: 'no_change' });
    expect(bench.state.written.at(-1)).not.toHaveProperty('appliedAt');
  });

  it('is read twice, since the first read may be stale: the second one finds the truth', async () => {
    // Prepare: the first read comes too early.
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = live;
    await bench.deliver(updated(), CHANGES);
    const [look] = bench.secondLooks;
    if (look === undefined) return expect.unreachable();

    // Act
    bench.entra.answer = blocked;
    const message = secondLook(look.change, NOW + look.after);
    bench.clock.advance(look.after);
    await bench.deliver(message, CHANGES);

    // Assess
    expect(look.after).toBe(90_000);
    expect(parseMessage(JSON.stringify(message))).toEqual(message);
    expect(bench.patches.at(-1)).toEqual({ id: '42', attributes: { is_active: false } });
    expect(bench.secondLooks).toHaveLength(1);
  });

  it('of which there is a storm is read once, and news from after the reading is read for itself', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = live;
    bench.clock.advance(1_000);

    for (let i = 0; i < 500; i++) await bench.deliver(updated({ eventId: `event-${i}` }), CHANGES);
    const reads = bench.entra.reads;
    await bench.deliver(updated({ eventId: 'later', receivedAt: bench.clock() + 1 }), CHANGES);

    expect(reads).toBe(1);
    expect(bench.entra.reads).toBe(2);
    expect(bench.secondLooks).toHaveLength(2);
    expect(bench.state.written[1]).toMatchObject({ outcome: 'no_change', reason: 'already_read' });
  });

  it('that came shortly before a stale second look is not swallowed by it (finding 19)', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = live;
    await bench.deliver(updated(), CHANGES);
    bench.clock.advance(90_000);
    await bench.deliver(
      secondLook(aChange({ tenant: 'acme', source: 'entra', subject: { id: LEA_ID } }), NOW + 90_000),
      CHANGES,
    );
    bench.entra.answer = blocked;

    await bench.deliver(updated({ eventId: 'block', receivedAt: NOW + 88_000 }), CHANGES);

    expect(revoked(bench)).toEqual(['42']);
  });

  it('that the sweep found is read twice, too: its first read may be as stale', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = live;

    await bench.deliver(updated({ foundBy: 'sweep' }), CHANGES);

    expect(bench.secondLooks).toMatchObject([{ after: 90_000 }]);
  });

  it('leaves one second look, however often it is tried', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = blocked;
    bench.clarus.patch = () => new BridgeError('clarus_unavailable', '503', { retryable: true });

    for (const attempt of [1, 2, 3, 4]) await bench.deliver(updated(), { ...CHANGES, attempt });

    expect(bench.secondLooks).toHaveLength(1);
  });

  it('of a subscription that is not the tenant’s is dropped with a receipt', async () => {
    const bench = aDeliverBench(ENTRA);
    await bench.state.subscriptions.save('acme', { known: [SUBSCRIPTION] });
    bench.entra.answer = blocked;

    await bench.deliver(updated({ subscriptionId: objectId(9) }), CHANGES);
    const dropped = bench.patches.length;
    await bench.deliver(updated({ eventId: 'ours', subscriptionId: SUBSCRIPTION }), CHANGES);

    expect(dropped).toBe(0);
    expect(bench.state.written).toMatchObject([
      { outcome: 'no_change', reason: 'unknown_subscription' },
      { outcome: 'applied' },
    ]);
  });

  it('waits for a Graph that does not answer', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = new BridgeError('entra_throttled', '429', { retryable: true, retryAfter: 7_000 });

    expect(await bench.deliver(updated(), CHANGES)).toBe(false);

    expect(bench.waits).toEqual([8]);
    expect(bench.patches).toEqual([]);
  });
});

describe('somebody deleted', () => {
  it('softly, loses access; restored, the same Clarus user is active again; purged, inactive', async () => {
    const bench = aDeliverBench(ENTRA);
    const answers: [DirectoryAnswer, boolean][] = [
      [live, true],
      [{ kind: 'deleted', addresses: [ADDRESS] }, false],
      [live, true],
    ];

    for (const [index, [answer, active]] of answers.entries()) {
      bench.clock.advance(600_000);
      bench.entra.answer = answer;
      await bench.deliver(updated({ eventId: `event-${index}`, receivedAt: bench.clock() }), CHANGES);
      if (index > 0) {
        expect(bench.patches.at(-1)).toMatchObject({ id: '42', attributes: { is_active: active } });
      }
    }
    bench.clock.advance(10_000);
    bench.inClarus.clear();
    bench.entra.answer = { kind: 'gone' };
    await bench.deliver(deleted({ eventId: 'purge', occurredAt: bench.clock() }));

    expect(bench.patches.at(-1)).toEqual({ id: '42', attributes: { is_active: false } });
    expect(bench.state.written.at(-1)).toMatchObject({
      eventId: 'purge',
      clarusUserId: '42',
      outcome: 'applied',
    });
  });

  it('and never seen before is found by the address from before', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = { kind: 'deleted', addresses: [ADDRESS] };

    await bench.deliver(updated(), CHANGES);

    expect(bench.patches).toEqual([{ id: '42', attributes: { is_active: false } }]);
  });

  it('or not there yet: 404 everywhere is tried again, and after minutes it means purged', async () => {
    // Prepare
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = live;
    await bench.deliver(updated(), CHANGES);
    bench.entra.answer = { kind: 'gone' };
    const message = updated({ eventId: 'gone', receivedAt: NOW + 2 });

    // Act
    const early = await bench.deliver(message, CHANGES);
    bench.clock.advance(5 * 60_000);
    const late = await bench.deliver(message, { ...CHANGES, attempt: 2 });

    // Assess
    expect([early, late]).toEqual([false, true]);
    expect(bench.waits).toEqual([31]);
    expect(bench.state.written.at(-1)).toMatchObject({
      outcome: 'applied',
      reason: 'concluded_gone',
      isActive: false,
    });
  });

  it('whom nobody knows is nobody to change', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = { kind: 'gone' };
    bench.clock.advance(5 * 60_000);

    await bench.deliver(updated(), CHANGES);

    expect(bench.state.written).toMatchObject([{ outcome: 'user_not_in_clarus' }]);
  });
});

describe('two accounts with one mail', () => {
  const second = { id: objectId(2) };

  it('of whom one is merely read give nothing back that the other one lost', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = blocked;
    await bench.deliver(updated(), CHANGES);
    bench.entra.answer = live;

    await bench.deliver(updated({ eventId: 'old', subject: second }), CHANGES);

    expect(bench.patches.some(({ attributes }) => attributes.is_active)).toBe(false);
  });

  it('pass the Clarus user on to the one that was created since', async () => {
    const bench = aDeliverBench(ENTRA);
    bench.entra.answer = blocked;
    await bench.deliver(updated(), CHANGES);
    bench.clock.advance(3_600_000);
    bench.entra.answer = { ...live, createdAt: bench.clock() - 60_000 };

    await bench.deliver(updated({ eventId: 'joiner', subject: second, receivedAt: bench.clock() }), CHANGES);

    expect(bench.patches.at(-1)?.attributes).toMatchObject({ is_active: true });
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'taken_over' });
  });
});

describe('the brake', () => {
  const people = Array.from({ length: 12 }, (_, i) => i + 1);

  async function resync(users: number, percent: number, known: number) {
    const bench = aDeliverBench({ ...ENTRA, brake: { users, percent } });
    bench.known.users = known;
    for (const person of people) {
      const email = `p${person}@acme.example`;
      bench.inClarus.set(email, [{ id: String(person), email }]);
      bench.entra.answer = { kind: 'found', user: {}, signsIn: false, addresses: [email] };
      const change = updated({
        eventId: `e-${person}`,
        subject: { id: objectId(person) },
        foundBy: 'resync',
      });
      await bench.deliver(change, CHANGES);
    }
    return bench;
  }

  it.each([
    [3, 0, 0, 3],
    [0, 10, 50, 5],
    [3, 10, 50, 5],
    [0, 0, 1000, 0],
    [100, 0, 0, 12],
  ])(
    'of %i users or %d percent of %i known lets %i go in an hour',
    async (users, percent, known, allowed) => {
      const bench = await resync(users, percent, known);

      expect(revoked(bench)).toHaveLength(allowed);
      expect(await bench.state.openItems.held('acme')).toHaveLength(people.length - allowed);
      expect(bench.state.written.filter(({ outcome }) => outcome === 'held')).toHaveLength(
        people.length - allowed,
      );
      // The alarm does not wait for the sweep.
      expect(bench.gauges.at(-1)?.held ?? 0).toBe(people.length - allowed);
    },
  );

  it('does not hold what was released, and reads it again before it goes', async () => {
    const bench = await resync(0, 0, 0);
    const [card] = await bench.state.openItems.held('acme');
    const reads = bench.entra.reads;
    bench.entra.answer = { ...blocked, addresses: ['p1@acme.example'] };

    await bench.deliver({ kind: 'change', ...card?.held?.change, released: true }, CHANGES);

    expect(bench.entra.reads).toBe(reads + 1);
    expect(bench.state.written[0]).toMatchObject({ eventId: 'e-1', outcome: 'applied' });
    expect(revoked(bench)).toHaveLength(1);
  });

  it('does not hold what was announced', async () => {
    const bench = aDeliverBench({ ...ENTRA, brake: { users: 0, percent: 0 } });
    bench.entra.answer = blocked;

    await bench.deliver(updated(), CHANGES);

    expect(revoked(bench)).toEqual(['42']);
  });
});

describe('a lifecycle notification', () => {
  it.each([
    [SUBSCRIPTION, String(NOW + 1)],
    [objectId(9), undefined],
  ])('of %s leaves word for the sweep only if it is ours', async (subscriptionId, attention) => {
    const bench = aDeliverBench(ENTRA);
    await bench.state.subscriptions.save('acme', { known: [SUBSCRIPTION] });
    const notice = { kind: 'subscription', tenant: 'acme', subscriptionId, event: 'reauthorizationRequired' };

    await bench.deliver(notice, CHANGES);

    expect(await bench.state.cursors.find('acme', 'entra-attention')).toBe(attention);
  });
});

describe('a lifecycle event of Okta', () => {
  const deprovisioned: DirectoryAnswer = { ...blocked, changedAt: NOW };
  const deactivation = { kind: 'change', ...aChange({ tenant: 'acme' }) };

  it.each<[string, DirectoryAnswer | BridgeError]>([
    ['confirmed', deprovisioned],
    ['of somebody who is gone', { kind: 'gone' }],
    ['that cannot be confirmed for want of credentials', { kind: 'no_credentials' }],
    ['while Okta is down', new BridgeError('okta_unavailable', '503', { retryable: true })],
    ['while Okta refuses', new BridgeError('okta_credentials_refused', '401', { retryable: false })],
    ['that the reading denies', { ...live, changedAt: 1 }],
  ])('%s takes access away at once', async (_, answer) => {
    const bench = aDeliverBench();
    await bench.state.cards.link({ tenant: 'acme', source: 'okta', account: '00uLEAVER' }, '42');
    bench.okta.answer = answer;

    await bench.deliver(deactivation);

    expect(bench.patches[0]).toEqual({ id: '42', attributes: { is_active: false } });
    expect(bench.okta.reads).toBe(1);
  });

  it('that Okta goes on to deny is outweighed five minutes later', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = { ...live, changedAt: 1 };
    await bench.deliver(deactivation);
    const [look] = bench.secondLooks;
    if (look === undefined) return expect.unreachable();
    bench.clock.advance(look.after);

    await bench.deliver(secondLook(look.change, NOW + look.after));

    expect(look.after).toBe(300_000);
    expect(bench.patches.at(-1)?.attributes).toMatchObject({ is_active: true });
  });

  it('that gives access does not when Okta says that the account is deactivated', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = { ...blocked, changedAt: NOW - 10 };

    await bench.deliver({ ...deactivation, eventType: 'user.lifecycle.activate', user: { active: true } });

    expect(bench.patches).toEqual([{ id: '42', attributes: { is_active: false } }]);
    expect(bench.secondLooks).toMatchObject([{ after: 90_000 }]);
  });
});
