import { describe, expect, it } from 'vitest';
import type { MappingRules } from '../../../functions/identity/profile/mapping.ts';
import { checkMapping } from '../../../functions/identity/profile/mapping-check.ts';
import { CLARUS_USER, ENTERPRISE_USER, OKTA_USER } from '../../../functions/identity/profile/scim-user.ts';

describe('a mapping that can work passes', () => {
  it.each<[string, MappingRules]>([
    ['no rules', {}],
    ['null', { email: null }],
    ['core attributes', { string1: { expression: 'title & " " & name.givenName' } }],
    ['the enterprise extension', { string1: { expression: `\`${ENTERPRISE_USER}\`.manager.displayName` } }],
    [
      "the org's own attributes, which are not known here",
      { string1: { expression: `\`${OKTA_USER}\`.warehouse` } },
    ],
    ['a condition that this user does not meet', { string1: { expression: 'userType = "X" ? title' } }],
    ['a table for values that this user has not', { role_id: { expression: 'title', table: { Boss: 1 } } }],
    [
      'a rule for access that keeps nobody in',
      { is_active: { expression: "active and title != 'Visitor'" } },
    ],
    [
      'one with a table',
      {
        is_active: { expression: 'active ? userType : "none"', table: { Employee: true }, otherwise: false },
      },
    ],
    ['the default one with a table', { is_active: { table: { true: true }, otherwise: false } }],
    ['a language by any name in a table', { language: { table: { en: 'English (UK)' }, otherwise: '?' } }],
    ['a time zone too', { timezone: { table: { x: 'London time' }, otherwise: '?' } }],
  ])('%s', async (_, rules) => {
    expect(await checkMapping(rules)).toEqual([]);
  });
});

const CORE = [
  'userName',
  'displayName',
  'nickName',
  'title',
  'userType',
  'preferredLanguage',
  'locale',
  'timezone',
];
const NAME = ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'];
const LISTS = ['emails', 'phoneNumbers', 'roles', 'entitlements', 'groups'];
const ENTERPRISE = ['employeeNumber', 'costCenter', 'organization', 'division', 'department'];
const MANAGER = ['manager.value', 'manager.displayName'];

/** Every attribute of a SCIM User that is a text, as expressions name it. */
const TEXTS = [
  ...CORE,
  'externalId',
  ...NAME.map((it) => `name.${it}`),
  ...LISTS.flatMap((list) => ['value', 'type', 'display'].map((it) => `${list}.${it}`)),
  ...[...ENTERPRISE, ...MANAGER].map((it) => `\`${ENTERPRISE_USER}\`.${it}`),
  ...['string1', 'string2', 'string3', 'string4', 'string5'].map((it) => `\`${CLARUS_USER}\`.${it}`),
];

describe('every attribute of a SCIM User is known, and has a value that shows whether a rule can work', () => {
  it.each(TEXTS)('%s', async (expression) => {
    expect(await checkMapping({ string1: { expression } })).toEqual([]);
    expect(await checkMapping({ is_active: { expression } })).toEqual([
      expect.stringContaining('it must be true or false'),
    ]);
    expect(await checkMapping({ string1: { expression: `${expression}x` } })).toEqual([
      expect.stringContaining('a SCIM User has no attribute'),
    ]);
  });

  it.each(['active', ...LISTS.map((list) => `${list}.primary`)])('%s', async (expression) => {
    expect(await checkMapping({ string1: { expression: `${expression} = true ? "yes" : 7 / {}` } })).toEqual(
      [],
    );
  });
});

describe('a mapping that can never work is refused, with its place in the tenant file', () => {
  it.each<[string, MappingRules, RegExp]>([
    ['no JSONata', { name: { expression: 'a &' } }, /^mapping\.name\.expression is not JSONata/],
    [
      'an attribute that is misspelt',
      { name: { expression: 'dispalyName' } },
      /^mapping\.name\.expression: a SCIM User has no attribute "dispalyName"/,
    ],
    ['one inside another', { name: { expression: 'name.givenNam' } }, /"name\.givenNam"/],
    ['one inside a list', { name: { expression: 'roles.vale' } }, /"roles\.vale"/],
    [
      'a text for a number',
      { role_id: { expression: 'displayName' } },
      /^mapping\.role_id: .*positive whole number/,
    ],
    [
      'a function that fails on every user',
      { name: { expression: '$number(displayName)' } },
      /^mapping\.name: .*expression failed/,
    ],
    [
      'a table with a value of the wrong type',
      { role_id: { expression: 'title', table: { Picker: 'three' } } },
      /^mapping\.role_id\.table\["Picker"\]: /,
    ],
    [
      'otherwise with a value of the wrong type',
      { role_id: { expression: 'title', table: {}, otherwise: -1 } },
      /^mapping\.role_id\.otherwise: /,
    ],
    ['null for access', { is_active: null }, /^mapping\.is_active: null would leave leavers in/],
    [
      'access by what a revocation does not say',
      { is_active: { expression: 'userType', table: { Employee: true } } },
      /^mapping\.is_active: yields nothing for a user with active = false/,
    ],
    [
      'access turned round',
      { is_active: { expression: "$not(title = 'Visitor')" } },
      /^mapping\.is_active: yields true /,
    ],
    [
      'access by what only a complete user says',
      { is_active: { expression: "title = 'Picker'" } },
      /^mapping\.is_active: yields true /,
    ],
    [
      'access by a rule that fails where little is said',
      { is_active: { expression: 'active and $uppercase(title) = "X" or $number(userName ? 1 : {}) = 2' } },
      /^mapping\.is_active: yields an error /,
    ],
    [
      'otherwise without a table',
      { timezone: { otherwise: 'Europe/London' } },
      /^mapping\.timezone\.otherwise: has no effect/,
    ],
  ])('%s', async (_, rules, text) => {
    const problems = await checkMapping(rules);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(text);
  });

  it('tells what there is instead', async () => {
    expect(await checkMapping({ name: { expression: 'titel & nam' } })).toEqual([
      'mapping.name.expression: a SCIM User has no attribute "titel", "nam". It has userName, active, displayName, name, ' +
        'nickName, title, userType, preferredLanguage, locale, timezone, externalId, emails, phoneNumbers, roles, ' +
        `entitlements, groups, ${ENTERPRISE_USER}, ${CLARUS_USER}, ${OKTA_USER}.`,
    ]);
  });

  it('tells how access is written', async () => {
    const [problem] = await checkMapping({ is_active: { expression: 'true' } });

    expect(problem).toMatch(
      /so it would leave leavers in\. Let it yield false for them, as "active and \(\.\.\.\)" does\.$/,
    );
  });

  it('tells every problem at once', async () => {
    const problems = await checkMapping({ name: { expression: '(' }, role_id: { expression: 'titel' } });

    expect(problems).toHaveLength(2);
  });
});
