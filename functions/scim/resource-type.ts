import { type Attribute, attribute, complex, named, type Schema } from './attribute.ts';

/** A kind of resource with its schemas. */
export interface ResourceType {
  name: 'User' | 'Group';
  endpoint: '/Users' | '/Groups';
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
 * The attribute a name leads to: `[URN ":"] name ["." sub]` in any letter case (RFC 7644 section 3.10).
 * Undefined for what the type's schemas do not have.
 */
export function findAttribute(type: ResourceType, path: string): AttributePath | undefined {
  const { schema, rest } = withoutUrn(type, path);
  const [name = '', subName, ...more] = rest.split('.');
  if (more.length > 0) return undefined;
  const found =
    schema === undefined
      ? (named(type.core.attributes, name) ?? named(COMMON, name))
      : (named(schema.attributes, name) ?? (schema === type.core ? named(COMMON, name) : undefined));
  if (found === undefined) return undefined;
  const extension = schema === undefined || schema === type.core ? {} : { extension: schema.id };
  if (subName === undefined) return { ...extension, attribute: found };
  const sub = named(found.subAttributes ?? [], subName);
  return sub === undefined ? undefined : { ...extension, attribute: found, sub };
}

/** The extension whose URN this is, in any letter case. */
export function findExtension({ extensions }: ResourceType, urn: string): Schema | undefined {
  return extensions.find(({ id }) => id.toLowerCase() === urn.toLowerCase());
}

/** A URN has dots and colons of its own, so it is known by the schemas and not by its looks. */
function withoutUrn(type: ResourceType, path: string): { schema?: Schema; rest: string } {
  const lower = path.toLowerCase();
  for (const schema of [type.core, ...type.extensions]) {
    if (lower.startsWith(`${schema.id.toLowerCase()}:`))
      return { schema, rest: path.slice(schema.id.length + 1) };
  }
  return { rest: path };
}
