import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/identity/json.ts';
import { patch } from '../../../functions/scim/change/patch.ts';
import { LENIENT, STRICT } from '../../../functions/scim/schema/leniencies.ts';
import { HOME, LEA, lea, MANAGED, patched, WORK } from '../../support/scim-patch.ts';
import { CLARUS, CORE, ENTERPRISE, USER } from '../../support/scim-types.ts';

describe('a PATCH', () => {
  it.each([
    ['null clears', { op: 'replace', path: 'title', value: null }, lea({ title: undefined })],
    ['add of null clears', { op: 'add', path: 'title', value: null }, lea({ title: undefined })],
    ['an empty text clears', { op: 'replace', value: { title: '' } }, lea({ title: undefined })],
    ['a list of null clears', { op: 'replace', path: 'title', value: [null] }, lea({ title: undefined })],
    ['remove takes away', { op: 'remove', path: 'title' }, lea({ title: undefined })],
    [
      'remove of one value ignores what is beside',
      { op: 'remove', path: 'title', value: 'x' },
      lea({ title: undefined }),
    ],
    ['remove of what is not there', { op: 'remove', path: 'nickName' }, LEA],
    ['remove of a part', { op: 'remove', path: 'name.givenName' }, lea({ name: { familyName: 'Ver' } })],
    ['remove of a part of nothing', { op: 'remove', path: `${CORE}:name.middleName` }, LEA],
    [
      'replace of a part',
      { op: 'replace', path: 'name.givenName', value: 'Lena' },
      lea({ name: { givenName: 'Lena', familyName: 'Ver' } }),
    ],
    [
      'clearing a part by name',
      { op: 'replace', path: 'name', value: { givenName: null } },
      lea({ name: { familyName: 'Ver' } }),
    ],
    [
      'clearing every part by name',
      { op: 'replace', path: 'name', value: { GIVENNAME: null, familyName: [] } },
      lea({ name: undefined }),
    ],
    ['clearing a complex value', { op: 'replace', path: 'name', value: '' }, lea({ name: undefined })],
    [
      'parts not mentioned stay',
      { op: 'replace', path: 'name', value: { middleName: 'M' } },
      lea({ name: { givenName: 'Lea', familyName: 'Ver', middleName: 'M' } }),
    ],
    [
      'an object with nothing known in it says nothing',
      { op: 'replace', path: 'name', value: { x: 1 } },
      LEA,
    ],
    [
      'a reference',
      { op: 'add', path: 'profileUrl', value: 'https://x.example/Lea' },
      lea({ profileUrl: 'https://x.example/Lea' }),
    ],
    [
      'the common URN member',
      { op: 'add', path: `${CLARUS}:string1`, value: 'x' },
      lea({ [CLARUS]: { string1: 'x' } }),
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

  it('tells which attributes it spoke of, and how much of it nobody knows, also within values', () => {
    // Act
    const { stated, unknown } = patch(
      USER,
      LEA,
      [
        { op: 'replace', path: 'name', value: { givenName: 'Lea', nothing: 1 } },
        { op: 'add', path: 'emails', value: [{ value: 'x@y.example', address: 'z' }] },
        {
          op: 'replace',
          value: { active: true, nothing: 1, groups: [], [ENTERPRISE]: { department: 'D', x: 1 } },
        },
        { op: 'remove', path: 'emails', value: [{ value: 'x@y.example', operation: 'delete' }] },
      ],
      LENIENT,
    );

    // Assess
    expect(stated.map(({ attribute }) => attribute.name)).toEqual([
      'name',
      'emails',
      'active',
      'department',
      'emails',
    ]);
    expect(unknown).toBe(5);
  });

  it.each([
    ['of a text', { path: 'title', value: 'Picker' }],
    ['of a list', { path: 'emails', value: [WORK, HOME] }],
    ['of a list by its values alone', { path: 'emails', value: [{ value: 'LEA@HOME.EXAMPLE' }, WORK] }],
    ['of an extension', { path: ENTERPRISE, value: MANAGED }],
    ['of everything', { value: LEA }],
  ])('adding what is there, %s, is no change', (_name, operation) => {
    // Act & assess
    expect(patched([{ op: 'add', ...operation }])).toEqual(LEA);
  });
});

describe('an extension in a PATCH', () => {
  const without = lea({ [ENTERPRISE]: undefined });

  it.each([
    [
      'by its URN',
      { op: 'replace', path: ENTERPRISE.toUpperCase(), value: { division: 'D' } },
      lea({ [ENTERPRISE]: { ...MANAGED, division: 'D' } }),
    ],
    [
      'as a member',
      { op: 'add', value: { [CLARUS]: { string1: 'x' }, [ENTERPRISE]: { costCenter: '7' } } },
      lea({ [CLARUS]: { string1: 'x' }, [ENTERPRISE]: { ...MANAGED, costCenter: '7' } }),
    ],
    ['removed by its URN', { op: 'remove', path: ENTERPRISE }, without],
    ['removed by its URN, whatever is beside', { op: 'remove', path: ENTERPRISE, value: { x: 1 } }, without],
    ['cleared by null at its URN', { op: 'replace', path: ENTERPRISE, value: null }, without],
    ['cleared by an empty text at its URN', { op: 'replace', path: ENTERPRISE, value: '' }, without],
    ['cleared by null as a member', { op: 'replace', value: { [ENTERPRISE]: null } }, without],
    ['left alone by adding null at its URN', { op: 'add', path: ENTERPRISE, value: null }, LEA],
    ['left alone by adding null as a member', { op: 'add', value: { [ENTERPRISE]: null } }, LEA],
  ])('is %s', (_name, operation, expected) => {
    // Act & assess
    expect(patched([operation])).toEqual(expected);
  });
});

describe('any sequence of operations', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>(
      'False',
      { active: false },
      [{ value: 'a', primary: true }],
      { value: 'b', primary: 'True' },
      [{ value: 'a', type: 'work' }, { value: 'A' }],
    ),
  );
  const operation = fc.record({
    op: fc.constantFrom('add', 'Replace', 'remove'),
    path: fc.constantFrom(
      undefined,
      'emails',
      'emails[type eq "work"]',
      'emails[primary eq true].value',
      'emails[primary eq false].type',
      'addresses[type eq "work"].locality',
      'name',
      'active',
      'roles.value',
      'roles.display',
      `${ENTERPRISE}:manager`,
    ),
    value,
  });

  it.each([
    ['', LENIENT],
    [' in strict mode', STRICT],
  ])('leaves one primary at most, nothing unknown, no value without its value%s', (_name, lenient) => {
    const known = [...Object.keys(LEA), 'roles'];
    const schema = USER.core.attributes.map(({ name }) => name);
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 6 }), (operations) => {
        const frozen = JSON.stringify(LEA);
        try {
          const after = patched(operations, LEA, lenient);
          for (const list of [after.emails, after.roles].map((it) => [it ?? []].flat().map(Object))) {
            expect(list.filter((it) => it.primary === true).length).toBeLessThanOrEqual(1);
            expect(list.every((it) => typeof it.value === 'string' && it.value !== '')).toBe(true);
          }
          const others = Object.keys(after).filter((key) => !known.includes(key));
          expect(others.every((key) => schema.includes(key) || key.startsWith('urn:'))).toBe(true);
          expect(after.userName).toBeTruthy();
          expect(typeof after.active).toBe('boolean');
          // Patching with what is there changes nothing.
          expect(patched([{ op: 'add', value: after }], after, lenient)).toEqual(after);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ScimError' });
        }
        expect(JSON.stringify(LEA)).toBe(frozen);
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });

  it('read back and put together again is the same resource', () => {
    const word = fc.string({ minLength: 1, maxLength: 5 });
    const element = fc.record({ value: word, type: word, display: word }, { requiredKeys: ['value'] });
    fc.assert(
      fc.property(fc.array(element, { maxLength: 6 }), (ims) => {
        const once: JsonObject = patched([{ op: 'replace', path: 'ims', value: ims }]);
        expect(patched([{ op: 'replace', path: 'ims', value: once.ims ?? [] }])).toEqual(once);
        expect(patched([{ op: 'add', path: 'ims', value: once.ims ?? [] }], once)).toEqual(once);
      }),
    );
  });
});
