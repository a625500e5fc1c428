import { randomBytes } from 'node:crypto';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { signingSecretsIn } from '../../tenants/scim/signing-secrets.ts';
import type { SecretSource, TenantSecret } from '../../tenants/tenant-secret.ts';
import { derivedKey } from './sealed.ts';

/** A key that access tokens are signed with. */
export interface SigningKey {
  kid: string;
  key: Uint8Array;
}

/** The keys of tenants' access tokens, each for its tenant alone. Throws BridgeError `secret_*`. */
export interface SigningKeys {
  /** The one that signs. */
  current(tenant: string): Promise<SigningKey>;
  /** The one of that id; one that nobody has, where the tenant has none of it or nobody knows the tenant. */
  find(tenant: string | undefined, kid: string): Promise<SigningKey>;
}

/** Milliseconds for which a failure is kept, and between two readings for a key that is not there. */
const PATIENCE = 30_000;

/** What a token is compared with where there is nothing to compare with, so that this takes as long. */
const NOBODYS: SigningKey = { kid: '', key: randomBytes(32) };

export function createSigningKeys(secrets: SecretSource, clock: Clock): SigningKeys {
  const loaded = new Map<string, TenantSecret>();
  const failed = new Map<string, { until: number; error: BridgeError }>();
  const renewed = new Map<string, number>();

  async function current(tenant: string): Promise<SigningKey> {
    const secret = await secrets.load(tenant);
    const [{ kid, key }] = signingSecretsIn(secret);
    return { kid, key: tokenKey(key, tenant) };
  }

  async function find(tenant: string | undefined, kid: string): Promise<SigningKey> {
    if (tenant === undefined) return NOBODYS;
    const secret = await load(tenant);
    const known = keyOf(secret, tenant, kid);
    if (known !== undefined || clock() < (renewed.get(tenant) ?? 0)) return known ?? NOBODYS;
    // Another instance has read the secret since and signs with a key that is new.
    renewed.set(tenant, clock() + PATIENCE);
    secrets.forget(tenant, secret);
    return keyOf(await load(tenant), tenant, kid) ?? NOBODYS;
  }

  /** While Secrets Manager does not answer, what it gave before is good. */
  async function load(tenant: string): Promise<TenantSecret> {
    const failure = failed.get(tenant);
    try {
      if (failure !== undefined && clock() < failure.until) throw failure.error;
      const secret = await secrets.load(tenant);
      loaded.set(tenant, secret);
      return secret;
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      if (error !== failure?.error) failed.set(tenant, { until: clock() + PATIENCE, error });
      const before = error.code === 'secret_unavailable' ? loaded.get(tenant) : undefined;
      if (before === undefined) throw error;
      return before;
    }
  }

  return { current, find };
}

function keyOf(secret: TenantSecret, tenant: string, kid: string): SigningKey | undefined {
  const found = signingSecretsIn(secret).find((it) => it.kid === kid);
  return found && { kid, key: tokenKey(found.key, tenant) };
}

function tokenKey(key: string, tenant: string): Uint8Array {
  return derivedKey(key, tenant, 'scim access token');
}
