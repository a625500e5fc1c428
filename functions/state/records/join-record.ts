import type { Account } from '../../identity/access/account.ts';
import { firstLook, type Shown, type UserRecord } from '../../identity/user-record.ts';
import { type Condition, type Item, updateItem } from '../items/item.ts';
import {
  copyAttributes,
  copyName,
  listKeys,
  markName,
  profileAttributes,
  profileName,
  recordIn,
  recordKey,
} from '../items/record.ts';
import type { Table } from '../table.ts';
import { contention } from './contention.ts';

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

interface Ports {
  table: Table;
  load(tenant: string, clarusUserId: string): Promise<UserRecord>;
}

/** Each conflict means that another worker brought something newer. */
const ROUNDS = 50;

/**
 * Puts an account's copy and profile into a record where they are newer than those there: one call, as a rule. When one
 * of them is not, the mark comes first and by itself, since who joins also sends, whoever's words were newer.
 */
export async function joinRecord(
  { table, load }: Ports,
  tenant: string,
  clarusUserId: string,
  { account, mark, now, shown }: Joined,
): Promise<UserRecord> {
  const key = recordKey(tenant, clarusUserId);
  const first = shown && firstLook(shown);
  const marked = { [markName(mark)]: now, ...listKeys(tenant, clarusUserId) };
  const changes = { keep: { first }, add: { revision: 1 } };
  const all = { copy: true, profile: account.profile !== undefined };
  const whole = { ...marked, ...attributesOf(account, all), ...(shown && { shown }) };

  const item = await updateItem(table, key, { ...changes, set: whole }, areNewer(account, all));
  if (item !== 'refused') return recordIn(item, tenant, clarusUserId);

  let record = recordIn(await updateItem(table, key, { ...changes, set: marked }), tenant, clarusUserId);
  for (let round = 0; round < ROUNDS; round++) {
    const parts = newerParts(record, account);
    if (!parts.copy && !parts.profile) return record;
    const news = { set: attributesOf(account, parts), add: { revision: 1 } };
    const after = await updateItem(table, key, news, areNewer(account, parts));
    record = after === 'refused' ? await load(tenant, clarusUserId) : recordIn(after, tenant, clarusUserId);
  }
  throw contention(clarusUserId, ROUNDS);
}

/** Which parts of an account are meant. */
interface Parts {
  copy: boolean;
  profile: boolean;
}

function newerParts({ accounts }: UserRecord, { source, account, rev, profile }: Account): Parts {
  const there = accounts.find((it) => it.source === source && it.account === account);
  return {
    copy: there === undefined || there.rev < rev,
    profile: profile !== undefined && (there?.profile === undefined || there.profile.at < profile.at),
  };
}

function attributesOf(account: Account, { copy, profile }: Parts): Item {
  return { ...(copy && copyAttributes(account)), ...(profile && profileAttributes(account)) };
}

/** That the stored parts are older, or of a profile as old: of two of the same time one is as good as the other. */
function areNewer(account: Account, { copy, profile }: Parts): Condition {
  const conditions: Condition[] = [];
  if (copy) {
    conditions.push({
      expression: '(attribute_not_exists(#copy) OR #copy.#rev < :rev)',
      names: { '#copy': copyName(account), '#rev': 'rev' },
      values: { ':rev': account.rev },
    });
  }
  if (profile) {
    conditions.push({
      expression: '(attribute_not_exists(#profile) OR #profile.#at <= :at)',
      names: { '#profile': profileName(account), '#at': 'at' },
      values: { ':at': account.profile?.at },
    });
  }
  return {
    expression: conditions.map(({ expression }) => expression).join(' AND '),
    names: Object.assign({}, ...conditions.map(({ names }) => names)),
    values: Object.assign({}, ...conditions.map(({ values }) => values)),
  };
}
