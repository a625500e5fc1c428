import { isObject, type JsonObject } from '../../identity/json.ts';
import { badRequest, type ScimError } from '../protocol/error.ts';
import { MAX_VALUES } from '../protocol/limits.ts';
import { countCompared } from '../protocol/work.ts';
import { type Attribute, subAttribute } from '../schema/attribute.ts';
import { isEmpty, partsOf, type Reading, readableParts, wrongType } from './read-value.ts';
import { written } from './single-value.ts';
import { identityOf, indexOf, textOf } from './value-index.ts';

/** The values of a multi-valued attribute that a client sent to be kept. Throws ScimError `invalidValue`. */
export function valuesFrom(attribute: Attribute, sent: unknown, reading: Reading): JsonObject[] {
  const values = listOf(attribute, sent, reading).flatMap<JsonObject>((one) => {
    if (isEmpty(one)) return [];
    const parts = partsOf(attribute, one, reading);
    if (parts.size === 0) throw unreadable(attribute);
    const value = written(attribute, {}, parts) ?? {};
    const emptied = isBare(value) && Object.keys(value).length < parts.size;
    return emptied ? [] : [value];
  });
  return distinct(attribute, withValues(attribute, values));
}

/** Values that a client sent to tell which of those there are it means. Throws ScimError `invalidValue`. */
export function valuesMeant(attribute: Attribute, sent: unknown, reading: Reading): JsonObject[] {
  return listOf(attribute, sent, reading).flatMap((one) => {
    if (isEmpty(one) || (isObject(one) && Object.values(one).every(isEmpty))) return [];
    const value: JsonObject = {};
    for (const [{ name }, part] of readableParts(attribute, one, reading)) {
      if (part !== undefined) value[name] = part;
    }
    if (Object.keys(value).length === 0) throw unreadable(attribute);
    return [value];
  });
}

function listOf(attribute: Attribute, sent: unknown, { lenient }: Reading): unknown[] {
  if (isEmpty(sent)) return [];
  const list = Array.isArray(sent) ? sent : lenient.looseShape ? [sent] : undefined;
  if (list === undefined) throw wrongType(attribute, 'a list');
  return checkedLength(attribute, list);
}

/** The list, if it is not longer than can be kept. Throws ScimError `invalidValue`. */
export function checkedLength<Value>(attribute: Attribute, list: Value[]): Value[] {
  if (list.length <= MAX_VALUES) return list;
  throw badRequest('invalidValue', `${attribute.name} has more than ${MAX_VALUES} values.`);
}

/** Rather than to take a list of nothing that is known here for an empty one. */
function unreadable({ name, subAttributes = [] }: Attribute): ScimError {
  const parts = subAttributes.map((sub) => sub.name).join(', ');
  return badRequest('invalidValue', `A value of ${name} has none of its parts: ${parts}.`);
}

/** Whether nothing is said of a value but what it is for. */
export function isBare(value: JsonObject): boolean {
  return Object.keys(value).every((name) => name === 'type' || name === 'primary');
}

/** Those that have their `value`: without it they are none, unless the schema knows of none. */
export function withValues(attribute: Attribute, values: JsonObject[]): JsonObject[] {
  return subAttribute(attribute, 'value') === undefined
    ? values
    : values.filter((it) => it.value !== undefined);
}

/**
 * The list with others added to it, one lot after the other; what is in it already is not added again, but more may be
 * said of it.
 */
export function added(
  attribute: Attribute,
  values: readonly JsonObject[],
  lots: readonly (readonly JsonObject[])[],
): JsonObject[] {
  const index = indexOf(attribute, values);
  let after = [...values];
  for (const lot of lots) {
    const again = new Map<number, JsonObject>();
    const others: JsonObject[] = [];
    for (const value of lot) {
      const at = index.find(value);
      const before = at === undefined ? undefined : (again.get(at) ?? after[at]);
      if (at === undefined || before === undefined) others.push(value);
      else again.set(at, joined(attribute, before, value));
    }
    const fresh = [...again, ...others.map((value, i): [number, JsonObject] => [after.length + i, value])];
    for (const [at, value] of fresh) {
      after[at] = value;
      index.set(at, value);
    }
    after = onePrimary(
      after,
      fresh.map(([, value]) => value),
    );
  }
  return after;
}

/** The list without those that are meant. */
export function without(
  attribute: Attribute,
  values: readonly JsonObject[],
  meant: readonly JsonObject[],
): JsonObject[] {
  const index = indexOf(attribute, meant);
  return values.filter((value) => index.find(value) === undefined);
}

/** RFC 7643 section 2.4: no two with the same `value` and `type`. */
function distinct(attribute: Attribute, values: readonly JsonObject[]): JsonObject[] {
  const found = new Map<string, JsonObject>();
  countCompared(values.length);
  for (const value of values) {
    const key = JSON.stringify(identityOf(attribute, value));
    found.set(key, joined(attribute, found.get(key) ?? {}, value));
  }
  return [...found.values()];
}

/** What is there already stays in the letter case that it has: adding it again is no change. */
function joined(attribute: Attribute, before: JsonObject, again: JsonObject): JsonObject {
  const after = { ...before };
  for (const [name, part] of Object.entries(again)) {
    if (textOf(attribute, before, name) !== textOf(attribute, again, name)) after[name] = part;
  }
  return after;
}

/** RFC 7643 section 2.4: `primary` is true of one value at most; of several it is the last written. */
export function onePrimary(values: JsonObject[], fresh: readonly JsonObject[] = values): JsonObject[] {
  const primaries = values.filter(isPrimary);
  if (primaries.length < 2) return values;
  const winner = fresh.findLast(isPrimary) ?? primaries[0];
  return values.map((it) => (isPrimary(it) && it !== winner ? { ...it, primary: false } : it));
}

function isPrimary({ primary }: JsonObject): boolean {
  return primary === true;
}
