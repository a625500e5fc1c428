import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyHash } from '../../functions/state/items/keys.ts';
import { createScimGroups } from '../../functions/state/scim-groups.ts';
import { createScimNames } from '../../functions/state/scim-names.ts';
import { createScimPointers } from '../../functions/state/scim-pointers.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { describeStores } from './driver.ts';

describeStores('a userName', (stores) => {
  it('is one for all its letter cases, and passes on only to who knows the claim', async () => {
    const { names } = stores();
    const claim = (token: string) => ({ token, until: NOW });

    const ends = [
      await names.put('acme', 'scim', 'Lea', claim('a'), undefined),
      await names.put('acme', 'scim', 'LEA', claim('b'), undefined),
      await names.put('acme', 'scim', 'lea', claim('c'), 'b'),
      await names.put('acme', 'scim', 'lea', { ...claim('d'), clarusUserId: '42' }, 'a'),
    ];

    expect(ends).toEqual(['saved', 'conflict', 'conflict', 'saved']);
    expect(await names.find('acme', 'scim', 'lEA')).toEqual({ token: 'd', until: NOW, clarusUserId: '42' });
  });

  it.each([
    ["another tenant's", 'globex', 'scim'],
    ["another client's", 'acme', 'hr'],
  ])('is not %s', async (_, tenant, client) => {
    await stores().names.put('acme', 'scim', 'jo', { token: 'a', until: NOW }, undefined);

    expect(await stores().names.find(tenant, client, 'jo')).toBeUndefined();
  });
});

describeStores('a pointer', (stores) => {
  it('leads from a value in any letter case to all who have had it, in the order of numbers', async () => {
    const { pointers } = stores();
    for (const id of ['100', '20', '100', '9']) {
      await pointers.point('acme', 'scim', 'emails', 'Lea@Acme.example', id);
    }

    expect(await pointers.having('acme', 'scim', 'emails', 'lea@acme.EXAMPLE')).toEqual(['9', '20', '100']);
  });

  it.each<[string, string, string, 'emails' | 'externalId', string]>([
    ["another tenant's", 'globex', 'scim', 'emails', 'jo'],
    ["another client's", 'acme', 'hr', 'emails', 'jo'],
    ['of another attribute', 'acme', 'scim', 'externalId', 'jo'],
    ['of a longer value', 'acme', 'scim', 'emails', 'joe'],
  ])('is not %s', async (_, tenant, client, attribute, value) => {
    await stores().pointers.point('acme', 'scim', 'emails', 'jo', '7');

    expect(await stores().pointers.having(tenant, client, attribute, value)).toEqual([]);
  });
});

describeStores('what a client keeps of a group', (stores) => {
  it('is what it wrote last, each client its own', async () => {
    const { scimGroups } = stores();
    await scimGroups.put('acme', 'scim', '3', { externalId: 'g-3', lastModified: NOW });
    await scimGroups.put('acme', 'scim', '3', { lastModified: NOW + 1 });

    expect(await scimGroups.find('acme', 'scim', '3')).toEqual({ lastModified: NOW + 1 });
    expect(await scimGroups.find('acme', 'hr', '3')).toBeUndefined();
    expect(await scimGroups.find('acme', 'scim', '30')).toBeUndefined();
  });
});

describe("SCIM's state in the table", () => {
  let bench: TableBench;
  beforeAll(async () => {
    bench = await startTable();
  });
  afterAll(() => bench.stop());

  it('has no value of a person in a key', async () => {
    const hash = keyHash('lea@acme.example');
    await createScimPointers(bench.table).point('acme', 'scim', 'emails', 'Lea@acme.example', '42');
    await createScimNames(bench.table).put(
      'acme',
      'scim',
      'LEA@acme.example',
      { token: 'a', until: 0 },
      undefined,
    );

    const pointer = await bench.itemAt(`HAS#acme#scim#emails#${hash}`, '0000000000000042');
    const name = await bench.itemAt(`NAME#acme#scim#${hash}`, 'NAME');

    expect([pointer, name]).toMatchObject([{ clarusUserId: '42' }, { token: 'a' }]);
    expect(JSON.stringify([pointer, name])).not.toMatch(/lea/i);
  });

  it.each<[string, string, string, (bench: TableBench) => Promise<unknown>]>([
    [
      'a claim',
      `NAME#odd#scim#${keyHash('lea')}`,
      'NAME',
      ({ table }) => createScimNames(table).find('odd', 'scim', 'lea'),
    ],
    [
      'a pointer',
      `HAS#odd#scim#emails#${keyHash('lea')}`,
      '0000000000000001',
      ({ table }) => createScimPointers(table).having('odd', 'scim', 'emails', 'lea'),
    ],
    [
      'a group',
      'GROUP#odd#scim',
      '0000000000000003',
      ({ table }) => createScimGroups(table).find('odd', 'scim', '3'),
    ],
  ])('is an error where the bridge did not write it: %s', async (_, pk, sk, act) => {
    await bench.putItem({ pk, sk, until: 'x', clarusUserId: 5 });

    expect(await failureOf(() => act(bench))).toMatchObject({ code: 'state_malformed' });
  });
});
