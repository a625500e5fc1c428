import type { Source } from './change.ts';
import {
  type AttributeName,
  type AttributeValue,
  type ClarusAttributes,
  entriesIn,
} from './clarus-attributes.ts';

/** A desired value with where it comes from. `at` is epoch milliseconds. */
export interface Desired<Value extends AttributeValue = AttributeValue> {
  value: Value;
  at: number;
  eventId: string;
  origin: Source;
}

export type DesiredAttributes = { [K in AttributeName]?: Desired<ClarusAttributes[K]> };

/** Who a Clarus user belongs to, as one source sees it. */
export interface Ownership {
  subjectId: string;
  /** The event by which they came to own it. */
  eventId: string;
  /** Earlier owners, latest first: what they do later changes nothing here. */
  former: readonly string[];
}

/** All that the bridge knows of one Clarus user. */
export interface UserRecord {
  tenant: string;
  clarusUserId: string;
  /** 0 for a user not stored yet; every save adds one. */
  revision: number;
  owners: { [S in Source]?: Ownership };
  desired: DesiredAttributes;
  /** The values Clarus last confirmed. */
  applied: Partial<ClarusAttributes>;
  /** The values Clarus will not take: not sent again until somebody states them again. */
  refused: Partial<ClarusAttributes>;
  /** A SCIM client has deleted the user: nothing but its creation anew brings it back to SCIM clients. */
  deleted: boolean;
}

/**
 * The record with other desired values. What they change is no longer known to be applied, from before it is
 * sent until Clarus confirms it: a request whose end nobody hears of may have landed, so that even going back
 * to the value of before has to be sent.
 */
export function withDesired(record: UserRecord, desired: DesiredAttributes): UserRecord {
  const applied = { ...record.applied };
  for (const [name, { value }] of entriesIn<Desired>(desired)) {
    if (applied[name] !== value) delete applied[name];
  }
  return { ...record, desired, applied };
}

/** The record of a user the bridge has not met. */
export function newUserRecord(tenant: string, clarusUserId: string): UserRecord {
  return {
    tenant,
    clarusUserId,
    revision: 0,
    owners: {},
    desired: {},
    applied: {},
    refused: {},
    deleted: false,
  };
}
