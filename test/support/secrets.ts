import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { onTestFinished } from 'vitest';
import { type SecretSource, secretName, type TenantSecret } from '../../functions/tenants/tenant-secret.ts';
import { type SecretsManagerStub, startSecretsManager } from '../../local/emulators/secrets-manager.ts';

/** The secret of the tenant `acme`. */
export const ACME_SECRET = {
  clarus: { clientId: 'acme-bridge', clientSecret: 'cs-3f9a1d7e5b' },
  okta: { apiToken: '00QyXb1L2m3N4o5P6q7R8s9T0u' },
} satisfies TenantSecret;

/** A source of a secret that is kept until it is forgotten, and then is the next of its versions, if there is one. */
export function secretsOf(...versions: [TenantSecret, ...TenantSecret[]]): SecretSource {
  let [kept, ...others] = versions;
  return {
    load: async () => kept,
    forget(_, stale) {
      // A new object each time, as when it is read.
      if (kept === stale) kept = others.shift() ?? structuredClone(kept);
    },
  };
}

/** Secrets Manager on this machine, and AWS' own client for it. */
export interface SecretsBench {
  client: SecretsManagerClient;
  /** Puts a new version of a tenant's secret: a value as JSON, a text as it is. */
  put(tenant: string, content: unknown): void;
  remove(tenant: string): void;
  /** How often a tenant's secret was read. */
  reads(tenant: string): number;
  addFault: SecretsManagerStub['addFault'];
}

export async function aSecretsManager(): Promise<SecretsBench> {
  const stub = await startSecretsManager();
  const client = new SecretsManagerClient({
    endpoint: stub.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(async () => {
    client.destroy();
    await stub.stop();
  });

  function put(tenant: string, content: unknown): void {
    stub.set(secretName(tenant), typeof content === 'string' ? content : JSON.stringify(content));
  }

  return {
    client,
    put,
    remove: (tenant) => stub.remove(secretName(tenant)),
    reads: (tenant) => stub.reads(secretName(tenant)),
    addFault: stub.addFault,
  };
}
