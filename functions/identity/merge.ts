import type { Source } from './change.ts';
import {
  type AttributeName,
  type AttributeValue,
  type ClarusAttributes,
  entriesIn,
} from './clarus-attributes.ts';
import type { Desired, DesiredAttributes } from './user-record.ts';

/** A change after the mapping: what one event wants the Clarus attributes to be. `at` is epoch milliseconds. */
export interface MappedChange {
  at: number;
  eventId: string;
  origin: Source;
  attributes: Partial<ClarusAttributes>;
}

/**
 * Last writer wins, attribute by attribute: a join over a total order, so it is commutative, associative
 * and idempotent, and late, repeated or disordered events need no other defence.
 * Returns `current` itself when the change decides nothing.
 */
export function merge(current: DesiredAttributes, change: MappedChange): DesiredAttributes {
  return join(current, asDesired(change));
}

/** The change's attributes as desired values, each with the change's time and origin. */
export function asDesired({ at, eventId, origin, attributes }: MappedChange): DesiredAttributes {
  const desired: DesiredAttributes = {};
  for (const [name, value] of entriesIn<AttributeValue>(attributes)) {
    set(desired, name, { value, at, eventId, origin });
  }
  return desired;
}

/** The least upper bound of two sets of desired values. */
export function join(left: DesiredAttributes, right: DesiredAttributes): DesiredAttributes {
  let joined = left;
  for (const [name, theirs] of entriesIn<Desired>(right)) {
    const mine = left[name];
    if (mine !== undefined && order(mine, theirs) >= 0) continue;
    if (joined === left) joined = { ...left };
    set(joined, name, theirs);
  }
  return joined;
}

/** Positive when `a` wins: the later; then the one that takes access away; then the greater event id. */
function order(a: Desired, b: Desired): number {
  return (
    a.at - b.at ||
    rank(a.value) - rank(b.value) ||
    compare(a.eventId, b.eventId) ||
    // One event mapped twice, by two versions of a mapping or of a read: any fixed choice will do.
    compare(a.origin, b.origin) ||
    compare(JSON.stringify(a.value), JSON.stringify(b.value))
  );
}

/** Only `is_active` is Boolean, so this is the rule that false beats true at the same instant. */
function rank(value: AttributeValue): number {
  return value === false ? 1 : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Writes one member; a name and its value always come from the same pair of typed maps. */
function set(target: DesiredAttributes, name: AttributeName, value: Desired): void {
  Object.assign(target, { [name]: value });
}
