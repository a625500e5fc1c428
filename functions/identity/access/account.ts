import type { ClarusAttributes } from '../profile/clarus-attributes.ts';
import type { Word } from './word.ts';

/** The name of a source: one connection of the tenant file. It is a storage key and never changes. */
export type SourceName = string;

/** What the name of a source looks like. */
export const SOURCE_NAME = /^[a-z][a-z0-9-]{0,30}$/;

/** Which user of which source. */
export interface AccountKey {
  tenant: string;
  source: SourceName;
  /** The source's immutable id of the user: safe in a key, a path and a log. */
  account: string;
}

/** An account as the record of a Clarus user has it: a copy of its card, or all there is of a SCIM account. */
export interface Account {
  source: SourceName;
  account: string;
  /** The card's revision at the time of the copy; 0 for a SCIM account, which has no card. */
  rev: number;
  words: readonly Word[];
  profile?: Profile;
}

/** What an account's profile says of the Clarus attributes, all but whether the person has access. */
export interface Profile {
  /** When it was read or said, epoch milliseconds. */
  at: number;
  /** The event that brought it. */
  eventId: string;
  attributes: Readonly<ProfileAttributes>;
}

export type ProfileAttributes = Partial<Omit<ClarusAttributes, 'is_active'>>;
