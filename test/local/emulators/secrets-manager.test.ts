import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SecretsManagerStub, startSecretsManager } from '../../../local/emulators/secrets-manager.ts';

describe('the Secrets Manager stub, through the AWS SDK', () => {
  let secrets: SecretsManagerStub;
  let client: SecretsManagerClient;

  beforeEach(async () => {
    secrets = await startSecretsManager({ 'clarus-bridge/demo': '{"clarus":{}}' });
    client = new SecretsManagerClient({
      region: 'eu-west-1',
      endpoint: secrets.url,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    });
  });
  afterEach(async () => {
    client.destroy();
    await secrets.stop();
  });

  function get(SecretId = 'clarus-bridge/demo') {
    return client.send(new GetSecretValueCommand({ SecretId }));
  }

  it('gives a secret with its version', async () => {
    expect(await get()).toMatchObject({
      Name: 'clarus-bridge/demo',
      SecretString: '{"clarus":{}}',
      VersionId: expect.any(String),
      VersionStages: ['AWSCURRENT'],
      CreatedDate: expect.any(Date),
    });
  });

  it('does not find one that is not there, or no more', async () => {
    secrets.remove('clarus-bridge/demo');

    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(get('other')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('rotates by PutSecretValue', async () => {
    const before = await get();

    await client.send(new PutSecretValueCommand({ SecretId: 'clarus-bridge/demo', SecretString: 'new' }));

    const after = await get();
    expect(after.SecretString).toBe('new');
    expect(after.VersionId).not.toBe(before.VersionId);
  });

  it('holds whatever it is given, malformed or not', async () => {
    secrets.set('clarus-bridge/demo', '{"clarus":');

    expect((await get()).SecretString).toBe('{"clarus":');
  });

  it('counts reads, for one secret and for all', async () => {
    secrets.set('other', 'x');
    await get();
    await get();
    await get('other');

    expect(secrets.reads('clarus-bridge/demo')).toBe(2);
    expect(secrets.reads()).toBe(3);
  });

  it.each([
    { status: 500, name: 'InternalServiceError' },
    { status: 400, name: 'ThrottlingException' },
    { status: 403, name: 'AccessDeniedException' },
  ])('fails with $name on demand', async ({ status, name }) => {
    secrets.addFault({ status });

    await expect(get()).rejects.toMatchObject({ name });
    await expect(get()).resolves.toMatchObject({ SecretString: '{"clarus":{}}' });
  });
});
