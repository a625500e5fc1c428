import { type IMetric, Metric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { SHARED_SERVICE } from '../../functions/platform/metrics.ts';
import { metricsNamespace } from '../bridge-function.ts';

/** A number that is watched. */
export interface Watch {
  name: string;
  metric: IMetric;
  /** The alarm rings above this, or below that. */
  limit: { above: number } | { below: number };
  /** How many of the metric's periods in a row; one without. */
  periods?: number;
  /** What no number means: without this, that all is well. */
  missing?: TreatMissingData;
  /** What it means and what to do, for somebody who was asleep a minute ago. In ASCII: CloudFormation. */
  description: string;
}

export const MINUTE = { period: Duration.minutes(1), statistic: 'Maximum' };
export const FIVE_MINUTES = { period: Duration.minutes(5), statistic: 'Sum' };

/** How often the sweep comes. */
const SWEEP = Duration.minutes(15);

/** What one of the functions measures itself. */
export function own(stage: string, service: string, metricName: string, statistic: string): IMetric {
  return measured(stage, service, metricName, statistic, SWEEP);
}

/** What several functions measure together. */
export function shared(stage: string, metricName: string, statistic: string, period = SWEEP): IMetric {
  return measured(stage, SHARED_SERVICE, metricName, statistic, period);
}

function measured(
  stage: string,
  service: string,
  metricName: string,
  statistic: string,
  period: Duration,
): IMetric {
  const namespace = metricsNamespace(stage);
  return new Metric({ namespace, metricName, dimensionsMap: { service }, statistic, period });
}
