import { isObject, type Json, type JsonObject, sameJson } from '../identity/json.ts';
import { attributeValue, isEmpty, oneValue } from './attribute-value.ts';
import { equalities, type Filter } from './filter.ts';
import { matchesElement } from './filter-evaluator.ts';
import { type PatchPath, parsePath } from './filter-parser.ts';
import type { Leniencies } from './leniencies.ts';
import type { PatchOperation } from './patch-operations.ts';
import { asObject, valueAt, withValue } from './resource.ts';
import { membersOf } from './resource-body.ts';
import type { AttributePath, ResourceType } from './resource-type.ts';
import { badRequest } from './scim-error.ts';

/** What operations make of a resource. */
export interface Patched {
  resource: JsonObject;
  /** Every attribute that was spoken of, changed by it or not. */
  stated: AttributePath[];
  /** Members of values that no schema knows: left out. */
  unknown: number;
}

/** An operation on one attribute. */
interface Step {
  op: PatchOperation['op'];
  path: PatchPath;
  value: unknown;
}

/**
 * Folds operations into a resource, in order, and returns what it would be: nothing is changed, so one that
 * fails leaves nothing half done (RFC 7644 section 3.5.2). Throws ScimError.
 */
export function patch(
  type: ResourceType,
  before: JsonObject,
  operations: readonly PatchOperation[],
  lenient: Leniencies,
): Patched {
  const patched: Patched = { resource: before, stated: [], unknown: 0 };
  for (const operation of operations) {
    const { steps, unknown } = stepsOf(type, operation, lenient);
    patched.unknown += unknown;
    for (const step of steps) {
      patched.resource = apply(patched.resource, step, lenient);
      patched.stated.push(step.path);
    }
  }
  return patched;
}

function stepsOf(
  type: ResourceType,
  { op, path, value }: PatchOperation,
  lenient: Leniencies,
): { steps: Step[]; unknown: number } {
  if (path === undefined) {
    const { members, unknown } = membersOf(type, value, lenient);
    return { steps: members.map((member) => ({ op, path: member.path, value: member.sent })), unknown };
  }
  const urn = type.extensions.find(({ id }) => id.toLowerCase() === path.toLowerCase())?.id;
  if (urn !== undefined) return extensionSteps(type, op, urn, value, lenient);
  const found = parsePath(type, path);
  // Clients of Okta's and Entra's kind know `groups` from a GET and write it back; the rest of the request counts.
  if ((found.sub ?? found.attribute).mutability === 'readOnly' || found.attribute.mutability === 'readOnly') {
    throw badRequest('mutability', `${found.attribute.name} is read-only.`);
  }
  return { steps: [{ op, path: found, value }], unknown: 0 };
}

/** A path that is an extension's URN and nothing more means the whole extension. */
function extensionSteps(
  type: ResourceType,
  op: PatchOperation['op'],
  urn: string,
  value: unknown,
  lenient: Leniencies,
): { steps: Step[]; unknown: number } {
  if (op !== 'remove') {
    const { members, unknown } = membersOf(type, { [urn]: value }, lenient);
    return { steps: members.map((member) => ({ op, path: member.path, value: member.sent })), unknown };
  }
  const { attributes = [] } = type.extensions.find(({ id }) => id === urn) ?? {};
  return {
    steps: attributes.map((attribute) => ({ op, path: { extension: urn, attribute }, value: undefined })),
    unknown: 0,
  };
}

function apply(resource: JsonObject, { op, path, value }: Step, lenient: Leniencies): JsonObject {
  const { attribute } = path;
  const current = valueAt(resource, path);
  // Adding nothing to a list leaves the list; nothing for a single value clears it.
  const clears = op === 'remove' || (isEmpty(value) && (op === 'replace' || !attribute.multiValued));
  if (attribute.required && op === 'remove') {
    throw badRequest('mutability', `${attribute.name} is required and cannot be removed.`);
  }
  if (!attribute.multiValued) {
    return withValue(resource, path, clears ? cleared(current, path) : single(current, path, value, lenient));
  }
  const elements = Array.isArray(current) ? current : [];
  const after = clears
    ? without(elements, path, op === 'remove' && lenient.removeWithValue ? value : undefined, lenient)
    : withElements(elements, { op, path, value }, lenient);
  return withValue(resource, path, after);
}

function cleared(current: Json | undefined, { attribute, sub }: PatchPath): Json | undefined {
  if (sub === undefined || attribute.type !== 'complex') return undefined;
  return withValue(asObject(current), { attribute: sub }, undefined);
}

/** `add` and `replace` alike leave parts of a complex value that they do not mention (RFC 7644 3.5.2.1, 3.5.2.3). */
function single(
  current: Json | undefined,
  { attribute, sub }: PatchPath,
  sent: unknown,
  lenient: Leniencies,
): Json | undefined {
  if (sub !== undefined) {
    return withValue(asObject(current), { attribute: sub }, attributeValue(sub, sent, lenient));
  }
  const value = attributeValue(attribute, sent, lenient);
  const only = Array.isArray(sent) ? sent[0] : sent;
  return attribute.type === 'complex' ? merged(asObject(current), asObject(value), only) : value;
}

/** Parts sent as null or as an empty text are cleared; without its `value` nothing remains, as of Entra's manager. */
function merged(current: JsonObject, value: JsonObject, sent: unknown): JsonObject {
  if (!isObject(sent)) return { ...current, ...value };
  const emptied = new Set(
    Object.entries(sent).flatMap(([key, part]) => (isEmpty(part) ? [key.toLowerCase()] : [])),
  );
  if (emptied.has('value')) return {};
  const kept = Object.entries(current).filter(([name]) => !emptied.has(name.toLowerCase()));
  return { ...Object.fromEntries(kept), ...value };
}

function withElements(elements: Json[], { op, path, value }: Step, lenient: Leniencies): Json[] {
  const { attribute, sub, filter } = path;
  if (filter !== undefined) return withMatching(elements, { op, path, value }, filter, lenient);
  if (sub !== undefined) return withSubAttribute(elements, path, value, lenient);
  const values = attributeValue(attribute, value, lenient);
  const fresh = Array.isArray(values) ? values : [];
  if (op === 'replace') return exclusive(distinct(fresh), fresh);
  const added = distinct(fresh).filter((it) => !elements.some((element) => sameJson(element, it)));
  return exclusive([...elements, ...added], added);
}

/** `emails.value` without a filter: of every value, or of a new one when there is none. */
function withSubAttribute(elements: Json[], path: PatchPath, value: unknown, lenient: Leniencies): Json[] {
  const targets = elements.length === 0 ? [{}] : elements;
  const changed = targets.flatMap((element) => single(element, path, value, lenient) ?? []);
  return exclusive(changed, changed);
}

function withMatching(
  elements: Json[],
  { op, path, value }: Step,
  filter: Filter,
  lenient: Leniencies,
): Json[] {
  const matching = new Set(elements.filter((element) => matchesElement(filter, element)));
  if (matching.size === 0) {
    const made = madeBy(filter);
    if (made === undefined || (op === 'replace' && !lenient.missingElementCreated)) {
      throw badRequest('noTarget', `No value of ${path.attribute.name} is what the filter asks for.`);
    }
    return exclusive([...elements, ...inOne(made, path, value, lenient)], undefined);
  }
  const changed: Json[] = [];
  const after = elements.flatMap((element) => {
    if (!matching.has(element)) return [element];
    const now = inOne(asObject(element), path, value, lenient);
    changed.push(...now);
    return now;
  });
  return exclusive(after, changed);
}

/** One value with what was sent in it; of one emptied of its `value` nothing remains. */
function inOne(element: JsonObject, path: PatchPath, sent: unknown, lenient: Leniencies): Json[] {
  const { attribute, sub } = path;
  const now =
    sub === undefined
      ? merged(element, asObject(oneValue(attribute, sent, lenient)), sent)
      : asObject(single(element, path, sent, lenient));
  return Object.keys(now).length === 0 ? [] : [now];
}

/** The value that a filter of nothing but `eq` and `and` describes: Entra expects it to come into being. */
function madeBy(filter: Filter): JsonObject | undefined {
  const terms = equalities(filter);
  if (terms === undefined) return undefined;
  const made: JsonObject = {};
  for (const { path, value } of terms) {
    if (path.sub !== undefined && value !== null) made[path.sub.name] = value;
  }
  return made;
}

function without(elements: Json[], path: PatchPath, value: unknown, lenient: Leniencies): Json[] {
  const { attribute, sub, filter } = path;
  const listed = isEmpty(value) ? undefined : attributeValue(attribute, value, lenient);
  return elements.flatMap((element) => {
    if (filter !== undefined && !matchesElement(filter, element)) return [element];
    if (Array.isArray(listed) && !listed.some((it) => sameValue(it, element))) return [element];
    // A value without its value is none.
    if (sub === undefined || sub.name === 'value') return [];
    const rest = withValue(asObject(element), { attribute: sub }, undefined);
    return Object.keys(rest).length === 0 ? [] : [rest];
  });
}

/** Entra lists members to remove as `{value}` alone, whatever else is known of them. */
function sameValue(listed: Json, element: Json): boolean {
  const [one, other] = [asObject(listed).value, asObject(element).value];
  return one !== undefined && other !== undefined ? one === other : sameJson(listed, element);
}

function distinct(values: readonly Json[]): Json[] {
  return values.filter((value, index) => values.findIndex((it) => sameJson(it, value)) === index);
}

/**
 * RFC 7644 section 3.5.2: a value that becomes primary takes it from the others; of several the last. Absent
 * `fresh`, the last of all values counts as the fresh one.
 */
function exclusive(values: Json[], fresh: readonly Json[] | undefined): Json[] {
  const primary = (value: Json) => asObject(value).primary === true;
  const winner = (fresh ?? values.slice(-1)).findLast(primary) ?? values.find(primary);
  return values.map((value) =>
    primary(value) && value !== winner ? { ...asObject(value), primary: false } : value,
  );
}
