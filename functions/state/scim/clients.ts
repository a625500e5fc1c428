import * as z from 'zod';
import type { SourceName } from '../../identity/access/account.ts';
import { findItem, type ItemKey, updateItem } from '../items/item.ts';
import type { Table } from '../table.ts';

/** A request of a client that was not carried out: when, which, and why. Ids and words of our own only. */
export interface ClientRefusal {
  at: number;
  requestId: string;
  op: string;
  status: number;
  why?: string;
}

/** What operators and the client are told of its use. */
export interface ClientUse {
  /** Epoch milliseconds, up to an hour late. */
  lastUsedAt?: number;
  lastRefusal?: ClientRefusal;
}

/** The use of SCIM clients. Throws BridgeError `state_unavailable` and `state_malformed`. */
export interface ScimClientStore {
  find(tenant: string, client: SourceName): Promise<ClientUse | undefined>;
  note(tenant: string, client: SourceName, use: ClientUse): Promise<void>;
}

const itemSchema = z.object({
  lastUsedAt: z.number().exactOptional(),
  lastRefusal: z
    .object({
      at: z.number(),
      requestId: z.string(),
      op: z.string(),
      status: z.number(),
      why: z.string().exactOptional(),
    })
    .exactOptional(),
});

export function createScimClients(table: Table): ScimClientStore {
  function find(tenant: string, client: SourceName): Promise<ClientUse | undefined> {
    return findItem(table, key(tenant, client), itemSchema, `The use of SCIM client ${client} of ${tenant}`);
  }

  async function note(tenant: string, client: SourceName, use: ClientUse): Promise<void> {
    // What it does not say stays.
    const set = Object.fromEntries(Object.entries(use).filter(([, value]) => value !== undefined));
    await updateItem(table, key(tenant, client), { set });
  }

  return { find, note };
}

function key(tenant: string, client: SourceName): ItemKey {
  return { pk: `CLIENT#${tenant}`, sk: client };
}
