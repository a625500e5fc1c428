import { isObject, type JsonObject } from '../../identity/json.ts';
import { badRequest, type ScimError } from '../protocol/error.ts';
import { MAX_VALUES } from '../protocol/limits.ts';
import { type Attribute, comparable, subAttribute } from '../schema/attribute.ts';
import { isEmpty, partsOf, type Reading, readableParts, wrongType } from './read-value.ts';
import { written } from './single-value.ts';

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

/** The list with others added to it; what is in it already is not added again, but more may be said of it. */
export function added(attribute: Attribute, values: JsonObject[], more: readonly JsonObject[]): JsonObject[] {
  const same = finder(attribute, values);
  const again = new Map<JsonObject, JsonObject>();
  const others: JsonObject[] = [];
  for (const value of more) {
    const before = same(value);
    if (before === undefined) others.push(value);
    else again.set(before, joined(attribute, again.get(before) ?? before, value));
  }
  const after = [...values.map((value) => again.get(value) ?? value), ...others];
  return onePrimary(after, [...again.values(), ...others]);
}

/** The list without those that are meant. */
export function without(
  attribute: Attribute,
  values: JsonObject[],
  meant: readonly JsonObject[],
): JsonObject[] {
  const same = finder(attribute, meant);
  return values.filter((value) => same(value) === undefined);
}

/** RFC 7643 section 2.4: no two with the same `value` and `type`. */
function distinct(attribute: Attribute, values: readonly JsonObject[]): JsonObject[] {
  const found = new Map<string, JsonObject>();
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

/** Finds the same value in a list. Clients often leave the `type` out: then the `value` is enough. */
function finder(
  attribute: Attribute,
  values: readonly JsonObject[],
): (like: JsonObject) => JsonObject | undefined {
  const byValue = new Map<string, Map<string | undefined, JsonObject>>();
  for (const it of values) {
    const { value, type } = identityOf(attribute, it);
    const byType = byValue.get(value);
    if (byType === undefined) byValue.set(value, new Map([[type, it]]));
    else if (!byType.has(type)) byType.set(type, it);
  }
  return (like) => {
    const { value, type } = identityOf(attribute, like);
    const byType = byValue.get(value);
    return byType?.get(type) ?? (type === undefined ? byType?.values().next().value : byType?.get(undefined));
  };
}

/** What tells values apart: their `value` and `type`; without a `value`, all but which one is primary. */
function identityOf(attribute: Attribute, of: JsonObject): { value: string; type: string | undefined } {
  const value = textOf(attribute, of, 'value');
  if (value !== undefined) return { value: `=${value}`, type: textOf(attribute, of, 'type') };
  const names = Object.keys(of).filter((name) => name !== 'primary');
  const texts = names.sort().map((name) => [name, textOf(attribute, of, name)]);
  return { value: JSON.stringify(texts), type: undefined };
}

function textOf(attribute: Attribute, of: JsonObject, name: string): string | undefined {
  const [sub, part] = [subAttribute(attribute, name), of[name]];
  return sub === undefined || part === undefined ? undefined : comparable(sub, part);
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
