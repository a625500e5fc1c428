import { createHash } from 'node:crypto';
import { GetCommand, PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { folded } from '../identity/folded.ts';
import type { JsonObject } from '../identity/json.ts';
import { answered, conditionally, malformedItem, type Table } from './table.ts';

/** What SCIM clients wrote of a Clarus user, and what Clarus has no field for. Times are epoch milliseconds. */
export interface StoredScimUser {
  clarusUserId: string;
  /** A SCIM User without `id`, `schemas`, `groups` and `meta`. */
  attributes: JsonObject;
  created: number;
  lastModified: number;
  /** Deleted by a client: there for Clarus, gone for SCIM. */
  deleted: boolean;
  /** 0 for a user not stored yet; every save adds one. */
  version: number;
}

/** Attributes by whose value users can be found without reading all of them. */
export type Findable = 'externalId' | 'emails';

export interface ScimUserStore {
  /** As of now. */
  find(tenant: string, clarusUserId: string): Promise<StoredScimUser | undefined>;
  /** Every user of the tenant, deleted ones too, by id. */
  all(tenant: string): Promise<StoredScimUser[]>;
  /** Ids of users that have had the value, in any letter case; some may have another by now. */
  having(tenant: string, attribute: Findable, value: string): Promise<string[]>;
  /** Stores the user if the stored version is still `user.version`. */
  save(
    tenant: string,
    user: StoredScimUser,
    findable: readonly (readonly [Findable, string])[],
  ): Promise<'saved' | 'conflict'>;
}

const itemSchema = z.object({
  clarusUserId: z.string(),
  attributes: z.record(z.string(), z.json()),
  created: z.number(),
  lastModified: z.number(),
  deleted: z.boolean(),
  version: z.int().positive(),
});

/**
 * Users as SCIM knows them, one partition a tenant: reads are strongly consistent, so that clients read their
 * writes, and come in the order of ids. 1,000 writes a second of one tenant are what DynamoDB takes there.
 */
export function createScimUsers({ client, name }: Table): ScimUserStore {
  async function find(tenant: string, clarusUserId: string): Promise<StoredScimUser | undefined> {
    const Key = { pk: partition(tenant), sk: userKey(clarusUserId) };
    const { Item } = await answered(() =>
      client.send(new GetCommand({ TableName: name, Key, ConsistentRead: true })),
    );
    return Item === undefined ? undefined : parse(Item);
  }

  async function all(tenant: string): Promise<StoredScimUser[]> {
    return (await query(tenant, 'USER#')).map(parse);
  }

  async function having(tenant: string, attribute: Findable, value: string): Promise<string[]> {
    const prefix = `${findableKey(attribute, value)}#`;
    return (await query(tenant, prefix)).map((item) => String(Object(item).sk).slice(prefix.length));
  }

  async function save(
    tenant: string,
    user: StoredScimUser,
    findable: readonly (readonly [Findable, string])[],
  ): Promise<'saved' | 'conflict'> {
    // Before the user, because one too many does no harm and one too few would hide a user.
    for (const [attribute, value] of findable) {
      const sk = `${findableKey(attribute, value)}#${user.clarusUserId}`;
      const Item = { pk: partition(tenant), sk };
      await answered(() => client.send(new PutCommand({ TableName: name, Item })));
    }
    const { version, ...stored } = user;
    return conditionally(() =>
      client.send(
        new PutCommand({
          TableName: name,
          Item: { pk: partition(tenant), sk: userKey(user.clarusUserId), ...stored, version: version + 1 },
          ConditionExpression: version === 0 ? 'attribute_not_exists(pk)' : 'version = :version',
          ...(version > 0 && { ExpressionAttributeValues: { ':version': version } }),
        }),
      ),
    );
  }

  async function query(tenant: string, prefix: string): Promise<unknown[]> {
    const items: unknown[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await answered(() =>
        client.send(
          new QueryCommand({
            TableName: name,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': partition(tenant), ':prefix': prefix },
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        ),
      );
      items.push(...(page.Items ?? []));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  }

  return { find, all, having, save };
}

function parse(item: unknown): StoredScimUser {
  const parsed = itemSchema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw malformedItem('A SCIM user');
}

/** The partition of all that SCIM keeps of a tenant. */
export function partition(tenant: string): string {
  return `SCIM#${tenant}`;
}

/** Padded, so that DynamoDB's order is the order of the numbers. */
function userKey(clarusUserId: string): string {
  return `USER#${clarusUserId.padStart(16, '0')}`;
}

function findableKey(attribute: Findable, value: string): string {
  return `HAS#${attribute}#${keyOf(value)}`;
}

/** Values are people's: keys hold their hashes, in any letter case the same. */
export function keyOf(value: string): string {
  return createHash('sha256').update(folded(value)).digest('base64url');
}
