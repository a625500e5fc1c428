import { isObject } from '../../identity/json.ts';
import { badRequest, type ScimError } from '../protocol/error.ts';
import { type Attribute, subAttribute } from '../schema/attribute.ts';
import type { Leniencies } from '../schema/leniencies.ts';

/** Characters of one text: far beyond any profile. */
const MAX_TEXT = 8192;

/** RFC 7643 section 2.3.6: by RFC 4648 section 4. */
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** How the values of a request are read. */
export interface Reading {
  readonly lenient: Leniencies;
  /** Members that no schema knows, counted as they come by: they are left out. */
  unknown: number;
}

/** No attribute that a client may write is a number or a time. */
export type Simple = string | boolean;

/** Parts of a complex value as they were sent; undefined for those that were sent empty. */
export type Parts = ReadonlyMap<Attribute, Simple | undefined>;

/**
 * What a client sent for an attribute that is not complex; undefined for what is empty, which RFC 7643 section
 * 2.5 makes the same as none. Throws ScimError `invalidValue`.
 */
export function simpleValue(attribute: Attribute, sent: unknown, { lenient }: Reading): Simple | undefined {
  const one = bare(attribute, unwrapped(attribute, sent, lenient), sent, lenient);
  if (isEmpty(one)) return undefined;
  return attribute.type === 'boolean'
    ? booleanValue(attribute, one, lenient)
    : textValue(attribute, asText(one, lenient));
}

/** The parts that a client sent of a complex value, those left out that may not be written. */
export function partsOf(attribute: Attribute, sent: unknown, reading: Reading): Parts {
  return readableParts(attribute, sent, reading, ({ mutability }) => mutability !== 'readOnly');
}

/** The same for a value that is only compared with others. Throws ScimError `invalidValue`. */
export function readableParts(
  attribute: Attribute,
  sent: unknown,
  reading: Reading,
  wanted: (sub: Attribute) => boolean = () => true,
): Parts {
  const parts = new Map<Attribute, Simple | undefined>();
  for (const [key, part] of Object.entries(bagOf(attribute, sent, reading))) {
    const sub = subAttribute(attribute, key);
    if (sub === undefined) reading.unknown++;
    else if (wanted(sub)) parts.set(sub, simpleValue(sub, part, reading));
  }
  return parts;
}

/** Entra sends a manager as a list of one, and as a text. */
function bagOf(attribute: Attribute, sent: unknown, { lenient }: Reading): Record<string, unknown> {
  if (isObject(sent)) return sent;
  const loose = lenient.looseShape && !Array.isArray(sent) && subAttribute(attribute, 'value') !== undefined;
  if (!loose) throw wrongType(attribute, 'an object');
  return { value: sent };
}

/** The one value in a list of one, where that is forgiven. Lists within lists are nobody's. */
export function unwrapped(attribute: Attribute, sent: unknown, { looseShape }: Leniencies): unknown {
  if (!Array.isArray(sent) || sent.length === 0) return sent;
  if (!looseShape || sent.length > 1) throw wrongType(attribute, 'one value and no list');
  return sent[0];
}

/**
 * Entra's jobs from before December 2018 send `[{"$ref": null, "value": …}]` for one value, others an object of the
 * attribute's own name below its path.
 */
function bare({ name }: Attribute, one: unknown, sent: unknown, { looseShape }: Leniencies): unknown {
  if (!isObject(one) || !looseShape) return one;
  if (Array.isArray(sent) && 'value' in one) return one.value;
  const [only, ...more] = Object.entries(one);
  return more.length === 0 && only?.[0].toLowerCase() === name.toLowerCase() ? only[1] : one;
}

/** A number as its text. One that JSON has rounded is no longer what was sent. */
function asText(sent: unknown, { numbersAsTexts }: Leniencies): unknown {
  const isExact = typeof sent === 'number' && (Number.isSafeInteger(sent) || !Number.isInteger(sent));
  return isExact && numbersAsTexts ? String(sent) : sent;
}

function textValue(attribute: Attribute, sent: unknown): string {
  if (typeof sent !== 'string') throw wrongType(attribute, 'a text');
  if (sent.length > MAX_TEXT)
    throw badRequest('invalidValue', `${attribute.name} is longer than ${MAX_TEXT} characters.`);
  if (!sent.isWellFormed()) throw wrongType(attribute, 'well-formed Unicode');
  if (attribute.type === 'binary' && !BASE64.test(sent)) throw wrongType(attribute, 'in base64');
  return sent;
}

function booleanValue(attribute: Attribute, sent: unknown, { wordsAsBooleans }: Leniencies): boolean {
  if (typeof sent === 'boolean') return sent;
  if (wordsAsBooleans) {
    const word = typeof sent === 'string' ? sent.toLowerCase() : sent;
    if (word === 'true' || word === 1) return true;
    if (word === 'false' || word === 0) return false;
  }
  throw noBoolean(attribute);
}

/** Whether what was sent stands for no value (RFC 7643 section 2.5); an empty text does with Entra. */
export function isEmpty(sent: unknown): boolean {
  return sent === undefined || sent === null || sent === '' || (Array.isArray(sent) && sent.length === 0);
}

export function noBoolean(attribute: Attribute): ScimError {
  return wrongType(attribute, 'true or false');
}

export function wrongType({ name }: Attribute, expected: string): ScimError {
  return badRequest('invalidValue', `${name} has to be ${expected}.`);
}
