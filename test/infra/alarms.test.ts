import { beforeAll, describe, expect, it } from 'vitest';
import type { Receipt } from '../../functions/identity/receipt.ts';
import { createMeasureOpen, createReceiptMetrics, type Gauges } from '../../functions/platform/metrics.ts';
import { createSweepMetrics, type SweepMetrics } from '../../functions/platform/sweep-metrics.ts';
import { measuredBy } from '../support/measured.ts';
import { aReceipt } from '../support/receipts.ts';
import { type Synthesized, synthesized, tenantDirectory, tenantFile } from './synthesized.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:on-call';

const tenants = tenantDirectory({ 'acme.json': tenantFile('acme'), 'globex.json': tenantFile('globex') });
let stack: Synthesized;

beforeAll(async () => {
  stack = await synthesized({}, tenants);
});

const SQS = 'AWS/SQS';
const LAMBDA = 'AWS/Lambda';
const OWN = 'ClarusBridge/dev';
const VISIBLE = 'ApproximateNumberOfMessagesVisible';
const AGE = 'ApproximateAgeOfOldestMessage';

/** The alarm's properties. */
function alarmOf(name: string): Record<string, unknown> {
  return stack.resources('AWS::CloudWatch::Alarm').get(`Alarms${name.replaceAll('-', '')}`) ?? {};
}

describe('the alarm', () => {
  it.each([
    ['revocations-dead-letters', SQS, VISIBLE, '<RevocationsDeadLetters.QueueName>', 0, 1],
    ['changes-dead-letters', SQS, VISIBLE, '<ChangesDeadLetters.QueueName>', 0, 1],
    ['revocations-stuck', SQS, AGE, '<RevocationsQueue.QueueName>', 5 * 60, 1],
    ['changes-stuck', SQS, AGE, '<ChangesQueue.QueueName>', 30 * 60, 1],
    ['webhook-5xx', 'AWS/ApiGateway', '5xx', '<HttpApi>', 0, 1],
    ['receive-errors', LAMBDA, 'Errors', '<ReceiveFunction>', 0, 1],
    ['receive-throttles', LAMBDA, 'Throttles', '<ReceiveFunction>', 0, 1],
    ['deliver-errors', LAMBDA, 'Errors', '<DeliverFunction>', 0, 3],
    ['deliver-throttles', LAMBDA, 'Throttles', '<DeliverFunction>', 0, 3],
    ['scim-errors', LAMBDA, 'Errors', '<ScimFunction>', 0, 1],
    ['scim-throttles', LAMBDA, 'Throttles', '<ScimFunction>', 0, 1],
    ['sweep-errors', LAMBDA, 'Errors', '<SweepFunction>', 0, 1],
  ])('%s watches %s %s of %s, above %i for %i periods', (name, Namespace, MetricName, of, above, periods) => {
    expect(alarmOf(name)).toMatchObject({
      AlarmName: `clarus-bridge-dev-${name}`,
      Namespace,
      MetricName,
      Dimensions: expect.arrayContaining([expect.objectContaining({ Value: of })]),
      Statistic: Namespace === SQS ? 'Maximum' : 'Sum',
      Period: Namespace === SQS ? 60 : 300,
      Threshold: above,
      EvaluationPeriods: periods,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });
});

interface OwnWatch {
  name: string;
  /** The function that measures, and what it does when all is not well and when it is. */
  by: 'deliver' | 'sweep';
  bad: () => void;
  good: () => void;
  statistic: 'Maximum' | 'Sum';
  /** Seconds. */
  period: number;
  periods: number;
  missing: 'notBreaching' | 'ignore' | 'breaching';
}

const QUARTER = 15 * 60;
const NOW = Date.UTC(2026, 2, 2);

function receipt(but: Partial<Receipt>): void {
  const metrics = createReceiptMetrics();
  metrics.measure(aReceipt(but));
  metrics.flush();
}

function sweep(work: (metrics: SweepMetrics) => void): void {
  const metrics = createSweepMetrics();
  work(metrics);
  metrics.flush();
}

function open(counts: Partial<Gauges>): void {
  createMeasureOpen()('acme', { waitingRevocations: 0, waiting: 0, held: 0, ...counts }, NOW);
}

const WATCHES: OwnWatch[] = [
  {
    name: 'revocations-waiting',
    by: 'deliver',
    bad: () => open({ waitingRevocations: 1, oldestRevocation: NOW - 301_000 }),
    good: () => open({ waitingRevocations: 1, oldestRevocation: NOW - 300_000 }),
    statistic: 'Maximum',
    period: 2 * QUARTER,
    periods: 1,
    missing: 'ignore',
  },
  {
    name: 'many-revocations-waiting',
    by: 'deliver',
    bad: () => open({ waitingRevocations: 10, oldestRevocation: NOW }),
    good: () => open({ waitingRevocations: 9, oldestRevocation: NOW }),
    statistic: 'Maximum',
    period: 2 * QUARTER,
    periods: 1,
    missing: 'ignore',
  },
  {
    name: 'changes-waiting',
    by: 'sweep',
    bad: () => open({ waiting: 1 }),
    good: () => open({ held: 1 }),
    statistic: 'Maximum',
    period: QUARTER,
    periods: 3,
    missing: 'ignore',
  },
  {
    name: 'held',
    by: 'sweep',
    bad: () => open({ held: 1 }),
    good: () => open({ waiting: 1 }),
    statistic: 'Maximum',
    period: 2 * QUARTER,
    periods: 1,
    missing: 'ignore',
  },
  {
    name: 'stated-takings',
    by: 'deliver',
    bad: () => createReceiptMetrics().alert('acme'),
    good: () => receipt({}),
    statistic: 'Sum',
    period: QUARTER,
    periods: 1,
    missing: 'notBreaching',
  },
  {
    name: 'drift',
    by: 'sweep',
    bad: () => sweep((metrics) => metrics.drift({ healed: 0, left: 1 })),
    good: () => sweep((metrics) => metrics.drift({ healed: 1, left: 0 })),
    statistic: 'Maximum',
    period: QUARTER,
    periods: 1,
    missing: 'notBreaching',
  },
  {
    name: 'subscription-life',
    by: 'sweep',
    bad: () => sweep((metrics) => metrics.subscriptionLifeUsed(76)),
    good: () => sweep((metrics) => metrics.subscriptionLifeUsed(75)),
    statistic: 'Maximum',
    period: QUARTER,
    periods: 1,
    missing: 'notBreaching',
  },
  {
    name: 'missed-by-webhook',
    by: 'deliver',
    bad: () => receipt({ foundBy: 'sweep', occurredAt: 0 }),
    good: () => receipt({ foundBy: 'first' }),
    statistic: 'Sum',
    period: QUARTER,
    periods: 1,
    missing: 'notBreaching',
  },
  {
    name: 'event-hook-trouble',
    by: 'sweep',
    bad: () => sweep((metrics) => metrics.hookTrouble(1)),
    good: () => sweep((metrics) => metrics.ran()),
    statistic: 'Sum',
    period: QUARTER,
    periods: 1,
    missing: 'notBreaching',
  },
  {
    name: 'sweep-failures',
    by: 'sweep',
    bad: () => sweep((metrics) => metrics.failed()),
    good: () => sweep((metrics) => metrics.ran()),
    statistic: 'Sum',
    period: QUARTER,
    periods: 2,
    missing: 'notBreaching',
  },
  {
    name: 'sweep-missing',
    by: 'sweep',
    bad: () => sweep((metrics) => metrics.ran()),
    good: () =>
      sweep((metrics) => {
        metrics.ran();
        metrics.ran();
      }),
    statistic: 'Sum',
    period: QUARTER,
    periods: 3,
    missing: 'breaching',
  },
];

describe.each(WATCHES)('the alarm $name', ({ name, by, bad, good, statistic, period, periods, missing }) => {
  /** Whether the alarm would ring by what the work measures, undefined where that is nothing. */
  function rings(work: () => void): boolean | undefined {
    const { Namespace, MetricName, Dimensions, Threshold, ComparisonOperator } = alarmOf(name);
    const [dimension] = Array.isArray(Dimensions) ? Dimensions : [];
    const values = measuredBy(by, work, OWN).flatMap((line) => {
      const declared = line._aws.CloudWatchMetrics.find(
        (it) => it.Namespace === Namespace && it.Metrics.some(({ Name }) => Name === MetricName),
      );
      if (declared === undefined) return [];
      expect(declared.Dimensions).toEqual([[dimension.Name]]);
      return line[dimension.Name] === dimension.Value ? [line[String(MetricName)]].flat().map(Number) : [];
    });
    if (values.length === 0) return undefined;
    const value = statistic === 'Sum' ? values.reduce((a, b) => a + b, 0) : Math.max(...values);
    return ComparisonOperator === 'LessThanThreshold' ? value < Number(Threshold) : value > Number(Threshold);
  }

  it('watches what the code measures, and rings by it', () => {
    expect(alarmOf(name)).toMatchObject({
      AlarmName: `clarus-bridge-dev-${name}`,
      Statistic: statistic,
      Period: period,
      EvaluationPeriods: periods,
      TreatMissingData: missing,
    });
    expect(rings(bad)).toBe(true);
  });

  it('ends when all is well', () => {
    // Where no number means that all is well, there may be none.
    expect(rings(good) ?? missing !== 'notBreaching').toBe(false);
  });
});

describe('the alarms', () => {
  it('are these twenty-three, and without tenants nobody waits for a sweep', async () => {
    // Act
    const alarms = stack.resources('AWS::CloudWatch::Alarm');
    const { resources } = await synthesized({}, tenantDirectory({}));

    // Assess
    expect(alarms.size).toBe(23);
    expect([...alarms.keys()].filter((id) => !resources('AWS::CloudWatch::Alarm').has(id))).toEqual([
      'Alarmssweepmissing',
    ]);
  });

  it('each say what they mean and where to look or what to run, in ASCII and in the room there is', () => {
    // Act
    const alarms = [...stack.resources('AWS::CloudWatch::Alarm').values()];

    // Assess
    for (const { AlarmDescription } of alarms) {
      expect(AlarmDescription).toMatch(
        /\/clarus-bridge\/dev\/|aws sqs start-message-move-task|event source mapping|quota/,
      );
      expect(AlarmDescription).toMatch(/^[ -~]{80,900}$/);
    }
  });

  it('tell nobody as long as no topic is named', () => {
    // Act
    const alarms = [...stack.resources('AWS::CloudWatch::Alarm').values()];

    // Assess
    for (const alarm of alarms) expect(alarm).not.toHaveProperty('AlarmActions');
  });

  it('tell the topic that is named, also when it is over', async () => {
    // Act
    const { resources } = await synthesized({ alarmTopicArn: TOPIC }, tenants);

    // Assess
    for (const alarm of resources('AWS::CloudWatch::Alarm').values()) {
      expect(alarm).toMatchObject({ AlarmActions: [TOPIC], OKActions: [TOPIC] });
    }
  });
});
