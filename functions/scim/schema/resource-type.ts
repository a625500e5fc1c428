import { type Attribute, attribute, complex, named, type Schema, subAttribute } from './attribute.ts';

/** A kind of resource with its schemas. */
export interface ResourceType {
  name: 'User' | 'Group' | 'Role';
  endpoint: '/Users' | '/Groups' | '/Roles';
  description: string;
  core: Schema;
  extensions: readonly Schema[];
}

/** An attribute, or one of its sub-attributes, found by a path. */
export interface AttributePath {
  /** The URN of the extension it is in; absent for the core schema and the common attributes. */
  extension?: string;
  attribute: Attribute;
  sub?: Attribute;
}

/** RFC 7643 section 3.1: what every resource has, and never as the client's to write but `externalId`. */
const COMMON: readonly Attribute[] = [
  attribute('schemas', 'The schemas of the resource.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
  }),
  attribute('id', "The id, which is Clarus' own.", {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', "The client's own id.", { caseExact: true }),
  complex(
    'meta',
    'About the resource.',
    [
      attribute('resourceType', 'The name of its type.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'Since when it is known here.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When it last changed here.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', 'Where it is.', { type: 'reference', caseExact: true, mutability: 'readOnly' }),
      attribute('version', 'Its weak entity tag.', { caseExact: true, mutability: 'readOnly' }),
    ],
    { mutability: 'readOnly' },
  ),
];

/**
 * The attribute a path leads to: `[URN ":"] name ["." sub]` in any letter case (RFC 7644 section 3.10).
 * Undefined for what the type's schemas do not have.
 */
export function findAttribute(type: ResourceType, path: string): AttributePath | undefined {
  const { extension, rest } = withoutUrn(type, path);
  const [name = '', subName, ...more] = rest.split('.');
  const found = findName(type, name, extension);
  if (found === undefined || subName === undefined) return found;
  const sub = more.length === 0 ? subAttribute(found.attribute, subName) : undefined;
  return sub === undefined ? undefined : { ...found, sub };
}

/** The same for a path without a URN that leads to an attribute of an extension. */
export function findBare(type: ResourceType, path: string): AttributePath | undefined {
  const found = type.extensions.map(({ id }) => findAttribute(type, `${id}:${path}`));
  return found.find((it) => it !== undefined);
}

/** The same for a path with a dot between the URN of its schema and the name. */
export function findAfterDot(type: ResourceType, path: string): AttributePath | undefined {
  const lower = path.toLowerCase();
  const schema = [type.core, ...type.extensions].find(({ id }) => lower.startsWith(`${id.toLowerCase()}.`));
  return schema && findAttribute(type, `${schema.id}:${path.slice(schema.id.length + 1)}`);
}

/** The attribute of that name: one of the extension's, or one of the core schema or that every resource has. */
export function findName(type: ResourceType, name: string, extension?: Schema): AttributePath | undefined {
  if (extension !== undefined) {
    const attribute = named(extension.attributes, name);
    return attribute && { extension: extension.id, attribute };
  }
  const attribute = named(type.core.attributes, name) ?? named(COMMON, name);
  return attribute && { attribute };
}

/** Whether clients may not write what the path leads to. */
export function isReadOnly({ attribute, sub }: AttributePath): boolean {
  return attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';
}

/** The extension whose URN this is, in any letter case. */
export function findExtension({ extensions }: ResourceType, urn: string): Schema | undefined {
  return extensions.find(({ id }) => id.toLowerCase() === urn.toLowerCase());
}

/** A URN has dots and colons of its own, so it is known by the schemas and not by its looks. */
function withoutUrn(type: ResourceType, path: string): { extension?: Schema; rest: string } {
  const lower = path.toLowerCase();
  const schema = [type.core, ...type.extensions].find(({ id }) => lower.startsWith(`${id.toLowerCase()}:`));
  if (schema === undefined) return { rest: path };
  const rest = path.slice(schema.id.length + 1);
  return schema === type.core ? { rest } : { extension: schema, rest };
}
