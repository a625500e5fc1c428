import { CLARUS_USER, ENTERPRISE_USER } from '../../identity/profile/scim-user.ts';
import { type Attribute, attribute, complex, plural, type Schema } from '../schema/attribute.ts';

export const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** How Clarus stands, beside the client's own word: to be read only. */
export const ACCESS = 'urn:ietf:params:scim:schemas:extension:clarus:2.0:Access';
export const CLARUS_STRINGS = ['string1', 'string2', 'string3', 'string4', 'string5'] as const;

/** What of the User schema differs from tenant to tenant. */
export interface UserSchemaSettings {
  /** The roles that the tenant's mapping knows, if it names any. */
  roles?: string[];
  /** Those of Clarus' free texts that the tenant's mapping does not make of something else. */
  strings: readonly (typeof CLARUS_STRINGS)[number][];
}

/** Languages that clients may choose from; any other BCP 47 tag is taken as well. */
const LANGUAGES = (
  'bg cs da de de-AT de-CH el en en-AU en-GB en-IE en-US es es-ES es-MX et fi fr fr-BE fr-CA fr-CH ga hr hu ' +
  'it ja ko lt lv nb nl nl-BE pl pt pt-BR pt-PT ro ru sk sl sv tr uk zh zh-CN zh-TW'
).split(' ');

const contact = { types: ['work', 'home', 'other'] };

function coreAttributes(roles: string[] | undefined): Attribute[] {
  return [
    attribute('userName', 'The login, unique whatever its letter case.', {
      required: true,
      uniqueness: 'server',
    }),
    complex('name', "The parts of the person's name.", [
      attribute('formatted', 'The whole name.'),
      attribute('familyName', 'The last name.'),
      attribute('givenName', 'The first name.'),
      attribute('middleName', 'The middle names.'),
      attribute('honorificPrefix', 'Such as Dr.'),
      attribute('honorificSuffix', 'Such as III.'),
    ]),
    attribute('displayName', 'The name that Clarus shows.'),
    attribute('nickName', 'What the person is called.'),
    attribute('profileUrl', 'A page about the person.', {
      type: 'reference',
      referenceTypes: ['external'],
      caseExact: true,
    }),
    attribute('title', 'The position, such as Shift Leader.'),
    attribute('userType', 'The kind of employment, such as Contractor.'),
    attribute('preferredLanguage', 'The language in Clarus, a BCP 47 tag.', { canonicalValues: LANGUAGES }),
    attribute('locale', 'How dates and numbers are written, a BCP 47 tag.'),
    attribute('timezone', "The time zone in Clarus, by IANA's name.", {
      canonicalValues: Intl.supportedValuesOf('timeZone'),
    }),
    attribute('active', "Whether the person may log in to Clarus by this client's last word.", {
      type: 'boolean',
    }),
    plural('emails', 'Addresses; the primary one, else the one for work, is the address in Clarus.', contact),
    plural('phoneNumbers', 'Telephone numbers.', {
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    plural('ims', 'Instant messaging addresses.'),
    plural('photos', 'Pictures.', {
      types: ['photo', 'thumbnail'],
      value: { type: 'reference', referenceTypes: ['external'], caseExact: true },
    }),
    complex(
      'addresses',
      'Postal addresses.',
      [
        attribute('formatted', 'The whole address.'),
        attribute('streetAddress', 'Street and number.'),
        attribute('locality', 'City.'),
        attribute('region', 'State or region.'),
        attribute('postalCode', 'Postal code.'),
        attribute('country', 'Country, ISO 3166-1 alpha-2.'),
        attribute('type', 'What the address is for.', { canonicalValues: contact.types }),
        attribute('primary', 'Whether this is the preferred address.', { type: 'boolean' }),
      ],
      { multiValued: true },
    ),
    complex(
      'groups',
      'The roles in Clarus that the person is a member of, set at /Groups.',
      [
        attribute('value', 'The id of the role.', { mutability: 'readOnly', caseExact: true }),
        attribute('display', 'The name of the role.', { mutability: 'readOnly' }),
        attribute('$ref', 'Where the role is.', {
          type: 'reference',
          referenceTypes: ['Group'],
          mutability: 'readOnly',
          caseExact: true,
        }),
        attribute('type', 'How the person came by it.', {
          mutability: 'readOnly',
          canonicalValues: ['direct'],
        }),
      ],
      { multiValued: true, mutability: 'readOnly' },
    ),
    plural('entitlements', 'Entitlements.'),
    plural(
      'roles',
      "Roles in the identity provider, of which the tenant's mapping makes the one in Clarus.",
      {
        ...(roles !== undefined && { values: roles }),
      },
    ),
    plural('x509Certificates', 'Certificates.', { value: { type: 'binary', caseExact: true } }),
  ];
}

const ENTERPRISE: Schema = {
  id: ENTERPRISE_USER,
  name: 'Enterprise User',
  description: 'What employers know of a person (RFC 7643 section 4.3).',
  attributes: [
    attribute('employeeNumber', 'The number in the company.'),
    attribute('costCenter', 'The cost center.'),
    attribute('organization', 'The organization.'),
    attribute('division', 'The division.'),
    attribute('department', 'The department.'),
    complex('manager', 'The manager.', [
      attribute('value', 'The id of the manager.', { caseExact: true }),
      attribute('$ref', 'Where the manager is.', {
        type: 'reference',
        referenceTypes: ['User'],
        caseExact: true,
      }),
      attribute('displayName', 'The name of the manager.'),
    ]),
  ],
};

const READ_ONLY = { mutability: 'readOnly' } as const;

const ACCESS_SCHEMA: Schema = {
  id: ACCESS,
  name: 'Access to Clarus',
  description: 'How Clarus stands, and who keeps the person out whatever this client says.',
  attributes: [
    attribute('active', 'Whether the person can log in to Clarus.', { type: 'boolean', ...READ_ONLY }),
    attribute('keptOutBy', 'The sources that say that the person is out; clarus for a hand there.', {
      multiValued: true,
      caseExact: true,
      ...READ_ONLY,
    }),
  ],
};

/** The schemas of a User: core, enterprise, access and, where the tenant leaves any of Clarus' free texts, Clarus'. */
export function userSchemas({ roles, strings }: UserSchemaSettings): { core: Schema; extensions: Schema[] } {
  const clarus: Schema = {
    id: CLARUS_USER,
    name: 'Clarus User',
    description: "Clarus' free texts.",
    attributes: strings.map((name) => attribute(name, `Clarus' ${name}.`)),
  };
  return {
    core: {
      id: CORE_USER,
      name: 'User',
      description: 'A user of Clarus.',
      attributes: coreAttributes(roles),
    },
    extensions: [ENTERPRISE, ...(strings.length > 0 ? [clarus] : []), ACCESS_SCHEMA],
  };
}
