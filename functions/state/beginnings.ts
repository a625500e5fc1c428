import * as z from 'zod';
import type { SourceName } from '../identity/access/account.ts';
import { parseItem, updateItem } from './items/item.ts';
import type { Table } from './table.ts';

/** When the bridge began to hear of a source. Throws BridgeError `state_unavailable` and `state_malformed`. */
export interface Beginnings {
  /** Epoch milliseconds; `now` for who asks first. */
  began(tenant: string, source: SourceName, now: number): Promise<number>;
}

const itemSchema = z.object({ at: z.number() });

export function createBeginnings(table: Table): Beginnings {
  const known = new Map<string, number>();

  async function began(tenant: string, source: SourceName, now: number): Promise<number> {
    const pk = `BEGAN#${tenant}`;
    const before = known.get(`${pk} ${source}`);
    if (before !== undefined) return before;
    const item = await updateItem(table, { pk, sk: source }, { keep: { at: now } });
    const { at } = parseItem(item, itemSchema, `The beginning of source ${source} of tenant ${tenant}`);
    // It never changes.
    known.set(`${pk} ${source}`, at);
    return at;
  }

  return { began };
}
