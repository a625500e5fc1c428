import { hashOf, isAccepted } from '../../sources/credential.ts';
import type { ScimClient } from '../../tenants/scim/clients.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { ScimAddress, ScimRequest } from '../protocol/request.ts';
import { type ClaimedToken, claimedToken, isSigned } from './access-token.ts';
import type { SigningKeys } from './signing-keys.ts';

/** Who makes a request. `expired`: a client whose day has come. */
export type Caller =
  | { kind: 'client'; client: ScimClient }
  | { kind: 'expired'; client: ScimClient }
  | { kind: 'nobody'; presented: boolean };

/**
 * Who makes a request of a tenant, which is undefined for a name nobody knows. Throws BridgeError `secret_*`, and only for a
 * token that names a credential of the tenant: nobody else has anything read.
 */
export async function callerOf(
  { headers, at }: Pick<ScimRequest, 'headers' | 'at'>,
  { tenant: name }: Pick<ScimAddress, 'tenant'>,
  tenant: Tenant | undefined,
  keys: SigningKeys,
): Promise<Caller> {
  // Okta sends what its administrator typed, with or without the word.
  const presented = headers.authorization?.replace(/^Bearer(\s+|$)/i, '').trim() ?? '';
  const clients = tenant?.scimClients ?? [];
  const client =
    clientOf(presented, clients) ??
    (await clientOfToken(claimedToken(presented, name, at), tenant, keys, at));
  if (client === undefined) return { kind: 'nobody', presented: presented !== '' };
  return { kind: hasExpired(client, at) ? 'expired' : 'client', client };
}

/** Whether a client's day has come. */
export function hasExpired({ expires }: ScimClient, now: number): boolean {
  return expires !== undefined && now >= expires;
}

/** The name that a credential has in the tokens issued for it: what is removed from the tenant file takes them with it. */
export function credentialName(credential: string): string {
  return hashOf(credential).slice(0, 16);
}

/** Every hash of the tenant is compared, whoever comes. */
function clientOf(presented: string, clients: readonly ScimClient[]): ScimClient | undefined {
  const hashes = clients.flatMap(({ sha256 = [] }) => sha256);
  if (!isAccepted(presented, hashes.length === 0 ? undefined : hashes)) return undefined;
  const hash = hashOf(presented);
  return clients.find(({ sha256 = [] }) => sha256.includes(hash));
}

async function clientOfToken(
  claimed: ClaimedToken | undefined,
  tenant: Tenant | undefined,
  keys: SigningKeys,
  now: number,
): Promise<ScimClient | undefined> {
  if (claimed === undefined) return undefined;
  const client = tenant?.scimClients.find(({ source }) => source === claimed.client);
  const grants =
    client !== undefined && credentialsOf(client).map(credentialName).includes(claimed.credential);
  // Checked also for whoever is told no anyway, so that it takes as long.
  const key = await keys.find(grants ? tenant?.tenant : undefined, claimed.kid);
  return (await isSigned(claimed, key, now)) && grants ? client : undefined;
}

/** For what a client gets tokens: its secrets by their hashes, and who it is elsewhere. */
function credentialsOf(client: ScimClient): string[] {
  return [...(client.oauth?.sha256 ?? []), ...[identityOf(client) ?? []].flat()];
}

/** Who a client is at its own identity provider. */
export function identityOf({ federation }: ScimClient): string | undefined {
  return federation && JSON.stringify([federation.issuer, federation.subject, federation.audience]);
}
