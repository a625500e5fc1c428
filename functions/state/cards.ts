import type { AccountKey } from '../identity/access/account.ts';
import { shortForm } from '../identity/access/short-form.ts';
import type { Word } from '../identity/access/word.ts';
import type { Card, Held, Waiting } from '../identity/card.ts';
import { addressKeys } from './accounts-by-address.ts';
import {
  addressAttributes,
  cardIn,
  cardKey,
  heldAttributes,
  waitingAttributes,
  wordAttributes,
  wordName,
} from './items/card.ts';
import { type Changes, getItem, updateItem } from './items/item.ts';
import type { Table } from './table.ts';

/** What is noted on a card. */
export interface News {
  words: readonly Word[];
  /** Every address heard of, in ASCII lower case, the current one first. */
  addresses?: readonly string[];
  /** When the addresses were heard of, epoch milliseconds. */
  at: number;
  /** An address in ASCII lower case that need not be one now: it is kept behind all others. */
  once?: string;
}

/** One item for each account of a directory. Throws BridgeError `state_unavailable` and `state_malformed`. */
export interface CardStore {
  find(key: AccountKey): Promise<Card | undefined>;
  /** Adds what is not there yet. A word that is stays as it was, with its first `seen`. */
  note(key: AccountKey, news: News): Promise<Card>;
  /** Links the account unless it is linked; who comes second gets the first one's link. Notes news along with it. */
  link(key: AccountKey, clarusUserId: string, news?: News): Promise<Card>;
  /** Clears the link if it still is this one. */
  unlink(key: AccountKey, clarusUserId: string): Promise<void>;
  /** Removes the words that the short form lacks, once there are more than a few. */
  shorten(card: Card): Promise<void>;
  /**
   * Says that a Clarus user for the account is being asked for, with an address (in ASCII lower case) that the directory
   * need not know: it is kept behind all others.
   */
  create(key: AccountKey, at: number, address: string): Promise<void>;
  /** The earlier `since` stays, and a revocation hides behind nothing else that waits. */
  wait(key: AccountKey, waiting: Waiting): Promise<void>;
  hold(key: AccountKey, held: Held): Promise<void>;
  clear(key: AccountKey, what: readonly Clearable[]): Promise<void>;
}

/** What of a card ends by itself or by an operator. */
export type Clearable = 'waiting' | 'held' | 'creating';

/** A card may have so many words before it is shortened. */
export const SHORT = 16;

/** An update's expression may have 4 KB, and a word takes 33 bytes of it. */
const WORDS_AT_ONCE = 80;

const ATTRIBUTES = {
  waiting: ['waiting', 'waitingTenant', 'waitingSince'],
  held: ['held', 'heldTenant', 'heldSince'],
  creating: ['creating'],
} as const satisfies Record<Clearable, readonly string[]>;

/** Every write is one UpdateItem of its own attributes, so that none undoes another's. */
export function createCards(table: Table): CardStore {
  async function find(key: AccountKey): Promise<Card | undefined> {
    const item = await getItem(table, cardKey(key));
    return item && cardIn(item, key);
  }

  function note(key: AccountKey, news: News): Promise<Card> {
    return noteWith(key, news, {});
  }

  function link(key: AccountKey, clarusUserId: string, news?: News): Promise<Card> {
    const changes = { keep: { link: clarusUserId }, remove: ATTRIBUTES.creating };
    return noteWith(key, news ?? { words: [], at: 0 }, changes);
  }

  /** Notes news, and does something else along with it. */
  async function noteWith(
    key: AccountKey,
    { words, addresses = [], at, once }: News,
    { keep, remove }: Pick<Changes, 'keep' | 'remove'>,
  ): Promise<Card> {
    const add = { rev: 1 };
    const last = Math.max(0, words.length - WORDS_AT_ONCE);
    for (let from = 0; from < last; from += WORDS_AT_ONCE) {
      const some = words.slice(from, Math.min(from + WORDS_AT_ONCE, last));
      await change(key, { keep: wordAttributes(some), add });
    }
    const [current] = addresses;
    const onceOnly = once === undefined || addresses.includes(once) ? [] : [once];
    const card = await change(key, {
      keep: { ...keep, ...wordAttributes(words.slice(last)), ...addressAttributes(onceOnly, 0) },
      set: { ...addressAttributes(addresses, at), ...(current && addressKeys(key, current)) },
      remove: remove ?? [],
      add,
    });
    const latest = card.addresses[0]?.address;
    // The news came late: a newer address is known.
    if (current !== undefined && latest !== undefined && latest !== current) {
      await change(key, { set: addressKeys(key, latest) });
    }
    return card;
  }

  async function unlink(key: AccountKey, clarusUserId: string): Promise<void> {
    const condition = {
      expression: '#link = :id',
      names: { '#link': 'link' },
      values: { ':id': clarusUserId },
    };
    await updateItem(table, cardKey(key), { remove: ['link'] }, condition);
  }

  async function shorten(card: Card): Promise<void> {
    if (card.words.length <= SHORT) return;
    const before = new Map(card.words.map((word) => [word.id, word]));
    const kept = shortForm(card.words);
    const changed = kept.filter(({ id, gap }) => gap !== before.get(id)?.gap);
    for (const { id } of kept) before.delete(id);
    if (before.size === 0) return;
    await change(card, { set: wordAttributes(changed), remove: [...before.keys()].map(wordName) });
  }

  async function create(key: AccountKey, at: number, address: string): Promise<void> {
    await change(key, { set: { creating: at }, keep: addressAttributes([address], 0) });
  }

  async function wait(key: AccountKey, waiting: Waiting): Promise<void> {
    const { taking, since } = waiting;
    const isNoRevocation = `#waiting.#taking = :no ${taking ? 'OR' : 'AND'}`;
    const condition = {
      expression: `attribute_not_exists(#waiting) OR ${isNoRevocation} #waiting.#since >= :since`,
      names: { '#waiting': 'waiting', '#taking': 'taking', '#since': 'since' },
      values: { ':no': false, ':since': since },
    };
    const end = await updateItem(table, cardKey(key), { set: waitingAttributes(key, waiting) }, condition);
    if (end !== 'refused') return;
    const earlier = (await find(key))?.waiting;
    if (earlier?.taking === true && !taking) return;
    // Each round the time is earlier.
    await wait(key, { ...waiting, since: Math.min(since, earlier?.since ?? since) });
  }

  async function hold(key: AccountKey, held: Held): Promise<void> {
    await change(key, { set: heldAttributes(key, held) });
  }

  async function clear(key: AccountKey, what: readonly Clearable[]): Promise<void> {
    if (what.length === 0) return;
    const remove = what.flatMap((it) => ATTRIBUTES[it]);
    await updateItem(table, cardKey(key), { remove }, { expression: 'attribute_exists(pk)' });
  }

  async function change(key: AccountKey, changes: Changes): Promise<Card> {
    return cardIn(await updateItem(table, cardKey(key), changes), key);
  }

  return { find, note, link, unlink, shorten, create, wait, hold, clear };
}
