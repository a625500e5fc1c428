import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFindMember } from '../../../../functions/scim/groups/reading/find-member.ts';
import { createGroupReader } from '../../../../functions/scim/groups/reading/group-reader.ts';
import {
  type MemberReference,
  notAMember,
} from '../../../../functions/scim/groups/reading/member-reference.ts';
import { ScimError } from '../../../../functions/scim/protocol/error.ts';
import { LENIENT, STRICT } from '../../../../functions/scim/schema/leniencies.ts';
import { aMemoryScim } from '../../../support/memory-scim.ts';
import { operations } from '../../../support/scim-bench.ts';
import { GROUP } from '../../../support/scim-types.ts';

/** A reader for the role Picker, which knows lea as 42 and nobody else by name. */
function aReader(lenient = LENIENT) {
  async function findMember(reference: MemberReference): Promise<string> {
    if (reference.kind === 'id') return reference.id;
    if (reference.kind === 'name' && reference.name === 'lea') return '42';
    throw notAMember();
  }
  return createGroupReader({ type: GROUP, lenient, displayName: 'Picker', findMember });
}

describe('of a PATCH of a group', () => {
  it.each<[string, unknown, unknown]>([
    [
      'names in a filter',
      { op: 'remove', path: 'members[type eq "User" and display eq "lea"]' },
      [{ op: 'remove', path: 'members[type eq "User" and value eq "42"]' }],
    ],
    [
      'an address in a filter, letter for letter',
      { op: 'remove', path: 'members[$ref eq "https://x.example/v2/Users/a\\"b"]' },
      [{ op: 'remove', path: 'members[value eq "a\\"b"]' }],
    ],
    [
      'a filter by value as it stands',
      { op: 'remove', path: 'members[value eq "7" or value eq "8"]' },
      [{ op: 'remove', path: 'members[value eq "7" or value eq "8"]' }],
    ],
    [
      'numbers, names and addresses as ids, whatever stands beside a value',
      {
        op: 'Add',
        path: 'members',
        value: [
          7,
          { value: 8, display: 'x' },
          { display: 'lea' },
          { $ref: '../Users/9' },
          { value: '10', x: 1 },
          '11',
        ],
      },
      [
        {
          op: 'add',
          path: 'members',
          value: [
            { value: '7' },
            { value: '8' },
            { value: '42' },
            { value: '9' },
            { value: '10', x: 1 },
            '11',
          ],
        },
      ],
    ],
    [
      'no path as the path',
      { op: 'Remove', value: { Members: { value: '7' } } },
      [{ op: 'remove', path: 'members', value: [{ value: '7' }] }],
    ],
    ['the name that it has as nothing', { op: 'replace', path: 'displayName', value: 'PICKER' }, []],
    [
      'other attributes as they are',
      { op: 'add', path: 'externalId', value: 'x' },
      [{ op: 'add', path: 'externalId', value: 'x' }],
    ],
  ])('it reads %s', async (_name, sent, expected) => {
    // Prepare
    const reader = aReader();

    // Act
    const read = await reader.patch(operations(sent));

    // Assess
    expect([read, reader.refusals]).toEqual([expected, []]);
  });

  it.each<[string, unknown, unknown, string]>([
    [
      'another name',
      { op: 'replace', value: { id: '7', displayName: 'X' } },
      [{ op: 'replace', value: { id: '7' } }],
      'mutability',
    ],
    [
      'a member who is nobody',
      { op: 'add', path: 'members', value: [{ display: 'pat' }, { value: '7' }] },
      [{ op: 'add', path: 'members', value: [{ value: '7' }] }],
      'invalidValue',
    ],
    ['the removal of nobody', { op: 'remove', path: 'members[display eq "pat"]' }, [], 'invalidValue'],
  ])('it refuses %s, and reads the rest', async (_name, sent, expected, scimType) => {
    // Prepare
    const reader = aReader();

    // Act
    const read = await reader.patch(operations(sent));

    // Assess
    expect(read).toEqual(expected);
    expect(reader.refusals).toMatchObject([{ status: 400, scimType }]);
  });

  it('it reads no list of strangers as one of nobody', async () => {
    // Act & assess
    const sent = operations({ op: 'replace', path: 'members', value: [{ display: 'pat' }] });
    await expect(aReader().patch(sent)).rejects.toThrow('A member is not a user here');
    await expect(aReader().put({ members: [{ $ref: '/Groups/7' }] })).rejects.toThrow(
      'A member is not a user here',
    );
  });

  it('it reads members by the letter where the tenant is strict, and refuses another name all the same', async () => {
    // Prepare
    const sent = { op: 'remove', path: 'members[display eq "lea"]' };
    const reader = aReader(STRICT);

    // Act
    const read = await reader.patch(operations(sent, { op: 'replace', value: { displayName: 'X' } }));
    const pathless = reader.patch(operations({ op: 'remove', value: { members: [{ value: '7' }] } }));

    // Assess
    expect(read).toEqual([sent, { op: 'replace', value: {} }]);
    expect(reader.refusals).toMatchObject([{ scimType: 'mutability' }]);
    await expect(pathless).rejects.toMatchObject({ scimType: 'noTarget' });
  });

  it('any JSON is operations, or refused', async () => {
    const part = fc.constantFrom('members', 'displayName', 'members[display eq "lea"]', '', GROUP.core.id);
    const operation = fc.record(
      { op: fc.constantFrom('add', 'remove', 'replace'), path: part, value: fc.jsonValue() },
      { requiredKeys: ['op'] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.jsonValue(),
          fc.array(operation).map((all) => operations(...all)),
        ),
        async (body) => {
          // Act
          const read = await aReader()
            .patch(body)
            .catch((error: unknown) => error);

          // Assess
          expect(Array.isArray(read) || read instanceof ScimError).toBe(true);
        },
      ),
    );
  });
});

describe('a member by name', () => {
  it('is the user who has the name, and not who had it', async () => {
    // Prepare
    const scim = aMemoryScim();
    await scim.call('POST', '/Users', { userName: 'lea@acme.example', displayName: 'Lea' });
    await scim.call('PUT', '/Users/42', { userName: 'lea.ver@acme.example' });
    const ports = { names: scim.scimState.names, records: scim.state.records };
    const find = createFindMember(ports, { name: 'acme', client: 'scim' });

    // Act & assess
    expect(await find({ kind: 'name', name: 'LEA.VER@acme.example' })).toBe('42');
    await expect(find({ kind: 'name', name: 'lea@acme.example' })).rejects.toMatchObject({
      scimType: 'invalidValue',
    });
  });

  it('is looked up for so many and no more', async () => {
    // Prepare
    const scim = aMemoryScim();
    const ports = { names: scim.scimState.names, records: scim.state.records };
    const find = createFindMember(ports, { name: 'acme', client: 'scim' });
    for (let i = 0; i < 100; i++) await find({ kind: 'name', name: `n${i}` }).catch(() => undefined);

    // Act & assess
    await expect(find({ kind: 'name', name: 'n' })).rejects.toMatchObject({
      status: 400,
      scimType: 'tooMany',
    });
    expect(await find({ kind: 'id', id: '7' })).toBe('7');
  });
});
