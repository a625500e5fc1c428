import { isObject, type Json, type JsonObject } from '../identity/json.ts';
import { attributeValue } from './attribute-value.ts';
import { type PatchPath, parsePath } from './filter-parser.ts';
import type { Leniencies } from './leniencies.ts';
import { withValue } from './resource.ts';
import { findAttribute, findExtension, type ResourceType } from './resource-type.ts';
import { badRequest, ScimError } from './scim-error.ts';

/** A member of a body: where it belongs, and what was sent for it. */
export interface Member {
  path: PatchPath;
  sent: unknown;
}

/** A body's members that the client may write, and how many there were that nobody here knows. */
export interface Members {
  members: Member[];
  unknown: number;
}

/**
 * The members of a resource or of a PATCH value without a path. Names are in any letter case; an extension's
 * members stand under its URN. What is read-only (an echoed `id` or `meta`) and what is unknown is left out.
 */
export function membersOf(type: ResourceType, body: unknown, lenient: Leniencies): Members {
  if (!isObject(body))
    throw badRequest('invalidSyntax', 'The body, or the value without a path, has to be an object.');
  const found: Members = { members: [], unknown: 0 };
  for (const [key, sent] of Object.entries(body)) {
    const extension = findExtension(type, key);
    if (extension !== undefined) addExtension(type, extension.id, sent, lenient, found);
    else add(memberPath(type, key, lenient), sent, found);
  }
  return found;
}

function addExtension(
  type: ResourceType,
  urn: string,
  sent: unknown,
  lenient: Leniencies,
  found: Members,
): void {
  if (sent === null) return;
  if (!isObject(sent)) throw badRequest('invalidValue', `${urn} has to be an object.`);
  for (const [key, part] of Object.entries(sent))
    add(memberPath(type, `${urn}:${key}`, lenient), part, found);
}

function add(path: PatchPath | undefined, sent: unknown, found: Members): void {
  if (path === undefined) found.unknown++;
  else if (path.attribute.mutability !== 'readOnly') found.members.push({ path, sent });
}

function memberPath(type: ResourceType, key: string, lenient: Leniencies): PatchPath | undefined {
  const found = findAttribute(type, key);
  if (found !== undefined) {
    const plain = found.sub === undefined && !key.toLowerCase().startsWith(`${type.core.id.toLowerCase()}:`);
    return plain || lenient.pathsAsKeys ? found : undefined;
  }
  if (!lenient.pathsAsKeys || !key.includes('[')) return undefined;
  try {
    return parsePath(type, key);
  } catch (error) {
    if (error instanceof ScimError) return undefined;
    throw error;
  }
}

/**
 * A resource out of a body, for POST and PUT. What the body does not mention stays as it is in `before`, which
 * RFC 7644 section 3.5.1 allows; null, an empty text and an empty list clear.
 */
export function resourceFrom(
  type: ResourceType,
  body: unknown,
  before: JsonObject,
  lenient: Leniencies,
): { resource: JsonObject; stated: Member[]; unknown: number } {
  const { members, unknown } = membersOf(type, body, lenient);
  let resource = before;
  for (const { path, sent } of members) {
    const { attribute, sub, filter } = path;
    // Paths into a list belong to PATCH: here the list itself is sent.
    if (filter !== undefined || (sub !== undefined && attribute.multiValued)) continue;
    if (sub === undefined) {
      resource = withValue(resource, path, onePrimary(attributeValue(attribute, sent, lenient)));
      continue;
    }
    const part = attributeValue(sub, sent, lenient);
    const whole = partOf(resource, path);
    resource = withValue(resource, path, withValue(whole, { attribute: sub }, part));
  }
  return { resource, stated: members, unknown };
}

function partOf(resource: JsonObject, { extension, attribute }: PatchPath): JsonObject {
  const holder = extension === undefined ? resource : resource[extension];
  const value = isObject(holder) ? holder[attribute.name] : undefined;
  return isObject(value) ? { ...value } : {};
}

/** RFC 7643 section 2.4: `primary` is true of one value at most; here the first that says so. */
export function onePrimary(value: Json | undefined): Json | undefined {
  if (!Array.isArray(value)) return value;
  const first = value.findIndex((element) => isObject(element) && element.primary === true);
  return value.map((element, index) =>
    isObject(element) && element.primary === true && index !== first
      ? { ...element, primary: false }
      : element,
  );
}
