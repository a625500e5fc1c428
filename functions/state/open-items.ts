import * as z from 'zod';
import type { Card } from '../identity/card.ts';
import { cardIn } from './items/card.ts';
import { type Item, parseItem, queryItems } from './items/item.ts';
import { accountIn } from './items/keys.ts';
import type { Table } from './table.ts';
import { INDEXES, type TableIndex } from './table-definition.ts';

/** What is not done, some moments late: for operators, the sweep and gauges. */
export interface OpenItems {
  /** Cards with something to be done that could not be done yet, the oldest first. */
  waiting(tenant: string, limit?: number): Promise<Card[]>;
  /** Cards with a change that the brake holds, the oldest first. */
  held(tenant: string): Promise<Card[]>;
  count(tenant: string): Promise<OpenCounts>;
}

export interface OpenCounts {
  /** How many people may be in who should be out. */
  waitingRevocations: number;
  /** When the oldest of these came in, epoch milliseconds. */
  oldestRevocation?: number;
  /** All that waits. */
  waiting: number;
  held: number;
}

const waitsSchema = z.object({ waiting: z.object({ taking: z.boolean(), since: z.number() }) });

/** Throws BridgeError `state_unavailable` and `state_malformed`. */
export function createOpenItems(table: Table): OpenItems {
  async function waiting(tenant: string, limit?: number): Promise<Card[]> {
    const items = await query(
      INDEXES.waiting,
      tenant,
      { ...(limit !== undefined && { Limit: limit }) },
      limit,
    );
    return items.map(card);
  }

  async function held(tenant: string): Promise<Card[]> {
    return (await query(INDEXES.held, tenant)).map(card);
  }

  async function count(tenant: string): Promise<OpenCounts> {
    const names = { '#waiting': 'waiting', '#taking': 'taking', '#since': 'since' };
    const projection = { ProjectionExpression: '#waiting.#taking, #waiting.#since' };
    const [waits, holds] = await Promise.all([
      query(INDEXES.waiting, tenant, { ...projection, ExpressionAttributeNames: names }),
      query(INDEXES.held, tenant, { ProjectionExpression: 'pk' }),
    ]);
    const revocations = waits
      .map((item) => parseItem(item, waitsSchema, 'A waiting item').waiting)
      .filter(({ taking }) => taking);
    const oldest = revocations[0]?.since;
    return {
      waitingRevocations: revocations.length,
      ...(oldest !== undefined && { oldestRevocation: oldest }),
      waiting: waits.length,
      held: holds.length,
    };
  }

  function query(index: TableIndex, tenant: string, more: object = {}, most?: number): Promise<Item[]> {
    const keys = {
      IndexName: index.name,
      KeyConditionExpression: `${index.partition} = :tenant`,
      ExpressionAttributeValues: { ':tenant': tenant },
    };
    return queryItems(table, { ...keys, ...more }, most);
  }

  return { waiting, held, count };
}

function card(item: Item): Card {
  return cardIn(item, accountIn(String(item.pk)));
}
