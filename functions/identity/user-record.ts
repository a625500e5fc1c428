import type { Source } from './change.ts';
import type { AttributeName, AttributeValue, ClarusAttributes } from './clarus-attributes.ts';

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
}

/** The record of a user the bridge has not met. */
export function newUserRecord(tenant: string, clarusUserId: string): UserRecord {
  return { tenant, clarusUserId, revision: 0, owners: {}, desired: {}, applied: {}, refused: {} };
}
