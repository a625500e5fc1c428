import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Receipt } from '../identity/receipt.ts';

export interface ReceiptMetrics {
  measure(receipt: Receipt): void;
  /** Writes out what was measured: once an invocation. */
  flush(): void;
}

/**
 * CloudWatch metrics of receipts: `Receipts` by outcome; `MissedByWebhook`, changes that a sweep found and that
 * Clarus did not have; `UnknownSubscription`, notifications that were dropped; and `TimeToRevoke` (milliseconds from the moment the
 * identity provider says access ended to Clarus' confirmation), whose percentiles are the service's promise.
 */
export function createReceiptMetrics(): ReceiptMetrics {
  const metrics = new Metrics();

  function measure({ outcome, reason, foundBy, isActive, occurredAt, appliedAt }: Receipt): void {
    metrics.addMetric(`Receipts_${outcome}`, MetricUnit.Count, 1);
    if (foundBy !== undefined && foundBy !== 'first' && appliedAt !== undefined) {
      metrics.addMetric('MissedByWebhook', MetricUnit.Count, 1);
    }
    if (reason === 'unknown_subscription') metrics.addMetric('UnknownSubscription', MetricUnit.Count, 1);
    if (isActive === false && appliedAt !== undefined) {
      metrics.addMetric('TimeToRevoke', MetricUnit.Milliseconds, Math.max(0, appliedAt - occurredAt));
    }
  }

  function flush(): void {
    // Powertools warns about nothing to publish, which is what a batch of retries has.
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }

  return { measure, flush };
}
