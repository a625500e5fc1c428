import type { AccountKey, SourceName } from '../identity/account.ts';
import type { Receipt, Step } from '../identity/receipt.ts';

/** One receipt for each event of an account. Throws BridgeError `state_unavailable` and `state_malformed`. */
export interface ReceiptStore {
  /**
   * Sets an event's summary and appends its steps. What is settled stays: only a receipt that waits for something
   * (`waiting`, `held`, `rejected`, `user_not_in_clarus`) or that lacks the proof is replaced, and none that has the
   * proof (`appliedAt`) by one that has not. The steps are appended at any rate.
   */
  put(receipt: Receipt, keepDays: number): Promise<void>;
  /** Appends steps to an event's receipt, if it has one. Of more than 40 tries the first and the last 20 stay. */
  append(key: AccountKey, eventId: string, steps: readonly Step[]): Promise<void>;
  find(key: AccountKey, eventId: string): Promise<Receipt | undefined>;
  /** A person's receipts, latest event first. */
  ofSubject(tenant: string, source: SourceName, subjectId: string): Promise<Receipt[]>;
  /** A tenant's receipts written from `from` until before `until` (epoch milliseconds), latest first; some moments late. */
  ofTenant(tenant: string, from?: number, until?: number): Promise<Receipt[]>;
  /** The receipts of a Clarus user, from whichever account, latest first; some moments late. */
  ofUser(tenant: string, clarusUserId: string): Promise<Receipt[]>;
}
