import { DeleteCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Change } from '../identity/change.ts';
import { type ChangeMessage, parseMessage } from '../queue/message.ts';
import { heldKey, heldPartition } from './held-key.ts';
import { parseItem } from './item.ts';
import { answered, type Table } from './table.ts';

/** What whoever releases held changes needs, and no function does. */
export interface HeldStore {
  list(tenant: string): Promise<ChangeMessage[]>;
  remove(change: Change): Promise<void>;
}

const itemSchema = z.object({ message: z.string() });

export function createHeld({ client, name }: Table): HeldStore {
  async function list(tenant: string): ReturnType<HeldStore['list']> {
    const held: ChangeMessage[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await answered(() =>
        client.send(
          new QueryCommand({
            TableName: name,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': heldPartition(tenant) },
            ExclusiveStartKey,
          }),
        ),
      );
      for (const item of page.Items ?? []) {
        const message = parseMessage(parseItem(item, itemSchema, 'A held change').message);
        if (message.kind === 'change') held.push(message);
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return held;
  }

  async function remove(change: Change): Promise<void> {
    await answered(() => client.send(new DeleteCommand({ TableName: name, Key: heldKey(change) })));
  }

  return { list, remove };
}
