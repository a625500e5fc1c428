import type { AccountKey } from './access/account.ts';
import type { Word } from './access/word.ts';
import type { Change } from './change.ts';

/** An address somebody has or had, in ASCII lower case, and when it was last heard of (epoch milliseconds). */
export interface KnownAddress {
  address: string;
  at: number;
}

/** All that is known of one account of a directory, whether or not Clarus has a user for it. */
export interface Card extends AccountKey {
  /** Every note adds one. */
  rev: number;
  /** In no order. */
  words: readonly Word[];
  /** The latest first: the current one, and earlier ones. */
  addresses: readonly KnownAddress[];
  /** The Clarus user. It is never overwritten, only cleared. */
  link?: string;
  /** When a Clarus user for the account was last asked for whose creation nobody has heard the end of. */
  creating?: number;
  /** What could not be done yet. */
  waiting?: Waiting;
  /** What the brake holds until somebody releases or discards it. */
  held?: Held;
}

/** What has to be done and could not be done yet: it is tried until it is done or an operator says otherwise. */
export interface Waiting {
  eventId: string;
  /** Whether somebody who should be out may be in. */
  taking: boolean;
  /** When the event came in, epoch milliseconds. */
  since: number;
  /** Why, by the code of the last error or a reason such as `two_users`. */
  code: string;
  tries: number;
  /** When it is tried again, epoch milliseconds. */
  nextAt: number;
  clarusUserId?: string;
  /** What to send again when the queue has lost it. */
  change: Change;
}

/** A change that the brake keeps back. */
export interface Held {
  /** Epoch milliseconds. */
  at: number;
  /** Which limit it was above. */
  by: 'takings' | 'promotions';
  change: Change;
}
