import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesized, tenantDirectory } from './synthesized.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:on-call';

const noTenants = tenantDirectory({});
let stack: Synthesized;

beforeAll(async () => {
  stack = await synthesized({}, noTenants);
});

const SQS = 'AWS/SQS';
const LAMBDA = 'AWS/Lambda';
const OWN = 'ClarusBridge/dev';

describe('the alarm', () => {
  it.each([
    [
      'revocations-dead-letters',
      SQS,
      'ApproximateNumberOfMessagesVisible',
      '<RevocationsDeadLetters.QueueName>',
      0,
      1,
    ],
    [
      'changes-dead-letters',
      SQS,
      'ApproximateNumberOfMessagesVisible',
      '<ChangesDeadLetters.QueueName>',
      0,
      1,
    ],
    ['revocations-late', SQS, 'ApproximateAgeOfOldestMessage', '<RevocationsQueue.QueueName>', 5 * 60, 1],
    ['changes-late', SQS, 'ApproximateAgeOfOldestMessage', '<ChangesQueue.QueueName>', 30 * 60, 1],
    ['webhook-5xx', 'AWS/ApiGateway', '5xx', '<HttpApi>', 0, 1],
    ['receive-errors', LAMBDA, 'Errors', '<ReceiveFunction>', 0, 1],
    ['receive-throttles', LAMBDA, 'Throttles', '<ReceiveFunction>', 0, 1],
    ['deliver-errors', LAMBDA, 'Errors', '<DeliverFunction>', 0, 3],
    ['deliver-throttles', LAMBDA, 'Throttles', '<DeliverFunction>', 0, 3],
    ['scim-errors', LAMBDA, 'Errors', '<ScimFunction>', 0, 1],
    ['scim-throttles', LAMBDA, 'Throttles', '<ScimFunction>', 0, 1],
    ['subscription-life', OWN, 'SubscriptionLifeUsed', 'sweep', 75, 1],
    ['missed-by-webhook', OWN, 'MissedByWebhook', 'deliver', 0, 1],
    ['event-hook-trouble', OWN, 'EventHookTrouble', 'sweep', 0, 1],
    ['brake', OWN, 'Receipts_held', 'deliver', 0, 1],
    ['sweep-failures', OWN, 'SweepFailures', 'sweep', 0, 2],
    ['sweep-errors', LAMBDA, 'Errors', '<SweepFunction>', 0, 1],
  ])('%s watches %s %s of %s, above %i for %i periods', (name, Namespace, MetricName, of, above, periods) => {
    // Act
    const alarm = stack.resources('AWS::CloudWatch::Alarm').get(`Alarms${name.replaceAll('-', '')}`);

    // Assess
    expect(alarm).toMatchObject({
      AlarmName: `clarus-bridge-dev-${name}`,
      Namespace,
      MetricName,
      Dimensions: expect.arrayContaining([expect.objectContaining({ Value: of })]),
      Statistic: Namespace === SQS || name === 'subscription-life' ? 'Maximum' : 'Sum',
      Period: Namespace === SQS ? 60 : Namespace === OWN ? 900 : 300,
      Threshold: above,
      EvaluationPeriods: periods,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });
});

describe('the alarms', () => {
  it('are these seventeen', () => {
    // Act
    const alarms = stack.resources('AWS::CloudWatch::Alarm');

    // Assess
    expect(alarms.size).toBe(17);
  });

  it('each say what they mean and where to look or what to run, in ASCII and in the room there is', () => {
    // Act
    const alarms = [...stack.resources('AWS::CloudWatch::Alarm').values()];

    // Assess
    for (const { AlarmDescription } of alarms) {
      expect(AlarmDescription).toMatch(/\/clarus-bridge\/dev\/|aws sqs start-message-move-task|quota/);
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
    const { resources } = await synthesized({ alarmTopicArn: TOPIC }, noTenants);

    // Assess
    for (const alarm of resources('AWS::CloudWatch::Alarm').values()) {
      expect(alarm).toMatchObject({ AlarmActions: [TOPIC], OKActions: [TOPIC] });
    }
  });
});
