import { createHash } from 'node:crypto';
import { PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import { folded } from '../identity/folded.ts';
import {
  createFindScimUser,
  type FindScimUser,
  parseScimUser,
  partition,
  type StoredScimUser,
  USER_KEYS,
  userKey,
} from './scim-user.ts';
import { answered, conditionally, type Table } from './table.ts';

/** Attributes by whose value users can be found without reading all of them. */
export type Findable = 'externalId' | 'emails';

export interface ScimUserStore {
  find: FindScimUser;
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

/**
 * Users as SCIM knows them, one partition a tenant: reads are strongly consistent, so that clients read their
 * writes, and come in the order of ids. 1,000 writes a second of one tenant are what DynamoDB takes there.
 */
export function createScimUsers({ client, name }: Table): ScimUserStore {
  async function all(tenant: string): Promise<StoredScimUser[]> {
    return (await query(tenant, USER_KEYS)).map(parseScimUser);
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

  return { find: createFindScimUser({ client, name }), all, having, save };
}

function findableKey(attribute: Findable, value: string): string {
  return `HAS#${attribute}#${keyOf(value)}`;
}

/** Values are people's: keys hold their hashes, in any letter case the same. */
export function keyOf(value: string): string {
  return createHash('sha256').update(folded(value)).digest('base64url');
}
