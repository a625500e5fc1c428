import type { Account, SourceName } from './access/account.ts';
import type { Hand } from './access/decide.ts';
import type { JsonObject } from './json.ts';
import type { AttributeName, ClarusAttributes } from './profile/clarus-attributes.ts';

/** How Clarus showed a user. What Clarus does not tell is absent. */
export interface Shown {
  /** When Clarus was asked, epoch milliseconds. */
  at: number;
  email?: string;
  name?: string;
  active?: boolean;
  roleId?: string;
}

/** What a SCIM client was told of a user and wrote of it. Times are epoch milliseconds. */
export interface ScimSide {
  /** A SCIM User without `id`, `schemas`, `groups` and `meta`; `active` is the client's own last word. */
  resource: JsonObject;
  created: number;
  lastModified: number;
  /** Deleted by the client: there for Clarus, gone for SCIM. Only its creation anew brings it back. */
  deleted: boolean;
  /** Shown to the client and never written by it: what it invents yields to what the client says. */
  adopted?: boolean;
  /** The ids of the Clarus roles whose group the user is in, the last joined last; absent: never in any. */
  memberOf?: readonly string[];
}

/** A command of a SCIM client that has begun and not ended. One at a time; it lapses. */
export interface Pending {
  eventId: string;
  client: SourceName;
  /** Until when it may be under way, epoch milliseconds. */
  until: number;
  /** What the client's side is to be. */
  after: ScimSide;
  /** What of Clarus it may have changed when it dies. */
  touches?: readonly AttributeName[];
}

/** All that the bridge knows of one Clarus user: one item. */
export interface UserRecord {
  tenant: string;
  clarusUserId: string;
  /** 0 for a user not stored yet; every write adds one. */
  revision: number;
  /** Copies of the linked accounts' cards, and SCIM accounts. */
  accounts: readonly Account[];
  /** By SCIM client. */
  scim: Readonly<Record<SourceName, ScimSide>>;
  /** The values Clarus last confirmed. */
  applied: Readonly<Partial<ClarusAttributes>>;
  /** The values Clarus will not take: not sent again until somebody states them again. */
  refused: Readonly<Partial<ClarusAttributes>>;
  /** Events that joined and whose end is not stored: what is applied is not to be believed. By event, since when. */
  open: Readonly<Record<string, number>>;
  /** How Clarus stood when first met. */
  first?: { at: number; active?: boolean };
  /** How Clarus stood when last asked. */
  shown?: Shown;
  hand?: Hand;
  /** Until when an operator has lifted all takings. */
  liftedAt?: number;
  pending?: Pending;
  /** A request may be under way until then, and a message is queued that looks after it: epoch milliseconds. */
  lookAt?: number;
}

/** The record of a user the bridge has not met. */
export function newUserRecord(tenant: string, clarusUserId: string): UserRecord {
  return {
    tenant,
    clarusUserId,
    revision: 0,
    accounts: [],
    scim: {},
    applied: {},
    refused: {},
    open: {},
  };
}

/** What stays of the first look at a user. */
export function firstLook({ at, active }: Shown): NonNullable<UserRecord['first']> {
  return active === undefined ? { at } : { at, active };
}

/** The mark of an event in `open`. */
export function openMark({ source, account }: Pick<Account, 'source' | 'account'>, eventId: string): string {
  return `${source} ${account} ${eventId}`;
}
