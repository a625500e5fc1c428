import { type Item, type ItemKey, updateItem } from './items/item.ts';
import type { Table } from './table.ts';

/** What is counted, each by itself: takings and promotions that were concluded, and takings that were stated. */
export type BrakeKind = 'takings' | 'promotions' | 'stated';

/** Counts people within an hour. Throws BridgeError `state_unavailable`. */
export interface BrakeStore {
  /** Whether the account is among the first `limit` since the hour began, which the first one begins. */
  take(
    tenant: string,
    kind: BrakeKind,
    account: string,
    limit: number,
    now: number,
  ): Promise<'among' | 'above'>;
}

const HOUR = 3_600_000;

/** One item for each kind: when the hour began, and a set of accounts. One call for whoever is among the first. */
export function createBrake(table: Table): BrakeStore {
  async function take(
    tenant: string,
    kind: BrakeKind,
    account: string,
    limit: number,
    now: number,
  ): Promise<'among' | 'above'> {
    if (limit < 1) return 'above';
    const key = { pk: `BRAKE#${tenant}`, sk: kind };
    const join = () => joinHour(key, account, limit, now);
    // Refused, the hour is full, or over, or there was none; and a new one may be begun by another worker meanwhile.
    for (const attempt of [join, () => beginHour(key, account, now), join]) {
      if ((await attempt()) !== 'refused') return 'among';
    }
    return 'above';
  }

  function joinHour(key: ItemKey, account: string, limit: number, now: number): Promise<Item | 'refused'> {
    const expression = 'since > :hourAgo AND (contains(subjects, :account) OR size(subjects) < :limit)';
    const values = { ':hourAgo': now - HOUR, ':account': account, ':limit': limit };
    return updateItem(table, key, { join: { subjects: account } }, { expression, values });
  }

  function beginHour(key: ItemKey, account: string, now: number): Promise<Item | 'refused'> {
    const set = { since: now, subjects: new Set([account]) };
    const expression = 'attribute_not_exists(since) OR since <= :hourAgo';
    return updateItem(table, key, { set }, { expression, values: { ':hourAgo': now - HOUR } });
  }

  return { take };
}
