import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Receipt } from '../../functions/identity/receipt.ts';
import { createMeasureOpen, createReceiptMetrics, type Gauges } from '../../functions/platform/metrics.ts';
import { createSweepMetrics, type SweepMetrics } from '../../functions/platform/sweep-metrics.ts';
import { NOW } from '../support/changes.ts';
import { type MetricLine, measuredBy } from '../support/measured.ts';
import { aReceipt } from '../support/receipts.ts';

/** What CloudWatch takes out of the log of deliver after these receipts. */
function measured(...receipts: Receipt[]): MetricLine {
  const [line, ...more] = measuredBy('deliver', () => {
    const metrics = createReceiptMetrics();
    for (const receipt of receipts) metrics.measure(receipt);
    metrics.flush();
  });
  expect(more).toEqual([]);
  if (line === undefined) throw new Error('Nothing was measured.');
  return line;
}

/** What CloudWatch takes out of the log of sweep. */
function swept(work: (metrics: SweepMetrics) => void): MetricLine[] {
  return measuredBy('sweep', () => {
    const metrics = createSweepMetrics();
    work(metrics);
    metrics.flush();
  });
}

describe('receipts', () => {
  it('are counted by outcome', () => {
    const found = measured(
      aReceipt({ outcome: 'no_change' }),
      aReceipt({ outcome: 'rejected' }),
      aReceipt({ outcome: 'no_change' }),
    );

    expect(found).toMatchObject({ service: 'deliver', Receipts_no_change: [1, 1], Receipts_rejected: 1 });
  });

  it.each(OUTCOMES)('of every outcome have a metric of their own: %s', (outcome) => {
    expect(measured(aReceipt({ outcome }))).toMatchObject({ [`Receipts_${outcome}`]: 1 });
  });

  it('tell how long a revocation took, from the event to the confirmation', () => {
    const found = measured(aReceipt({ occurredAt: NOW, appliedAt: NOW + 3_000 }));

    expect(found).toMatchObject({ TimeToRevoke: 3_000, Receipts_applied: 1 });
  });

  it("tell of no negative time when the sender's clock is ahead", () => {
    expect(measured(aReceipt({ occurredAt: NOW, appliedAt: NOW - 1 }))).toMatchObject({ TimeToRevoke: 0 });
  });

  it('tell of no time of what is no revocation, or changed nothing', () => {
    const { appliedAt: _, ...unchanged } = aReceipt({ outcome: 'no_change' });

    const found = measured(aReceipt({ isActive: true }), unchanged);

    expect(found).not.toHaveProperty('TimeToRevoke');
  });

  it('write nothing, not even a warning, when there are none', () => {
    expect(measuredBy('deliver', () => createReceiptMetrics().flush())).toEqual([]);
  });

  it('tell what a sweep found and Clarus did not have, and of notifications of unknown subscriptions', () => {
    const { appliedAt: _, ...settled } = aReceipt({ outcome: 'no_change' });

    const hours = { occurredAt: NOW - 3_600_000 };
    const found = measured(
      aReceipt({ foundBy: 'sweep', ...hours }),
      aReceipt({ foundBy: 'resync', ...hours }),
      aReceipt({ foundBy: 'first', ...hours }),
      aReceipt({ foundBy: 'inventory', ...hours }),
      { ...settled, foundBy: 'sweep', ...hours },
      { ...settled, reason: 'unknown_subscription' },
    );

    expect(found).toMatchObject({ MissedByWebhook: [1, 1], UnknownSubscription: 1 });
  });

  it('tell of nothing missed where the webhook may be on its way', () => {
    const young = aReceipt({ foundBy: 'sweep', occurredAt: NOW - 60_000, receivedAt: NOW });
    const untimed = aReceipt({ foundBy: 'sweep', occurredAt: NOW, receivedAt: NOW });

    expect(measured(young)).not.toHaveProperty('MissedByWebhook');
    expect(measured(untimed)).toMatchObject({ MissedByWebhook: 1 });
  });
});

it('a stated taking above the alert is measured at once, in a line that names the tenant', () => {
  const lines = measuredBy('deliver', () => createReceiptMetrics().alert('acme'));

  expect(lines).toMatchObject([{ service: 'bridge', tenant: 'acme', StatedTakings: 1 }]);
});

describe('what is not done', () => {
  const NOTHING: Gauges = { waitingRevocations: 0, waiting: 0, held: 0 };

  it('is measured by tenant as of now, and whoever measures it, CloudWatch has it as one', () => {
    const work = () => {
      const measureOpen = createMeasureOpen();
      measureOpen(
        'acme',
        { waitingRevocations: 2, oldestRevocation: NOW - 301_000, waiting: 5, held: 1 },
        NOW,
      );
      measureOpen('globex', { ...NOTHING, held: 3 }, NOW);
    };

    const [deliver, sweep] = [measuredBy('deliver', work), measuredBy('sweep', work)];

    expect(deliver).toMatchObject([
      {
        service: 'bridge',
        tenant: 'acme',
        RevocationsWaiting: 2,
        OldestRevocationSeconds: 301,
        Waiting: 5,
        Held: 1,
      },
      { service: 'bridge', tenant: 'globex', RevocationsWaiting: 0, OldestRevocationSeconds: 0, Held: 3 },
    ]);
    expect(sweep).toMatchObject(deliver.map(({ _aws, ...rest }) => rest));
  });

  it('is 0 when there is nothing, and never negative', () => {
    const lines = measuredBy('sweep', () => {
      createMeasureOpen()('acme', NOTHING, NOW);
      createMeasureOpen()('acme', { ...NOTHING, oldestRevocation: NOW + 1 }, NOW);
    });

    expect(lines).toMatchObject([
      { RevocationsWaiting: 0, OldestRevocationSeconds: 0, Waiting: 0, Held: 0 },
      { OldestRevocationSeconds: 0 },
    ]);
  });
});

describe('a sweep', () => {
  it('tells of each tenant, what failed and what differs', () => {
    const lines = swept((metrics) => {
      metrics.ran();
      metrics.ran();
      metrics.failed();
      metrics.subscriptionLifeUsed(40);
      metrics.hookTrouble(2);
      metrics.drift({ healed: 3, left: 0 });
    });

    expect(lines).toMatchObject([
      {
        service: 'sweep',
        SweepRan: [1, 1],
        SweepFailures: 1,
        SubscriptionLifeUsed: 40,
        EventHookTrouble: 2,
        Healed: 3,
        Drift: 0,
      },
    ]);
  });

  it('measures what is not done apart from that, and nothing when nobody was swept', () => {
    const open = swept((metrics) =>
      metrics.measureOpen('acme', { waitingRevocations: 0, waiting: 0, held: 0 }, NOW),
    );

    expect(open).toMatchObject([{ service: 'bridge', Held: 0 }]);
    expect(swept(() => undefined)).toEqual([]);
  });
});
