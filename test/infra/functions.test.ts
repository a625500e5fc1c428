import { beforeAll, describe, expect, it } from 'vitest';
import { deliverEnvironment } from '../../functions/deliver/environment.ts';
import { readEnvironment } from '../../functions/platform/config.ts';
import { receiveEnvironment } from '../../functions/receive/environment.ts';
import { scimEnvironment } from '../../functions/scim/environment.ts';
import { sweepEnvironment } from '../../functions/sweep/environment.ts';
import { type Synthesized, synthesized, tenantDirectory } from './synthesized.ts';

let stack: Synthesized;

beforeAll(async () => {
  stack = await synthesized({}, tenantDirectory({}));
});

function variablesOf(id: string): Record<string, string> {
  return Object(Object(stack.resources('AWS::Lambda::Function').get(id)?.Environment).Variables);
}

describe.each([
  { name: 'receive', id: 'ReceiveFunction', logs: 'ReceiveLogs', timeout: 5, days: 90 },
  { name: 'deliver', id: 'DeliverFunction', logs: 'DeliverLogs', timeout: 60, days: 90 },
  { name: 'scim', id: 'ScimFunction', logs: 'ScimLogs', timeout: 29, days: 30 },
  { name: 'sweep', id: 'SweepFunction', logs: 'SweepLogs', timeout: 900, days: 90 },
])('the function $name', ({ name, id, logs, timeout, days }) => {
  it('runs on Node 24 and arm64, within a stated time and memory, without tracing or reservations', () => {
    // Act
    const properties = stack.resources('AWS::Lambda::Function').get(id);

    // Assess
    expect(properties).toMatchObject({
      FunctionName: `clarus-bridge-dev-${name}`,
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
      Timeout: timeout,
    });
    expect(properties).not.toHaveProperty('TracingConfig');
    expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it(`logs JSON of level INFO to its own log group for ${days} days`, () => {
    // Act
    const properties = stack.resources('AWS::Lambda::Function').get(id);
    const logGroup = stack.resources('AWS::Logs::LogGroup').get(logs);

    // Assess
    expect(properties?.LoggingConfig).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'INFO',
      LogGroup: `<${logs}>`,
    });
    expect(logGroup).toMatchObject({ LogGroupName: `/clarus-bridge/dev/${name}`, RetentionInDays: days });
  });

  it('tells Powertools its name, namespace and level', () => {
    // Act
    const variables = variablesOf(id);

    // Assess
    expect(variables).toMatchObject({
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: 'ClarusBridge/dev',
      POWERTOOLS_LOG_LEVEL: 'INFO',
    });
  });
});

describe('the concurrency of scim', () => {
  it.each([
    ['dev', undefined],
    ['prod', 20],
  ])('in the stage %s is %s, so that a flood of it is none of the others', async (stage, reserved) => {
    // Act
    const { resources } = await synthesized({ stage }, tenantDirectory({}));

    // Assess
    const functions = [...resources('AWS::Lambda::Function').entries()];
    const kept = functions.map(([id, it]) => [id, it?.ReservedConcurrentExecutions]);
    expect(Object.fromEntries(kept)).toEqual({
      ReceiveFunction: undefined,
      ScimFunction: reserved,
      DeliverFunction: undefined,
      SweepFunction: undefined,
    });
  });
});

describe('the environment', () => {
  it.each([
    {
      id: 'ReceiveFunction',
      schema: receiveEnvironment,
      variables: { CHANGES_QUEUE_URL: '<ChangesQueue>', REVOCATIONS_QUEUE_URL: '<RevocationsQueue>' },
    },
    {
      id: 'ScimFunction',
      schema: scimEnvironment,
      variables: {
        TABLE_NAME: '<StateTable>',
        CHANGES_QUEUE_URL: '<ChangesQueue>',
        REVOCATIONS_QUEUE_URL: '<RevocationsQueue>',
        INSTANCES: '20',
      },
    },
    {
      id: 'DeliverFunction',
      schema: deliverEnvironment,
      variables: {
        TABLE_NAME: '<StateTable>',
        CHANGES_QUEUE_URL: '<ChangesQueue>',
        REVOCATIONS_QUEUE_URL: '<RevocationsQueue>',
        CHANGES_DEAD_LETTER_QUEUE_URL: '<ChangesDeadLetters>',
        REVOCATIONS_DEAD_LETTER_QUEUE_URL: '<RevocationsDeadLetters>',
      },
    },
    {
      id: 'SweepFunction',
      schema: sweepEnvironment,
      variables: {
        TABLE_NAME: '<StateTable>',
        CHANGES_QUEUE_URL: '<ChangesQueue>',
        REVOCATIONS_QUEUE_URL: '<RevocationsQueue>',
        WEBHOOKS_URL: expect.stringMatching(/^https:\/\/<HttpApi>\.execute-api\./),
      },
    },
  ])('of $id is what its code reads, and no more', ({ id, schema, variables }) => {
    // Prepare
    const powertools = expect.stringMatching(/.+/);

    // Act
    const set = variablesOf(id);
    // A queue's reference is its URL once it exists.
    const deployed = Object.entries(set).map(([key, value]) => [
      key,
      value.replace(/^<(.*)>$/, 'https://$1').replaceAll(/[<>:]+(?!\/\/)/g, ''),
    ]);
    const read = readEnvironment(schema, Object.fromEntries(deployed));

    // Assess
    expect(set).toEqual({
      ...variables,
      POWERTOOLS_SERVICE_NAME: powertools,
      POWERTOOLS_METRICS_NAMESPACE: powertools,
      POWERTOOLS_LOG_LEVEL: powertools,
    });
    expect(Object.keys(read)).toEqual(expect.arrayContaining(Object.keys(variables)));
  });
});

it('items of webhooks that may be forged are counted out of the log of receive', () => {
  // Act
  const filters = [...stack.resources('AWS::Logs::MetricFilter').values()];

  // Assess
  expect(filters.map(({ FilterPattern }) => FilterPattern)).toEqual([
    '{ $.ignored.client_state = "*" }',
    '{ $.ignored.other_directory = "*" }',
    '{ $.ignored.with_resource_data = "*" }',
  ]);
  for (const { LogGroupName, MetricTransformations } of filters) {
    expect(LogGroupName).toBe('<ReceiveLogs>');
    expect(MetricTransformations).toEqual([
      expect.objectContaining({ MetricNamespace: 'ClarusBridge/dev', MetricName: 'NotificationsDropped' }),
    ]);
  }
});
