import type { Change } from '../identity/change.ts';
import type { ScimUser } from '../identity/profile/scim-user.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';

/** What an identity provider's API says of one user. Times are epoch milliseconds, by the provider's clock. */
export type DirectoryAnswer =
  | DirectoryUser
  /** Deleted and restorable, with the addresses from before, for finding the Clarus user. */
  | { kind: 'deleted'; addresses: readonly string[]; changedAt?: number }
  | { kind: 'gone' }
  /** The tenant has not given the bridge credentials for the API, so news is all there is. */
  | { kind: 'no_credentials' };

/** A user who is there. */
export interface DirectoryUser {
  kind: 'found';
  /** The profile. `active` is whether the account may sign in, where that can be told. */
  user: ScimUser;
  /** Whether the account may sign in; undefined where its status does not tell. */
  signsIn?: boolean;
  /** Whether it is locked; absent where the tenant does not follow locks. */
  locked?: boolean;
  /** When the status last changed. */
  changedAt?: number;
  createdAt?: number;
  /** By id of the tenant's apps and groups, whether the user is a member; absent where the directory does not tell. */
  memberships?: Readonly<Record<string, boolean>>;
  /** Every address and login that may be one, the current one for Clarus first. */
  addresses: readonly string[];
}

/** A page of all users, for who has to meet everybody. */
export type DirectoryPage =
  | {
      kind: 'page';
      users: readonly { id: string; answer: DirectoryAnswer }[];
      /** Those who could not be read, and are left to the next time. */
      malformed: number;
      /** When the oldest part of what the page shows was read, epoch milliseconds. */
      readAt: number;
      /** Where the next page is, a text of the directory's own; absent at the end. */
      next?: string;
    }
  /** The position is not one that the directory takes any more: begin anew. */
  | { kind: 'lost' }
  | { kind: 'no_credentials' };

/**
 * Where the truth about a person is read, as opposed to the news of it. Credentials that are refused are read anew,
 * and the reading is tried once more.
 */
export interface Directory {
  /**
   * Milliseconds after a change in which a read may still show what was before. Such a directory is read
   * again after that time, and does not count as gone whom it does not show within it.
   */
  readonly staleFor?: number;
  /** Whether what the change states may be noted only once a reading has not spoken against it. */
  awaitsReading?(change: Change): boolean;
  /** `id` is the provider's user id, checked by the source. Throws BridgeError when there is no answer. */
  readUser(tenant: Tenant, secrets: SecretSource, id: string): Promise<DirectoryAnswer>;
  /** A page of all users, from the beginning without a position. Throws BridgeError. */
  listUsers?(tenant: Tenant, secrets: SecretSource, position?: string): Promise<DirectoryPage>;
}
