import { describe, expect, it } from 'vitest';
import { LENIENT } from '../../../functions/scim/schema/leniencies.ts';
import { patched } from '../../support/scim-patch.ts';
import { GROUP, refusalOf } from '../../support/scim-types.ts';

describe('of the members of a group', () => {
  const team = { displayName: 'Picker', members: [{ value: '7' }, { value: '8', type: 'User' }] };
  const members = (...operations: unknown[]) => patched(operations, team, LENIENT, GROUP).members;
  const both = team.members;

  it.each([
    ['one is removed the Okta way', { op: 'remove', path: 'members[value eq "7"]' }, [both[1]]],
    ['one is removed the Entra way', { op: 'Remove', path: 'members', value: [{ value: '8' }] }, [both[0]]],
    [
      'one is removed with more said of it',
      { op: 'Remove', path: 'members', value: [{ value: '7', type: 'User' }] },
      [both[1]],
    ],
    ['one is removed that is listed twice', { op: 'Remove', path: 'members', value: ['7', '7'] }, [both[1]]],
    [
      'one is removed as an object',
      { op: 'Remove', path: 'members', value: { $ref: null, value: '7' } },
      [both[1]],
    ],
    [
      'one is added',
      { op: 'add', path: 'members', value: [{ $ref: null, value: '9' }] },
      [...both, { value: '9' }],
    ],
    ['some are added as texts', { op: 'add', path: 'members', value: ['9', '7'] }, [...both, { value: '9' }]],
    ['all are removed', { op: 'remove', path: 'members' }, undefined],
    ['all are removed by null for a list', { op: 'remove', path: 'members', value: null }, undefined],
    ['all are replaced by none', { op: 'replace', path: 'members', value: [] }, undefined],
    [
      'all are replaced by none without a path',
      { op: 'replace', value: { members: [], id: 'g', displayName: 'g' } },
      undefined,
    ],
    ['all stay in a rename', { op: 'replace', value: { id: 'g', displayName: 'Other' } }, both],
    [
      'all stay when a display name is sent for them',
      { op: 'replace', value: { 'members.display': 'x' } },
      both,
    ],
    [
      'all stay when a display name of one is sent',
      { op: 'replace', value: { 'members[value eq "7"].display': 'x' } },
      both,
    ],
  ])('%s', (_name, operation, expected) => {
    // Act & assess
    expect(members(operation)).toEqual(expected);
  });

  it('the first may be added by its sub-attribute', () => {
    // Act
    const after = patched(
      [{ op: 'add', path: 'members.value', value: '9' }],
      { displayName: 'Picker' },
      LENIENT,
      GROUP,
    );

    // Assess
    expect(after.members).toEqual([{ value: '9' }]);
  });

  it.each([
    ['an empty list', []],
    ['an empty text', ''],
    ['an empty object', {}],
    ['a list of null', [null]],
    ['a list of an empty object', [{}]],
    ['a member without a value', [{ value: null }]],
    ['a member with an empty value', [{ value: '', display: '' }]],
    ['a member told by its name, which is not kept', [{ display: 'Lea' }]],
    ['a member told by its type', [{ type: 'User' }]],
    ['somebody who is no member', [{ value: '9' }]],
    ['a member of another type', [{ value: '8', type: 'Group' }]],
  ])('none is removed by %s beside the path', (_name, value) => {
    // Act & assess
    expect(members({ op: 'Remove', path: 'members', value })).toEqual(both);
  });

  it.each([
    ['removed', 'remove', [{ id: '7' }]],
    ['removed', 'remove', [{ value: null, id: '7' }]],
    ['replaced', 'replace', [{ id: '7' }]],
    ['replaced', 'replace', [{}]],
    ['replaced', 'replace', {}],
    ['replaced', 'replace', [{ display: 'Lea' }]],
    ['added to', 'add', [{ id: '7' }]],
  ])('none is %s when nothing is known in what is sent: %s %j', (_name, op, value) => {
    // Act & assess
    expect(refusalOf(() => members({ op, path: 'members', value }))).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
    });
  });

  it.each([
    ['replace', 'members[value eq "7"].value', '9'],
    ['replace', 'members[value eq "7"]', { value: '9' }],
    ['replace', 'members.value', '9'],
    ['replace', 'members[value eq "8"].type', 'Group'],
    ['remove', 'members[value eq "8"].type', undefined],
    ['replace', 'members[value eq "7"].display', 'Lea'],
    ['remove', 'members.display', undefined],
  ])('none becomes another one: %s %s', (op, path, value) => {
    // Act & assess
    expect(refusalOf(() => members({ op, path, value }))).toMatchObject({
      status: 400,
      scimType: 'mutability',
    });
  });

  it.each([
    ['members[value eq "7"].value', '7'],
    ['members[value eq "8"].type', 'user'],
    ['members[value eq "7"].type', 'User'],
  ])('%s may be said to be what it is', (path, value) => {
    // Act & assess
    expect(members({ op: 'replace', path, value })).toMatchObject([{ value: '7' }, { value: '8' }]);
  });

  it.each([
    ['members[value eq "9"]', {}],
    ['members[value eq "9"].type', 'User'],
    ['members[display eq "Lea"].value', '9'],
  ])('none comes into being by a filter for one that is not there: %s', (path, value) => {
    for (const op of ['add', 'replace']) {
      // Act & assess
      expect(refusalOf(() => members({ op, path, value }))).toMatchObject({
        status: 400,
        scimType: 'noTarget',
      });
    }
  });

  it('of two in different letter case one is not the other', () => {
    // Prepare
    const before = { displayName: 'Picker', members: [{ value: 'a' }, { value: 'A' }] };

    // Act
    const after = patched(
      [{ op: 'Remove', path: 'members', value: [{ value: 'a' }] }],
      before,
      LENIENT,
      GROUP,
    );

    // Assess
    expect(after.members).toEqual([{ value: 'A' }]);
  });
});
