import { isObject, type Json, type JsonObject } from '../identity/json.ts';
import { type Attribute, named } from './attribute.ts';
import type { Leniencies } from './leniencies.ts';
import { badRequest, type ScimError } from './scim-error.ts';

/** Characters of one text, and values of one attribute: far beyond any profile. */
const MAX_TEXT = 8192;
const MAX_VALUES = 1000;

/** RFC 3339's shape of a dateTime; Date.parse alone takes far more. */
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * What a client sent for an attribute, in the attribute's type; undefined for a value that is empty, which
 * RFC 7643 section 2.5 makes the same as none. Unknown and read-only parts of a value are left out. Throws
 * ScimError `invalidValue`.
 */
export function attributeValue(attribute: Attribute, sent: unknown, lenient: Leniencies): Json | undefined {
  if (!attribute.multiValued) return single(attribute, sent, lenient);
  if (isEmpty(sent)) return undefined;
  const list = Array.isArray(sent) ? sent : lenient.looseShape ? [sent] : undefined;
  if (list === undefined) throw wrongType(attribute, 'a list');
  if (list.length > MAX_VALUES)
    throw badRequest('invalidValue', `${attribute.name} has more than ${MAX_VALUES} values.`);
  const values = list.flatMap((element) => oneValue(attribute, element, lenient) ?? []);
  return values.length === 0 ? undefined : values;
}

/** One value of a multi-valued attribute. */
export function oneValue(attribute: Attribute, sent: unknown, lenient: Leniencies): Json | undefined {
  return single({ ...attribute, multiValued: false }, sent, lenient);
}

function single(attribute: Attribute, sent: unknown, lenient: Leniencies): Json | undefined {
  if (isEmpty(sent)) return undefined;
  if (Array.isArray(sent)) {
    const [only, ...others] = sent;
    if (!lenient.looseShape || others.length > 0) throw wrongType(attribute, 'one value and no list');
    return single(attribute, only, lenient);
  }
  switch (attribute.type) {
    case 'complex':
      return complexValue(attribute, sent, lenient);
    case 'boolean':
      return booleanValue(attribute, sent, lenient);
    case 'integer':
    case 'decimal':
      if (typeof sent === 'number' && (attribute.type === 'decimal' || Number.isInteger(sent))) return sent;
      throw wrongType(attribute, attribute.type === 'integer' ? 'a whole number' : 'a number');
    case 'dateTime':
      if (typeof sent === 'string' && DATE_TIME.test(sent) && !Number.isNaN(Date.parse(sent))) return sent;
      throw wrongType(attribute, 'a date and time such as 2026-03-02T09:15:00Z');
    case 'string':
    case 'binary':
    case 'reference':
      return textValue(attribute, sent);
  }
}

function textValue(attribute: Attribute, sent: unknown): string {
  if (typeof sent !== 'string') throw wrongType(attribute, 'a text');
  if (sent.length > MAX_TEXT)
    throw badRequest('invalidValue', `${attribute.name} is longer than ${MAX_TEXT} characters.`);
  if (!sent.isWellFormed()) throw wrongType(attribute, 'well-formed Unicode');
  return sent;
}

function booleanValue(attribute: Attribute, sent: unknown, lenient: Leniencies): boolean {
  if (typeof sent === 'boolean') return sent;
  const word = typeof sent === 'string' && lenient.wordsAsBooleans ? sent.toLowerCase() : '';
  if (word === 'true' || word === 'false') return word === 'true';
  throw wrongType(attribute, 'true or false');
}

function complexValue(attribute: Attribute, sent: unknown, lenient: Leniencies): JsonObject | undefined {
  const { subAttributes = [] } = attribute;
  const bag = isObject(sent)
    ? sent
    : lenient.looseShape && named(subAttributes, 'value')
      ? { value: sent }
      : undefined;
  if (bag === undefined) throw wrongType(attribute, 'an object');
  const value: JsonObject = {};
  for (const [key, part] of Object.entries(bag)) {
    const sub = named(subAttributes, key);
    if (sub === undefined || sub.mutability === 'readOnly') continue;
    const right = attributeValue(sub, part, lenient);
    if (right !== undefined) value[sub.name] = right;
  }
  return Object.keys(value).length === 0 ? undefined : value;
}

/** Whether what was sent stands for no value (RFC 7643 section 2.5); an empty text does with Entra. */
export function isEmpty(sent: unknown): boolean {
  return sent === undefined || sent === null || sent === '' || (Array.isArray(sent) && sent.length === 0);
}

function wrongType({ name }: Attribute, expected: string): ScimError {
  return badRequest('invalidValue', `${name} has to be ${expected}.`);
}
