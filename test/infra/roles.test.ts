import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesized, tenantDirectory, tenantFile } from './synthesized.ts';

let stack: Synthesized;

beforeAll(async () => {
  const tenants = tenantDirectory({ 'acme.json': tenantFile('acme'), 'globex.json': tenantFile('globex') });
  stack = await synthesized({ stage: 'prod' }, tenants);
});

function policiesOf(role: string): unknown {
  return stack.resources('AWS::IAM::Role').get(role)?.Policies;
}

/** One inline policy that allows these actions on these resources, and nothing else. */
function policy(PolicyName: string, Action: unknown, Resource: unknown): unknown {
  return {
    PolicyName,
    PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] },
  };
}

function indexes(...names: string[]): string[] {
  return names.map((name) => `<StateTable.Arn>/index/${name}`);
}

describe('the role of receive', () => {
  it('puts events on the two queues and writes its own log, nothing else', () => {
    // Act
    const policies = policiesOf('ReceiveRole');

    // Assess
    expect(policies).toEqual([
      policy('OwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], '<ReceiveLogs.Arn>'),
      policy('StoreEvents', 'sqs:SendMessage', ['<ChangesQueue.Arn>', '<RevocationsQueue.Arn>']),
    ]);
  });
});

describe('the role of deliver', () => {
  it("consumes, looks again, puts aside, keeps state, counts what is open, finds by address and reads its tenants' secrets, nothing else", () => {
    // Act
    const policies = policiesOf('DeliverRole');

    // Assess
    expect(policies).toEqual([
      policy('OwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], '<DeliverLogs.Arn>'),
      policy(
        'ConsumeEvents',
        ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
        ['<ChangesQueue.Arn>', '<RevocationsQueue.Arn>'],
      ),
      policy('LookAgainAndPutAside', 'sqs:SendMessage', [
        '<ChangesDeadLetters.Arn>',
        '<ChangesQueue.Arn>',
        '<RevocationsDeadLetters.Arn>',
        '<RevocationsQueue.Arn>',
      ]),
      policy(
        'KeepState',
        ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        '<StateTable.Arn>',
      ),
      policy(
        'CountWhatIsOpenAndFindByAddress',
        'dynamodb:Query',
        indexes('accounts-by-address', 'held', 'waiting'),
      ),
      policy('ReadTenantSecrets', 'secretsmanager:GetSecretValue', [
        '<SecretacmeSecret>',
        '<SecretglobexSecret>',
      ]),
    ]);
  });
});

describe('the role of scim', () => {
  it("keeps state, lists users, queues what is to be done later and reads its tenants' secrets, nothing else", () => {
    // Act
    const policies = policiesOf('ScimRole');

    // Assess
    expect(policies).toEqual([
      policy('OwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], '<ScimLogs.Arn>'),
      policy('LookAgainAndRevoke', 'sqs:SendMessage', ['<ChangesQueue.Arn>', '<RevocationsQueue.Arn>']),
      policy(
        'KeepState',
        [
          'dynamodb:BatchGetItem',
          'dynamodb:GetItem',
          'dynamodb:PutItem',
          'dynamodb:Query',
          'dynamodb:UpdateItem',
        ],
        '<StateTable.Arn>',
      ),
      policy('ListUsers', 'dynamodb:Query', '<StateTable.Arn>/index/users'),
      policy('ReadTenantSecrets', 'secretsmanager:GetSecretValue', [
        '<SecretacmeSecret>',
        '<SecretglobexSecret>',
      ]),
    ]);
  });
});

describe('the role of sweep', () => {
  it("stores events, keeps state, lists whom it knows and reads its tenants' secrets, nothing else", () => {
    // Act
    const policies = policiesOf('SweepRole');

    // Assess
    expect(policies).toEqual([
      policy('OwnLog', ['logs:CreateLogStream', 'logs:PutLogEvents'], '<SweepLogs.Arn>'),
      policy('StoreEvents', 'sqs:SendMessage', ['<ChangesQueue.Arn>', '<RevocationsQueue.Arn>']),
      policy(
        'KeepState',
        ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        '<StateTable.Arn>',
      ),
      policy('ListPeople', 'dynamodb:Query', indexes('accounts-by-address', 'held', 'users', 'waiting')),
      policy('ReadTenantSecrets', 'secretsmanager:GetSecretValue', [
        '<SecretacmeSecret>',
        '<SecretglobexSecret>',
      ]),
    ]);
  });

  it('is separate from that of its schedule, which may start it every 15 minutes and nothing else', () => {
    // Act
    const [schedule] = stack.resources('AWS::Scheduler::Schedule').values();
    const role = stack.resources('AWS::IAM::Role').get('SweepScheduleRole');

    // Assess
    expect(schedule).toMatchObject({
      ScheduleExpression: 'rate(15 minutes)',
      Target: { Arn: '<SweepFunction.Arn>', RoleArn: '<SweepScheduleRole.Arn>' },
    });
    expect(role?.Policies).toEqual([policy('Sweep', 'lambda:InvokeFunction', '<SweepFunction.Arn>')]);
    expect(JSON.stringify(role?.AssumeRolePolicyDocument)).toContain('scheduler.amazonaws.com');
  });
});

describe('the roles together', () => {
  it('are one per function, which only Lambda can take', () => {
    // Act
    const roles = stack.resources('AWS::IAM::Role');
    const functions = stack.resources('AWS::Lambda::Function');

    // Assess
    expect([...roles.keys()]).toEqual([
      'ReceiveRole',
      'DeliverRole',
      'ScimRole',
      'SweepRole',
      'SweepScheduleRole',
    ]);
    roles.delete('SweepScheduleRole');
    expect([...functions.values()].map(({ Role }) => Role)).toEqual([
      '<ReceiveRole.Arn>',
      '<DeliverRole.Arn>',
      '<ScimRole.Arn>',
      '<SweepRole.Arn>',
    ]);
    for (const { AssumeRolePolicyDocument } of roles.values()) {
      expect(AssumeRolePolicyDocument).toEqual({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      });
    }
  });

  it.each(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'])('are widened by no %s', (type) => {
    // Act
    const found = stack.resources(type);

    // Assess
    expect(found.size).toBe(0);
  });

  it('name no managed policy', () => {
    // Act
    const roles = [...stack.resources('AWS::IAM::Role').values()];

    // Assess
    expect(roles.every((role) => role.ManagedPolicyArns === undefined)).toBe(true);
  });
});

describe('a stage without tenants', () => {
  it('reads no secret', async () => {
    // Prepare
    const tenants = tenantDirectory({ 'acme.json': tenantFile('acme', { stages: ['prod'] }) });

    // Act
    const { resources } = await synthesized({ stage: 'test' }, tenants);

    // Assess
    const text = JSON.stringify(resources('AWS::IAM::Role').get('DeliverRole'));
    expect(text).not.toContain('secretsmanager');
    expect(resources('AWS::SecretsManager::Secret').size).toBe(0);
  });
});
