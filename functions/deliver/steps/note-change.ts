import type { AccountKey, Profile, ProfileAttributes } from '../../identity/access/account.ts';
import { STALE_FOR, type Word } from '../../identity/access/word.ts';
import type { BridgeError } from '../../identity/bridge-error.ts';
import type { Card } from '../../identity/card.ts';
import { type Change, isEnabling } from '../../identity/change.ts';
import { foldAddress, isEmail } from '../../identity/profile/addresses.ts';
import type { AttributeName } from '../../identity/profile/clarus-attributes.ts';
import { OPEN_OUTCOMES } from '../../identity/receipt.ts';
import type { DirectoryAnswer } from '../../sources/directory.ts';
import { news } from '../../sources/findings.ts';
import type { Beginnings } from '../../state/beginnings.ts';
import type { CardStore, News } from '../../state/cards.ts';
import type { ReceiptStore } from '../../state/receipts.ts';
import { type Delivered, ended } from '../delivered.ts';
import type { TenantServices } from '../services.ts';
import { readAgainAfter, speaksAgainst, statedWord } from './findings.ts';
import { type ReadTruthPorts, readTruth, type Truth } from './read-truth.ts';

export interface NoteChangePorts extends ReadTruthPorts {
  cards: CardStore;
  receipts: Pick<ReceiptStore, 'find'>;
  beginnings: Beginnings;
  /** See `ReadingContext`; absent, what Graph and clocks need. */
  readMargin?: number | undefined;
  /** Has a change's person read once more after so many milliseconds. */
  readAgain(change: Change, after: number): Promise<void>;
}

/** The first news of a source was so already when it came: the bridge began with it, unless it is older than this. */
const FIRST_NEWS = 60 * 60_000;

/** Why nothing was done for a change: another message with the same event came first. */
export const DUPLICATE = 'duplicate';

/** What is known of a person once the change is noted and the directory read. */
export interface Noted {
  kind: 'noted';
  card: Card;
  /** What is to be stored on the card with the next write to it. */
  unsaved?: News;
  truth: Truth;
  /** The words that the reading added. */
  found: readonly Word[];
  profile?: Profile;
  /** What of the profile could not be mapped. */
  problems: ReadonlyMap<AttributeName, BridgeError>;
  /** The person's addresses as of now, the one for Clarus first. */
  current: readonly string[];
  /** The directory speaks against what the change states: it is not believed until a later reading. */
  denied: boolean;
}

/**
 * Notes what a change says on the person's card and reads the directory, side by side where the word may stand by
 * itself. A statement that gives access is noted only once the reading has not spoken against it.
 */
export async function noteChange(
  ports: NoteChangePorts,
  services: TenantServices,
  change: Change,
  attempt: number,
): Promise<Noted | { kind: 'ended'; delivered: Delivered }> {
  // First of all, so that an attempt that dies leaves it behind.
  if (attempt === 1 && isNewsOfStaleDirectory(ports, change)) await ports.readAgain(change, STALE_FOR);
  const heard = await hear(ports, services, change);
  const { early, truth, word, seen } = heard;
  if (early !== undefined && word !== undefined && (await isDone(ports, change, early, seen, attempt))) {
    return { kind: 'ended', delivered: ended('no_change', { reason: DUPLICATE }) };
  }
  if (word === undefined && truth.answer.kind === 'no_credentials') {
    // The address is all that can be learnt.
    const addresses = addressesOf(change, truth);
    const { unsaved } = await save(ports.cards, keyOf(change), early, { words: [], addresses, at: seen });
    if (unsaved !== undefined) await ports.cards.note(keyOf(change), unsaved);
    const reason = `${change.source}_api_credentials_missing`;
    return { kind: 'ended', delivered: ended('no_change', { reason }) };
  }
  return understand(ports, services, change, heard);
}

/** What was noted already, and what the directory says. */
interface Heard {
  word: Word | undefined;
  /** When the word was heard of this time. */
  seen: number;
  /** Whether the word waits for what was read. */
  awaits: boolean;
  /** The card, if the word was noted without waiting. */
  early: Card | undefined;
  truth: Truth;
  began: number;
}

async function hear(ports: NoteChangePorts, { tenant }: TenantServices, change: Change): Promise<Heard> {
  const directory = ports.directories[change.source];
  const seen = ports.clock();
  const word = statedWord(change, seen);
  const awaits = isEnabling(change) || directory?.awaitsReading?.(change) === true;
  const isEarly = !awaits && directory?.staleFor === undefined;
  const [early, truth, began] = await Promise.all([
    isEarly ? ports.cards.note(keyOf(change), newsOf(change, word)) : undefined,
    readTruth(ports, tenant, change),
    ports.beginnings.began(change.tenant, change.source, beginning(change, seen)),
  ]);
  return { word, seen, awaits, early, truth, began };
}

function beginning({ occurredAt }: Change, now: number): number {
  return Math.min(now, Math.max(occurredAt, now - FIRST_NEWS));
}

/** Adds to the card what was read, and has the person read again where that may not be the last word. */
async function understand(
  ports: NoteChangePorts,
  services: TenantServices,
  change: Change,
  { word, awaits, early, truth, began }: Heard,
): Promise<Noted> {
  const { readAt, answer } = truth;
  const denied = awaits && speaksAgainst(change, answer);
  const stated = early === undefined && word !== undefined && !denied ? [word] : [];
  const mapped = await mappedOf(services, answer);
  const found = news({ words: early?.words ?? stated }, answer, {
    readAt,
    eventId: change.eventId,
    news: change.foundBy === undefined || change.foundBy === 'sweep',
    began,
    margin: ports.readMargin,
    mapped: mapped?.active,
  });
  const addresses = addressesOf(change, truth, early);
  const more = { words: [...stated, ...found], addresses, at: readAt, ...onceOf(change) };
  const noted = await save(ports.cards, keyOf(change), early, more);
  const current = addresses.length > 0 ? addresses : lastShown(noted.card);

  const after = denied ? STALE_FOR : readAgainAfter(noted.card, found, ports.readMargin);
  if (after !== undefined) await ports.readAgain(change, after);
  return {
    kind: 'noted',
    ...noted,
    truth,
    found,
    ...(mapped && { profile: { at: readAt, eventId: change.eventId, attributes: mapped.attributes } }),
    problems: mapped?.problems ?? new Map(),
    current,
    denied,
  };
}

/** News of a directory that may show for a while what was before. A comparison of everybody or a later look is none. */
function isNewsOfStaleDirectory(
  { directories }: NoteChangePorts,
  { source, foundBy, readAfter }: Change,
): boolean {
  const isNews = readAfter === undefined && (foundBy === undefined || foundBy === 'sweep');
  return isNews && directories[source]?.staleFor !== undefined;
}

/**
 * Whether the event was heard of before and is done with. The word keeps the time at which it was first heard; a message
 * that is received again may have died half-way, and is followed in any case.
 */
async function isDone(
  { receipts }: NoteChangePorts,
  change: Change,
  { words }: Card,
  seen: number,
  attempt: number,
): Promise<boolean> {
  const first = words.find(({ id }) => id === change.eventId);
  const isFirst = first === undefined || first.seen === seen;
  if (attempt > 1 || isFirst || change.released === true || change.resent === true) return false;
  const receipt = await receipts.find(keyOf(change), change.eventId);
  return receipt !== undefined && !OPEN_OUTCOMES.has(receipt.outcome);
}

/** Whose card a change is noted on. */
export function keyOf({ tenant, source, subject }: Change): AccountKey {
  return { tenant, source, account: subject.id };
}

/** What the directory shows beside the login tells whether that is a current address: until then it was one once. */
function newsOf(change: Change, word: Word | undefined): News {
  return { words: word === undefined ? [] : [word], at: change.receivedAt, ...onceOf(change) };
}

function onceOf({ subject: { login = '' } }: Change): Pick<News, 'once'> {
  const [once] = usable([login]);
  return once === undefined ? {} : { once };
}

/**
 * The current addresses: what the directory shows, else the login that the event names. Of whom the directory does not
 * show any more, or now, what it showed last stays current.
 */
function addressesOf({ subject: { login } }: Change, { answer, unread }: Truth, early?: Card): string[] {
  const shown = answer.kind === 'found' || answer.kind === 'deleted' ? answer.addresses : [];
  if (shown.length > 0) return usable(shown);
  const isUnseen = answer.kind === 'gone' || unread !== undefined;
  const before = isUnseen && early !== undefined ? lastShown(early) : [];
  return usable(login === undefined ? before : [...before, login]);
}

/** The addresses that were heard of last, all at once: each a moment older than the one before it. */
function lastShown({ addresses }: Pick<Card, 'addresses'>): string[] {
  const [first] = addresses;
  const end = addresses.findIndex(({ at }, index) => at !== (first?.at ?? 0) - index);
  return addresses.slice(0, end === -1 ? undefined : end).map(({ address }) => address);
}

function usable(addresses: readonly string[]): string[] {
  return [...new Set(addresses.filter(isEmail).map(foldAddress))];
}

/** What is new goes along with the link of somebody who has none, and has a write of its own for somebody who has. */
async function save(
  cards: CardStore,
  key: AccountKey,
  early: Card | undefined,
  more: News,
): Promise<Pick<Noted, 'card' | 'unsaved'>> {
  if (early === undefined) return { card: await cards.note(key, more) };
  const { addresses: current = [] } = more;
  const shown = early.addresses.filter(({ at }) => at > 0);
  const known = new Set(shown.map(({ address }) => address));
  const isCurrent = current[0] === undefined || shown[0]?.address === current[0];
  if (more.words.length === 0 && isCurrent && current.every((it) => known.has(it))) return { card: early };
  if (early.link !== undefined) return { card: await cards.note(key, more) };
  const others = early.addresses.filter(({ address }) => !current.includes(address));
  const addresses = [...current.map((address) => ({ address, at: more.at })), ...others];
  return { card: { ...early, words: [...early.words, ...more.words], addresses }, unsaved: more };
}

interface MappedProfile {
  active: boolean | undefined;
  attributes: ProfileAttributes;
  problems: ReadonlyMap<AttributeName, BridgeError>;
}

/** The tenant's own rule for `is_active` is asked as if the account could sign in: that is another register. */
async function mappedOf(
  { tenant, map }: TenantServices,
  answer: DirectoryAnswer,
): Promise<MappedProfile | undefined> {
  if (answer.kind !== 'found') return undefined;
  const { attributes, problems } = await map({ ...answer.user, active: true });
  const { is_active, ...profile } = attributes;
  const hasRule = tenant.mapping.is_active != null;
  return { active: hasRule ? is_active : undefined, attributes: profile, problems };
}
