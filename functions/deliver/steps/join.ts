import type { ProfileAttributes } from '../../identity/access/account.ts';
import { RUN, shortForm } from '../../identity/access/short-form.ts';
import { standing } from '../../identity/access/standing.ts';
import type { Word } from '../../identity/access/word.ts';
import type { BridgeError } from '../../identity/bridge-error.ts';
import type { Card } from '../../identity/card.ts';
import type { Change } from '../../identity/change.ts';
import type { AttributeName, ClarusAttributes } from '../../identity/profile/clarus-attributes.ts';
import { openMark, type Shown, type UserRecord } from '../../identity/user-record.ts';
import type { CardStore } from '../../state/cards.ts';
import type { UserRecordStore } from '../../state/user-records.ts';
import { keyOf, type Noted } from './note-change.ts';

export interface JoinPorts {
  cards: CardStore;
  records: UserRecordStore;
  clock: () => number;
}

/** A change whose words are in the record of a Clarus user. */
export interface Joined {
  record: UserRecord;
  source: string;
  /** The account in the record. */
  account: string;
  /** The change's mark in the record's `open`. */
  mark: string;
  /** The card, with what is on it now; a SCIM account has none. */
  card?: Card;
  /** What the change says of the account's access, by statement or reading; undefined where it says nothing. */
  active: boolean | undefined;
  /** That is news: a statement, or a reading of somebody who was not out by all that was known before. */
  isNews: boolean;
  /** What its profile says of the Clarus attributes. */
  profile: ProfileAttributes;
  problems: ReadonlyMap<AttributeName, BridgeError>;
  /** The Clarus user was created for it. */
  created: boolean;
  /** Nobody stated it: what it was concluded from, in a stable word. */
  concluded?: Conclusion;
}

/** Where a card's account is to be linked and joined. */
export interface Place {
  clarusUserId: string;
  shown?: Shown;
  formerly?: true;
  /** What the user was created with just now, so that Clarus has it. */
  created?: Partial<ClarusAttributes>;
}

/** Links the card where it has no link, takes the first one's link where it has by now, and joins it into the record. */
export async function joinCard(
  ports: JoinPorts,
  change: Change,
  noted: Noted,
  place: Place,
): Promise<Joined> {
  const { unsaved, profile } = noted;
  const key = keyOf(change);
  const card =
    noted.card.link === undefined ? await ports.cards.link(key, place.clarusUserId, unsaved) : noted.card;
  const clarusUserId = card.link ?? place.clarusUserId;
  const { source, account, rev } = card;
  const mark = openMark(card, change.eventId);
  const copy = { source, account, rev, words: shortForm(card.words), ...(profile && { profile }) };
  const isThere = clarusUserId === place.clarusUserId;
  const shown = isThere && place.shown ? { shown: place.shown } : {};
  const record = await ports.records.join(change.tenant, clarusUserId, {
    account: copy,
    mark,
    now: ports.clock(),
    ...shown,
  });
  if (card.words.length > RUN) await ports.cards.shorten(card);
  const applied = isThere && place.created ? { applied: { ...record.applied, ...place.created } } : {};
  return {
    record: { ...record, ...applied },
    source,
    account,
    mark,
    card,
    active: saidOf(change, noted),
    isNews: change.user?.active !== undefined || !wasOut(card, noted.found),
    profile: profile?.attributes ?? {},
    problems: noted.problems,
    created: isThere && place.created !== undefined,
    ...conclusion(change, noted, place),
  };
}

/** A directory whose reads may be stale is read before its card is, so what was found may have been known. */
function wasOut({ words }: Card, found: readonly Word[]): boolean {
  const isAdded = (word: Word) => found.some(({ id, seen }) => id === word.id && seen === word.seen);
  return standing(words.filter((word) => !isAdded(word))).access === 'out';
}

/** Where nobody stated what a change comes to. */
export type Conclusion = 'compared' | 'concluded_gone' | 'concluded_address' | 'not_confirmed';

function conclusion(
  { foundBy, user }: Change,
  { denied, truth }: Noted,
  { formerly }: Place,
): { concluded?: Conclusion } {
  if (denied) return { concluded: 'not_confirmed' };
  if (formerly === true) return { concluded: 'concluded_address' };
  if (foundBy !== undefined && foundBy !== 'sweep') return { concluded: 'compared' };
  return user === undefined && truth.answer.kind === 'gone' ? { concluded: 'concluded_gone' } : {};
}

function saidOf(change: Change, { truth: { answer }, found, denied }: Noted): boolean | undefined {
  if (change.user?.active !== undefined && !denied) return change.user.active;
  const signIn = found.findLast(({ register }) => register === undefined) ?? found.at(-1);
  if (signIn !== undefined) return signIn.gives;
  return answer.kind === 'found' ? answer.signsIn : answer.kind === 'no_credentials' ? undefined : false;
}
