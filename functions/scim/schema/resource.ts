import { isObject, isPresent, type Json, type JsonObject } from '../../identity/json.ts';
import { badRequest, ScimError } from '../protocol/error.ts';
import { MAX_SIZE } from '../protocol/limits.ts';
import { isIndispensable } from './attribute.ts';
import type { AttributePath, ResourceType } from './resource-type.ts';

/** The value of an attribute, whatever its sub-attribute in the path. */
export function valueAt(resource: JsonObject, { extension, attribute }: AttributePath): Json | undefined {
  const holder = extension === undefined ? resource : resource[extension];
  return isObject(holder) ? holder[attribute.name] : undefined;
}

/** The values of a multi-valued attribute. */
export function valuesAt(resource: JsonObject, path: AttributePath): JsonObject[] {
  const values = valueAt(resource, path);
  return Array.isArray(values) ? values.filter((it) => isObject(it)) : [];
}

/** The resource with another value of an attribute; undefined or empty takes the attribute out. */
export function withValue(
  resource: JsonObject,
  { extension, attribute }: Pick<AttributePath, 'extension' | 'attribute'>,
  value: Json | undefined,
): JsonObject {
  if (extension !== undefined) {
    const inside = withValue({ ...asObject(resource[extension]) }, { attribute }, value);
    return member(resource, extension, Object.keys(inside).length === 0 ? undefined : inside);
  }
  return member(resource, attribute.name, isPresent(value) ? value : undefined);
}

/** The value if it is an object, else an empty one. */
export function asObject(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function member(object: JsonObject, name: string, value: Json | undefined): JsonObject {
  const { [name]: _, ...others } = object;
  return value === undefined ? others : { ...others, [name]: value };
}

/** Throws ScimError when something is missing or the resource is larger than can be kept. */
export function checkResource(type: ResourceType, resource: JsonObject): void {
  for (const { name } of type.core.attributes.filter(isIndispensable)) {
    const value = resource[name];
    const missing = typeof value === 'string' ? value.trim() === '' : !isPresent(value);
    if (missing) throw badRequest('invalidValue', `${name} is required.`);
  }
  const size = Buffer.byteLength(JSON.stringify(resource));
  if (size > MAX_SIZE) throw tooLarge(size);
}

/** Throws ScimError when a user's record cannot hold the resource beside those of the tenant's other clients. */
export function checkRoom(resource: JsonObject, others: readonly JsonObject[]): void {
  if (others.length === 0) return;
  const size = [resource, ...others].reduce((sum, it) => sum + Buffer.byteLength(JSON.stringify(it)), 0);
  if (size <= 2 * MAX_SIZE) return;
  throw new ScimError(
    413,
    `The resource and what other clients wrote of the same user have ${size} bytes; the limit is ${2 * MAX_SIZE}.`,
  );
}

export function tooLarge(size: number): ScimError {
  return new ScimError(413, `The resource has ${size} bytes; the limit is ${MAX_SIZE}.`);
}
