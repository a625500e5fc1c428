import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Receipt } from '../identity/receipt.ts';

export interface DeliveryMetrics {
  /** Told of every receipt that was written. */
  measure(receipt: Receipt): void;
  /** Told when more people lose access by what sources state than a tenant wants to be told of. */
  alert(tenant: string): void;
  measureOpen: MeasureOpen;
  /** Writes out what was measured: once an invocation. */
  flush(): void;
}

/** What is not done for a tenant. */
export interface Gauges {
  /** How many people may be in who should be out. */
  waitingRevocations: number;
  /** When the oldest of these came in, epoch milliseconds. */
  oldestRevocation?: number;
  /** All that waits. */
  waiting: number;
  held: number;
}

export type MeasureOpen = (tenant: string, counts: Gauges, now: number) => void;

/** The service of what several functions measure, so that alarms watch it as one. */
export const SHARED_SERVICE = 'bridge';

/**
 * CloudWatch metrics of receipts: `Receipts` by outcome; `MissedByWebhook`, changes that a sweep found and that Clarus
 * did not have; `UnknownSubscription`, notifications that were dropped; `StatedTakings`, people who lost access by what
 * was stated above their tenant's limit for an alert; and `TimeToRevoke` (milliseconds from the moment the identity
 * provider says access ended to Clarus' confirmation), whose percentiles are the service's promise.
 */
export function createReceiptMetrics(): DeliveryMetrics {
  const metrics = new Metrics();
  const alerts = new Metrics({ serviceName: SHARED_SERVICE });

  function measure(receipt: Receipt): void {
    const { outcome, reason, isActive, occurredAt, appliedAt } = receipt;
    metrics.addMetric(`Receipts_${outcome}`, MetricUnit.Count, 1);
    if (isMissed(receipt)) metrics.addMetric('MissedByWebhook', MetricUnit.Count, 1);
    if (reason === 'unknown_subscription') metrics.addMetric('UnknownSubscription', MetricUnit.Count, 1);
    if (isActive === false && appliedAt !== undefined) {
      metrics.addMetric('TimeToRevoke', MetricUnit.Milliseconds, Math.max(0, appliedAt - occurredAt));
    }
  }

  function alert(tenant: string): void {
    // A line of its own, which names the tenant.
    alerts.addMetadata('tenant', tenant);
    alerts.addMetric('StatedTakings', MetricUnit.Count, 1);
    alerts.publishStoredMetrics();
  }

  function flush(): void {
    // Powertools warns about nothing to publish, which is what a batch of retries has.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }

  return { measure, alert, measureOpen: createMeasureOpen(), flush };
}

/** Milliseconds within which a webhook may come after a sweep that has found the same. */
const LATE = 5 * 60_000;

/**
 * Whether a sweep found what webhooks should have brought, and Clarus did not have it. An event that had only just
 * happened may be on its way; of what Graph's delta shows nobody knows when it happened.
 */
function isMissed({ foundBy, occurredAt, receivedAt, appliedAt }: Receipt): boolean {
  if (appliedAt === undefined || (foundBy !== 'sweep' && foundBy !== 'resync')) return false;
  const age = receivedAt - occurredAt;
  return foundBy === 'resync' || age === 0 || age >= LATE;
}

/**
 * CloudWatch gauges of what is not done: `RevocationsWaiting`, `OldestRevocationSeconds`, `Waiting` and `Held`. SQS' own
 * age of its oldest message leaves out those received three times, which is all that fails, so the code measures. Each
 * reading is a line of its own that names its tenant, and 0 is measured too: an alarm ends by it.
 */
export function createMeasureOpen(): MeasureOpen {
  const metrics = new Metrics({ serviceName: SHARED_SERVICE });
  return function measureOpen(tenant, { waitingRevocations, oldestRevocation, waiting, held }, now) {
    const seconds = oldestRevocation === undefined ? 0 : Math.max(0, (now - oldestRevocation) / 1000);
    metrics.addMetadata('tenant', tenant);
    metrics.addMetric('RevocationsWaiting', MetricUnit.Count, waitingRevocations);
    metrics.addMetric('OldestRevocationSeconds', MetricUnit.Seconds, seconds);
    metrics.addMetric('Waiting', MetricUnit.Count, waiting);
    metrics.addMetric('Held', MetricUnit.Count, held);
    metrics.publishStoredMetrics();
  };
}
