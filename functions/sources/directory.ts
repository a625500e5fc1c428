import type { ScimUser } from '../identity/scim-user.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { TenantSecret } from '../tenants/tenant-secret.ts';

/** What an identity provider's API says of one user. */
export type DirectoryAnswer =
  | { kind: 'found'; user: ScimUser }
  | { kind: 'gone' }
  /** The tenant has not given the bridge credentials for the API, so news is all there is. */
  | { kind: 'no_credentials' };

/** Where the truth about a person is read, as opposed to the news of it. */
export interface Directory {
  /** `id` is the provider's user id, checked by the source. Throws BridgeError when there is no answer. */
  readUser(tenant: Tenant, secret: TenantSecret, id: string): Promise<DirectoryAnswer>;
}
