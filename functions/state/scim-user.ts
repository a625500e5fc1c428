import * as z from 'zod';
import type { JsonObject } from '../identity/json.ts';
import { findItem, parseItem } from './item.ts';
import type { Table } from './table.ts';

/** What SCIM clients wrote of a Clarus user, and what Clarus has no field for. Times are epoch milliseconds. */
export interface StoredScimUser {
  clarusUserId: string;
  /** A SCIM User without `id`, `schemas`, `groups` and `meta`. */
  attributes: JsonObject;
  created: number;
  lastModified: number;
  /** Deleted by a client: there for Clarus, gone for SCIM. */
  deleted: boolean;
  /** 0 for a user not stored yet; every save adds one. */
  version: number;
}

/** The user as of now. */
export type FindScimUser = (tenant: string, clarusUserId: string) => Promise<StoredScimUser | undefined>;

const itemSchema = z.object({
  clarusUserId: z.string(),
  attributes: z.record(z.string(), z.json()),
  created: z.number(),
  lastModified: z.number(),
  deleted: z.boolean(),
  version: z.int().positive(),
});

const WHAT = 'A SCIM user';

export function createFindScimUser({ client, name }: Table): FindScimUser {
  return function findScimUser(tenant, clarusUserId) {
    const Key = { pk: partition(tenant), sk: userKey(clarusUserId) };
    return findItem({ client, name }, Key, itemSchema, WHAT);
  };
}

/** Throws BridgeError `state_malformed`. */
export function parseScimUser(item: unknown): StoredScimUser {
  return parseItem(item, itemSchema, WHAT);
}

/** The partition of all that SCIM keeps of a tenant. */
export function partition(tenant: string): string {
  return `SCIM#${tenant}`;
}

/** What the keys of users begin with. */
export const USER_KEYS = 'USER#';

/** Padded, so that DynamoDB's order is the order of the numbers. */
export function userKey(clarusUserId: string): string {
  return `${USER_KEYS}${clarusUserId.padStart(16, '0')}`;
}
