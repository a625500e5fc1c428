import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { findItem, type ItemKey } from './items/item.ts';
import { padded } from './items/keys.ts';
import { answered, type Table } from './table.ts';

/** What a SCIM client keeps of a Clarus role, which is a group to it. */
export interface StoredScimGroup {
  externalId?: string;
  /** When the client last changed it or its members, epoch milliseconds. */
  lastModified: number;
}

export interface ScimGroupStore {
  find(tenant: string, client: string, roleId: string): Promise<StoredScimGroup | undefined>;
  put(tenant: string, client: string, roleId: string, group: StoredScimGroup): Promise<void>;
}

const itemSchema = z.object({ externalId: z.string().exactOptional(), lastModified: z.number() });

export function createScimGroups(table: Table): ScimGroupStore {
  function find(tenant: string, client: string, roleId: string): Promise<StoredScimGroup | undefined> {
    return findItem(table, key(tenant, client, roleId), itemSchema, `The group of Clarus role ${roleId}`);
  }

  async function put(tenant: string, client: string, roleId: string, group: StoredScimGroup): Promise<void> {
    const Item = { ...key(tenant, client, roleId), ...group };
    await answered(() => table.client.send(new PutCommand({ TableName: table.name, Item })));
  }

  return { find, put };
}

function key(tenant: string, client: string, roleId: string): ItemKey {
  return { pk: `GROUP#${tenant}#${client}`, sk: padded(roleId) };
}
