import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScimNames } from '../../functions/state/scim-names.ts';
import type { StoredScimUser } from '../../functions/state/scim-user.ts';
import { createScimUsers, keyOf } from '../../functions/state/scim-users.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';

let bench: TableBench;

beforeAll(async () => {
  bench = await startTable();
});
afterAll(() => bench.stop());

function aUser(clarusUserId: string, but: Partial<StoredScimUser> = {}): StoredScimUser {
  const attributes = {
    userName: `u${clarusUserId}`,
    name: { givenName: 'Lea' },
    emails: [{ value: 'a', primary: true }],
  };
  return { clarusUserId, attributes, created: NOW, lastModified: NOW, deleted: false, version: 0, ...but };
}

describe('SCIM users', () => {
  it('are read as they were written, in the order of their numbers, each tenant its own', async () => {
    // Prepare
    const users = createScimUsers(bench.table);
    for (const id of ['10', '9', '1000']) await users.save('acme', aUser(id), []);
    await users.save('other', aUser('1'), []);

    // Act
    const [all, one, none] = await Promise.all([
      users.all('acme'),
      users.find('acme', '9'),
      users.find('acme', '1'),
    ]);

    // Assess
    expect(all.map(({ clarusUserId }) => clarusUserId)).toEqual(['9', '10', '1000']);
    expect([one, none]).toEqual([aUser('9', { version: 1 }), undefined]);
  });

  it('are written by one of two who read the same version', async () => {
    // Prepare
    const users = createScimUsers(bench.table);

    // Act
    const ends = [
      await users.save('acme', aUser('70'), []),
      await users.save('acme', aUser('70'), []),
      await users.save('acme', aUser('70', { version: 1 }), []),
      await users.save('acme', aUser('70', { version: 1 }), []),
    ];

    // Assess
    expect(ends).toEqual(['saved', 'conflict', 'saved', 'conflict']);
  });

  it('are found by a value in any letter case, and the table does not hold the value in a key', async () => {
    // Prepare
    const users = createScimUsers(bench.table);
    await users.save('acme', aUser('80'), [['emails', 'Lea@Acme.example']]);
    await users.save('acme', aUser('81'), [['externalId', 'Lea@Acme.example']]);

    // Act
    const found = await Promise.all([
      users.having('acme', 'emails', 'lea@acme.EXAMPLE'),
      users.having('acme', 'externalId', 'LEA@acme.example'),
      users.having('acme', 'emails', 'lea@acme'),
    ]);

    // Assess
    expect(found).toEqual([['80'], ['81'], []]);
  });

  it('that the bridge did not write are an error that says so', async () => {
    // Prepare
    await bench.putItem({ pk: 'SCIM#broken', sk: 'USER#0000000000000001', version: 'x' });
    const users = createScimUsers(bench.table);

    // Act & assess
    expect(await failureOf(() => users.find('broken', '1'))).toMatchObject({ code: 'state_malformed' });
    expect(await failureOf(() => users.all('broken'))).toMatchObject({ code: 'state_malformed' });
  });
});

describe('a userName', () => {
  it('is one for all its letter cases, and passes on only to who knows the claim', async () => {
    // Prepare
    const names = createScimNames(bench.table);
    const claim = (token: string) => ({ token, until: NOW });

    // Act
    const ends = [
      await names.put('acme', 'Lea', claim('a'), undefined),
      await names.put('acme', 'LEA', claim('b'), undefined),
      await names.put('acme', 'lea', claim('c'), 'b'),
      await names.put('acme', 'lea', { ...claim('d'), clarusUserId: '42' }, 'a'),
    ];

    // Assess
    expect(ends).toEqual(['saved', 'conflict', 'conflict', 'saved']);
    expect(await names.find('acme', 'lEA')).toEqual({ token: 'd', until: NOW, clarusUserId: '42' });
    expect(await names.find('other', 'lea')).toBeUndefined();
  });

  it('whose claim the bridge did not write is an error that says so', async () => {
    // Prepare
    const names = createScimNames(bench.table);
    await bench.putItem({ pk: 'SCIM#broken', sk: `NAME#${keyOf('lea')}`, until: 'x' });

    // Act & assess
    expect(await failureOf(() => names.find('broken', 'lea'))).toMatchObject({ code: 'state_malformed' });
  });
});
