import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/identity/json.ts';
import { HOME, LEA, lea, patched, WORK } from '../../support/scim-patch.ts';

const emails = (...values: JsonObject[]) => lea({ emails: values.length === 0 ? undefined : values });

describe('a value without its value is none', () => {
  it.each([
    ['emptied by filter', { op: 'replace', path: 'emails[type eq "home"].value', value: '' }, emails(WORK)],
    [
      'emptied by adding nothing',
      { op: 'add', path: 'emails[type eq "home"].value', value: null },
      emails(WORK),
    ],
    [
      'emptied by name',
      { op: 'replace', path: 'emails[type eq "home"]', value: { value: null } },
      emails(WORK),
    ],
    ['removed by filter', { op: 'remove', path: 'emails[type eq "home"].value' }, emails(WORK)],
    ['removed everywhere', { op: 'remove', path: 'emails.value' }, emails()],
    ['emptied everywhere', { op: 'add', path: 'emails.value', value: '' }, emails()],
    ['added empty', { op: 'add', path: 'emails', value: [{ value: '', type: 'x' }] }, LEA],
    ['added without one', { op: 'add', path: 'emails', value: [{ type: 'x', primary: true }] }, LEA],
    [
      'sent empty',
      { op: 'replace', path: 'emails', value: [WORK, { value: null, type: 'home' }] },
      emails(WORK),
    ],
    [
      'sent without one',
      { op: 'replace', path: 'emails', value: [HOME, { type: 'work', primary: true }] },
      emails(HOME),
    ],
    ['described by a filter and not filled', { op: 'add', path: 'ims[type eq "x"].value', value: '' }, LEA],
    [
      'described by a filter and filled with something else',
      { op: 'add', path: 'ims[type eq "x"].display', value: 'X' },
      LEA,
    ],
  ])('%s', (_name, operation, expected) => {
    // Act & assess
    expect(patched([operation])).toEqual(expected);
  });

  it('at the end of a PATCH: its parts may come one by one, the value last', () => {
    // Act
    const after = patched([
      { op: 'Add', path: 'roles[primary eq "True"].display', value: 'Picker' },
      { op: 'Add', path: 'roles[primary eq "True"].type', value: 'WindowsAzureActiveDirectoryRole' },
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'p' },
    ]);

    // Assess
    expect(after.roles).toEqual([
      { primary: true, display: 'Picker', type: 'WindowsAzureActiveDirectoryRole', value: 'p' },
    ]);
  });

  it('also where it had none before', () => {
    // Prepare
    const before = { userName: 'lea', ims: [{ type: 'x' }, { type: 'y', value: 'z' }] };

    // Act & assess
    expect(patched([{ op: 'remove', path: 'ims.type' }], before).ims).toEqual([{ value: 'z' }]);
  });

  it.each([
    [
      'emptied of all but its type',
      { op: 'replace', path: 'addresses[type eq "work"]', value: { streetAddress: '', locality: null } },
      undefined,
    ],
    [
      'described and not filled',
      { op: 'add', path: 'addresses[type eq "home"].country', value: '' },
      LEA.addresses,
    ],
    [
      'sent with a type alone',
      { op: 'replace', path: 'addresses', value: [{ type: 'home' }] },
      [{ type: 'home' }],
    ],
    [
      'sent with nothing',
      { op: 'replace', path: 'addresses', value: [{ type: '', country: null }] },
      undefined,
    ],
    [
      'of which something is left',
      { op: 'remove', path: 'addresses.locality' },
      [{ type: 'work', streetAddress: '1 Main' }],
    ],
  ])('unless it has none by its schema: an address %s', (_name, operation, expected) => {
    // Act & assess
    expect(patched([operation]).addresses).toEqual(expected);
  });
});
