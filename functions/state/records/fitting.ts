import type { Account } from '../../identity/access/account.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { copyAttributes, profileAttributes, recordAttributes } from '../items/record.ts';
import { itemSize } from '../items/size.ts';

/** The accounts of a source that a record keeps; those that have been silent longest have only their card. */
const ACCOUNTS = 20;

/** The accounts of a source whose profile is kept: of one that comes back later the profile is read again. */
const PROFILES = 3;

/** Accounts and words that fit beside the largest resources without being counted. */
const FEW = { accounts: PROFILES, words: 200 };

/** Bytes. DynamoDB takes 409,600; between two saves accounts join one by one, each with 9,000 at the most. */
const MOST = 370_000;

/**
 * The record with what an item can hold of it: of each source the accounts whose latest word is youngest. Where that is
 * too much, the longest silent go as well, those with a card first, and of each source the last one never.
 */
export function fitting(record: UserRecord): UserRecord {
  const { accounts } = record;
  const words = accounts.reduce((sum, account) => sum + account.words.length, 0);
  if (accounts.length <= FEW.accounts && words <= FEW.words) return record;

  const bySource = [...Map.groupBy(accounts, ({ source }) => source).values()];
  const youngest = bySource.map((all) => all.toSorted((a, b) => latest(b) - latest(a)).slice(0, ACCOUNTS));
  const kept = new Map(youngest.flatMap((all) => all.map((it, rank) => [nameOf(it), withoutOld(it, rank)])));
  const remaining = (): UserRecord => ({
    ...record,
    accounts: accounts.flatMap((it) => kept.get(nameOf(it)) ?? []),
  });

  let size = itemSize(recordAttributes(remaining()));
  const leavers = youngest
    .flatMap(([, ...others]) => others)
    .sort((a, b) => Number(a.rev === 0) - Number(b.rev === 0) || latest(a) - latest(b));
  for (const { source, account } of leavers) {
    const leaver = kept.get(nameOf({ source, account }));
    if (size <= MOST || leaver === undefined) break;
    size -= itemSize({ ...copyAttributes(leaver), ...profileAttributes(leaver) });
    kept.delete(nameOf(leaver));
  }
  return remaining();
}

function withoutOld(account: Account, rank: number): Account {
  if (rank < PROFILES) return account;
  const { profile: _, ...rest } = account;
  return rest;
}

function latest({ words }: Account): number {
  return words.reduce((last, { at }) => Math.max(last, at), Number.NEGATIVE_INFINITY);
}

function nameOf({ source, account }: Pick<Account, 'source' | 'account'>): string {
  return `${source} ${account}`;
}
