import { describe, expect, it } from 'vitest';
import { LENIENT } from '../../../functions/scim/schema/leniencies.ts';
import { HOME, LEA, lea, MANAGED, patched, WORK } from '../../support/scim-patch.ts';
import { CORE, ENTERPRISE, GROUP, refusalOf } from '../../support/scim-types.ts';

const manager = `${ENTERPRISE}:manager`;
const managed = (by?: { value?: string; displayName?: string }) =>
  lea({ [ENTERPRISE]: { department: 'Outbound', ...(by && { manager: by }) } });

describe("Okta's PATCH", () => {
  it.each([
    ['deactivates without a path', { op: 'replace', value: { active: false } }, lea({ active: false })],
    ['says so in a text', { op: 'replace', value: { active: 'false' } }, lea({ active: false })],
    ['says so in a list of one', { op: 'replace', value: { active: ['False'] } }, lea({ active: false })],
    [
      'echoes id, meta and groups',
      { op: 'replace', value: { id: '9', meta: {}, groups: [], schemas: [] } },
      LEA,
    ],
    ['sends a password, which nobody wants', { op: 'replace', value: { password: 'secret' } }, LEA],
    [
      'adds one value as an object',
      { op: 'add', path: 'emails', value: { value: 'x@y.example' } },
      lea({ emails: [WORK, HOME, { value: 'x@y.example' }] }),
    ],
  ])('%s', (_name, operation, expected) => {
    // Act & assess
    expect(patched([operation])).toEqual(expected);
  });
});

describe("Entra's PATCH", () => {
  it.each([
    ['"False"', { op: 'Replace', path: 'active', value: 'False' }, lea({ active: false })],
    ['"True"', { op: 'Add', path: 'active', value: 'True' }, LEA],
    ['false', { op: 'replace', path: 'active', value: false }, lea({ active: false })],
    [
      'an address by its type',
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@acme.example' },
      lea({ emails: [{ ...WORK, value: 'new@acme.example' }, HOME] }),
    ],
    [
      'dotted and URN keys',
      {
        op: 'replace',
        value: {
          'name.givenName': 'Lena',
          [`${ENTERPRISE}:department`]: 'Inbound',
          [`${CORE}:title`]: 'Lead',
        },
      },
      lea({
        title: 'Lead',
        name: { givenName: 'Lena', familyName: 'Ver' },
        [ENTERPRISE]: { ...MANAGED, department: 'Inbound' },
      }),
    ],
    [
      'a path as a key',
      { op: 'replace', value: { 'emails[type eq "home"].value': 'l@home.example' } },
      lea({ emails: [WORK, { ...HOME, value: 'l@home.example' }] }),
    ],
    ['what no path is as a key', { op: 'replace', value: { 'emails[': 'x', 'x[y eq "z"]': 'x' } }, LEA],
    [
      'a role as a text',
      { op: 'add', path: 'roles', value: 'Picker' },
      lea({ roles: [{ value: 'Picker' }] }),
    ],
    [
      'a value that is not there',
      { op: 'Add', path: 'phoneNumbers[type eq "mobile" and primary eq true].value', value: '1' },
      lea({ phoneNumbers: [{ type: 'mobile', primary: true, value: '1' }] }),
    ],
    [
      'a value that is not there, by replace',
      { op: 'Replace', path: 'roles[primary eq "True"].value', value: 'Picker' },
      lea({ roles: [{ primary: true, value: 'Picker' }] }),
    ],
    [
      'nothing for a value that is not there',
      { op: 'Replace', path: 'ims[type eq "x"].value', value: '' },
      LEA,
    ],
    [
      'an address of the post that is not there',
      { op: 'Add', path: 'addresses[type eq "home"].country', value: 'DE' },
      lea({
        addresses: [
          { type: 'work', streetAddress: '1 Main', locality: 'Ulm' },
          { type: 'home', country: 'DE' },
        ],
      }),
    ],
    [
      'values to remove beside the path',
      { op: 'Remove', path: 'emails', value: [{ value: HOME.value }] },
      lea({ emails: [WORK] }),
    ],
    [
      'values to remove in another letter case',
      { op: 'Remove', path: 'emails', value: [{ value: 'LEA@HOME.EXAMPLE' }] },
      lea({ emails: [WORK] }),
    ],
    [
      'a whole address to remove',
      {
        op: 'Remove',
        path: 'addresses',
        value: [{ locality: 'ulm', type: 'work', streetAddress: '1 Main' }],
      },
      lea({ addresses: undefined }),
    ],
    ['half an address to remove', { op: 'Remove', path: 'addresses', value: [{ locality: 'ulm' }] }, LEA],
    [
      'a value beside a filter, which means nothing',
      { op: 'Remove', path: 'emails[type eq "home"]', value: 'x' },
      lea({ emails: [WORK] }),
    ],
    [
      'a value beside a part, which means nothing',
      { op: 'Remove', path: 'emails[type eq "home"].type', value: 'other' },
      lea({ emails: [WORK, { value: HOME.value }] }),
    ],
    [
      'a value beside a part of every value',
      { op: 'Remove', path: 'emails.type', value: 'home' },
      lea({ emails: [{ value: WORK.value, primary: true }, { value: HOME.value }] }),
    ],
  ])('may have %s', (_name, operation, expected) => {
    // Act & assess
    expect(patched([operation])).toEqual(expected);
  });

  it('takes a value that does not say whether it is primary for one that is not', () => {
    // Act
    const after = patched([
      { op: 'Replace', path: 'emails[primary eq "False"].value', value: 'x@y.example' },
    ]);

    // Assess
    expect(after.emails).toEqual([WORK, { ...HOME, value: 'x@y.example' }]);
  });
});

describe('a manager', () => {
  it.each([
    ['is a text', { op: 'Replace', path: manager, value: '27' }, { value: '27' }],
    ['is an object', { op: 'replace', path: manager, value: { value: '27' } }, { value: '27' }],
    ['is a list of one', { op: 'add', path: manager, value: [{ value: '27' }] }, { value: '27' }],
    ['is a part', { op: 'replace', path: `${manager}.value`, value: '27' }, { value: '27' }],
    [
      'is named without the URN',
      { op: 'replace', path: 'manager', value: [{ value: '27' }] },
      { value: '27' },
    ],
    ['is so without a path', { op: 'replace', value: { manager: '27' } }, { value: '27' }],
    [
      'brings a name',
      { op: 'replace', path: manager, value: { displayName: 'Kim', value: '27' } },
      { value: '27', displayName: 'Kim' },
    ],
    ['who is the same keeps the name', { op: 'replace', path: manager, value: '26' }, MANAGED.manager],
    [
      'who is the same has another name',
      { op: 'replace', path: manager, value: { displayName: 'Sam A.' } },
      { value: '26', displayName: 'Sam A.' },
    ],
    ['is nobody known by an empty text', { op: 'replace', path: manager, value: '' }, undefined],
    ['is nobody known by null', { op: 'replace', path: manager, value: null }, undefined],
    ['is nobody known by an empty list', { op: 'replace', path: manager, value: [] }, undefined],
    ['is nobody known by a list of an empty text', { op: 'replace', path: manager, value: [''] }, undefined],
    [
      'without a value is none',
      { op: 'replace', path: manager, value: { value: '', displayName: null } },
      undefined,
    ],
    [
      'without a value is none, whoever is named',
      { op: 'replace', path: manager, value: { value: '', displayName: 'Sam' } },
      undefined,
    ],
    [
      'without a value is none, also in a list',
      { op: 'add', path: manager, value: [{ value: '' }] },
      undefined,
    ],
    [
      'without a value is none, also among others',
      { op: 'replace', value: { [ENTERPRISE]: { manager: '' } } },
      undefined,
    ],
    ['whose value is emptied is none', { op: 'add', path: `${manager}.value`, value: '' }, undefined],
    ['whose value is removed is none', { op: 'remove', path: `${manager}.value` }, undefined],
    ['is removed', { op: 'remove', path: manager }, undefined],
  ])('%s', (_name, operation, expected) => {
    // Act & assess
    expect(patched([operation])).toEqual(managed(expected));
  });

  it('who never had a value may have a name, and keeps it when the value comes', () => {
    // Act
    const named = patched([{ op: 'add', path: `${manager}.displayName`, value: 'Kim' }], managed());
    const valued = patched([{ op: 'add', path: `${manager}.value`, value: '27' }], named);

    // Assess
    expect([named, valued]).toEqual([
      managed({ displayName: 'Kim' }),
      managed({ displayName: 'Kim', value: '27' }),
    ]);
  });
});

describe('what is read-only', () => {
  const team = { id: '3', displayName: 'Picker', meta: { resourceType: 'Group' } };
  const renamed = (operation: unknown) => patched([operation], team, LENIENT, GROUP);

  it.each([
    { op: 'replace', path: 'displayName', value: 'Picker' },
    { op: 'Add', path: 'displayName', value: 'PICKER' },
    { op: 'replace', path: 'id', value: '3' },
    { op: 'replace', path: 'meta.resourceType', value: 'Group' },
    { op: 'replace', value: { displayName: 'Other', id: '4' } },
  ])('may be repeated, and left out of a value: %j', (operation) => {
    // Act & assess
    expect(renamed(operation)).toEqual(team);
  });

  it.each([
    { op: 'replace', path: 'displayName', value: 'Other' },
    { op: 'replace', path: 'displayName', value: ['Picker'] },
    { op: 'remove', path: 'displayName', value: 'Picker' },
    { op: 'replace', path: 'meta.resourceType', value: 'group' },
    { op: 'replace', path: 'meta', value: { resourceType: 'Group' } },
    { op: 'add', path: 'meta.location', value: 'x' },
  ])('is not changed: %j', (operation) => {
    // Act & assess
    expect(refusalOf(() => renamed(operation))).toMatchObject({ status: 400, scimType: 'mutability' });
  });
});
