import { BatchGetCommand, type BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb';
import { BridgeError } from '../../identity/bridge-error.ts';
import { newUserRecord, type UserRecord } from '../../identity/user-record.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { Item } from '../items/item.ts';
import { recordIn, recordKey } from '../items/record.ts';
import { answered, type Table } from '../table.ts';

/** The most that BatchGetItem takes. */
const BATCH = 100;

/** The records as of now, in the order of the ids, new ones for those that are not stored; each id once. */
export async function loadRecords(
  table: Table,
  tenant: string,
  ids: readonly string[],
): Promise<UserRecord[]> {
  const distinct = [...new Set(ids)];
  const batches = Array.from({ length: Math.ceil(distinct.length / BATCH) }, (_, index) =>
    distinct.slice(index * BATCH, (index + 1) * BATCH),
  );
  const items = (await sideBySide(batches, (batch) => getItems(table, tenant, batch))).flat();
  const byKey = new Map(items.map((item) => [item.pk, item]));
  return distinct.map((id) => {
    const item = byKey.get(recordKey(tenant, id).pk);
    return item === undefined ? newUserRecord(tenant, id) : recordIn(item, tenant, id);
  });
}

/** DynamoDB leaves out what is beyond 16 MB, and what it has no capacity for: that is asked for again. */
async function getItems({ client, name }: Table, tenant: string, ids: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  let keys: Record<string, unknown>[] = ids.map((id) => recordKey(tenant, id));
  while (keys.length > 0) {
    const RequestItems = { [name]: { Keys: keys, ConsistentRead: true } };
    const page: BatchGetCommandOutput = await answered(() =>
      client.send(new BatchGetCommand({ RequestItems })),
    );
    const found = page.Responses?.[name] ?? [];
    keys = page.UnprocessedKeys?.[name]?.Keys ?? [];
    if (keys.length > 0 && found.length === 0) throw noCapacity(keys.length);
    items.push(...found);
  }
  return items;
}

function noCapacity(left: number): BridgeError {
  return new BridgeError(
    'state_unavailable',
    `DynamoDB gave none of ${left} records that were asked for together. The event goes back to the queue.`,
    { retryable: true },
  );
}
