import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { createMeasureOpen, type MeasureOpen } from './metrics.ts';

export interface SweepMetrics {
  /** A tenant's sweep has come to its end, whatever failed on the way. */
  ran(): void;
  /** How much of a tenant's subscription's life is over, in percent: 100 without a subscription. */
  subscriptionLifeUsed(percent: number): void;
  /** A part of the sweep that failed for a tenant. */
  failed(): void;
  /** How often Okta logged that an event hook does not get through. */
  hookTrouble(count: number): void;
  /** In how many people Clarus differs from what is known: those it was brought back to, and those left as they are. */
  drift(found: { healed: number; left: number }): void;
  /** What is not done for a tenant, once a sweep: 0 too. */
  measureOpen: MeasureOpen;
  /** Writes out what was measured: once an invocation. */
  flush(): void;
}

/**
 * CloudWatch metrics of sweeps: `SweepRan` (1 a tenant), `SubscriptionLifeUsed` (percent, 100 without a subscription),
 * `SweepFailures` (a part of a tenant's sweep), `EventHookTrouble` (what Okta logged of hooks that do not get through),
 * `Healed` and `Drift` (what differed in Clarus: brought back, and left), and the gauges of what is not done.
 */
export function createSweepMetrics(): SweepMetrics {
  const metrics = new Metrics();
  const count = (name: string, value: number) => void metrics.addMetric(name, MetricUnit.Count, value);
  return {
    ran: () => count('SweepRan', 1),
    subscriptionLifeUsed: (percent) =>
      void metrics.addMetric('SubscriptionLifeUsed', MetricUnit.Percent, percent),
    failed: () => count('SweepFailures', 1),
    hookTrouble: (times) => count('EventHookTrouble', times),
    drift({ healed, left }) {
      count('Healed', healed);
      count('Drift', left);
    },
    measureOpen: createMeasureOpen(),
    flush() {
      // Powertools warns about nothing to publish.
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
