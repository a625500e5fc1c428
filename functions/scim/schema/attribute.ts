import type { Json } from '../../identity/json.ts';
import { foldedOnce } from '../protocol/work.ts';

/** An attribute as RFC 7643 section 7 describes it; everything is said, nothing is left to a default. */
export interface Attribute {
  name: string;
  type: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'binary' | 'reference' | 'complex';
  multiValued: boolean;
  description: string;
  required: boolean;
  /** Required, but where it is missing another attribute may stand for it: that one is what is held to. */
  impliedBy?: string;
  caseExact: boolean;
  mutability: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  returned: 'always' | 'never' | 'default' | 'request';
  uniqueness: 'none' | 'server' | 'global';
  canonicalValues?: readonly string[];
  referenceTypes?: readonly string[];
  subAttributes?: readonly Attribute[];
}

/** A schema as `/Schemas` shows it. */
export interface Schema {
  id: string;
  name: string;
  description: string;
  attributes: readonly Attribute[];
}

/** A text unless `but` says otherwise, with the defaults of RFC 7643 section 2.2. */
export function attribute(name: string, description: string, but: Partial<Attribute> = {}): Attribute {
  return {
    name,
    type: 'string',
    multiValued: false,
    description,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...but,
  };
}

/** One complex value. */
export function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  but: Partial<Attribute> = {},
): Attribute {
  return attribute(name, description, { type: 'complex', subAttributes, ...but });
}

/** A list of complex values with the sub-attributes of RFC 7643 section 2.4. */
export function plural(
  name: string,
  description: string,
  {
    types,
    values,
    value = {},
    ...but
  }: { types?: string[]; values?: string[]; value?: Partial<Attribute> } & Pick<
    Partial<Attribute>,
    'required' | 'impliedBy'
  > = {},
): Attribute {
  return complex(
    name,
    description,
    [
      attribute('value', 'The value itself.', { ...value, ...(values && { canonicalValues: values }) }),
      attribute('display', 'The value for people to read.'),
      attribute('type', 'What the value is for.', types === undefined ? {} : { canonicalValues: types }),
      attribute('primary', 'Whether this is the preferred value: true for one at most.', { type: 'boolean' }),
    ],
    { ...but, multiValued: true },
  );
}

const tables = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>();

/** Whether a resource is refused for want of the attribute itself. */
export function isIndispensable({ required, impliedBy }: Attribute): boolean {
  return required && impliedBy === undefined;
}

/** Finds an attribute by its name in any letter case. A map and not an object: no name is special to it. */
export function named(attributes: readonly Attribute[], name: string): Attribute | undefined {
  let table = tables.get(attributes);
  if (table === undefined) {
    table = new Map(attributes.map((it) => [it.name.toLowerCase(), it]));
    tables.set(attributes, table);
  }
  return table.get(name.toLowerCase());
}

/** The sub-attribute of that name in any letter case. */
export function subAttribute(attribute: Attribute, name: string): Attribute | undefined {
  return named(attribute.subAttributes ?? [], name);
}

/** A value of the attribute as a text that is the same for values that count as the same. */
export function comparable({ caseExact }: Attribute, value: Json): string {
  return caseExact ? String(value) : foldedOnce(String(value));
}
