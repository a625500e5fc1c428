import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { folded } from '../identity/folded.ts';
import { parseItem, queryItems } from './items/item.ts';
import { keyHash, padded } from './items/keys.ts';
import { answered, type Table } from './table.ts';

/** Attributes by whose value a client's users can be found without reading all of them. */
export type Findable = 'externalId' | 'emails';

/** Who has had a value: one item for each, which is read right after it was written. */
export interface ScimPointers {
  /** Ids of users that have had the value, in any letter case; some may have another by now. */
  having(tenant: string, client: string, attribute: Findable, value: string): Promise<string[]>;
  point(
    tenant: string,
    client: string,
    attribute: Findable,
    value: string,
    clarusUserId: string,
  ): Promise<void>;
}

const itemSchema = z.object({ clarusUserId: z.string() });

export function createScimPointers(table: Table): ScimPointers {
  async function having(
    tenant: string,
    client: string,
    attribute: Findable,
    value: string,
  ): Promise<string[]> {
    const items = await queryItems(table, {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partition(tenant, client, attribute, value) },
      ConsistentRead: true,
    });
    return items.map((item) => parseItem(item, itemSchema, 'A pointer to a SCIM user').clarusUserId);
  }

  async function point(
    tenant: string,
    client: string,
    attribute: Findable,
    value: string,
    clarusUserId: string,
  ): Promise<void> {
    const Item = { pk: partition(tenant, client, attribute, value), sk: padded(clarusUserId), clarusUserId };
    await answered(() => table.client.send(new PutCommand({ TableName: table.name, Item })));
  }

  return { having, point };
}

function partition(tenant: string, client: string, attribute: Findable, value: string): string {
  return `HAS#${tenant}#${client}#${attribute}#${keyHash(folded(value))}`;
}
