import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesized, tenantDirectory, tenantFile } from './synthesized.ts';

let stack: Synthesized;

beforeAll(async () => {
  const tenants = tenantDirectory({ 'acme.json': tenantFile('acme'), 'globex.json': tenantFile('globex') });
  stack = await synthesized({}, tenants);
});

function keys(partition: string, sort: string): unknown {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
}

function index(IndexName: string, partition: string, sort: string, ProjectionType: string): unknown {
  return { IndexName, KeySchema: keys(partition, sort), Projection: { ProjectionType } };
}

describe('the table', () => {
  it('has a fixed name, and the keys and indexes that are final, grows by demand and forgets by expiresAt', () => {
    // Act
    const table = stack.resources('AWS::DynamoDB::Table').get('StateTable');

    // Assess
    expect(table).toEqual({
      TableName: 'clarus-bridge-dev',
      KeySchema: keys('pk', 'sk'),
      GlobalSecondaryIndexes: [
        index('receipts-by-tenant', 'receiptTenant', 'receiptTime', 'ALL'),
        index('receipts-by-user', 'receiptUser', 'receiptTime', 'ALL'),
        index('waiting', 'waitingTenant', 'waitingSince', 'ALL'),
        index('held', 'heldTenant', 'heldSince', 'ALL'),
        index('accounts-by-address', 'addressKey', 'addressAccount', 'KEYS_ONLY'),
        index('users', 'userBucket', 'userSort', 'KEYS_ONLY'),
      ],
      // Nothing but keys is declared.
      AttributeDefinitions: expect.toSatisfy((all) => all.length === 13),
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: false },
      Tags: expect.anything(),
    });
  });

  it('outlives the stack and a replacement, and goes with a first deployment that fails', () => {
    // Assess
    stack.template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe.each(['acme', 'globex'])('the secret of %s', (tenant) => {
  it('outlives the stack, goes with a first deployment that fails, and holds no value of ours', () => {
    // Assess
    stack.template.hasResource('AWS::SecretsManager::Secret', {
      Properties: { Name: `clarus-bridge/${tenant}`, GenerateSecretString: {}, SecretString: Match.absent() },
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('says what must be put there, in ASCII, which is all that CloudFormation keeps', () => {
    // Act
    const secret = stack.resources('AWS::SecretsManager::Secret').get(`Secret${tenant}Secret`);

    // Assess
    expect(secret?.Description).toContain(
      '{"clarus":{"clientId":"...","clientSecret":"..."},"okta":{"apiToken":"..."},"entra":{',
    );
    expect(secret?.Description).toMatch(/^[ -~]+$/);
  });
});

describe('everything else', () => {
  it.each(['AWS::Lambda::Function', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'])(
    '%s goes with the stack',
    (type) => {
      // Act
      const retained = stack.template.findResources(type, {
        DeletionPolicy: Match.stringLikeRegexp('^Retain'),
      });

      // Assess
      expect(retained).toEqual({});
    },
  );
});
