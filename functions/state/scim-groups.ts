import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { partition } from './scim-user.ts';
import { answered, malformedItem, type Table } from './table.ts';

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
  async function find(tenant: string, roleId: string): Promise<StoredScimGroup | undefined> {
    const { Item } = await answered(() =>
      client.send(new GetCommand({ TableName: name, Key: key(tenant, roleId), ConsistentRead: true })),
    );
    if (Item === undefined) return undefined;
    const parsed = itemSchema.safeParse(Item);
    if (!parsed.success) throw malformedItem(`The group of Clarus role ${roleId}`);
    return parsed.data;
  }

  async function put(tenant: string, roleId: string, group: StoredScimGroup): Promise<void> {
    const Item = { ...key(tenant, roleId), ...group };
    await answered(() => client.send(new PutCommand({ TableName: name, Item })));
  }

  return { find, put };
}

function key(tenant: string, roleId: string): { pk: string; sk: string } {
  return { pk: partition(tenant), sk: `GROUP#${roleId}` };
}
