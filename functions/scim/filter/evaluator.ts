import { isPresent, type Json, type JsonObject } from '../../identity/json.ts';
import { countCompared } from '../protocol/work.ts';
import { type Attribute, comparable } from '../schema/attribute.ts';
import { asObject, valueAt } from '../schema/resource.ts';
import type { AttributePath } from '../schema/resource-type.ts';
import type { Comparison, Filter, Operator } from './filter.ts';

/** Whether the filter is true of a resource. */
export function matches(filter: Filter, resource: JsonObject): boolean {
  return holds(filter, (path) => [valueAt(resource, path) ?? []].flat());
}

/** Whether the filter of a value path is true of one value of its attribute. */
export function matchesElement(filter: Filter, element: Json): boolean {
  return holds(filter, () => [element]);
}

/** `read` gives the values of an attribute, whatever sub-attribute of them is meant. */
function holds(filter: Filter, read: (path: AttributePath) => Json[]): boolean {
  switch (filter.kind) {
    case 'and':
      return holds(filter.left, read) && holds(filter.right, read);
    case 'or':
      return holds(filter.left, read) || holds(filter.right, read);
    case 'not':
      return !holds(filter.filter, read);
    case 'present':
      return presentParts(counted(read(filter.path)), filter.path.sub).length > 0;
    case 'compare':
      return compare(filter, counted(read(filter.path)));
    case 'values': {
      const { filter: inner } = filter;
      return read(filter.path).some((element) => matchesElement(inner, element));
    }
  }
}

/** A term costs something of a resource without the attribute, too. */
function counted(values: Json[]): Json[] {
  countCompared(Math.max(1, values.length));
  return values;
}

function presentParts(values: readonly Json[], sub: Attribute | undefined): Json[] {
  return values.map((value) => partOf(value, sub)).filter(isPresent);
}

function partOf(value: Json, sub: Attribute | undefined): Json | undefined {
  return sub === undefined ? value : asObject(value)[sub.name];
}

/** One value that compares is enough; `ne` is true of nothing at all, as in LDAP. */
function compare({ path, operator, value: wanted }: Comparison, values: readonly Json[]): boolean {
  const { sub } = path;
  const attribute = sub ?? path.attribute;
  const there = presentParts(values, sub);
  if (wanted === null) return (there.length === 0) === (operator === 'eq');
  // RFC 7643 section 2.4: a value that does not say whether it is primary is not.
  const compared = sub?.name === 'primary' ? values.map((value) => partOf(value, sub) ?? false) : there;
  if (operator === 'ne' && compared.length === 0) return true;
  const text = (value: Json) => comparable(attribute, value);
  if (isTextual(operator)) {
    const part = text(wanted);
    return compared.some((value) => TEXTUAL[operator](text(value), part));
  }
  const key = attribute.type === 'dateTime' ? (value: Json) => Date.parse(String(value)) : text;
  const bound = key(wanted);
  return compared.some((value) => ORDERED[operator](key(value), bound));
}

type Textual = 'co' | 'sw' | 'ew';

const TEXTUAL: Readonly<Record<Textual, (value: string, wanted: string) => boolean>> = {
  co: (value, wanted) => value.includes(wanted),
  sw: (value, wanted) => value.startsWith(wanted),
  ew: (value, wanted) => value.endsWith(wanted),
};

type Key = string | number;

const ORDERED: Readonly<Record<Exclude<Operator, Textual>, (value: Key, wanted: Key) => boolean>> = {
  eq: (value, wanted) => value === wanted,
  ne: (value, wanted) => value !== wanted,
  gt: (value, wanted) => value > wanted,
  ge: (value, wanted) => value >= wanted,
  lt: (value, wanted) => value < wanted,
  le: (value, wanted) => value <= wanted,
};

function isTextual(operator: Operator): operator is Textual {
  return operator in TEXTUAL;
}
