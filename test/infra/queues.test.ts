import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesized, tenantDirectory } from './synthesized.ts';

const FOURTEEN_DAYS = 14 * 24 * 60 * 60;

let stack: Synthesized;

beforeAll(async () => {
  stack = await synthesized({}, tenantDirectory({}));
});

describe.each([
  { name: 'changes', queue: 'ChangesQueue', deadLetters: 'ChangesDeadLetters' },
  { name: 'revocations', queue: 'RevocationsQueue', deadLetters: 'RevocationsDeadLetters' },
])('the queue $name', ({ name, queue, deadLetters }) => {
  it('is standard, encrypted, patient, and leaves it to deliver to give an event up', () => {
    // Act
    const properties = stack.resources('AWS::SQS::Queue').get(queue);

    // Assess
    expect(properties).toEqual({
      QueueName: `clarus-bridge-dev-${name}`,
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: FOURTEEN_DAYS,
      VisibilityTimeout: 360,
      RedrivePolicy: { deadLetterTargetArn: `<${deadLetters}.Arn>`, maxReceiveCount: 1000 },
      Tags: expect.anything(),
    });
  });

  it('has dead letters that are kept for 14 days and come from nowhere else', () => {
    // Act
    const properties = stack.resources('AWS::SQS::Queue').get(deadLetters);

    // Assess
    expect(properties).toEqual({
      QueueName: `clarus-bridge-dev-${name}-dead-letters`,
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: FOURTEEN_DAYS,
      RedriveAllowPolicy: {
        redrivePermission: 'byQueue',
        sourceQueueArns: [
          `arn:<AWS::Partition>:sqs:<AWS::Region>:<AWS::AccountId>:clarus-bridge-dev-${name}`,
        ],
      },
      Tags: expect.anything(),
    });
  });

  it.each([queue, deadLetters])('refuses whoever comes without TLS: %s', (id) => {
    // Act
    const policies = [...stack.resources('AWS::SQS::QueuePolicy').values()];

    // Assess
    expect(policies.filter(({ Queues }) => String(Queues) === `<${id}>`)).toEqual([
      {
        Queues: [`<${id}>`],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: 'sqs:*',
              Resource: `<${id}.Arn>`,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    ]);
  });

  it('is consumed by deliver in batches of ten, of which single messages may fail', () => {
    // Act
    const mappings = [...stack.resources('AWS::Lambda::EventSourceMapping').values()];

    // Assess
    expect(mappings.filter(({ EventSourceArn }) => EventSourceArn === `<${queue}.Arn>`)).toEqual([
      {
        EventSourceArn: `<${queue}.Arn>`,
        FunctionName: '<DeliverFunction>',
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: name === 'changes' ? 10 : 5 },
        Tags: expect.anything(),
      },
    ]);
  });
});

it('gives every queue six times the time that deliver may take', () => {
  // Act
  const timeout = Number(stack.resources('AWS::Lambda::Function').get('DeliverFunction')?.Timeout);
  const queues = stack.resources('AWS::SQS::Queue');

  // Assess
  expect(queues.get('ChangesQueue')?.VisibilityTimeout).toBe(6 * timeout);
  expect(queues.get('RevocationsQueue')?.VisibilityTimeout).toBe(6 * timeout);
});
