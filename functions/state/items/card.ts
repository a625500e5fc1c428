import * as z from 'zod';
import type { AccountKey } from '../../identity/access/account.ts';
import type { Word } from '../../identity/access/word.ts';
import type { Card, Held, Waiting } from '../../identity/card.ts';
import { changeSchema, changeText } from './change.ts';
import { type Item, type ItemKey, parseItem } from './item.ts';
import { accountPartition, iso } from './keys.ts';
import { prefixed } from './prefixed.ts';

const [text, number, flag, set] = [z.string(), z.number(), z.boolean(), z.literal(true)];

const wordSchema = z.object({
  id: text,
  at: number,
  seen: number,
  kind: z.enum(['stated', 'read']),
  gives: flag,
  register: text.exactOptional(),
  changed: set.exactOptional(),
  born: number.exactOptional(),
  news: set.exactOptional(),
  gone: set.exactOptional(),
  gap: number.exactOptional(),
});

const waitingSchema = z.object({
  eventId: text,
  taking: flag,
  since: number,
  code: text,
  tries: number,
  nextAt: number,
  clarusUserId: text.exactOptional(),
  change: changeSchema,
});

const cardSchema = z.object({
  // Without one, nothing has been noted yet.
  rev: number.default(0),
  words: z.array(wordSchema),
  addresses: z.array(z.object({ address: text, at: number })),
  link: text.exactOptional(),
  creating: number.exactOptional(),
  waiting: waitingSchema.exactOptional(),
  held: z.object({ at: number, by: z.enum(['takings', 'promotions']), change: changeSchema }).exactOptional(),
});

export function cardKey(account: AccountKey): ItemKey {
  return { pk: accountPartition(account), sk: 'CARD' };
}

/** The card that an item is. Throws BridgeError `state_malformed`. */
export function cardIn(item: Item, { tenant, source, account }: AccountKey): Card {
  const whole = {
    ...item,
    words: prefixed(item, 'w#').map(([id, word]) => ({ ...Object(word), id })),
    addresses: prefixed(item, 'm#').map(([address, at]) => ({ address, at })),
  };
  const card = parseItem(whole, cardSchema, `The card of ${source} account ${account}`);
  card.addresses.sort((a, b) => b.at - a.at || (a.address < b.address ? -1 : 1));
  return { tenant, source, account, ...card };
}

/** The attributes that words are: what is already there of them stays, one by one. */
export function wordAttributes(words: readonly Word[]): Record<string, Omit<Word, 'id'>> {
  return Object.fromEntries(words.map(({ id, ...word }) => [wordName(id), word]));
}

export function wordName(id: string): string {
  return `w#${id}`;
}

/** The attributes that addresses are: each a moment older than the one before it, so that their order stays. */
export function addressAttributes(addresses: readonly string[], at: number): Record<string, number> {
  const distinct = [...new Set(addresses)];
  return Object.fromEntries(distinct.map((address, index) => [`m#${address}`, at - index]));
}

export function waitingAttributes({ tenant, account }: AccountKey, { change, ...waiting }: Waiting): Item {
  return {
    waiting: { ...waiting, change: changeText(change) },
    waitingTenant: tenant,
    waitingSince: `${iso(waiting.since)}#${account}`,
  };
}

export function heldAttributes({ tenant, account }: AccountKey, { change, ...held }: Held): Item {
  return {
    held: { ...held, change: changeText(change) },
    heldTenant: tenant,
    heldSince: `${iso(held.at)}#${account}`,
  };
}
