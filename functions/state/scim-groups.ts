import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { findItem, type ItemKey } from './item.ts';
import { partition } from './scim-user.ts';
import { answered, type Table } from './table.ts';

/** What SCIM keeps of a Clarus role, which is a group to clients. */
export interface StoredScimGroup {
  /** Of the client that wrote it last. */
  externalId?: string;
  /** When a client last changed it or its members, epoch milliseconds. */
  lastModified: number;
}

export interface ScimGroupStore {
  find(tenant: string, roleId: string): Promise<StoredScimGroup | undefined>;
  put(tenant: string, roleId: string, group: StoredScimGroup): Promise<void>;
}

const itemSchema = z.object({ externalId: z.string().exactOptional(), lastModified: z.number() });

export function createScimGroups({ client, name }: Table): ScimGroupStore {
  function find(tenant: string, roleId: string): Promise<StoredScimGroup | undefined> {
    return findItem({ client, name }, key(tenant, roleId), itemSchema, `The group of Clarus role ${roleId}`);
  }

  async function put(tenant: string, roleId: string, group: StoredScimGroup): Promise<void> {
    const Item = { ...key(tenant, roleId), ...group };
    await answered(() => client.send(new PutCommand({ TableName: name, Item })));
  }

  return { find, put };
}

function key(tenant: string, roleId: string): ItemKey {
  return { pk: partition(tenant), sk: `GROUP#${roleId}` };
}
