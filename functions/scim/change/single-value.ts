import type { Json, JsonObject } from '../../identity/json.ts';
import { badRequest } from '../protocol/error.ts';
import { type Attribute, comparable, subAttribute } from '../schema/attribute.ts';
import { asObject } from '../schema/resource.ts';
import type { AttributePath } from '../schema/resource-type.ts';
import {
  isEmpty,
  type Parts,
  partsOf,
  type Reading,
  type Simple,
  simpleValue,
  unwrapped,
} from './read-value.ts';

/**
 * What becomes of the value of a single-valued attribute, or of one with a part of it sent. A complex value is
 * sent `whole` by POST and PUT; for PATCH, parts that are not mentioned stay (RFC 7644 sections 3.5.2.1, 3.5.2.3).
 */
export function singleAfter(
  { attribute, sub }: AttributePath,
  before: Json | undefined,
  sent: unknown,
  reading: Reading,
  { whole }: { whole: boolean },
): Json | undefined {
  if (sub !== undefined) {
    return written(attribute, asObject(before), new Map([[sub, simpleValue(sub, sent, reading)]]));
  }
  if (attribute.type !== 'complex') return simpleValue(attribute, sent, reading);
  const one = unwrapped(attribute, sent, reading.lenient);
  if (isEmpty(one)) return undefined;
  const parts = partsOf(attribute, one, reading);
  // An object with nothing in it that is known here says nothing.
  return parts.size === 0 ? before : written(attribute, whole ? {} : asObject(before), parts);
}

/**
 * A complex value with parts of it written; undefined when nothing remains of it. A value without its `value` is
 * none: so Entra removes a manager. Throws ScimError `mutability`.
 */
export function written(attribute: Attribute, before: JsonObject, parts: Parts): JsonObject | undefined {
  const value = subAttribute(attribute, 'value');
  if (value !== undefined && parts.has(value) && parts.get(value) === undefined) return undefined;
  // Another manager has another name and another address than the one before.
  const another = !attribute.multiValued && value !== undefined && isChange(before.value, parts.get(value));
  const after = another ? {} : { ...before };
  for (const [sub, part] of parts) {
    const last = before[sub.name];
    if (sub.mutability === 'immutable' && last !== undefined && !isSame(sub, last, part)) {
      throw badRequest('mutability', `${attribute.name}.${sub.name} cannot be changed once it is there.`);
    }
    if (part === undefined) delete after[sub.name];
    else after[sub.name] = part;
  }
  return Object.keys(after).length === 0 ? undefined : after;
}

function isChange(before: Json | undefined, now: Simple | undefined): boolean {
  return before !== undefined && now !== undefined && before !== now;
}

function isSame(sub: Attribute, before: Json, now: Simple | undefined): boolean {
  return now !== undefined && comparable(sub, before) === comparable(sub, now);
}
