import { hkdfSync } from 'node:crypto';
import type { TenantSecret } from '../../tenants/tenant-secret.ts';

/**
 * A key of the tenant's own for one purpose (RFC 5869), out of the secret that the bridge has anyway: nothing
 * more to store, and it changes when that secret is rotated.
 */
export function derivedKey({ clarus }: TenantSecret, tenant: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', clarus.clientSecret, tenant, `clarus-bridge ${purpose}`, 32));
}
