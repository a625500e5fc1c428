import { isObject, type Json, type JsonObject } from '../identity/json.ts';
import type { Attribute } from './attribute.ts';
import type { Comparand, Filter, Operator } from './filter.ts';
import type { AttributePath } from './resource-type.ts';

/** Whether the filter is true of a resource. */
export function matches(filter: Filter, resource: JsonObject): boolean {
  return holds(filter, (path) => valuesAt(resource, path));
}

/** Whether the filter of a value path is true of one value of its attribute. */
export function matchesElement(filter: Filter, element: Json): boolean {
  return holds(filter, ({ sub }) => simpleValues(element, sub));
}

function holds(filter: Filter, read: (path: AttributePath) => Json[]): boolean {
  switch (filter.kind) {
    case 'and':
      return holds(filter.left, read) && holds(filter.right, read);
    case 'or':
      return holds(filter.left, read) || holds(filter.right, read);
    case 'not':
      return !holds(filter.filter, read);
    case 'present':
      return read(filter.path).some(isPresent);
    case 'compare':
      return compare(filter.path, filter.operator, filter.value, read(filter.path).filter(isPresent));
    case 'values': {
      const { filter: inner } = filter;
      return read(filter.path).some((element) => matchesElement(inner, element));
    }
  }
}

/** RFC 7643 section 2.5: null, an empty list and nothing at all are the same; so is an empty text here. */
export function isPresent(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (Array.isArray(value)) return value.some(isPresent);
  return !isObject(value) || Object.values(value).some(isPresent);
}

function valuesAt(resource: JsonObject, { extension, attribute, sub }: AttributePath): Json[] {
  const holder = extension === undefined ? resource : resource[extension];
  const value = isObject(holder) ? holder[attribute.name] : undefined;
  return [value ?? []].flat().flatMap((element) => simpleValues(element, sub));
}

function simpleValues(element: Json, sub: Attribute | undefined): Json[] {
  if (sub === undefined) return [element];
  const value = isObject(element) ? element[sub.name] : undefined;
  return value === undefined ? [] : [value];
}

/** One value that compares is enough; `ne` is true of nothing at all, as in LDAP. */
function compare(path: AttributePath, operator: Operator, wanted: Comparand, values: Json[]): boolean {
  const { type, caseExact } = path.sub ?? path.attribute;
  if (wanted === null) return operator === 'eq' ? values.length === 0 : values.length > 0;
  if (operator === 'ne' && values.length === 0) return true;
  const key = type === 'dateTime' ? instantOf : caseExact ? String : folded;
  return values.some((value) => compareKeys(operator, key(value), key(wanted)));
}

function compareKeys<Key extends string | number>(operator: Operator, value: Key, wanted: Key): boolean {
  switch (operator) {
    case 'eq':
      return value === wanted;
    case 'ne':
      return value !== wanted;
    case 'gt':
      return value > wanted;
    case 'ge':
      return value >= wanted;
    case 'lt':
      return value < wanted;
    case 'le':
      return value <= wanted;
    case 'co':
      return String(value).includes(String(wanted));
    case 'sw':
      return String(value).startsWith(String(wanted));
    case 'ew':
      return String(value).endsWith(String(wanted));
  }
}

function instantOf(value: Json): number {
  return Date.parse(String(value));
}

/** Upper case first: it is what takes ß and SS together. */
export function folded(value: Json): string {
  return String(value).toUpperCase().toLowerCase();
}
