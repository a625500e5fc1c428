import type { AccountKey } from '../identity/account.ts';
import type { Card, Held, Waiting } from '../identity/card.ts';
import type { Word } from '../identity/word.ts';

/** What is noted on a card. */
export interface News {
  words: readonly Word[];
  /** Every address heard of, in ASCII lower case, the current one first. */
  addresses?: readonly string[];
  /** When the addresses were heard of, epoch milliseconds. */
  at: number;
}

/** One item for each account of a directory. Throws BridgeError `state_unavailable` and `state_malformed`. */
export interface CardStore {
  find(key: AccountKey): Promise<Card | undefined>;
  /** Adds what is not there yet. A word that is stays as it was, with its first `seen`. */
  note(key: AccountKey, news: News): Promise<Card>;
  /** Links the account unless it is linked; who comes second gets the first one's link. */
  link(key: AccountKey, clarusUserId: string): Promise<Card>;
  /** Clears the link if it still is this one. */
  unlink(key: AccountKey, clarusUserId: string): Promise<void>;
  /** Removes the words that the short form lacks, once there are more than a few. */
  shorten(card: Card): Promise<void>;
  /** Says that a Clarus user for the account is being asked for. */
  create(key: AccountKey, at: number): Promise<void>;
  /** Of the same event, the earlier `since` stays. */
  wait(key: AccountKey, waiting: Waiting): Promise<void>;
  hold(key: AccountKey, held: Held): Promise<void>;
  clear(key: AccountKey, what: readonly Clearable[]): Promise<void>;
}

/** What of a card ends by itself or by an operator. */
export type Clearable = 'waiting' | 'held' | 'creating';

/** A card may have so many words before it is shortened. */
export const SHORT = 16;
