import type { Account } from '../identity/account.ts';
import type { RecordStore } from '../identity/converge.ts';
import type { Shown, UserRecord } from '../identity/user-record.ts';

/** What joins a record. */
export interface Joined {
  /** A copy of the account's card. */
  account: Account;
  /** The event's mark in `open`. */
  mark: string;
  /** The time, epoch milliseconds. */
  now: number;
  /** How Clarus shows the user, where that was just asked. */
  shown?: Shown;
}

/** One item for each Clarus user. Throws BridgeError `state_unavailable` and `state_malformed`. */
export interface UserRecordStore extends RecordStore {
  /** Puts the copy into the record if it is newer than the one there, and the event's mark into `open` at any rate. */
  join(tenant: string, clarusUserId: string, joined: Joined): Promise<UserRecord>;
  /**
   * Stores what `step` makes of the record, begun anew as long as somebody else was quicker; nothing where it returns
   * its argument. Returns the record as it is then.
   */
  update(tenant: string, clarusUserId: string, step: (record: UserRecord) => UserRecord): Promise<UserRecord>;
  /** Ids of a tenant's users after this one, in the order of numbers, some moments late. */
  list(tenant: string, after: string | undefined, count: number): Promise<string[]>;
  /** The records in the order of the ids, as `load` gives them; each id once. */
  loadMany(tenant: string, ids: readonly string[]): Promise<UserRecord[]>;
}
