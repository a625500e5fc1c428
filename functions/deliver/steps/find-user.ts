import type { Clarus } from '../../clarus/clarus.ts';
import type { FoundUser } from '../../clarus/clarus-directory.ts';
import { shownOf } from '../../clarus/inventory.ts';
import { standing } from '../../identity/access/standing.ts';
import type { Shown, UserRecord } from '../../identity/user-record.ts';
import type { UserRecordStore } from '../../state/user-records.ts';
import type { Noted } from './note-change.ts';

export type FoundClarusUser =
  | {
      kind: 'user';
      clarusUserId: string;
      /** How Clarus showed the user, if it was looked up just now. */
      shown?: Shown;
      /** Only an earlier address led there: enough to conclude that access ends, and to give none. */
      formerly?: true;
    }
  | { kind: 'nobody' }
  /** Several Clarus users have the address, and none or more than one of them is anybody's. */
  | { kind: 'ambiguous'; ids: readonly string[] };

export interface FindUserPorts {
  records: UserRecordStore;
  clock: () => number;
}

/** The Clarus user of an account: by its link, else by every address it has or ever had, the current ones first. */
export async function findUser(
  ports: FindUserPorts,
  clarus: Pick<Clarus, 'findUsers'>,
  { card, current }: Pick<Noted, 'card' | 'current'>,
): Promise<FoundClarusUser> {
  const { tenant } = card;
  if (card.link !== undefined) return { kind: 'user', clarusUserId: card.link };
  const earlier = card.addresses.map(({ address }) => address).filter((it) => !current.includes(it));
  const now = await byAddress(ports, clarus, tenant, current);
  if (now.kind !== 'nobody' || earlier.length === 0) return now;
  const then = await byAddress(ports, clarus, tenant, earlier);
  if (then.kind !== 'user') return then;
  const { accounts } = await ports.records.load(tenant, then.clarusUserId);
  return hasInsider({ accounts }) ? { kind: 'nobody' } : { ...then, formerly: true };
}

async function byAddress(
  ports: FindUserPorts,
  clarus: Pick<Clarus, 'findUsers'>,
  tenant: string,
  addresses: readonly string[],
): Promise<FoundClarusUser> {
  for (const address of addresses) {
    const at = ports.clock();
    const users = await clarus.findUsers(address);
    const [first, another] = users;
    if (first === undefined) continue;
    if (another === undefined) return { kind: 'user', clarusUserId: first.id, shown: shownOf(first, at) };
    const known = await whoseAccounts(ports, tenant, users);
    const [only, more] = known;
    if (only === undefined || more !== undefined)
      return { kind: 'ambiguous', ids: users.map(({ id }) => id) };
    return { kind: 'user', clarusUserId: only.id, shown: shownOf(only, at) };
  }
  return { kind: 'nobody' };
}

async function whoseAccounts(
  { records }: FindUserPorts,
  tenant: string,
  users: readonly FoundUser[],
): Promise<FoundUser[]> {
  const stored = await Promise.all(users.map(({ id }) => records.load(tenant, id)));
  return users.filter((_, index) => (stored[index]?.accounts.length ?? 0) > 0);
}

/** Whether somebody who has access is linked to the user. */
export function hasInsider({ accounts }: Pick<UserRecord, 'accounts'>): boolean {
  return accounts.some(({ words }) => standing(words).access === 'in');
}
