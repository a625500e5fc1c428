import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { signingSecretsIn } from '../../tenants/scim/signing-secrets.ts';
import type { TenantSecret } from '../../tenants/tenant-secret.ts';

/** A text that says something for a while, and that only the holder of the key can have made. */
export type Opened = { kind: 'good'; content: unknown } | { kind: 'expired' } | { kind: 'forged' };

/** Seals JSON until a time (epoch milliseconds), in characters that a URL takes as they are (RFC 3986 section 2.3). */
export function seal(key: Buffer, content: unknown, until: number): string {
  const text = Buffer.from(JSON.stringify({ until, content })).toString('base64url');
  return `${text}.${signature(key, text)}`;
}

/** Opens what `seal` made. The signature is compared in constant time, before anything is read. */
export function open(key: Buffer, sealed: string, now: number): Opened {
  const [text = '', given = '', ...more] = sealed.split('.');
  const right = Buffer.from(signature(key, text));
  const presented = Buffer.from(given);
  if (more.length > 0 || presented.length !== right.length || !timingSafeEqual(presented, right)) {
    return { kind: 'forged' };
  }
  const { until, content } = Object(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  return now < Number(until) ? { kind: 'good', content } : { kind: 'expired' };
}

function signature(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** A key of the tenant's own for one purpose (RFC 5869). */
export function derivedKey(key: string, tenant: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, tenant, `clarus-bridge ${purpose}`, 32));
}

/** The key of a tenant's cursors. It changes with the key that signs, and lists are begun anew then. Throws BridgeError. */
export function cursorKey(secret: TenantSecret, tenant: string): Buffer {
  return derivedKey(signingSecretsIn(secret)[0].key, tenant, 'scim cursor');
}
