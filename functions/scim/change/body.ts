import { isObject, type JsonObject } from '../../identity/json.ts';
import { type PatchPath, parsePath } from '../filter/parser.ts';
import { badRequest } from '../protocol/error.ts';
import { isUrn } from '../protocol/message.ts';
import { isIndispensable, type Schema } from '../schema/attribute.ts';
import type { Leniencies } from '../schema/leniencies.ts';
import { valueAt, withValue } from '../schema/resource.ts';
import {
  findAfterDot,
  findAttribute,
  findBare,
  findExtension,
  findName,
  isReadOnly,
  type ResourceType,
} from '../schema/resource-type.ts';
import type { Reading } from './read-value.ts';
import { singleAfter } from './single-value.ts';
import { onePrimary, valuesFrom } from './value-list.ts';

/** Members of one object: no schema has a tenth of them. */
const MAX_MEMBERS = 1000;

/** A member of a body: where it belongs, and what was sent for it. */
export interface Member {
  path: PatchPath;
  sent: unknown;
}

interface Options {
  /** Whether null for an extension means each of its attributes. */
  nullClears: boolean;
}

/**
 * The members of a resource or of a PATCH value without a path. Names are in any letter case; an extension's
 * members stand under its URN. What is read-only (an echoed `id` or `meta`) and what is unknown is left out.
 */
export function membersOf(
  type: ResourceType,
  body: unknown,
  reading: Reading,
  { nullClears }: Options = { nullClears: true },
): Member[] {
  if (!isObject(body))
    throw badRequest('invalidSyntax', 'The body, or the value without a path, has to be an object.');
  return entriesOf(body).flatMap(([key, sent]) => {
    // Some clients put the core schema's attributes under its URN as they do an extension's.
    if (isUrn(key, type.core.id)) return coreMembers(type, sent, reading);
    const extension = findExtension(type, key);
    if (extension === undefined) return memberOf(type, key, sent, reading);
    if (sent === null || (sent === '' && reading.lenient.looseShape)) {
      return nullClears ? clearing(extension) : [];
    }
    if (!isObject(sent)) throw badRequest('invalidValue', `${extension.id} has to be an object.`);
    return entriesOf(sent).flatMap(([name, part]) => memberOf(type, name, part, reading, extension));
  });
}

function coreMembers(type: ResourceType, sent: unknown, reading: Reading): Member[] {
  if (sent === null) return [];
  if (!isObject(sent)) throw badRequest('invalidValue', `${type.core.id} has to be an object.`);
  return entriesOf(sent).flatMap(([name, part]) => memberOf(type, name, part, reading));
}

function entriesOf(object: Record<string, unknown>): [string, unknown][] {
  const entries = Object.entries(object);
  if (entries.length <= MAX_MEMBERS) return entries;
  throw badRequest('invalidSyntax', `An object has more than ${MAX_MEMBERS} members.`);
}

function clearing({ id, attributes }: Schema): Member[] {
  return attributes
    .map((attribute) => ({ path: { extension: id, attribute }, sent: null }))
    .filter(({ path }) => !isReadOnly(path));
}

function memberOf(
  type: ResourceType,
  key: string,
  sent: unknown,
  reading: Reading,
  extension?: Schema,
): Member[] {
  const { pathsAsKeys, dotAfterUrn, bareExtensionNames } = reading.lenient;
  const path =
    findName(type, key, extension) ??
    (pathsAsKeys ? pathIn(type, extension === undefined ? key : `${extension.id}:${key}`) : undefined) ??
    (dotAfterUrn && extension === undefined ? findAfterDot(type, key) : undefined) ??
    (bareExtensionNames && extension === undefined ? findBare(type, key) : undefined);
  if (path === undefined) reading.unknown++;
  return path === undefined || isReadOnly(path) ? [] : [{ path, sent }];
}

function pathIn(type: ResourceType, key: string): PatchPath | undefined {
  const [name = ''] = key.split('[', 1);
  const found = findAttribute(type, name);
  if (found === undefined || name === key) return found;
  try {
    return parsePath(type, key);
  } catch {
    return undefined;
  }
}

/** Many clients leave `schemas` out; what names others only is another resource. Throws ScimError `invalidSyntax`. */
function checkSchemas({ core }: ResourceType, body: unknown): void {
  const members = isObject(body) ? Object.entries(body) : [];
  const schemas = members.find(([key]) => key.toLowerCase() === 'schemas')?.[1];
  if (!Array.isArray(schemas) || schemas.length === 0 || schemas.some((it) => isUrn(it, core.id))) return;
  throw badRequest('invalidSyntax', `schemas has to name ${core.id}.`);
}

/** Throws ScimError `invalidValue` for a PUT that leaves out what is required. */
export function checkComplete({ core }: ResourceType, stated: readonly Member[]): void {
  const said = new Set(stated.map(({ path: { attribute } }) => attribute));
  const missing = core.attributes.find((attribute) => isIndispensable(attribute) && !said.has(attribute));
  if (missing !== undefined) throw badRequest('invalidValue', `${missing.name} is required.`);
}

/**
 * A resource out of a body, for POST and PUT. What the body does not mention stays as it is in `before`, which
 * RFC 7644 section 3.5.1 allows; null, an empty text and an empty list clear. Throws ScimError.
 */
export function resourceFrom(
  type: ResourceType,
  body: unknown,
  before: JsonObject,
  lenient: Leniencies,
): { resource: JsonObject; stated: Member[]; unknown: number } {
  checkSchemas(type, body);
  const reading: Reading = { lenient, unknown: 0 };
  const stated: Member[] = [];
  let resource = before;
  for (const member of membersOf(type, body, reading)) {
    const { path, sent } = member;
    const { attribute, sub, filter } = path;
    // Paths into a list belong to PATCH: here the list itself is sent.
    if (attribute.multiValued && (sub !== undefined || filter !== undefined)) {
      reading.unknown++;
      continue;
    }
    const after = attribute.multiValued
      ? onePrimary(valuesFrom(attribute, sent, reading))
      : singleAfter(path, valueAt(resource, path), sent, reading, { whole: true });
    // Whether somebody may log in is not said by null.
    if (after === undefined && attribute.type === 'boolean') continue;
    resource = withValue(resource, path, after);
    stated.push(member);
  }
  return { resource, stated, unknown: reading.unknown };
}
