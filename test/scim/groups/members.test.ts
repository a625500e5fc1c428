import { expect, it } from 'vitest';
import type { PatchOperation } from '../../../functions/scim/change/operations.ts';
import { concerned } from '../../../functions/scim/groups/members.ts';
import type { ScimTenant } from '../../../functions/scim/ports.ts';
import { LENIENT, STRICT } from '../../../functions/scim/schema/leniencies.ts';
import { GROUP } from '../../support/scim-types.ts';

/** Of a tenant's services only what is looked at. */
function aScim(lenient = LENIENT): ScimTenant {
  return { groupType: GROUP, lenient } as ScimTenant;
}

it.each<[string, PatchOperation[], string[] | undefined]>([
  ['members added', [{ op: 'add', path: 'members', value: [{ value: '7' }, { value: '8' }] }], ['7', '8']],
  ['a member added as a text', [{ op: 'add', path: 'members', value: '7' }], ['7']],
  ['members added without a path', [{ op: 'add', value: { Members: [{ value: '7' }] } }], ['7']],
  ['a member removed by a filter', [{ op: 'remove', path: 'members[value eq "7"]' }], ['7']],
  ['members removed by a list', [{ op: 'remove', path: 'members', value: [{ value: '7' }] }], ['7']],
  ['a rename', [{ op: 'replace', value: { id: '5', displayName: 'X' } }], []],
  ['a rename by its path', [{ op: 'replace', path: 'externalId', value: 'x' }], []],
  [
    'all of them',
    [
      { op: 'add', path: 'members', value: '7' },
      { op: 'remove', path: 'members[value eq "8"]' },
    ],
    ['7', '8'],
  ],
  [
    'a member added under the core URN',
    [{ op: 'add', value: { [GROUP.core.id]: { members: [{ value: '7' }] } } }],
    ['7'],
  ],
  ['a member added at the core URN', [{ op: 'add', path: GROUP.core.id, value: { members: '7' } }], ['7']],
  ['members removed by their type', [{ op: 'remove', path: 'members[type eq "User"]' }], undefined],
  [
    'a member removed by its id and type',
    [{ op: 'remove', path: 'members[value eq "7" and type eq "User"]' }],
    ['7'],
  ],
  ['members removed altogether', [{ op: 'remove', path: 'members' }], undefined],
  ['members replaced', [{ op: 'replace', path: 'members', value: [] }], undefined],
  ['members replaced without a path', [{ op: 'replace', value: { members: [] } }], undefined],
  ['members removed by another filter', [{ op: 'remove', path: 'members[value ne "7"]' }], undefined],
])('%s concern whom they name, or anybody', (_name, operations, expected) => {
  expect(concerned(aScim(), operations)).toEqual(expected);
});

it('a list beside remove means nothing in strict mode, so anybody is concerned', () => {
  const operations: PatchOperation[] = [{ op: 'remove', path: 'members', value: [{ value: '7' }] }];

  expect(concerned(aScim(STRICT), operations)).toBeUndefined();
});
