import jsonata from 'jsonata';
import { BridgeError } from '../bridge-error.ts';
import { isEmail } from './addresses.ts';
import {
  ATTRIBUTE_NAMES,
  ATTRIBUTE_TYPES,
  type AttributeName,
  type AttributeValue,
  type ClarusAttributes,
} from './clarus-attributes.ts';
import { DEFAULT_MAPPING } from './default-mapping.ts';
import { canonicalLanguage, canonicalTimezone } from './locale.ts';
import type { ScimUser } from './scim-user.ts';

/** How one attribute is made of a SCIM User, as a tenant writes it down. */
export interface AttributeRule {
  /** JSONata over the SCIM User. Absent: the default meaning of the attribute, for use with a table. */
  expression?: string | undefined;
  /** What the expression yields, to what Clarus takes. Of several values the first in the table's order wins. */
  table?: Readonly<Record<string, AttributeValue>> | undefined;
  /** For a value the table lacks; without it such a value is an error. */
  otherwise?: AttributeValue | undefined;
}

/** Attributes without a rule have their default meaning; `null` leaves an attribute alone. */
export type MappingRules = { readonly [K in AttributeName]?: AttributeRule | null | undefined };

/** What a SCIM User says of the Clarus attributes, and which of them could not be mapped. */
export interface Mapped {
  attributes: Partial<ClarusAttributes>;
  problems: ReadonlyMap<AttributeName, BridgeError>;
}

export type Mapping = (user: ScimUser) => Promise<Mapped>;

/** Far beyond what a mapping needs (well under a millisecond); ends an expression that runs away. */
const EXPRESSION_LIMITS = { timeout: 1000, stack: 200, sequence: 10_000 };

/**
 * Compiles a tenant's mapping. One attribute that cannot be mapped leaves the others alone: it is reported
 * in `problems`. Who is not active has `is_active: false`, whatever the rule: no mapping keeps a leaver in. Throws
 * BridgeError `configuration_invalid` for an expression that does not parse.
 */
export function compileMapping(rules: MappingRules): Mapping {
  const compiled = ATTRIBUTE_NAMES.flatMap((name) => {
    const rule = rules[name];
    return rule === null ? [] : [{ name, read: compileRule(name, rule) }];
  });

  return async function map(user) {
    const attributes: Partial<ClarusAttributes> = {};
    const problems = new Map<AttributeName, BridgeError>();
    for (const { name, read } of compiled) {
      try {
        const value = await read(user);
        if (value !== undefined) Object.assign(attributes, { [name]: value });
      } catch (cause) {
        problems.set(
          name,
          cause instanceof BridgeError ? cause : mappingFailed(name, 'its expression failed', cause),
        );
      }
    }
    if (user.active === false) {
      attributes.is_active = false;
      problems.delete('is_active');
    }
    return { attributes, problems };
  };
}

/** What one attribute is to be for a user; undefined where nothing is said. Throws BridgeError `mapping_failed`. */
export type Reader = (user: ScimUser) => Promise<AttributeValue | undefined>;

/** One rule as it stands in the tenant file. Throws BridgeError `configuration_invalid`. */
export function compileRule(name: AttributeName, rule: AttributeRule | undefined): Reader {
  const evaluate = evaluator(name, rule?.expression);
  const { table, otherwise } = rule ?? {};
  return async function read(user) {
    const result: unknown = await evaluate(user);
    if (result === undefined || result === null || result === '') return undefined;
    return table === undefined ? toValue(name, result) : lookUp(name, result, table, otherwise);
  };
}

function evaluator(name: AttributeName, expression: string | undefined): (user: ScimUser) => unknown {
  if (expression === undefined) return DEFAULT_MAPPING[name] ?? saysNothing;
  try {
    const compiled = jsonata(expression, EXPRESSION_LIMITS);
    return (user) => compiled.evaluate(user);
  } catch (cause) {
    const { message, position } = Object(cause);
    throw new BridgeError(
      'configuration_invalid',
      `mapping.${name}.expression is not JSONata: ${message} at character ${position}. ` +
        'Correct the expression in the tenant file.',
      { retryable: false, cause },
    );
  }
}

function saysNothing(): undefined {}

function lookUp(
  name: AttributeName,
  result: unknown,
  table: Readonly<Record<string, AttributeValue>>,
  otherwise: AttributeValue | undefined,
): AttributeValue {
  const keys = new Set([result].flat().map(String));
  const hit = Object.entries(table).find(([key]) => keys.has(key));
  const value = hit === undefined ? otherwise : hit[1];
  if (value !== undefined) return value;
  throw mappingFailed(name, 'its value is not in the table and there is no "otherwise"');
}

/** The value in the type Clarus takes for the attribute. Throws BridgeError `mapping_failed`. */
export function toValue(name: AttributeName, result: unknown): AttributeValue {
  const value = convert(name, result);
  if (value === undefined) throw mappingFailed(name, `it must be ${EXPECTED[name] ?? 'a text'}`);
  return value;
}

const EXPECTED: { [K in AttributeName]?: string } = {
  is_active: 'true or false',
  role_id: 'a positive whole number',
  email: 'an e-mail address',
  language: 'a BCP 47 language tag such as "en-GB"',
  timezone: 'an IANA time zone such as "Europe/London"',
};

function convert(name: AttributeName, result: unknown): AttributeValue | undefined {
  switch (ATTRIBUTE_TYPES[name]) {
    case 'boolean':
      return booleanOf(result);
    case 'number': {
      const number = typeof result === 'string' ? Number(result) : result;
      return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : undefined;
    }
    case 'string':
      if (typeof result !== 'string' && typeof result !== 'number') return undefined;
      return canonical(name, String(result));
  }
}

/** Booleans also in words, as directories tend to keep them. */
function booleanOf(result: unknown): boolean | undefined {
  const word = String(result).toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

function canonical(name: AttributeName, text: string): string | undefined {
  if (name === 'language') return canonicalLanguage(text);
  if (name === 'timezone') return canonicalTimezone(text);
  if (name === 'email') return isEmail(text) ? text : undefined;
  return text;
}

/** The value itself stays out of the message: it may be personal. */
function mappingFailed(name: AttributeName, why: string, cause?: unknown): BridgeError {
  const what = `The attribute ${name} could not be mapped: ${why}.`;
  return new BridgeError(
    'mapping_failed',
    `${what} The other attributes of the event are not affected. ` +
      `Correct the user in the identity provider, or mapping.${name} in the tenant file.`,
    { retryable: false, what, cause },
  );
}
