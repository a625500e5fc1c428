import type { Clarus } from '../../clarus/clarus.ts';
import { shownOf } from '../../clarus/inventory.ts';
import type { Card } from '../../identity/card.ts';
import { firstLook, type Shown, type UserRecord } from '../../identity/user-record.ts';
import type { Joined, JoinPorts } from './join.ts';

/**
 * Whoever links an account has looked at the Clarus user, and may die before the record says what was seen. Then it is
 * looked at again before anything is sent: by that it is known who is protected, and who was off before the bridge.
 */
export async function withFirstLook(
  { records, clock }: JoinPorts,
  clarus: Pick<Clarus, 'findUsers'>,
  joined: Joined,
): Promise<Joined> {
  const { record, card } = joined;
  const isKnown = record.first !== undefined || record.applied.is_active !== undefined;
  if (isKnown || card === undefined) return joined;
  const shown = record.shown ?? (await lookUp(clarus, clock, card, record.clarusUserId));
  if (shown === undefined) return joined;
  const met = await records.update(record.tenant, record.clarusUserId, (stored) => withLook(stored, shown));
  return { ...joined, record: met };
}

async function lookUp(
  { findUsers }: Pick<Clarus, 'findUsers'>,
  clock: () => number,
  { addresses }: Card,
  id: string,
): Promise<Shown | undefined> {
  for (const { address } of addresses) {
    const at = clock();
    const user = (await findUsers(address)).find((it) => it.id === id);
    if (user !== undefined) return shownOf(user, at);
  }
  return undefined;
}

function withLook(record: UserRecord, shown: Shown): UserRecord {
  return { ...record, first: record.first ?? firstLook(shown), shown: record.shown ?? shown };
}
