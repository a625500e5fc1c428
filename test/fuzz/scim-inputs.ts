import type { Json } from '../../functions/identity/json.ts';
import type { Random } from '../support/random.ts';
import { aName, anAddress, aText, CANARY } from './json.ts';

/** What Okta and Entra send, to begin with. */

const CORE = 'urn:ietf:params:scim:schemas:core:2.0';
const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export function aUser(random: Random): Json {
  return {
    schemas: [`${CORE}:User`, ENTERPRISE],
    userName: anAddress(random),
    externalId: `ext-${random.below(50)}`,
    name: { formatted: `${CANARY} Person`, familyName: 'Person', givenName: CANARY },
    displayName: `${CANARY} Person`,
    emails: [
      { value: anAddress(random), type: 'work', primary: true },
      { value: anAddress(random), type: 'home' },
    ],
    phoneNumbers: [{ value: '+441', type: 'mobile' }],
    roles: [{ value: random.pick(['Picker', 'Packer', 'Nobody']), primary: true }],
    addresses: [{ type: 'work', streetAddress: 'x', primary: true }],
    preferredLanguage: 'en-GB',
    timezone: 'Europe/London',
    active: random.chance(0.8),
    [ENTERPRISE]: { department: 'Inbound', manager: { value: '42' } },
  };
}

export function aGroup(random: Random): Json {
  const members = [{ value: String(42 + random.below(30)) }];
  return { schemas: [`${CORE}:Group`], displayName: 'Picker', members };
}

const PATHS = [
  ...[
    'active',
    'emails',
    'emails.value',
    'emails[type eq "work"].value',
    'name.givenName',
    'title',
    'members',
  ],
  ...[
    'roles[primary eq "True"].value',
    'members[value eq "42"]',
    'addresses[type eq "work"]',
    'meta.version',
    'id',
  ],
  ...[`${ENTERPRISE}:manager`, ENTERPRISE, 'userName', 'externalId', 'x509Certificates', 'displayName'],
];

export function aPath(random: Random): string {
  return random.chance(0.9) ? random.pick(PATHS) : aName(random);
}

function anOperation(random: Random): Json {
  const value = random.pick<Json>([
    ...['True', true, CANARY, null, '', anAddress(random)],
    ...[[{ value: '42' }], { active: false }, { 'name.givenName': CANARY }],
    [{ value: anAddress(random), type: 'work', primary: true }],
  ]);
  const op = random.pick(['add', 'Replace', 'remove']);
  return { op, value, ...(random.chance(0.85) && { path: aPath(random) }) };
}

export function aPatch(random: Random): Json {
  const Operations = Array.from({ length: 1 + random.below(3) }, () => anOperation(random));
  return { schemas: [`${MESSAGES}:PatchOp`], Operations };
}

export function aSearch(random: Random): Json {
  const attributes = ['userName', 'emails.value'];
  return {
    schemas: [`${MESSAGES}:SearchRequest`],
    filter: aFilter(random),
    startIndex: 1,
    count: 5,
    attributes,
  };
}

const FILTERED = [
  ...[
    'userName',
    'emails',
    'emails.value',
    'emails[type eq "work"].value',
    'externalId',
    'id',
    'active',
    'groups',
  ],
  ...['meta.created', 'name.familyName', 'displayName', 'members', 'roles.primary'],
];
const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'xx'];

function aTerm(random: Random): string {
  const name = random.chance(0.85) ? random.pick(FILTERED) : aName(random);
  if (random.chance(0.15)) return `${name} pr`;
  const value = random.pick([
    ...[`"${anAddress(random)}"`, '"True"', 'true', 'null', '"2026-03-02T09:14:04Z"', '"%@%"', '""', '42'],
    ...['"\\u0000"', '"\\ud800"', `"${CANARY}`, JSON.stringify(aText(random))],
  ]);
  return `${name} ${random.pick(OPERATORS)} ${value}`;
}

const BROKEN = [
  ...['('.repeat(33), '('.repeat(4000), '"'.repeat(50), '\\'.repeat(3000), ' '.repeat(4000)],
  `${'not ('.repeat(34)}x pr${')'.repeat(34)}`,
  Array(101).fill('userName pr').join(' or '),
  `userName eq "${'\\'.repeat(2001)}"`,
];

export function aFilter(random: Random, depth = 0): string {
  const kind = random.below(100);
  if (kind < 50 || depth > 4) return aTerm(random);
  const inner = aFilter(random, depth + 1);
  if (kind < 70) return `${inner} ${random.pick(['and', 'or', 'AND', 'nor'])} ${aFilter(random, depth + 1)}`;
  if (kind < 80) return `not (${inner})`;
  if (kind < 90) return `(${inner})`;
  return kind < 95 ? `emails[${inner}]` : random.pick(BROKEN);
}

const PARAMETERS = [
  ...[
    'filter',
    'startIndex',
    'count',
    'cursor',
    'attributes',
    'excludedAttributes',
    'FILTER',
    'sortBy',
    '__proto__',
  ],
  'aadOptscim062020',
];

export function aQuery(random: Random): string {
  const parameters = Array.from({ length: random.below(4) }, () => {
    const name = random.pick(PARAMETERS);
    const isFilter = name.toLowerCase() === 'filter';
    const others = [
      aText(random),
      aName(random),
      '1',
      '0',
      '-5',
      '9'.repeat(21),
      'userName,emails.value',
      ','.repeat(300),
    ];
    const value = isFilter ? aFilter(random) : random.pick(others);
    return `${name}=${encodeURIComponent(value.toWellFormed())}`;
  });
  return random.chance(0.03) ? aText(random) : parameters.join('&');
}
