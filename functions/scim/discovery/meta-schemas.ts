import type { JsonObject } from '../../identity/json.ts';
import { DEFAULT_PAGE, MAX_PAGE } from '../protocol/paging.ts';
import { BODY_LIMIT } from '../protocol/request.ts';
import { type Attribute, attribute, complex, type Schema } from '../schema/attribute.ts';
import type { ResourceType } from '../schema/resource-type.ts';

const SERVICE_PROVIDER_CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const RESOURCE_TYPE = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

/** Seconds that a cursor may be used (RFC 9865 section 4). */
export const CURSOR_TIMEOUT = 3600;

/** RFC 7643 section 5, with RFC 9865's `pagination`. It says what is so and nothing else. */
export function serviceProviderConfig(baseUrl: string): JsonObject {
  return {
    schemas: [SERVICE_PROVIDER_CONFIG],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: BODY_LIMIT },
    filter: { supported: true, maxResults: MAX_PAGE },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: DEFAULT_PAGE,
      maxPageSize: MAX_PAGE,
      cursorTimeout: CURSOR_TIMEOUT,
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A long-lived token, or one of an hour by OAuth 2.0 client credentials.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** RFC 7643 section 6. */
export function resourceType(type: ResourceType, baseUrl: string): JsonObject {
  return {
    schemas: [RESOURCE_TYPE],
    id: type.name,
    name: type.name,
    description: type.description,
    endpoint: type.endpoint,
    schema: type.core.id,
    schemaExtensions: type.extensions.map(({ id }) => ({ schema: id, required: false })),
    meta: { resourceType: 'ResourceType', location: `${baseUrl}/ResourceTypes/${type.name}` },
  };
}

/** RFC 7643 section 7. */
export function schemaResource(schema: Schema, baseUrl: string): JsonObject {
  return {
    schemas: [SCHEMA],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(described),
    meta: { resourceType: 'Schema', location: `${baseUrl}/Schemas/${schema.id}` },
  };
}

function described({ canonicalValues, referenceTypes, subAttributes, ...plain }: Attribute): JsonObject {
  return {
    ...plain,
    ...(canonicalValues && { canonicalValues: [...canonicalValues] }),
    ...(referenceTypes && { referenceTypes: [...referenceTypes] }),
    ...(subAttributes && { subAttributes: subAttributes.map(described) }),
  };
}

const readOnly = { mutability: 'readOnly' } as const;
const flag = (name: string, description: string) =>
  attribute(name, description, { ...readOnly, type: 'boolean' });
const whole = (name: string, description: string) =>
  attribute(name, description, { ...readOnly, type: 'integer' });
const text = (name: string, description: string) => attribute(name, description, readOnly);
const part = (name: string, description: string, parts: Attribute[]) =>
  complex(name, description, parts, readOnly);
const supported = flag('supported', 'Whether it is there.');

const ATTRIBUTE_PARTS = [
  text('name', 'Its name.'),
  text('type', 'Its type.'),
  flag('multiValued', 'Whether it has several values.'),
  text('description', 'What it is.'),
  flag('required', 'Whether it has to be there.'),
  attribute('canonicalValues', 'Values to choose from.', { ...readOnly, multiValued: true }),
  flag('caseExact', 'Whether letter case counts.'),
  text('mutability', 'Who may write it.'),
  text('returned', 'When it is shown.'),
  text('uniqueness', 'How unique it is.'),
  attribute('referenceTypes', 'What it may refer to.', { ...readOnly, multiValued: true }),
];

/** The schemas of the discovery resources themselves, which clients look for too. */
export const META_SCHEMAS: readonly Schema[] = [
  {
    id: SERVICE_PROVIDER_CONFIG,
    name: 'Service Provider Configuration',
    description: 'What of SCIM is served.',
    attributes: [
      part('patch', 'PATCH.', [supported]),
      part('bulk', 'Bulk.', [
        supported,
        whole('maxOperations', 'Operations in one request.'),
        whole('maxPayloadSize', 'Bytes of one request.'),
      ]),
      part('filter', 'Filters.', [supported, whole('maxResults', 'Resources in one answer.')]),
      part('changePassword', 'Passwords.', [supported]),
      part('sort', 'Sorting.', [supported]),
      part('etag', 'Entity tags.', [supported]),
      part('pagination', 'Paging (RFC 9865).', [
        flag('cursor', 'By cursor.'),
        flag('index', 'By index.'),
        text('defaultPaginationMethod', 'Without being asked.'),
        whole('defaultPageSize', 'Resources on a page without being asked.'),
        whole('maxPageSize', 'Resources on a page at most.'),
        whole('cursorTimeout', 'Seconds that a cursor may be used.'),
      ]),
      complex(
        'authenticationSchemes',
        'How clients show who they are.',
        [
          text('type', 'Its type.'),
          text('name', 'Its name.'),
          text('description', 'What it is.'),
          text('specUri', 'Its specification.'),
          flag('primary', 'Whether it is preferred.'),
        ],
        { ...readOnly, multiValued: true },
      ),
    ],
  },
  {
    id: RESOURCE_TYPE,
    name: 'Resource Type',
    description: 'A kind of resource.',
    attributes: [
      text('name', 'Its name.'),
      text('description', 'What it is.'),
      text('endpoint', 'Where it is, below the base URL.'),
      text('schema', 'Its core schema.'),
      complex(
        'schemaExtensions',
        'Its extensions.',
        [text('schema', 'The URN.'), flag('required', 'Whether it has to be there.')],
        { ...readOnly, multiValued: true },
      ),
    ],
  },
  {
    id: SCHEMA,
    name: 'Schema',
    description: 'The attributes of a kind of resource.',
    attributes: [
      text('name', 'Its name.'),
      text('description', 'What it is.'),
      complex(
        'attributes',
        'Its attributes.',
        [
          ...ATTRIBUTE_PARTS,
          complex('subAttributes', 'Their parts.', ATTRIBUTE_PARTS, { ...readOnly, multiValued: true }),
        ],
        { ...readOnly, multiValued: true },
      ),
    ],
  },
];
