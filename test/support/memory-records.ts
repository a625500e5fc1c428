import type { Account, Profile } from '../../functions/identity/access/account.ts';
import { newUserRecord, type Shown, type UserRecord } from '../../functions/identity/user-record.ts';
import { fitting } from '../../functions/state/records/fitting.ts';
import type { Joined } from '../../functions/state/records/join-record.ts';
import type { UserRecordStore } from '../../functions/state/user-records.ts';

/** Records in memory, with the same promises as those in DynamoDB. */
export interface MemoryRecords {
  records: UserRecordStore;
  /** Every record as it is stored, by `<tenant> <Clarus user id>`. */
  stored: ReadonlyMap<string, UserRecord>;
}

export function memoryRecords(): MemoryRecords {
  const stored = new Map<string, UserRecord>();

  const records: UserRecordStore = {
    load: async (tenant, id) => structuredClone(stored.get(`${tenant} ${id}`)) ?? newUserRecord(tenant, id),
    async save(record) {
      const key = `${record.tenant} ${record.clarusUserId}`;
      if ((stored.get(key)?.revision ?? 0) !== record.revision) return 'conflict';
      const { accounts, ...rest } = fitting(record);
      put({ ...rest, accounts: inOrder(accounts), revision: record.revision + 1 });
      return 'saved';
    },
    join: async (tenant, id, news) =>
      put(joinedBy(stored.get(`${tenant} ${id}`) ?? newUserRecord(tenant, id), news)),
    async update(tenant, id, step) {
      for (;;) {
        const record = await records.load(tenant, id);
        const after = step(record);
        if (after === record) return record;
        if ((await records.save(after)) === 'saved') return { ...after, revision: after.revision + 1 };
      }
    },
    async list(tenant, after, count) {
      return [...stored.values()]
        .filter((record) => record.tenant === tenant)
        .map(({ clarusUserId }) => clarusUserId)
        .filter((id) => after === undefined || Number(id) > Number(after))
        .sort((a, b) => Number(a) - Number(b))
        .slice(0, count);
    },
    loadMany: (tenant, ids) => Promise.all([...new Set(ids)].map((id) => records.load(tenant, id))),
  };

  function put(record: UserRecord): UserRecord {
    stored.set(`${record.tenant} ${record.clarusUserId}`, structuredClone(record));
    return structuredClone(record);
  }

  return { records, stored };
}

function joinedBy(record: UserRecord, { account, mark, now, shown }: Joined): UserRecord {
  const there = record.accounts.find((it) => isSame(it, account));
  const [known, profile] = [there?.profile, account.profile];
  const marked = {
    ...met(record, shown),
    open: { ...record.open, [mark]: now },
    revision: record.revision + 1,
  };
  const isNewer = there === undefined || there.rev < account.rev;
  if (isNewer && !isLater(known, profile)) {
    return { ...withAccount(marked, { ...there, ...account }), ...(shown && { shown }) };
  }
  const hasNewProfile = isLater(profile, known);
  if (!isNewer && !hasNewProfile) return marked;
  const newest = hasNewProfile ? profile : known;
  const copy = { ...(isNewer ? account : there), ...(newest && { profile: newest }) };
  return { ...withAccount(marked, copy), revision: record.revision + 2 };
}

function isLater(one?: Profile, other?: Profile): boolean {
  return one !== undefined && one.at > (other?.at ?? Number.NEGATIVE_INFINITY);
}

/** How Clarus stood when first met stays. */
function met(record: UserRecord, shown: Shown | undefined): UserRecord {
  if (shown === undefined || record.first !== undefined) return record;
  return { ...record, first: { at: shown.at, ...(shown.active !== undefined && { active: shown.active }) } };
}

function withAccount(record: UserRecord, account: Account): UserRecord {
  return { ...record, accounts: inOrder([...record.accounts.filter((it) => !isSame(it, account)), account]) };
}

function isSame(a: Account, b: Account): boolean {
  return a.source === b.source && a.account === b.account;
}

function inOrder(accounts: readonly Account[]): Account[] {
  return accounts.toSorted((a, b) => (`${a.source}#${a.account}` < `${b.source}#${b.account}` ? -1 : 1));
}
