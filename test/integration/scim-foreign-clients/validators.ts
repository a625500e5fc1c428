import { expect } from 'vitest';
import { CORE, ENTERPRISE } from '../../support/scim-types.ts';
import {
  type Client,
  creation,
  DELETION,
  FALLBACK,
  foundBy,
  linking,
  members,
  notFoundBy,
  person,
  ROLE,
  userPatch,
} from './client.ts';

const CREATED_LIKE = { externalId: '00uLEA', locale: 'en-US', groups: [], password: 'a-random-placeholder' };

/** The steps of the validators of Okta and Microsoft. */
export const VALIDATORS: readonly Client[] = [
  {
    client: "Okta's suite",
    steps: [
      {
        does: 'looks at users',
        send: () => ['GET', '/Users?count=1&startIndex=1'],
        status: 200,
        shows: () => ({ startIndex: 1, itemsPerPage: 1, Resources: [{ schemas: expect.any(Array) }] }),
      },
      notFoundBy('userName'),
      {
        does: 'asks for somebody who is not there',
        send: () => ['GET', '/Users/010101001010101011001010101011'],
        status: 404,
        shows: () => ({ status: '404', detail: expect.any(String) }),
      },
      creation(CREATED_LIKE),
      {
        does: 'reads',
        send: ({ id }) => ['GET', `/Users/${id}`],
        status: 200,
        shows: ({ userName }) => ({ userName, name: { givenName: 'Lea', familyName: 'Ver' } }),
      },
      {
        does: 'creates again',
        send: (known) => ['POST', '/Users', person(known, CREATED_LIKE)],
        status: 409,
        shows: () => ({ scimType: 'uniqueness', status: '409' }),
      },
      foundBy('userName', '&startIndex=1&count=100'),
      { does: 'looks at groups', send: () => ['GET', '/Groups?startIndex=1&count=100'], status: 200 },
      {
        does: 'pushes a profile',
        send: ({ id, user }) => ['PUT', `/Users/${id}`, { ...user, displayName: 'Lea Smith' }],
        status: 200,
        shows: () => ({ displayName: 'Lea Smith' }),
        clarus: { name: 'Lea Smith' },
      },
      userPatch(
        'deactivates',
        [{ op: 'replace', value: { active: false } }],
        { active: false },
        { is_active: false },
      ),
      userPatch(
        'reactivates',
        [{ op: 'replace', value: { active: true } }],
        { active: true },
        { is_active: true },
      ),
      linking('&startIndex=1&count=100'),
      members('adds a member and repeats the name', ROLE, ({ id, userName }) => [
        { op: 'replace', value: { id: `${ROLE}`, displayName: 'Client' } },
        { op: 'add', path: 'members', value: [{ value: id, display: userName }] },
      ]),
      members('removes a member', FALLBACK, ({ id }) => ({
        op: 'remove',
        path: `members[value eq "${id}"]`,
      })),
    ],
  },
  {
    client: "Microsoft's validator, as the service sends it by default",
    steps: [
      {
        does: 'tests the connection',
        send: () => ['GET', '/Users?filter=userName+eq+%227f1c0a52-3a0e-4d6e-8f6d-2f0c6a5f1c11%22'],
        status: 200,
        shows: () => ({ totalResults: 0, Resources: [] }),
      },
      { does: 'reads the schemas', send: () => ['GET', '/Schemas'], status: 200 },
      creation({
        schemas: [CORE, ENTERPRISE],
        externalId: 'b2c4',
        title: null,
        addresses: null,
        meta: { resourceType: 'User' },
        roles: [],
      }),
      foundBy('emails[type eq "work"].value'),
      userPatch(
        'replaces attributes one by one',
        [
          { op: 'Replace', path: 'displayName', value: 'Lea Smith' },
          { op: 'Replace', path: 'name.familyName', value: 'Smith' },
          { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+44 1' },
          { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Inbound' },
          { op: 'Add', path: `${ENTERPRISE}:manager`, value: '42' },
        ],
        {
          name: { givenName: 'Lea', familyName: 'Smith' },
          phoneNumbers: [{ type: 'mobile', value: '+44 1' }],
          [ENTERPRISE]: { department: 'Inbound', manager: { value: '42' } },
        },
        { name: 'Lea Smith' },
      ),
      userPatch('removes a manager', [{ op: 'Remove', path: `${ENTERPRISE}:manager` }], {}, {}),
      userPatch(
        'disables',
        [{ op: 'Replace', path: 'active', value: 'False' }],
        { active: false },
        { is_active: false },
      ),
      foundBy('userName'),
      userPatch(
        'restores',
        [{ op: 'Add', path: 'active', value: 'True' }],
        { active: true },
        { is_active: true },
      ),
      linking('&excludedAttributes=members'),
      members('adds a member', ROLE, ({ id }) => ({
        op: 'Add',
        path: 'members',
        value: [{ $ref: null, value: id }],
      })),
      {
        does: 'reads the group without its members',
        send: () => ['GET', `/Groups/${ROLE}?excludedAttributes=members`],
        status: 200,
        shows: () => ({ id: `${ROLE}`, displayName: 'Client' }),
      },
      members('removes a member', FALLBACK, ({ id }) => ({
        op: 'Remove',
        path: 'members',
        value: [{ value: id }],
      })),
      ...DELETION,
    ],
  },
  {
    client: "Microsoft's validator with aadOptscim062020",
    steps: [
      creation({ externalId: 'b2c5' }),
      userPatch(
        'replaces attributes at once',
        [
          { op: 'replace', path: 'emails[type eq "work"].display', value: 'Lea' },
          {
            op: 'replace',
            value: {
              displayName: 'Lea Smith',
              'name.familyName': 'Smith',
              [`${ENTERPRISE}:employeeNumber`]: 701984,
            },
          },
        ],
        {
          displayName: 'Lea Smith',
          name: { familyName: 'Smith' },
          [ENTERPRISE]: { employeeNumber: '701984' },
        },
        { name: 'Lea Smith' },
      ),
      userPatch(
        'disables',
        [{ op: 'replace', path: 'active', value: false }],
        { active: false },
        { is_active: false },
      ),
      members('adds a member', ROLE, ({ id }) => ({ op: 'add', path: 'members', value: [{ value: id }] })),
      members('removes a member', FALLBACK, ({ id }) => ({
        op: 'remove',
        path: `members[value eq "${id}"]`,
      })),
      ...DELETION,
    ],
  },
  {
    client: "Microsoft's service before December 2018",
    steps: [
      creation(),
      userPatch(
        'disables by a list of one',
        [{ op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] }],
        { active: false },
        { is_active: false },
      ),
    ],
  },
];
