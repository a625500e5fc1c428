import type { Change } from '../identity/change.ts';
import type { ScimUser } from '../identity/scim-user.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { TenantSecret } from '../tenants/tenant-secret.ts';

/** What an identity provider's API says of one user. */
export type DirectoryAnswer =
  | {
      kind: 'found';
      user: ScimUser;
      /** Whether the account can be used, whatever that says of access to Clarus; undefined where it cannot be told. */
      enabled?: boolean;
    }
  /** Deleted and restorable. The address is the one from before, for finding the Clarus user. */
  | { kind: 'deleted'; email?: string }
  | { kind: 'gone' }
  /** The tenant has not given the bridge credentials for the API, so news is all there is. */
  | { kind: 'no_credentials' };

/** Where the truth about a person is read, as opposed to the news of it. */
export interface Directory {
  /**
   * Milliseconds after a change in which a read may still show what was before. Such a directory is read
   * again after that time, and does not count as gone whom it does not show within it.
   */
  readonly staleFor?: number;
  /** Whether what the change states of `active` is something that a read can confirm or deny. */
  confirms?(change: Change): boolean;
  /** `id` is the provider's user id, checked by the source. Throws BridgeError when there is no answer. */
  readUser(tenant: Tenant, secret: TenantSecret, id: string): Promise<DirectoryAnswer>;
}
