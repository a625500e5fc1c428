import { describe, expect, it } from 'vitest';
import { addBridge } from '../../infra/bridge-app.ts';
import { newApp, synthesized, tenantDirectory, tenantFile } from './synthesized.ts';

const tenants = tenantDirectory({
  'acme.json': tenantFile('acme'),
  'globex.json': tenantFile('globex', { stages: ['dev'] }),
  'initech.json': tenantFile('initech', { stages: ['dev', 'prod'] }),
});

function secretNames(resources: Map<string, Record<string, unknown>>): unknown[] {
  return [...resources.values()].map(({ Name }) => Name);
}

describe('the stage', () => {
  it('is dev when nobody says which, and has the tenants of dev', async () => {
    // Act
    const { stack, resources } = await synthesized({}, tenants);

    // Assess
    expect(stack.stackName).toBe('clarus-bridge-dev');
    expect(stack.terminationProtection).toBe(false);
    expect(secretNames(resources('AWS::SecretsManager::Secret'))).toEqual([
      'clarus-bridge/acme',
      'clarus-bridge/globex',
      'clarus-bridge/initech',
    ]);
  });

  it('prod is protected from termination and has the tenants of prod', async () => {
    // Act
    const { stack, resources } = await synthesized({ stage: 'prod' }, tenants);

    // Assess
    expect(stack.stackName).toBe('clarus-bridge-prod');
    expect(stack.terminationProtection).toBe(true);
    expect(secretNames(resources('AWS::SecretsManager::Secret'))).toEqual([
      'clarus-bridge/acme',
      'clarus-bridge/initech',
    ]);
  });

  it('stands in the tags of the stack and of its resources, beside the service', async () => {
    // Act
    const { stack, template } = await synthesized({ stage: 'prod' }, tenants);

    // Assess
    expect(stack.tags.tagValues()).toEqual({ service: 'clarus-bridge', stage: 'prod' });
    template.allResourcesProperties('AWS::SQS::Queue', {
      Tags: [
        { Key: 'service', Value: 'clarus-bridge' },
        { Key: 'stage', Value: 'prod' },
      ],
    });
  });

  it('belongs to no account and no region, so that it can be synthesized without any', async () => {
    // Act
    const { stack } = await synthesized({}, tenants);

    // Assess
    expect(stack.environment).toBe('aws://unknown-account/unknown-region');
  });
});

describe('refused is', () => {
  it.each(['Prod', 'prod-eu', '1st', '', 'a'.repeat(17), '../prod'])('the stage "%s"', async (stage) => {
    // Act
    const adding = addBridge(newApp({ stage }), tenants);

    // Assess
    await expect(adding).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining('stage must be lower-case letters and digits'),
    });
  });

  it.each(['', 'on-call', 'arn:aws:sqs:eu-central-1:111122223333:on-call'])(
    'the topic "%s"',
    async (topic) => {
      // Act
      const adding = addBridge(newApp({ alarmTopicArn: topic }), tenants);

      // Assess
      await expect(adding).rejects.toMatchObject({
        code: 'configuration_invalid',
        message: expect.stringContaining('alarmTopicArn must be the ARN of an SNS topic'),
      });
    },
  );

  it('a stage of more tenants than a role can name secrets of', async () => {
    // Prepare
    const names = Array.from({ length: 61 }, (_, i) => `tenant-${i}`);
    const many = tenantDirectory(Object.fromEntries(names.map((name) => [`${name}.json`, tenantFile(name)])));

    // Act
    const adding = addBridge(newApp(), many);

    // Assess
    await expect(adding).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining('the stage dev has 61 tenants and a stack holds 60'),
    });
  });
});
