import * as z from 'zod';
import type { Account } from '../../identity/access/account.ts';
import { isObject, type Json, type JsonObject } from '../../identity/json.ts';
import { ATTRIBUTE_NAMES } from '../../identity/profile/clarus-attributes.ts';
import type { Pending, ScimSide, UserRecord } from '../../identity/user-record.ts';
import { type Item, type ItemKey, parseItem } from './item.ts';
import { keyHash, padded } from './keys.ts';
import { prefixed } from './prefixed.ts';
import { wordSchema, wordText } from './words.ts';

const [text, number, flag] = [z.string(), z.number(), z.boolean()];

const profileValues = z.object({
  email: text.exactOptional(),
  name: text.exactOptional(),
  role_id: number.exactOptional(),
  language: text.exactOptional(),
  timezone: text.exactOptional(),
  string1: text.exactOptional(),
  string2: text.exactOptional(),
  string3: text.exactOptional(),
  string4: text.exactOptional(),
  string5: text.exactOptional(),
});

const clarusValues = profileValues.extend({ is_active: flag.exactOptional() });

const accountSchema = z.object({
  source: text,
  account: text,
  rev: number,
  words: z.array(wordSchema),
  profile: z.object({ at: number, eventId: text, attributes: profileValues }).exactOptional(),
});

const resourceSchema = text.transform((json, context): JsonObject => {
  try {
    const value: Json = JSON.parse(json);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  context.addIssue('not a resource');
  return z.NEVER;
});

const sideSchema = z.object({
  resource: resourceSchema,
  created: number,
  lastModified: number,
  deleted: flag,
  adopted: flag.exactOptional(),
  memberOf: z.array(text).exactOptional(),
});

const recordSchema = z.object({
  revision: z.int().positive(),
  accounts: z.array(accountSchema),
  scim: z.array(z.tuple([text, sideSchema])),
  applied: clarusValues.default({}),
  refused: clarusValues.default({}),
  open: z.array(z.tuple([text, number])),
  first: z.object({ at: number, active: flag.exactOptional() }).exactOptional(),
  shown: z
    .object({
      at: number,
      email: text.exactOptional(),
      name: text.exactOptional(),
      active: flag.exactOptional(),
      roleId: text.exactOptional(),
    })
    .exactOptional(),
  hand: z.object({ at: number, active: flag }).exactOptional(),
  liftedAt: number.exactOptional(),
  pending: z
    .object({
      eventId: text,
      client: text,
      until: number,
      after: sideSchema,
      touches: z.array(z.enum(ATTRIBUTE_NAMES)).exactOptional(),
    })
    .exactOptional(),
  lookAt: number.exactOptional(),
});

export function recordKey(tenant: string, clarusUserId: string): ItemKey {
  return { pk: `USER#${tenant}#${clarusUserId}`, sk: 'RECORD' };
}

/** The record that an item is. Throws BridgeError `state_malformed`. */
export function recordIn(item: Item, tenant: string, clarusUserId: string): UserRecord {
  const profiles = new Map(prefixed(item, 'p#'));
  const accounts = prefixed(item, 'a#').map(([name, copy]) => {
    const [source, account] = name.split('#');
    const profile = profiles.get(name);
    return { source, account, ...Object(copy), ...(profile !== undefined && { profile }) };
  });
  const whole = { ...item, accounts, scim: prefixed(item, 'c#'), open: prefixed(item, 'o#') };
  const what = `The record of Clarus user ${clarusUserId}`;
  const { scim, open, ...record } = parseItem(whole, recordSchema, what);
  return {
    tenant,
    clarusUserId,
    ...record,
    accounts: inOrder(record.accounts),
    scim: Object.fromEntries(scim),
    open: Object.fromEntries(open),
  };
}

/** DynamoDB keeps no order of attributes. */
export function inOrder(accounts: readonly Account[]): Account[] {
  return accounts.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** The whole record as an item's attributes, without its key and revision. */
export function recordAttributes(record: UserRecord): Record<string, unknown> {
  const { tenant, clarusUserId, revision: _, accounts, scim, open, pending, ...plain } = record;
  return {
    ...plain,
    ...listKeys(tenant, clarusUserId),
    ...Object.assign({}, ...accounts.map(copyAttributes), ...accounts.map(profileAttributes)),
    ...Object.fromEntries(Object.entries(scim).map(([client, side]) => [`c#${client}`, sideValue(side)])),
    ...Object.fromEntries(Object.entries(open).map(([mark, since]) => [markName(mark), since])),
    ...(pending && { pending: pendingValue(pending) }),
  };
}

export function copyName(account: Pick<Account, 'source' | 'account'>): string {
  return `a#${nameOf(account)}`;
}

export function profileName(account: Pick<Account, 'source' | 'account'>): string {
  return `p#${nameOf(account)}`;
}

export function markName(mark: string): string {
  return `o#${mark}`;
}

export function copyAttributes(account: Account): Item {
  return { [copyName(account)]: { rev: account.rev, words: account.words.map(wordText) } };
}

export function profileAttributes(account: Account): Item {
  return account.profile === undefined ? {} : { [profileName(account)]: account.profile };
}

/** A tenant's users are listed from so many partitions, of which DynamoDB writes 1,000 a second each. */
export const BUCKETS = 16;

export function bucketKey(tenant: string, bucket: number): string {
  return `${tenant}#${bucket}`;
}

/** What a record has for being listed. */
export function listKeys(tenant: string, clarusUserId: string): Item {
  const [first = 0] = Buffer.from(keyHash(clarusUserId), 'base64url');
  return { userBucket: bucketKey(tenant, first % BUCKETS), userSort: padded(clarusUserId) };
}

function nameOf({ source, account }: Pick<Account, 'source' | 'account'>): string {
  return `${source}#${account}`;
}

function pendingValue({ after, ...pending }: Pending): Item {
  return { ...pending, after: sideValue(after) };
}

/** The resource as text: numbers as they are, any depth, and as many bytes as were counted when it was checked. */
function sideValue({ resource, ...side }: ScimSide): Item {
  return { ...side, resource: JSON.stringify(resource) };
}
