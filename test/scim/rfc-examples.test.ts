import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/identity/json.ts';
import { resourceFrom } from '../../functions/scim/change/body.ts';
import { parseFilter } from '../../functions/scim/filter/parser.ts';
import { parametersInBody } from '../../functions/scim/protocol/query.ts';
import { STRICT } from '../../functions/scim/schema/leniencies.ts';
import { patched } from '../support/scim-patch.ts';
import { CORE, ENTERPRISE, GROUP, USER } from '../support/scim-types.ts';

/** RFC 7643 section 8.2, its picture addresses and certificate shortened. */
const FULL_USER = {
  schemas: [CORE],
  id: '2819c223-7f76-453a-919d-413861904646',
  externalId: '701984',
  userName: 'bjensen@example.com',
  name: {
    formatted: 'Ms. Barbara J Jensen, III',
    familyName: 'Jensen',
    givenName: 'Barbara',
    middleName: 'Jane',
    honorificPrefix: 'Ms.',
    honorificSuffix: 'III',
  },
  displayName: 'Babs Jensen',
  nickName: 'Babs',
  profileUrl: 'https://login.example.com/bjensen',
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  addresses: [
    {
      streetAddress: '100 Universal City Plaza',
      locality: 'Hollywood',
      region: 'CA',
      postalCode: '91608',
      country: 'USA',
      formatted: '100 Universal City Plaza\nHollywood, CA 91608 USA',
      type: 'work',
      primary: true,
    },
    {
      streetAddress: '456 Hollywood Blvd',
      locality: 'Hollywood',
      region: 'CA',
      postalCode: '91608',
      country: 'USA',
      formatted: '456 Hollywood Blvd\nHollywood, CA 91608 USA',
      type: 'home',
    },
  ],
  phoneNumbers: [
    { value: '555-555-5555', type: 'work' },
    { value: '555-555-4444', type: 'mobile' },
  ],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  photos: [
    { value: 'https://photos.example.com/profilephoto/72930000000Ccne/F', type: 'photo' },
    { value: 'https://photos.example.com/profilephoto/72930000000Ccne/T', type: 'thumbnail' },
  ],
  userType: 'Employee',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  locale: 'en-US',
  timezone: 'America/Los_Angeles',
  active: true,
  password: 't1meMa$heen',
  groups: [
    {
      value: 'e9e30dba-f08f-4109-8486-d5c6a331660a',
      $ref: 'https://example.com/v2/Groups/e9e30dba-f08f-4109-8486-d5c6a331660a',
      display: 'Tour Guides',
    },
    {
      value: 'fc348aa8-3835-40eb-a20b-c726e15c55b5',
      $ref: 'https://example.com/v2/Groups/fc348aa8-3835-40eb-a20b-c726e15c55b5',
      display: 'Employees',
    },
  ],
  x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVM=' }],
  meta: {
    resourceType: 'User',
    created: '2010-01-23T04:56:22Z',
    lastModified: '2011-05-13T04:42:34Z',
    version: 'W/"a330bc54f0671c9"',
    location: 'https://example.com/v2/Users/2819c223-7f76-453a-919d-413861904646',
  },
};

/** RFC 7643 section 8.3: the full user with an extension. */
const ENTERPRISE_USER = {
  ...FULL_USER,
  schemas: [CORE, ENTERPRISE],
  [ENTERPRISE]: {
    employeeNumber: '701984',
    costCenter: '4130',
    organization: 'Universal Studios',
    division: 'Theme Park',
    department: 'Tour Operations',
    manager: {
      value: '26118915-6090-4610-87e4-49d8ca9f808d',
      $ref: '../Users/26118915-6090-4610-87e4-49d8ca9f808d',
      displayName: 'John Smith',
    },
  },
};

/** RFC 7643 section 8.1. */
const MINIMAL_USER = {
  schemas: [CORE],
  id: '2819c223-7f76-453a-919d-413861904646',
  userName: 'bjensen@example.com',
  meta: FULL_USER.meta,
};

/** RFC 7643 section 8.4. */
const TOUR_GUIDES = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  id: 'e9e30dba-f08f-4109-8486-d5c6a331660a',
  displayName: 'Tour Guides',
  members: [
    {
      value: '2819c223-7f76-453a-919d-413861904646',
      $ref: 'https://example.com/v2/Users/2819c223-7f76-453a-919d-413861904646',
      display: 'Babs Jensen',
    },
    {
      value: '902c246b-6245-4190-8e05-00816be7344a',
      $ref: 'https://example.com/v2/Users/902c246b-6245-4190-8e05-00816be7344a',
      display: 'Mandy Pepperidge',
    },
  ],
};

const READ_ONLY = ['schemas', 'id', 'meta', 'groups', 'password'];

describe('RFC 7643 section 8', () => {
  it.each([
    ['8.1, a minimal user', MINIMAL_USER],
    ['8.2, a full user', FULL_USER],
    ['8.3, an enterprise user', ENTERPRISE_USER],
  ])('%s, is taken as it stands, without what is read-only and the password', (_name, body) => {
    // Act
    const { resource, unknown } = resourceFrom(USER, body, {}, STRICT);

    // Assess
    expect(resource).toEqual(
      Object.fromEntries(Object.entries(body).filter(([name]) => !READ_ONLY.includes(name))),
    );
    expect(unknown).toBe('password' in body ? 1 : 0);
  });

  it('8.4, a group, is taken with the ids of its members: its name is the role', () => {
    // Act
    const { resource, unknown } = resourceFrom(GROUP, TOUR_GUIDES, {}, STRICT);

    // Assess
    expect(resource).toEqual({ members: TOUR_GUIDES.members.map(({ value, $ref }) => ({ value, $ref })) });
    expect(unknown).toBe(0);
  });
});

describe('RFC 7644 section 3.5.2', () => {
  const babs = {
    display: 'Babs Jensen',
    $ref: 'https://example.com/v2/Users/2819c223...413861904646',
    value: '2819c223-7f76-453a-919d-413861904646',
  };
  const james = {
    display: 'James Smith',
    $ref: 'https://example.com/v2/Users/08e1d05d...473d93df9210',
    value: '08e1d05d-121c-4561-8b96-473d93df9210',
  };
  const kept = ({ value, $ref }: typeof babs) => ({ value, $ref });
  const group: JsonObject = { displayName: 'Tour Guides', members: [kept(babs)] };
  const user: JsonObject = {
    userName: 'bjensen',
    nickName: 'Babs',
    emails: [
      { value: 'bjensen@example.com', type: 'work', primary: true },
      { value: 'babs@jensen.org', type: 'home' },
    ],
    addresses: [{ type: 'work', streetAddress: '100 Universal City Plaza', locality: 'Hollywood' }],
  };
  const plaza = {
    type: 'work',
    streetAddress: '911 Universal City Plaza',
    locality: 'Hollywood',
    region: 'CA',
    postalCode: '91608',
    country: 'US',
    formatted: '911 Universal City Plaza\nHollywood, CA 91608 US',
    primary: true,
  };
  const without = (resource: JsonObject, name: string) =>
    Object.fromEntries(Object.entries(resource).filter(([it]) => it !== name));

  it.each([
    // Section 3.5.2.1.
    [
      'adds a member',
      group,
      [{ op: 'add', path: 'members', value: [james] }],
      { ...group, members: [kept(babs), kept(james)] },
    ],
    [
      'adds attributes without a path',
      user,
      [{ op: 'add', value: { emails: [{ value: 'babs@jensen.org', type: 'home' }], nickname: 'Babs' } }],
      user,
    ],
    // Section 3.5.2.2.
    [
      'removes a member',
      group,
      [{ op: 'remove', path: `members[value eq "${babs.value}"]` }],
      without(group, 'members'),
    ],
    ['removes all members', group, [{ op: 'remove', path: 'members' }], without(group, 'members')],
    [
      'removes addresses by two conditions',
      user,
      [{ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }],
      { ...user, emails: [{ value: 'babs@jensen.org', type: 'home' }] },
    ],
    [
      'removes one member and adds another',
      group,
      [
        { op: 'remove', path: `members[value eq"${babs.value}"]` },
        { op: 'add', path: 'members', value: [james] },
      ],
      { ...group, members: [kept(james)] },
    ],
    // Section 3.5.2.3.
    [
      'replaces all members',
      group,
      [{ op: 'replace', path: 'members', value: [babs, james] }],
      { ...group, members: [kept(babs), kept(james)] },
    ],
    [
      'replaces the address for work',
      user,
      [
        {
          op: 'replace',
          path: 'addresses[type eq "work"]',
          value: plaza,
        },
      ],
      {
        ...user,
        addresses: [plaza],
      },
    ],
    [
      'replaces one part of an address',
      user,
      [{ op: 'replace', path: 'addresses[type eq "work"].streetAddress', value: '1010 Broadway Ave' }],
      { ...user, addresses: [{ type: 'work', streetAddress: '1010 Broadway Ave', locality: 'Hollywood' }] },
    ],
    [
      'replaces attributes without a path',
      user,
      [
        {
          op: 'replace',
          value: {
            emails: [
              { value: 'bjensen@example.com', type: 'work', primary: true },
              { value: 'babs@jensen.org', type: 'home' },
            ],
            nickname: 'Babs',
          },
        },
      ],
      user,
    ],
  ])('%s', (_name, before, operations, expected) => {
    // Act & assess
    expect(patched(operations, before, STRICT, before === group ? GROUP : USER)).toEqual(expected);
  });
});

describe('RFC 7644 section 3.4', () => {
  it.each([
    // Figure 2, with strings where its `eq User` has none: the grammar has quotation marks.
    'userName eq "bjensen"',
    'name.familyName co "O\'Malley"',
    'userName sw "J"',
    `${CORE}:userName sw "J"`,
    'title pr',
    'meta.lastModified gt "2011-05-13T04:42:34Z"',
    'meta.lastModified ge "2011-05-13T04:42:34Z"',
    'meta.lastModified lt "2011-05-13T04:42:34Z"',
    'meta.lastModified le "2011-05-13T04:42:34Z"',
    'title pr and userType eq "Employee"',
    'title pr or userType eq "Intern"',
    `schemas eq "${ENTERPRISE}"`,
    'userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")',
    'userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")',
    'userType eq "Employee" and (emails.type eq "work")',
    'userType eq "Employee" and emails[type eq "work" and value co "@example.com"]',
    'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
    // Sections 3.4.3 and 3.10.
    'displayName sw "smith"',
    `${ENTERPRISE}:employeeNumber eq "701984"`,
    'meta.resourceType eq "User"',
  ])('%s is a filter', (filter) => {
    // Act & assess
    expect(() => parseFilter([USER], filter)).not.toThrow();
  });

  it('has a search by POST', () => {
    // Act & assess: figure 5.
    expect(
      parametersInBody({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        attributes: ['displayName', 'userName'],
        filter: 'displayName sw "smith"',
        startIndex: 1,
        count: 10,
      }),
    ).toEqual({
      attributes: ['displayName', 'userName'],
      filter: 'displayName sw "smith"',
      startIndex: '1',
      count: '10',
    });
  });
});
