import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { findItem, type ItemKey } from './items/item.ts';
import { answered, type Table } from './table.ts';

/** How far a tenant's feed has been read: an opaque text of the feed's own, by the feed's name. */
export interface CursorStore {
  find(tenant: string, feed: string): Promise<string | undefined>;
  put(tenant: string, feed: string, position: string): Promise<void>;
}

/** The feed names that are in use: what each position means is said where it is read. */
export const ATTENTION = 'entra-attention';
export const KNOWN_USERS = 'known-users';
export const DELTA_LINK = 'entra-delta';
export const SYSTEM_LOG = 'okta-system-log';

const itemSchema = z.object({ position: z.string() });

export function createCursors({ client, name }: Table): CursorStore {
  async function find(tenant: string, feed: string): Promise<string | undefined> {
    const what = `The cursor ${feed} of tenant ${tenant}`;
    return (await findItem({ client, name }, key(tenant, feed), itemSchema, what))?.position;
  }

  async function put(tenant: string, feed: string, position: string): Promise<void> {
    await answered(() =>
      client.send(new PutCommand({ TableName: name, Item: { ...key(tenant, feed), position } })),
    );
  }

  return { find, put };
}

function key(tenant: string, feed: string): ItemKey {
  return { pk: `CURSOR#${tenant}`, sk: feed };
}
