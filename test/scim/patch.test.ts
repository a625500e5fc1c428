import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/identity/json.ts';
import { LENIENT, STRICT } from '../../functions/scim/leniencies.ts';
import { patch } from '../../functions/scim/patch.ts';
import { PATCH_OP, patchOperations } from '../../functions/scim/patch-operations.ts';
import { checkResource } from '../../functions/scim/resource.ts';
import { CLARUS, CORE, ENTERPRISE, GROUP, refusalOf, USER } from '../support/scim-types.ts';

const LEA: JsonObject = {
  userName: 'lea.ver@acme.example',
  externalId: 'E1',
  active: true,
  title: 'Picker',
  name: { givenName: 'Lea', familyName: 'Ver' },
  emails: [
    { value: 'lea.ver@acme.example', type: 'work', primary: true },
    { value: 'lea@home.example', type: 'home' },
  ],
  [ENTERPRISE]: { department: 'Outbound', manager: { value: '26', displayName: 'Sam' } },
};

function body(...Operations: unknown[]): unknown {
  return { schemas: [PATCH_OP], Operations };
}

function patched(operations: unknown[], before = LEA, lenient = LENIENT, type = USER): JsonObject {
  const { resource } = patch(type, before, patchOperations(body(...operations)), lenient);
  checkResource(type, resource);
  return resource;
}

function change(but: JsonObject): JsonObject {
  return { ...LEA, ...but };
}

const work = { value: 'lea.ver@acme.example', type: 'work', primary: true };
const home = { value: 'lea@home.example', type: 'home' };
const enterprise = { department: 'Outbound', manager: { value: '26', displayName: 'Sam' } };
const { title: _, ...WITHOUT_TITLE } = LEA;

describe('a PATCH', () => {
  it.each([
    ['Okta: pathless deactivation', { op: 'replace', value: { active: false } }, change({ active: false })],
    ['Okta: active as a text', { op: 'replace', value: { active: 'false' } }, change({ active: false })],
    [
      'Okta: echoed id, meta and groups',
      { op: 'replace', value: { id: '9', meta: {}, groups: [], schemas: [] } },
      LEA,
    ],
    ['Okta: a password, which nobody wants', { op: 'replace', value: { password: 'secret' } }, LEA],
    ['Entra: "False"', { op: 'Replace', path: 'active', value: 'False' }, change({ active: false })],
    ['Entra: "True"', { op: 'Add', path: 'active', value: 'True' }, LEA],
    ['Entra: false', { op: 'replace', path: 'active', value: false }, change({ active: false })],
    [
      'Entra: address by type',
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@acme.example' },
      change({ emails: [{ ...work, value: 'new@acme.example' }, home] }),
    ],
    [
      'Entra: dotted and URN keys',
      {
        op: 'replace',
        value: {
          'name.givenName': 'Lena',
          [`${ENTERPRISE}:department`]: 'Inbound',
          [`${CORE}:title`]: 'Lead',
        },
      },
      change({
        title: 'Lead',
        name: { givenName: 'Lena', familyName: 'Ver' },
        [ENTERPRISE]: { ...enterprise, department: 'Inbound' },
      }),
    ],
    [
      'a path as a key',
      { op: 'replace', value: { 'emails[type eq "home"].value': 'l@home.example' } },
      change({ emails: [work, { ...home, value: 'l@home.example' }] }),
    ],
    ['what no path is as a key', { op: 'replace', value: { 'emails[': 'x', 'x[y eq "z"]': 'x' } }, LEA],
    [
      'manager as a text',
      { op: 'Replace', path: `${ENTERPRISE}:manager`, value: '27' },
      change({ [ENTERPRISE]: { ...enterprise, manager: { value: '27', displayName: 'Sam' } } }),
    ],
    [
      'manager as an object',
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: { value: '27' } },
      change({ [ENTERPRISE]: { ...enterprise, manager: { value: '27', displayName: 'Sam' } } }),
    ],
    [
      'manager as a list',
      { op: 'add', path: `${ENTERPRISE}:manager`, value: [{ value: '27' }] },
      change({ [ENTERPRISE]: { ...enterprise, manager: { value: '27', displayName: 'Sam' } } }),
    ],
    [
      'manager cleared by an empty text',
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: '' },
      change({ [ENTERPRISE]: { department: 'Outbound' } }),
    ],
    [
      'manager cleared by an empty value',
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: { value: '', displayName: null } },
      change({ [ENTERPRISE]: { department: 'Outbound' } }),
    ],
    [
      'manager cleared by a list of an empty value',
      { op: 'add', path: `${ENTERPRISE}:manager`, value: [{ value: '' }] },
      change({ [ENTERPRISE]: { department: 'Outbound' } }),
    ],
    [
      'manager removed',
      { op: 'remove', path: `${ENTERPRISE}:manager` },
      change({ [ENTERPRISE]: { department: 'Outbound' } }),
    ],
    ['null clears', { op: 'replace', path: 'title', value: null }, WITHOUT_TITLE],
    ['an empty text clears', { op: 'replace', value: { title: '' } }, WITHOUT_TITLE],
    ['remove takes away', { op: 'remove', path: 'title' }, WITHOUT_TITLE],
    ['remove of what is not there', { op: 'remove', path: 'nickName' }, LEA],
    ['remove of a part', { op: 'remove', path: 'name.givenName' }, change({ name: { familyName: 'Ver' } })],
    [
      'replace of a part',
      { op: 'replace', path: 'name.givenName', value: 'Lena' },
      change({ name: { givenName: 'Lena', familyName: 'Ver' } }),
    ],
    [
      'clearing a part by name',
      { op: 'replace', path: 'name', value: { givenName: null } },
      change({ name: { familyName: 'Ver' } }),
    ],
    [
      'parts not mentioned stay',
      { op: 'replace', path: 'name', value: { middleName: 'M' } },
      change({ name: { givenName: 'Lea', familyName: 'Ver', middleName: 'M' } }),
    ],
    [
      'add appends',
      { op: 'add', path: 'emails', value: [{ value: 'x@y.example' }] },
      change({ emails: [work, home, { value: 'x@y.example' }] }),
    ],
    ['add of what is there', { op: 'add', path: 'emails', value: [work] }, LEA],
    [
      'add of one as an object',
      { op: 'add', path: 'emails', value: { value: 'x@y.example' } },
      change({ emails: [work, home, { value: 'x@y.example' }] }),
    ],
    [
      'add of one as a text',
      { op: 'add', path: 'roles', value: 'Picker' },
      change({ roles: [{ value: 'Picker' }] }),
    ],
    ['add of nothing', { op: 'add', path: 'emails', value: [] }, LEA],
    ['replace of a list', { op: 'replace', path: 'emails', value: [home, home] }, change({ emails: [home] })],
    [
      'a new primary takes it from the other',
      { op: 'add', path: 'emails', value: [{ value: 'x@y.example', primary: true }] },
      change({ emails: [{ ...work, primary: false }, home, { value: 'x@y.example', primary: true }] }),
    ],
    [
      'of two new primaries the last',
      { op: 'replace', path: 'emails', value: [work, { ...home, primary: 'True' }] },
      change({
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      }),
    ],
    [
      'a primary by filter',
      { op: 'replace', path: 'emails[type eq "home"].primary', value: true },
      change({
        emails: [
          { ...work, primary: false },
          { ...home, primary: true },
        ],
      }),
    ],
    [
      'a whole value by filter',
      { op: 'replace', path: 'emails[type eq "home"]', value: { display: 'Home' } },
      change({ emails: [work, { ...home, display: 'Home' }] }),
    ],
    [
      'a part of every value',
      { op: 'replace', path: 'emails.display', value: 'Mail' },
      change({
        emails: [
          { ...work, display: 'Mail' },
          { ...home, display: 'Mail' },
        ],
      }),
    ],
    [
      'a part of no value yet',
      { op: 'add', path: 'phoneNumbers.value', value: '1' },
      change({ phoneNumbers: [{ value: '1' }] }),
    ],
    [
      'Entra: a value that is not there comes into being',
      { op: 'Add', path: 'phoneNumbers[type eq "mobile" and primary eq true].value', value: '1' },
      change({ phoneNumbers: [{ type: 'mobile', primary: true, value: '1' }] }),
    ],
    [
      'Entra: also by replace',
      { op: 'Replace', path: 'roles[primary eq "True"].value', value: 'Picker' },
      change({ roles: [{ primary: true, value: 'Picker' }] }),
    ],
    ['remove by filter', { op: 'remove', path: 'emails[type eq "home"]' }, change({ emails: [work] })],
    ['remove by filter without a match', { op: 'remove', path: 'emails[type eq "other"]' }, LEA],
    [
      'remove of a part by filter',
      { op: 'remove', path: 'emails[type eq "home"].type' },
      change({ emails: [work, { value: 'lea@home.example' }] }),
    ],
    [
      'remove of the value by filter',
      { op: 'remove', path: 'emails[type eq "home"].value' },
      change({ emails: [work] }),
    ],
    [
      'a value emptied by filter',
      { op: 'replace', path: 'emails[type eq "home"].value', value: '' },
      change({ emails: [work] }),
    ],
    [
      'remove with the values beside it',
      { op: 'Remove', path: 'emails', value: [{ value: 'lea@home.example' }] },
      change({ emails: [work] }),
    ],
    [
      'remove of every part',
      { op: 'remove', path: 'emails.type' },
      change({ emails: [{ value: 'lea.ver@acme.example', primary: true }, { value: 'lea@home.example' }] }),
    ],
    [
      'an extension by its URN',
      { op: 'replace', path: ENTERPRISE, value: { division: 'D' } },
      change({ [ENTERPRISE]: { ...enterprise, division: 'D' } }),
    ],
    [
      'an extension as a member',
      { op: 'add', value: { [CLARUS]: { string1: 'x' }, [ENTERPRISE]: null } },
      change({ [CLARUS]: { string1: 'x' } }),
    ],
    [
      'the common URN member',
      { op: 'add', path: `${CLARUS}:string1`, value: 'x' },
      change({ [CLARUS]: { string1: 'x' } }),
    ],
    [
      'a value made by a filter with null in it',
      { op: 'add', path: 'ims[type eq "x" and display eq null].value', value: 'y' },
      change({ ims: [{ type: 'x', value: 'y' }] }),
    ],
    [
      'a value whose value is cleared by name',
      { op: 'replace', path: 'emails[type eq "home"]', value: { value: null } },
      change({ emails: [work] }),
    ],
    [
      'remove with a value beside it that none has',
      { op: 'remove', path: 'emails', value: [{ type: 'other' }] },
      LEA,
    ],
    [
      'unknown and dangerous keys',
      JSON.parse(
        '{"op":"add","value":{"__proto__":{"x":1},"constructor":1,"toString":"a","name":{"__proto__":{"x":1}}}}',
      ),
      LEA,
    ],
  ])('%s', (_name, operation, expected) => {
    // Act & assess
    expect(patched([operation])).toEqual(expected);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('leaves no empty value behind', () => {
    // Prepare
    const before = { userName: 'lea', ims: [{ type: 'x' }, { type: 'y', value: 'z' }] };

    // Act
    const after = patched([{ op: 'remove', path: 'ims.type' }], before);

    // Assess
    expect(after.ims).toEqual([{ value: 'z' }]);
  });

  it('removes an extension by its URN', () => {
    // Act
    const { [ENTERPRISE]: gone, ...rest } = patched([{ op: 'remove', path: ENTERPRISE }]);

    // Assess
    expect({ gone, rest }).toEqual({
      gone: undefined,
      rest: (({ [ENTERPRISE]: _e, ...others }) => others)(LEA),
    });
  });

  it('applies operations one after the other', () => {
    // Act
    const after = patched([
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'emails', value: [{ value: 'a@b.example' }] },
      { op: 'replace', path: 'emails[value eq "a@b.example"].type', value: 'work' },
    ]);

    // Assess
    expect(after.emails).toEqual([{ value: 'a@b.example', type: 'work' }]);
  });

  it.each([
    ['members removed the Okta way', [{ op: 'remove', path: 'members[value eq "7"]' }], ['8']],
    ['members removed the Entra way', [{ op: 'Remove', path: 'members', value: [{ value: '7' }] }], ['8']],
    ['members added', [{ op: 'add', path: 'members', value: [{ $ref: null, value: '9' }] }], ['7', '8', '9']],
    ['members emptied', [{ op: 'replace', path: 'members', value: [] }], []],
    [
      'members emptied without a path',
      [{ op: 'replace', value: { members: [], id: 'g', displayName: 'g' } }],
      [],
    ],
    ['a rename', [{ op: 'replace', value: { id: 'g', displayName: 'Other' } }], ['7', '8']],
  ])('of a group: %s', (_name, operations, expected) => {
    // Prepare
    const before = { displayName: 'Picker', members: [{ value: '7' }, { value: '8' }] };

    // Act
    const { members = [] } = patched(operations, before, LENIENT, GROUP);

    // Assess
    expect([members].flat().map((it) => Object(it).value)).toEqual(expected);
  });

  it.each([
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type co "oth"].value', value: 'x@y.example' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq "a" or type eq "b"].value', value: 'x' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq "a" and value sw "b"].value', value: 'x' }, 'noTarget'],
    [{ op: 'replace', path: 'id', value: '9' }, 'mutability'],
    [{ op: 'replace', path: 'meta.created', value: '2026-01-01T00:00:00Z' }, 'mutability'],
    [{ op: 'add', path: 'groups', value: [{ value: '1' }] }, 'mutability'],
    [{ op: 'remove', path: 'userName' }, 'mutability'],
    [{ op: 'replace', path: 'userName', value: '' }, 'invalidValue'],
    [{ op: 'replace', path: 'nothing', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: '__proto__.x', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type eq].value', value: 'x' }, 'invalidFilter'],
    [{ op: 'replace', path: 'active', value: 'yes' }, 'invalidValue'],
    [{ op: 'replace', path: 'active', value: 1 }, 'invalidValue'],
    [{ op: 'replace', path: 'active', value: {} }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: 5 }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: ['a', 'b'] }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: '\ud800' }, 'invalidValue'],
    [{ op: 'replace', path: 'title', value: 'a'.repeat(9000) }, 'invalidValue'],
    [{ op: 'replace', path: 'name', value: 'Lea Ver' }, 'invalidValue'],
    [{ op: 'replace', path: 'emails', value: Array(1001).fill({ value: 'x' }) }, 'invalidValue'],
    [{ op: 'replace', value: 'x' }, 'invalidSyntax'],
    [{ op: 'replace', value: { [ENTERPRISE]: 'x' } }, 'invalidValue'],
    [{ op: 'replace', path: 'title' }, 'invalidSyntax'],
    [{ op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ op: 'replace', path: 5, value: 'x' }, 'invalidSyntax'],
    ['replace', 'invalidSyntax'],
  ])('%j is refused as %s', (operation, scimType) => {
    // Act & assess
    expect(
      refusalOf(() => patched([{ op: 'replace', path: 'title', value: 'New' }, operation])),
    ).toMatchObject({
      status: 400,
      scimType,
    });
  });

  it.each([
    ['no object', 'x'],
    ['no schemas', { Operations: [{ op: 'remove', path: 'title' }] }],
    ['other schemas', { schemas: [CORE], Operations: [{ op: 'remove', path: 'title' }] }],
    ['no operations', { schemas: [PATCH_OP] }],
    ['an empty list of operations', body()],
    ['too many operations', body(...Array(1001).fill({ op: 'remove', path: 'title' }))],
  ])('with %s is refused as invalidSyntax', (_name, sent) => {
    // Act & assess
    expect(refusalOf(() => patchOperations(sent))).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
  });

  it('may name its members in any letter case', () => {
    // Act & assess
    expect(
      patchOperations({
        SCHEMAS: [PATCH_OP.toUpperCase()],
        operations: [{ op: 'ADD', path: null, value: 1 }],
      }),
    ).toEqual([{ op: 'add', value: 1 }]);
  });

  it.each([
    ['words for booleans', { op: 'replace', path: 'active', value: 'False' }, 'invalidValue'],
    ['a missing value', { op: 'replace', path: 'ims[type eq "x"].value', value: 'y' }, 'noTarget'],
    [
      'a text for a complex value',
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: '27' },
      'invalidValue',
    ],
    [
      'a list for one value',
      { op: 'replace', path: `${ENTERPRISE}:manager`, value: [{ value: '27' }] },
      'invalidValue',
    ],
    ['one value for a list', { op: 'replace', path: 'emails', value: { value: 'x' } }, 'invalidValue'],
  ])('in strict mode has no leniency for %s', (_name, operation, scimType) => {
    // Act & assess
    expect(refusalOf(() => patched([operation], LEA, STRICT))).toMatchObject({ scimType });
  });

  it('in strict mode leaves dotted keys out, and removes all however many are listed', () => {
    // Act
    const after = patched(
      [
        { op: 'replace', value: { 'name.givenName': 'Lena', 'emails[type eq "home"].value': 'x' } },
        { op: 'remove', path: 'emails', value: [{ value: 'lea@home.example' }] },
      ],
      LEA,
      STRICT,
    );

    // Assess
    expect(after).toMatchObject({ name: { givenName: 'Lea' } });
    expect(after.emails).toBeUndefined();
  });

  it('refuses a resource that grows beyond what can be kept', () => {
    // Prepare
    const ims = Array.from({ length: 900 }, (_, i) => ({ value: `${i}${'x'.repeat(300)}` }));

    // Act & assess
    expect(refusalOf(() => patched([{ op: 'add', path: 'ims', value: ims }]))).toMatchObject({ status: 413 });
  });

  it('keeps its promises for any sequence: at most one primary, nothing unknown, userName there', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('False', { active: false }, [{ value: 'a', primary: true }], {
        value: 'b',
        primary: 'True',
      }),
    );
    const operation = fc.record({
      op: fc.constantFrom('add', 'Replace', 'remove'),
      path: fc.constantFrom(
        undefined,
        'emails',
        'emails[type eq "work"]',
        'emails[primary eq true].value',
        'name',
        'active',
        'roles.value',
        `${ENTERPRISE}:manager`,
      ),
      value,
    });
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 6 }), (operations) => {
        const frozen = JSON.stringify(LEA);
        try {
          const after = patched(operations);
          for (const list of [after.emails, after.roles]) {
            expect(
              [list ?? []].flat().filter((it) => Object(it).primary === true).length,
            ).toBeLessThanOrEqual(1);
          }
          const known = [...Object.keys(LEA), 'roles'];
          const others = Object.keys(after).filter((key) => !known.includes(key));
          expect(
            others.every(
              (key) => USER.core.attributes.some(({ name }) => name === key) || key.startsWith('urn:'),
            ),
          ).toBe(true);
          expect(after.userName).toBeTruthy();
          // Patching with what is there changes nothing.
          expect(patched([{ op: 'add', value: after }], after)).toEqual(after);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ScimError' });
        }
        expect(JSON.stringify(LEA)).toBe(frozen);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});
