import { isDeepStrictEqual } from 'node:util';
import { BridgeError } from '../identity/bridge-error.ts';
import type { SecretSource, TenantSecret } from '../tenants/tenant-secret.ts';

/**
 * Does something with the tenant's secret, and when its credentials are refused (a BridgeError
 * `…_credentials_refused`), once more with the secret read anew, unless that is what was refused: credentials may have
 * been changed since it was read. A 403 is no refusal of the credentials, but of what they may do.
 */
export async function withSecret<End>(
  secrets: SecretSource,
  tenant: string,
  attempt: (secret: TenantSecret) => Promise<End>,
): Promise<End> {
  const secret = await secrets.load(tenant);
  try {
    return await attempt(secret);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    secrets.forget(tenant, secret);
    const fresh = await secrets.load(tenant);
    if (isDeepStrictEqual(fresh, secret)) throw error;
    return attempt(fresh);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof BridgeError && error.code.endsWith('_credentials_refused') && error.status !== 403;
}
