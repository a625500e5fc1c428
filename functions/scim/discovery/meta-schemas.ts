import { type Attribute, attribute, complex, type Schema } from '../schema/attribute.ts';

export const SERVICE_PROVIDER_CONFIG = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
export const RESOURCE_TYPE = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
export const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

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
    name: 'ResourceType',
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
