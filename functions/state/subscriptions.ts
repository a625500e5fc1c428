import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { findItem, type ItemKey } from './items/item.ts';
import { answered, type Table } from './table.ts';

/** A subscription that is alive as far as the bridge knows. Times are epoch milliseconds. */
export interface Subscription {
  id: string;
  renewedAt: number;
  expiresAt: number;
  /** SHA-256 of the clientState it was made with, which cannot be changed. */
  clientState: string;
}

/** What a tenant has subscribed to at its identity provider. */
export interface Subscriptions {
  current?: Subscription;
  /** Ids of the current and of earlier ones, latest first: notifications of these are the tenant's. */
  known: readonly string[];
}

export interface SubscriptionStore {
  load(tenant: string): Promise<Subscriptions>;
  save(tenant: string, subscriptions: Subscriptions): Promise<void>;
}

const itemSchema = z.object({
  current: z
    .object({ id: z.string(), renewedAt: z.number(), expiresAt: z.number(), clientState: z.string() })
    .exactOptional(),
  known: z.array(z.string()),
});

export function createSubscriptions({ client, name }: Table): SubscriptionStore {
  async function load(tenant: string): Promise<Subscriptions> {
    const what = `The subscription of tenant ${tenant}`;
    return (await findItem({ client, name }, key(tenant), itemSchema, what)) ?? { known: [] };
  }

  async function save(tenant: string, subscriptions: Subscriptions): Promise<void> {
    const Item = { ...key(tenant), ...subscriptions };
    await answered(() => client.send(new PutCommand({ TableName: name, Item })));
  }

  return { load, save };
}

function key(tenant: string): ItemKey {
  return { pk: `SUBSCRIPTION#${tenant}`, sk: 'entra' };
}
