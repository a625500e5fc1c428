import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Synthesized, synthesized, tenantDirectory, tenantFile } from './synthesized.ts';

let stack: Synthesized;

beforeAll(async () => {
  const tenants = tenantDirectory({ 'acme.json': tenantFile('acme'), 'globex.json': tenantFile('globex') });
  stack = await synthesized({}, tenants);
});

describe('the table', () => {
  it('has the keys and the indexes that the code uses, grows by demand and forgets by expiresAt', () => {
    // Act
    const table = stack.resources('AWS::DynamoDB::Table').get('StateTable');

    // Assess
    expect(table).toEqual({
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'receipts-by-tenant',
          KeySchema: [
            { AttributeName: 'receiptTenant', KeyType: 'HASH' },
            { AttributeName: 'receiptTime', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: 'links-by-tenant',
          KeySchema: [
            { AttributeName: 'linkTenant', KeyType: 'HASH' },
            { AttributeName: 'linkSubject', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      AttributeDefinitions: ['pk', 'sk', 'receiptTenant', 'receiptTime', 'linkTenant', 'linkSubject'].map(
        (AttributeName) => ({
          AttributeName,
          AttributeType: 'S',
        }),
      ),
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
      SSESpecification: { SSEEnabled: false },
      Tags: expect.anything(),
    });
  });

  it('outlives the stack', () => {
    // Assess
    stack.template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });
});

describe.each(['acme', 'globex'])('the secret of %s', (tenant) => {
  it('outlives the stack and holds no value of ours', () => {
    // Assess
    stack.template.hasResource('AWS::SecretsManager::Secret', {
      Properties: { Name: `clarus-bridge/${tenant}`, GenerateSecretString: {}, SecretString: Match.absent() },
      DeletionPolicy: 'Retain',
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
      const retained = stack.template.findResources(type, { DeletionPolicy: 'Retain' });

      // Assess
      expect(retained).toEqual({});
    },
  );
});
