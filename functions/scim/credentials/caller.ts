import { isAccepted } from '../../sources/credential.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { SecretSource } from '../../tenants/tenant-secret.ts';
import type { ScimRequest } from '../protocol/request.ts';
import { derivedKey, open } from './sealed.ts';

/** A sealed token begins so; the tokens in tenant files are hashes of anything else. */
export const ISSUED = 'cib_';

/** Whether the caller may act for the tenant, which is undefined for a name nobody knows. */
export async function isCaller(
  { headers, at }: Pick<ScimRequest, 'headers' | 'at'>,
  tenant: Tenant | undefined,
  secrets: SecretSource,
): Promise<boolean> {
  // Okta sends what its administrator typed, with or without the word.
  const presented = headers.authorization?.replace(/^Bearer\s+/i, '').trim();
  if (isAccepted(presented, tenant?.scim?.sha256)) return true;
  if (tenant?.scim?.oauth === undefined || presented?.startsWith(ISSUED) !== true) return false;
  const key = await tokenKey(tenant, secrets);
  const opened = open(key, presented.slice(ISSUED.length), at);
  if (opened.kind !== 'good') return false;
  // A client secret that is removed takes the tokens with it that were granted for it.
  const { client, secret } = Object(opened.content);
  return client === tenant.scim.oauth.clientId && tenant.scim.oauth.sha256.includes(secret);
}

/** Bound to the tenant and to this use: a cursor is no token, and a token of another tenant none here. */
export async function tokenKey({ tenant }: Tenant, secrets: SecretSource): Promise<Buffer> {
  return derivedKey(await secrets.load(tenant), tenant, 'scim access token');
}
