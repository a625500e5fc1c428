import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { BridgeError } from '../identity/bridge-error.ts';
import { answered, type Table } from './table.ts';

export type ItemKey = Readonly<Record<'pk' | 'sk', string>>;

/**
 * The item with that key as of now, or undefined; `what` begins the error about it. Throws BridgeError
 * `state_unavailable` and `state_malformed`.
 */
export async function findItem<Item>(
  { client, name }: Table,
  Key: ItemKey,
  schema: z.ZodType<Item>,
  what: string,
): Promise<Item | undefined> {
  const { Item } = await answered(() =>
    client.send(new GetCommand({ TableName: name, Key, ConsistentRead: true })),
  );
  return Item === undefined ? undefined : parseItem(Item, schema, what);
}

/** Throws BridgeError `state_malformed` for an item that this code cannot have written. */
export function parseItem<Item>(item: unknown, schema: z.ZodType<Item>, what: string): Item {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new BridgeError(
    'state_malformed',
    `${what} in DynamoDB is not as the bridge writes it. The event goes to the dead-letter queue; compare the ` +
      'item with an earlier one by point-in-time recovery.',
    { retryable: false },
  );
}
