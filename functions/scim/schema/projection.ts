import { isObject, type Json, type JsonObject } from '../../identity/json.ts';
import { badRequest } from '../protocol/error.ts';
import { asObject } from './resource.ts';
import { type AttributePath, findAttribute, findExtension, type ResourceType } from './resource-type.ts';

/** What a client wants to see of a resource (RFC 7644 section 3.9). */
export type Projection =
  | { kind: 'all' }
  | { kind: 'only' | 'without'; paths: readonly AttributePath[]; extensions: readonly string[] };

/** Names beyond this are a program gone wrong. */
const MAX_NAMES = 200;

/** Reads the two parameters. Names that no schema has are left out. Throws ScimError `invalidValue`. */
export function projection(
  types: readonly ResourceType[],
  attributes: readonly string[] | undefined,
  excludedAttributes: readonly string[] | undefined,
): Projection {
  const names = attributes ?? excludedAttributes;
  if (names === undefined) return { kind: 'all' };
  if (attributes !== undefined && excludedAttributes !== undefined) {
    throw badRequest('invalidValue', 'Use attributes or excludedAttributes, not both.');
  }
  if (names.length > MAX_NAMES)
    throw badRequest('invalidValue', `More than ${MAX_NAMES} attributes are named.`);
  return {
    kind: attributes === undefined ? 'without' : 'only',
    paths: names.flatMap((name) => types.flatMap((type) => findAttribute(type, name) ?? [])),
    extensions: names.flatMap((name) => types.flatMap((type) => findExtension(type, name)?.id ?? [])),
  };
}

/** The resource as asked for; `schemas` and what is returned always stay. */
export function project(type: ResourceType, resource: JsonObject, wanted: Projection): JsonObject {
  if (wanted.kind === 'all') return resource;
  const shown: JsonObject = {};
  for (const [name, value] of Object.entries(resource)) {
    const extension = findExtension(type, name);
    const kept =
      extension === undefined
        ? keep(wanted, findAttribute(type, name), value)
        : keepExtension(wanted, type, extension.id, value);
    if (kept !== undefined) shown[name] = kept;
  }
  return shown;
}

function keepExtension(
  wanted: Exclude<Projection, { kind: 'all' }>,
  type: ResourceType,
  urn: string,
  value: Json,
): Json | undefined {
  if (wanted.extensions.includes(urn)) return wanted.kind === 'only' ? value : undefined;
  if (!isObject(value)) return undefined;
  const kept: JsonObject = {};
  for (const [name, part] of Object.entries(value)) {
    const shown = keep(wanted, findAttribute(type, `${urn}:${name}`), part);
    if (shown !== undefined) kept[name] = shown;
  }
  return Object.keys(kept).length === 0 ? undefined : kept;
}

function keep(
  { kind, paths }: Exclude<Projection, { kind: 'all' }>,
  found: AttributePath | undefined,
  value: Json,
): Json | undefined {
  if (found === undefined || found.attribute.returned === 'always') return value;
  const same = paths.filter(
    (path) => path.attribute.name === found.attribute.name && path.extension === found.extension,
  );
  if (same.some(({ sub }) => sub === undefined)) return kind === 'only' ? value : undefined;
  if (same.length === 0) return kind === 'only' ? undefined : value;
  const names = new Set(same.map(({ sub }) => sub?.name));
  return parts(value, names, kind === 'only');
}

function parts(value: Json, names: ReadonlySet<string | undefined>, only: boolean): Json | undefined {
  if (Array.isArray(value)) {
    const elements = value.flatMap((element) => parts(element, names, only) ?? []);
    return elements.length === 0 ? undefined : elements;
  }
  const kept = Object.entries(asObject(value)).filter(([name]) => names.has(name) === only);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
