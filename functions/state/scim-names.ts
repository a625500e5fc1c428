import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { folded } from '../identity/folded.ts';
import { findItem, type ItemKey } from './items/item.ts';
import { keyHash } from './items/keys.ts';
import { conditionally, type Table } from './table.ts';

/** Whose a userName is: of one Clarus user, of a request under way until a time, or of nobody. */
export interface NameClaim {
  /** Of this very claim: who replaces it has to know it. */
  token: string;
  clarusUserId?: string;
  /** The Clarus user that had it last, while a request for somebody else is under way. */
  formerly?: string;
  /** Epoch milliseconds until which the request that has it may be under way. 0: given back. */
  until: number;
}

/** The userNames of each SCIM client. */
export interface ScimNameStore {
  find(tenant: string, client: string, userName: string): Promise<NameClaim | undefined>;
  /** Replaces the claim whose token is `known`; without one, makes the first claim. */
  put(
    tenant: string,
    client: string,
    userName: string,
    claim: NameClaim,
    known: string | undefined,
  ): Promise<'saved' | 'conflict'>;
}

const itemSchema = z.object({
  token: z.string(),
  clarusUserId: z.string().exactOptional(),
  formerly: z.string().exactOptional(),
  until: z.number(),
});

/** Who has a userName, in any letter case: one item a name, so that of two who want it one gets it. */
export function createScimNames(table: Table): ScimNameStore {
  function find(tenant: string, client: string, userName: string): Promise<NameClaim | undefined> {
    return findItem(table, key(tenant, client, userName), itemSchema, 'The claim of a userName');
  }

  function put(
    tenant: string,
    client: string,
    userName: string,
    claim: NameClaim,
    known: string | undefined,
  ): Promise<'saved' | 'conflict'> {
    return conditionally(() =>
      table.client.send(
        new PutCommand({
          TableName: table.name,
          Item: { ...key(tenant, client, userName), ...claim },
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

function key(tenant: string, client: string, userName: string): ItemKey {
  return { pk: `NAME#${tenant}#${client}#${keyHash(folded(userName))}`, sk: 'NAME' };
}
