import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import type { ClarusAttributes } from '../../../functions/identity/profile/clarus-attributes.ts';
import { compileMapping, type MappingRules } from '../../../functions/identity/profile/mapping.ts';
import {
  CLARUS_USER,
  ENTERPRISE_USER,
  OKTA_USER,
  type ScimUser,
} from '../../../functions/identity/profile/scim-user.ts';

async function mapped(user: ScimUser, rules: MappingRules = {}): Promise<Partial<ClarusAttributes>> {
  const { attributes, problems } = await compileMapping(rules)(user);
  expect(problems.size).toBe(0);
  return attributes;
}

async function problem(user: ScimUser, rules: MappingRules): Promise<BridgeError | undefined> {
  const { problems } = await compileMapping(rules)(user);
  return [...problems.values()][0];
}

const lea: ScimUser = {
  userName: 'lea.ver@acme.example',
  active: true,
  displayName: 'Lea Ver',
  preferredLanguage: 'en_gb',
  timezone: 'europe/london',
  emails: [{ value: 'lea@acme.example', type: 'work', primary: true }],
  roles: [{ value: 'Picker', primary: true }, { value: 'Supervisor' }],
  [ENTERPRISE_USER]: { department: 'Picking', employeeNumber: '4711' },
};

describe('without rules every attribute has its SCIM meaning', () => {
  it('maps a whole user, language and time zone in canonical spelling', async () => {
    expect(await mapped(lea)).toEqual({
      is_active: true,
      email: 'lea@acme.example',
      name: 'Lea Ver',
      language: 'en-GB',
      timezone: 'Europe/London',
    });
  });

  it.each<[string, ScimUser, Partial<ClarusAttributes>]>([
    ['nothing', {}, {}],
    ['a bare deactivation', { active: false }, { is_active: false }],
    [
      'the primary address',
      { emails: [{ value: 'a@b.example' }, { value: 'c@d.example', primary: true }] },
      { email: 'c@d.example' },
    ],
    [
      'else the work address',
      {
        emails: [
          { value: 'a@b.example', type: 'home' },
          { value: 'c@d.example', type: 'work' },
        ],
      },
      { email: 'c@d.example' },
    ],
    [
      'else the first address',
      { emails: [{ value: 'a@b.example' }, { value: 'c@d.example' }] },
      { email: 'a@b.example' },
    ],
    ['else a login that is an address', { userName: 'a@b.example' }, { email: 'a@b.example' }],
    ['but no other login', { userName: 'lver' }, {}],
    ['the formatted name', { name: { formatted: 'L. Ver', givenName: 'Lea' } }, { name: 'L. Ver' }],
    ['a composed name', { name: { givenName: 'Lea', familyName: 'Ver' } }, { name: 'Lea Ver' }],
    ['half a name', { name: { familyName: 'Ver' } }, { name: 'Ver' }],
    [
      'the free texts of Clarus as they are',
      { [CLARUS_USER]: { string1: 'a', string2: 'b', string3: 'c', string4: 'd', string5: '' } },
      { string1: 'a', string2: 'b', string3: 'c', string4: 'd' },
    ],
    ['free text 5 too', { [CLARUS_USER]: { string5: 'e' } }, { string5: 'e' }],
    ['empty texts as nothing said', { displayName: '', preferredLanguage: '', timezone: '' }, {}],
  ])('%s', async (_, user, expected) => {
    expect(await mapped(user)).toEqual(expected);
  });
});

it("extensions have the names that tenants' expressions use", () => {
  expect([ENTERPRISE_USER, OKTA_USER, CLARUS_USER]).toEqual([
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    'urn:ietf:params:scim:schemas:extension:okta:2.0:User',
    'urn:ietf:params:scim:schemas:extension:clarus:2.0:User',
  ]);
});

describe("a tenant's rules", () => {
  it.each<[string, MappingRules, Partial<ClarusAttributes>]>([
    [
      'an expression',
      { string1: { expression: `\`${ENTERPRISE_USER}\`.department` } },
      { string1: 'Picking' },
    ],
    ['nor does one that yields null', { string1: { expression: 'null' } }, {}],
    ['an expression that yields nothing says nothing', { string1: { expression: 'nickName' } }, {}],
    ['null leaves an attribute alone', { email: null }, {}],
    ['a number becomes a text where a text is due', { string2: { expression: '40 + 2' } }, { string2: '42' }],
    ['digits become a number where a number is due', { role_id: { expression: '"7"' } }, { role_id: 7 }],
    [
      'a word becomes a Boolean where one is due',
      { is_active: { expression: '"FALSE"' } },
      { is_active: false },
    ],
    ['likewise true', { is_active: { expression: '"True"' } }, { is_active: true }],
    [
      'a table turns a value into what Clarus takes',
      { role_id: { expression: 'roles[0].value', table: { Picker: 3 } } },
      { role_id: 3 },
    ],
    [
      'of several values the first in the table wins',
      { role_id: { expression: 'roles.value', table: { Supervisor: 2, Picker: 3 } } },
      { role_id: 2 },
    ],
    [
      'otherwise stands for what the table lacks',
      { role_id: { expression: '"Astronaut"', table: { Picker: 3 }, otherwise: 9 } },
      { role_id: 9 },
    ],
    [
      'a table alone works on the default meaning',
      { language: { table: { en_gb: 'English' } } },
      { language: 'English' },
    ],
  ])('%s', async (_, rules, expected) => {
    const names = Object.keys(rules);
    const attributes = await mapped(lea, rules);
    expect(Object.fromEntries(Object.entries(attributes).filter(([name]) => names.includes(name)))).toEqual(
      expected,
    );
  });

  it("reads the org's own profile attributes", async () => {
    const user = { [OKTA_USER]: { warehouse: 'Leeds' } };

    expect(await mapped(user, { string3: { expression: `\`${OKTA_USER}\`.warehouse` } })).toEqual({
      string3: 'Leeds',
    });
  });

  it('a rule for an attribute without default needs an expression to do anything', async () => {
    expect(await mapped(lea, { string4: { table: { a: 'b' } } })).not.toHaveProperty('string4');
  });

  it('an expression that is not JSONata is refused when the mapping is compiled', () => {
    const compile = () => compileMapping({ name: { expression: 'a &' } });

    expect(compile).toThrow(
      /^mapping\.name\.expression is not JSONata: .* at character 3\. Correct the expression in the tenant file\.$/,
    );
    expect(compile).toThrow(expect.objectContaining({ code: 'configuration_invalid', retryable: false }));
  });
});

describe('no rule keeps somebody in who is not active', () => {
  it.each<[string, MappingRules['is_active']]>([
    ['none', undefined],
    ['null', null],
    ['one that says nothing', { expression: 'userType', table: { Employee: true } }],
    ['one that turns it round', { expression: "$not(title = 'Visitor')" }],
    ['one that fails', { expression: '$number(displayName)' }],
    ['one whose value is not in its table', { expression: '"x"', table: {} }],
  ])('%s', async (_, is_active) => {
    const { attributes, problems } = await compileMapping({ is_active })({ active: false, displayName: 'L' });

    expect(attributes.is_active).toBe(false);
    expect([...problems.keys()]).toEqual([]);
  });

  it.each<[string, ScimUser, boolean | undefined]>([
    ['whom the rule takes out', { active: true, title: 'Visitor' }, false],
    ['whom it leaves in', { active: true, title: 'Picker' }, true],
    ['of whom nothing is known', { title: 'Picker' }, false],
  ])('and of others it tells: %s', async (_, user, expected) => {
    const { attributes } = await compileMapping({
      is_active: { expression: "active and title != 'Visitor'" },
    })(user);

    expect(attributes.is_active).toBe(expected);
  });

  it('and null says nothing of others', async () => {
    expect(await mapped({ active: true }, { is_active: null })).toEqual({});
  });
});

describe('what cannot be mapped', () => {
  it.each<[string, ScimUser, MappingRules, RegExp]>([
    [
      'a value that is not in the table',
      lea,
      { role_id: { expression: 'roles[0].value', table: {} } },
      /not in the table/,
    ],
    ['a text that is no number', lea, { role_id: { expression: 'displayName' } }, /positive whole number/],
    ['an empty number', lea, { role_id: { expression: '"  "' } }, /positive whole number/],
    ['true', lea, { role_id: { expression: 'true' } }, /positive whole number/],
    ['a fraction', lea, { role_id: { expression: '1.5' } }, /positive whole number/],
    ['zero', lea, { role_id: { expression: '0' } }, /positive whole number/],
    ['a word that is no Boolean', lea, { is_active: { expression: '"constructor"' } }, /true or false/],
    ['an object where a text is due', lea, { name: { expression: 'roles[0]' } }, /must be a text/],
    ['no address', { emails: [{ value: 'lea at acme' }] }, {}, /e-mail address/],
    ['no language', { preferredLanguage: '!!' }, {}, /BCP 47/],
    ['no time zone', { timezone: 'Mars/Olympus' }, {}, /IANA/],
    [
      'an expression that fails',
      lea,
      { name: { expression: '$number(displayName)' } },
      /its expression failed/,
    ],
    [
      'an expression that runs away',
      lea,
      { name: { expression: '($f := function($n) { $f($n + 1) + 1 }; $f(0))' } },
      /its expression failed/,
    ],
  ])('%s is a problem of that attribute', async (_, user, rules, text) => {
    const found = await problem(user, rules);

    expect(found).toMatchObject({ code: 'mapping_failed', retryable: false });
    expect(found?.message).toMatch(text);
  });

  it('leaves the other attributes alone, a revocation above all', async () => {
    const { attributes, problems } = await compileMapping({})({ active: false, timezone: 'Mars/Olympus' });

    expect(attributes).toEqual({ is_active: false });
    expect([...problems.keys()]).toEqual(['timezone']);
  });

  it('is told with what to do', async () => {
    const found = await problem({ emails: [{ value: 'x' }] }, {});

    expect(found?.message).toBe(
      'The attribute email could not be mapped: it must be an e-mail address. The other attributes of the event are not ' +
        'affected. Correct the user in the identity provider, or mapping.email in the tenant file.',
    );
    expect(found?.what).toBe('The attribute email could not be mapped: it must be an e-mail address.');
  });

  it('is told without the value, which may be personal', async () => {
    const found = await problem({ emails: [{ value: 'Lea Secret' }] }, {});

    expect(found?.message).not.toContain('Secret');
  });

  it('never throws, whatever the user holds', async () => {
    const map = compileMapping({ role_id: { expression: 'roles.value', table: { Picker: 3 } } });
    const anyUser = fc.record(
      {
        userName: fc.string(),
        active: fc.boolean(),
        displayName: fc.string(),
        preferredLanguage: fc.string(),
        timezone: fc.string(),
        emails: fc.array(fc.record({ value: fc.string() })),
        roles: fc.array(fc.record({ value: fc.string() })),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(anyUser, async (user) => {
        const { attributes, problems } = await map(user);
        expect(attributes.is_active).toBe(user.active);
        for (const found of problems.values()) expect(found).toBeInstanceOf(BridgeError);
      }),
    );
  });
});
