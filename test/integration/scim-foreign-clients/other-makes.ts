import { CORE } from '../../support/scim-types.ts';
import {
  type Client,
  creation,
  DELETION,
  FALLBACK,
  foundBy,
  GROUP,
  linking,
  members,
  notFoundBy,
  person,
  ROLE,
  userPatch,
} from './client.ts';

const OFF = { active: false };

/** What other identity providers send, by its shapes. */
export const OTHER_MAKES: readonly Client[] = [
  {
    client: 'JumpCloud',
    steps: [
      notFoundBy('userName'),
      creation({ externalId: '5f1b', addresses: [], phoneNumbers: [{ type: 'mobile', value: '' }] }),
      {
        does: 'updates by PUT',
        send: (known) => ['PUT', `/Users/${known.id}`, person(known, { displayName: 'Lea Smith' })],
        status: 200,
        shows: () => ({ displayName: 'Lea Smith' }),
        clarus: { name: 'Lea Smith' },
      },
      linking(),
      members('adds a member', ROLE, ({ id }) => ({ op: 'add', path: 'members', value: [{ value: id }] })),
      members('removes a member', FALLBACK, ({ id }) => ({
        op: 'remove',
        path: `members[value eq "${id}"]`,
      })),
      userPatch('suspends', [{ op: 'replace', value: OFF }], OFF, { is_active: false }),
      {
        does: 'gives back by PUT',
        send: (known) => ['PUT', `/Users/${known.id}`, person(known)],
        status: 200,
        shows: () => ({ active: true }),
        clarus: { is_active: true },
      },
    ],
  },
  {
    client: 'OneLogin',
    steps: [
      notFoundBy('userName', '&startIndex=1&count=10'),
      creation({ externalId: 71234567, schemas: undefined }),
      userPatch(
        'updates and deactivates in one operation each',
        [
          { op: 'replace', path: 'name.givenName', value: 'Lena' },
          { op: 'replace', path: 'displayName', value: 'Lena Ver' },
          { op: 'replace', path: 'active', value: false },
        ],
        { name: { givenName: 'Lena' }, active: false },
        { name: 'Lena Ver', is_active: false },
      ),
      {
        does: 'finds by its own number',
        send: () => ['GET', '/Users?filter=externalId%20eq%20%2271234567%22'],
        status: 200,
        shows: ({ id }) => ({ totalResults: 1, Resources: [{ id, active: false }] }),
      },
      userPatch(
        'reactivates',
        [{ op: 'replace', path: 'active', value: true }],
        { active: true },
        { is_active: true },
      ),
      members('adds a member', ROLE, ({ id }) => ({ op: 'add', path: 'members', value: [{ value: id }] })),
      members('empties the group', FALLBACK, () => ({ op: 'replace', path: 'members', value: [] })),
      ...DELETION,
    ],
  },
  {
    client: 'Google',
    steps: [
      notFoundBy('userName'),
      creation({
        emails: [{ value: 'alias@mail.example', type: 'other' }, { primary: true }],
        schemas: [CORE],
      }),
      userPatch(
        'suspends by PATCH without a schema of its own',
        [{ op: 'replace', path: 'active', value: 'false' }],
        OFF,
        { is_active: false },
      ),
      foundBy('userName'),
      ...DELETION,
    ],
  },
  {
    client: 'Ping',
    steps: [
      foundNobodyByPost(),
      creation({ locale: 'en', timezone: 'Greenwich Mean Time', preferredLanguage: 'English' }),
      userPatch(
        'changes what stands under the URN',
        [{ op: 'replace', path: `${CORE}:displayName`, value: 'Lea Smith' }],
        { displayName: 'Lea Smith' },
        { name: 'Lea Smith' },
      ),
      members('adds a member by its SDK', ROLE, ({ id }) => ({
        op: 'add',
        value: { members: [{ value: id }] },
      })),
      members('removes a member by its SDK', FALLBACK, ({ id }) => ({
        op: 'remove',
        path: 'members',
        value: { members: [{ value: id }] },
      })),
      userPatch('disables', [{ op: 'replace', value: { [CORE]: OFF } }], OFF, { is_active: false }),
    ],
  },
  {
    client: 'authentik',
    steps: [
      { does: 'reads what is served', send: () => ['GET', '/ServiceProviderConfig'], status: 200 },
      creation({ externalId: 'a3d1', photos: [], locale: null }),
      {
        does: 'updates by PUT with the id',
        send: (known) => [
          'PUT',
          `/Users/${known.id}`,
          person(known, { id: known.id, externalId: 'a3d1', photos: [], displayName: 'Lea Smith' }),
        ],
        status: 200,
        shows: () => ({ displayName: 'Lea Smith' }),
        clarus: { name: 'Lea Smith' },
      },
      {
        does: 'says what the group is',
        send: () => [
          'PATCH',
          `/Groups/${ROLE}`,
          {
            Operations: [
              {
                op: 'replace',
                path: null,
                value: { schemas: [GROUP], id: `${ROLE}`, displayName: 'Client', externalId: 'g1' },
              },
            ],
          },
        ],
        status: 204,
      },
      members('adds a member', ROLE, ({ id }) => ({ op: 'add', path: 'members', value: [{ value: id }] })),
      members('removes a member', FALLBACK, ({ id }) => ({
        op: 'remove',
        path: 'members',
        value: [{ value: id }],
      })),
      {
        does: 'deactivates by PUT',
        send: (known) => ['PUT', `/Users/${known.id}`, person(known, OFF)],
        status: 200,
        shows: () => OFF,
        clarus: { is_active: false },
      },
      ...DELETION,
    ],
  },
  {
    client: "Keycloak's plug-ins",
    steps: [
      creation({ externalId: 'f:1:lea', emails: [{ value: 'lea.keycloak@acme.example', primary: true }] }),
      {
        does: 'replaces all of a group by PUT',
        send: ({ id }) => [
          'PUT',
          `/Groups/${ROLE}`,
          {
            schemas: [GROUP],
            displayName: 'Client',
            members: [{ value: id, type: 'User', $ref: `/Users/${id}` }],
          },
        ],
        status: 200,
        shows: ({ id }) => ({ members: [{ value: id }] }),
        clarus: { role_id: ROLE },
      },
      members('removes a member by its address', FALLBACK, ({ id }) => ({
        op: 'remove',
        path: `members[$ref eq "/Users/${id}"]`,
      })),
      userPatch('disables', [{ op: 'replace', path: 'active', value: ['false'] }], OFF, { is_active: false }),
    ],
  },
  {
    client: 'WSO2',
    steps: [
      creation(),
      members('adds a member', ROLE, ({ id, userName }) => ({
        op: 'add',
        path: 'members',
        value: [{ display: userName, value: id }],
      })),
      members('removes a member by name, without quotes', FALLBACK, ({ userName }) => ({
        op: 'remove',
        path: `members[display eq ${userName}]`,
      })),
      ...DELETION,
    ],
  },
];

function foundNobodyByPost() {
  return {
    does: 'searches for nobody',
    send: ({ userName }: { userName: string }) =>
      [
        'POST',
        '/Users/.search',
        {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
          filter: `userName eq "${userName}"`,
        },
      ] as const,
    status: 200,
    shows: () => ({ totalResults: 0 }),
  };
}
