import { describe, expect, it } from 'vitest';
import { PATCH_OP, patchOperations } from '../../../functions/scim/change/operations.ts';
import { patch } from '../../../functions/scim/change/patch.ts';
import { LENIENT, STRICT } from '../../../functions/scim/schema/leniencies.ts';
import { LEA, patchBody, patched } from '../../support/scim-patch.ts';
import { CORE, ENTERPRISE, refusalOf, USER } from '../../support/scim-types.ts';

describe('an operation', () => {
  it.each([
    [{ op: 'remove' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type co "oth"].value', value: 'x@y.example' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq "a" or type eq "b"].value', value: 'x' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[type eq "a" and value sw "b"].value', value: 'x' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[value eq "old@x.example"].value', value: 'x' }, 'noTarget'],
    [{ op: 'replace', path: 'emails[value eq "old@x.example"].display', value: 'x' }, 'noTarget'],
    [{ op: 'add', path: 'emails[value eq "old@x.example" and type eq "a"].type', value: 'x' }, 'noTarget'],
    [{ op: 'add', path: 'addresses[country eq "DE"].country', value: 'FR' }, 'noTarget'],
    [{ op: 'replace', path: 'id', value: '9' }, 'mutability'],
    [{ op: 'replace', path: 'meta.created', value: '2026-01-01T00:00:00Z' }, 'mutability'],
    [{ op: 'add', path: 'groups', value: [{ value: '1' }] }, 'mutability'],
    [{ op: 'remove', path: 'userName' }, 'mutability'],
    [{ op: 'replace', path: 'userName', value: '' }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: ' \t' }, 'invalidValue'],
    [{ op: 'replace', path: 'nothing', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: '__proto__.x', value: 'x' }, 'invalidPath'],
    [{ op: 'replace', path: 'emails[type eq].value', value: 'x' }, 'invalidFilter'],
    [{ op: 'replace', path: 'active', value: 'yes' }, 'invalidValue'],
    [{ op: 'replace', path: 'active', value: 2 }, 'invalidValue'],
    [{ op: 'replace', path: 'active', value: {} }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: true }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: ['a', 'b'] }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: [['a']] }, 'invalidValue'],
    [{ op: 'replace', path: 'userName', value: '\ud800' }, 'invalidValue'],
    [{ op: 'replace', path: 'name', value: 'Lea Ver' }, 'invalidValue'],
    [{ op: 'replace', path: `${ENTERPRISE}:manager`, value: [['27']] }, 'invalidValue'],
    [{ op: 'replace', path: 'emails', value: [['x@y.example']] }, 'invalidValue'],
    [{ op: 'replace', path: 'emails', value: [{ value: true }] }, 'invalidValue'],
    [{ op: 'replace', path: 'emails', value: [{ address: 'x@y.example' }] }, 'invalidValue'],
    [
      { op: 'replace', path: 'emails[type eq "home"]', value: [{ value: 'a' }, { value: 'b' }] },
      'invalidValue',
    ],
    [{ op: 'add', path: 'ims[type eq "\\ud800"].value', value: 'x' }, 'invalidValue'],
    [{ op: 'add', path: 'x509Certificates', value: [{ value: 'no base64!' }] }, 'invalidValue'],
    [{ op: 'replace', value: 'x' }, 'invalidSyntax'],
    [{ op: 'replace', value: { [ENTERPRISE]: 'x' } }, 'invalidValue'],
    [{ op: 'replace', value: { [ENTERPRISE]: [] } }, 'invalidValue'],
    [{ op: 'replace', path: 'title' }, 'invalidSyntax'],
    [{ op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ op: ['add'], path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ op: { toString: 1 }, path: 'title', value: 'x' }, 'invalidSyntax'],
    [{ op: 'replace', path: 5, value: 'x' }, 'invalidSyntax'],
    ['replace', 'invalidSyntax'],
  ])('%j is refused as %s', (operation, scimType) => {
    // Act & assess
    expect(
      refusalOf(() => patched([{ op: 'replace', path: 'title', value: 'New' }, operation])),
    ).toMatchObject({ status: 400, scimType });
  });

  it.each([
    ['replaced by', { op: 'replace', path: 'active', value: '' }],
    ['replaced by', { op: 'replace', path: 'active', value: null }],
    ['replaced by', { op: 'Replace', path: 'active', value: [] }],
    ['replaced by', { op: 'replace', path: 'active', value: [null] }],
    ['replaced by', { op: 'replace', value: { active: '' } }],
    ['added as', { op: 'add', path: 'active', value: '' }],
  ])('never clears active: %s nothing', (_name, operation) => {
    for (const active of [true, false]) {
      // Act
      const clear = () => patched([operation], { userName: 'lea', active });

      // Assess
      expect(clear).toThrow('active has to be true or false.');
      expect(refusalOf(clear)).toMatchObject({ status: 400, scimType: 'invalidValue' });
    }
  });

  it.each([undefined, true])('never removes active, with %s beside it', (value) => {
    // Act & assess
    expect(refusalOf(() => patched([{ op: 'remove', path: 'active', value }]))).toMatchObject({
      status: 400,
      scimType: 'mutability',
    });
  });
});

describe('a PATCH body', () => {
  it('may leave out its schemas', () => {
    // Act & assess
    expect(patchOperations({ Operations: [{ op: 'remove', path: 'title' }] })).toEqual([
      { op: 'remove', path: 'title' },
    ]);
  });

  it.each([
    ['no object', 'x'],
    ['other schemas', { schemas: [CORE], Operations: [{ op: 'remove', path: 'title' }] }],
    ['schemas that are no texts', { schemas: [{ toString: 1 }], Operations: [] }],
    ['no operations', { schemas: [PATCH_OP] }],
    ['an empty list of operations', patchBody()],
    ['too many operations', patchBody(...Array(1001).fill({ op: 'remove', path: 'title' }))],
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
});

describe('in strict mode', () => {
  it.each([
    ['words for booleans', { op: 'replace', path: 'active', value: 'False' }, 'invalidValue'],
    ['a missing value', { op: 'replace', path: 'ims[type eq "x"].value', value: 'y' }, 'noTarget'],
    ['nothing for a missing value', { op: 'replace', path: 'ims[type eq "x"]', value: null }, 'noTarget'],
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
    ['a number for a text', { op: 'replace', path: 'title', value: 5 }, 'invalidValue'],
    ['a number for a truth', { op: 'replace', path: 'active', value: 0 }, 'invalidValue'],
    [
      'an object of its own name',
      { op: 'replace', path: 'active', value: { active: false } },
      'invalidValue',
    ],
    ['a dot after a URN', { op: 'replace', path: `${ENTERPRISE}.department`, value: 'x' }, 'invalidPath'],
    ['a filter without quotes', { op: 'remove', path: 'emails[type eq work]' }, 'invalidFilter'],
    ['an empty text for an extension', { op: 'replace', value: { [ENTERPRISE]: '' } }, 'invalidValue'],
  ])('there is no leniency for %s', (_name, operation, scimType) => {
    // Act & assess
    expect(refusalOf(() => patched([operation], LEA, STRICT))).toMatchObject({ scimType });
  });

  it('paths for names are left out, and remove removes all however many are listed', () => {
    // Act
    const { resource, unknown } = patch(
      USER,
      LEA,
      patchOperations(
        patchBody(
          { op: 'replace', value: { 'name.givenName': 'Lena', 'emails[type eq "home"].value': 'x' } },
          {
            op: 'replace',
            value: { [`${ENTERPRISE}:department`]: 'Inbound', [ENTERPRISE]: { 'manager.value': '27' } },
          },
          { op: 'remove', path: 'emails', value: [{ value: 'lea@home.example' }] },
        ),
      ),
      STRICT,
    );

    // Assess
    const { emails: _, ...others } = LEA;
    expect([resource, unknown]).toEqual([others, 4]);
  });

  it('null clears an extension, and add makes the value that its filter describes', () => {
    // Act
    const after = patched(
      [
        { op: 'replace', value: { [ENTERPRISE]: null } },
        { op: 'add', path: 'ims[type eq "x"].value', value: 'y' },
      ],
      LEA,
      STRICT,
    );

    // Assess
    const { [ENTERPRISE]: _, ...others } = LEA;
    expect(after).toEqual({ ...others, ims: [{ type: 'x', value: 'y' }] });
  });

  it('leniently the same values go by the values that are listed', () => {
    // Act & assess
    expect(
      patched([{ op: 'remove', path: 'emails', value: [{ value: 'lea@home.example' }] }], LEA, LENIENT)
        .emails,
    ).toHaveLength(1);
  });
});
