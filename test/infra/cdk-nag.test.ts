import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Validations } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { addBridge } from '../../infra/bridge-app.ts';
import { newApp, tenantDirectory, tenantFile } from './synthesized.ts';

const tenants = tenantDirectory({ 'acme.json': tenantFile('acme') });

describe('cdk-nag with AwsSolutions', () => {
  it('and CDK itself have no finding that is not acknowledged', async () => {
    // Prepare
    const app = newApp({ stage: 'prod' }, true);
    await addBridge(app, tenants);

    // Act and assess
    expect(() => app.synth()).not.toThrow();
  });

  it('fails synthesis on a finding that is not acknowledged', async () => {
    // Prepare
    const app = newApp();
    const stack = await addBridge(app, tenants);
    new Queue(stack, 'Careless');

    // Act and assess
    expect(() => app.synth()).toThrow(/AwsSolutions-SQS3.*AwsSolutions-SQS4/s);
  });

  it('has these acknowledged, each where it arises and with a reason', async () => {
    // Prepare
    const stack = await addBridge(newApp(), tenants);

    // Act
    const acknowledged = stack.node
      .findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) =>
            Object.entries<string>(data).map(([rule, reason]) => ({ at: node.path, rule, reason })),
          ),
      );

    // Assess
    expect(acknowledged).toEqual([
      {
        at: 'clarus-bridge-dev/Secret-acme/Secret',
        rule: expect.stringContaining('AwsSolutions-SMG4'),
        reason: expect.stringContaining('no interface to rotate them'),
      },
      {
        at: 'clarus-bridge-dev/Http/Api/ANY--webhooks--{source}--{tenant}',
        rule: expect.stringContaining('AwsSolutions-APIG4'),
        reason: expect.stringContaining('receive compares its hash'),
      },
      {
        at: 'clarus-bridge-dev/Http/Api/ANY--scim--{proxy+}',
        rule: expect.stringContaining('AwsSolutions-APIG4'),
        reason: expect.stringContaining('scim compares its hash'),
      },
    ]);
  });
});
