import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { findItem, type ItemKey } from './item.ts';
import { partition } from './scim-user.ts';
import { keyOf } from './scim-users.ts';
import { conditionally, type Table } from './table.ts';

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
  function find(tenant: string, userName: string): Promise<NameClaim | undefined> {
    return findItem({ client, name }, key(tenant, userName), itemSchema, 'The claim of a userName');
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

function key(tenant: string, userName: string): ItemKey {
  return { pk: partition(tenant), sk: `NAME#${keyOf(userName)}` };
}
