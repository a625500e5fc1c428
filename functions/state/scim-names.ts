import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { partition } from './scim-user.ts';
import { keyOf } from './scim-users.ts';
import { answered, conditionally, malformedItem, type Table } from './table.ts';

/** Whose a userName is: of one Clarus user, of a request under way until a time, or of nobody. */
export interface NameClaim {
  /** Of this very claim: who replaces it has to know it. */
  token: string;
  clarusUserId?: string;
  /** Epoch milliseconds until which the request that has it may be under way. 0: given back. */
  until: number;
}

export interface ScimNameStore {
  find(tenant: string, userName: string): Promise<NameClaim | undefined>;
  /** Replaces the claim whose token is `known`; without one, makes the first claim. */
  put(
    tenant: string,
    userName: string,
    claim: NameClaim,
    known: string | undefined,
  ): Promise<'saved' | 'conflict'>;
}

const itemSchema = z.object({
  token: z.string(),
  clarusUserId: z.string().exactOptional(),
  until: z.number(),
});

/** Who has a userName, in any letter case: one item a name, so that of two who want it one gets it. */
export function createScimNames({ client, name }: Table): ScimNameStore {
  async function find(tenant: string, userName: string): Promise<NameClaim | undefined> {
    const { Item } = await answered(() =>
      client.send(new GetCommand({ TableName: name, Key: key(tenant, userName), ConsistentRead: true })),
    );
    if (Item === undefined) return undefined;
    const parsed = itemSchema.safeParse(Item);
    if (!parsed.success) throw malformedItem('The claim of a userName');
    return parsed.data;
  }

  function put(
    tenant: string,
    userName: string,
    claim: NameClaim,
    known: string | undefined,
  ): Promise<'saved' | 'conflict'> {
    return conditionally(() =>
      client.send(
        new PutCommand({
          TableName: name,
          Item: { ...key(tenant, userName), ...claim },
          ConditionExpression: known === undefined ? 'attribute_not_exists(pk)' : '#token = :known',
          ...(known !== undefined && {
            ExpressionAttributeNames: { '#token': 'token' },
            ExpressionAttributeValues: { ':known': known },
          }),
        }),
      ),
    );
  }

  return { find, put };
}

function key(tenant: string, userName: string): { pk: string; sk: string } {
  return { pk: partition(tenant), sk: `NAME#${keyOf(userName)}` };
}
