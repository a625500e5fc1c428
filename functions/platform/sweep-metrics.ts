import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * CloudWatch metrics of sweeps: `SubscriptionLifeUsed` (percent, 100 without a subscription), `SweepFailures`
 * (a part of a tenant's sweep) and `EventHookTrouble` (what Okta logged of hooks that do not get through).
 */
export function createSweepMetrics() {
  const metrics = new Metrics();
  return {
    subscriptionLifeUsed: (percent: number) =>
      void metrics.addMetric('SubscriptionLifeUsed', MetricUnit.Percent, percent),
    failed: () => void metrics.addMetric('SweepFailures', MetricUnit.Count, 1),
    hookTrouble: (count: number) => void metrics.addMetric('EventHookTrouble', MetricUnit.Count, count),
    /** Writes out what was measured: once an invocation. */
    flush(): void {
      // Powertools warns about nothing to publish.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
