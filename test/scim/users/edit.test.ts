import { describe, expect, it } from 'vitest';
import { ACCESS } from '../../../functions/scim/users/schema.ts';
import { NOW } from '../../support/changes.ts';
import { aMemoryScim, type MemoryScim } from '../../support/memory-scim.ts';
import { operations } from '../../support/scim-bench.ts';
import type { TenantFile } from '../../support/tenants.ts';

const LEA = 'lea@acme.example';

function replacing(value: Record<string, unknown>): unknown {
  return operations({ op: 'replace', value });
}

/** Lea, who was in Clarus before and has been shown: Clarus user 7. */
async function withAdopted(
  but: Record<string, unknown> = {},
  file: Partial<TenantFile> = {},
): Promise<MemoryScim> {
  const scim = aMemoryScim(file);
  scim.clarus.users.set('7', { email: LEA, name: 'Lea Ver', is_active: true, role_id: 3, ...but });
  expect((await scim.call('GET', '/Users')).body.totalResults).toBe(1);
  return scim;
}

/** Lea, created by SCIM: Clarus user 42. */
async function withLea(but: Record<string, unknown> = {}): Promise<MemoryScim> {
  const scim = aMemoryScim({ defaultRole: 4 });
  await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', ...but });
  return scim;
}

function own(scim: MemoryScim, id: string) {
  return scim.record(id)?.accounts.filter(({ source }) => source === 'scim') ?? [];
}

describe('somebody whom no client has written', () => {
  it('is kept as Clarus showed them, and nothing is said of them', async () => {
    const scim = await withAdopted();

    expect(scim.record('7')).toMatchObject({
      first: { at: NOW, active: true },
      shown: { at: NOW, email: LEA, name: 'Lea Ver', active: true, roleId: '3' },
      accounts: [],
      scim: { scim: { adopted: true } },
    });
  });

  it('is shown as Clarus stands', async () => {
    const scim = await withAdopted({ is_active: false });

    const { body } = await scim.call('GET', '/Users/7');

    expect([body.active, body[ACCESS]]).toEqual([false, { active: false, keptOutBy: ['first_look'] }]);
  });

  it.each([
    ['switched off by another source since, is out by this client’s word too', true, false],
    ['off when first met, is out by nobody’s word where a PUT repeats what is shown', false, undefined],
  ])('who was %s', async (_, first, said) => {
    // Prepare
    const scim = await withAdopted({ is_active: first });
    await scim.state.records.update('acme', '7', (record) => ({
      ...record,
      applied: { ...record.applied, is_active: false },
    }));

    // Act
    const { status } = await scim.call('PUT', '/Users/7', { userName: LEA, active: false });

    // Assess
    const words = own(scim, '7').flatMap((account) => account.words.filter(({ kind }) => kind === 'stated'));
    expect([status, words[0]?.gives]).toEqual([200, said]);
  });

  it('is active where Clarus does not tell', async () => {
    const scim = aMemoryScim();
    scim.clarus.users.set('7', { email: LEA });
    await scim.call('GET', '/Users');

    const { body } = await scim.call('GET', '/Users/7');

    expect([body.active, body[ACCESS], body.schemas]).toEqual([
      true,
      undefined,
      ['urn:ietf:params:scim:schemas:core:2.0:User'],
    ]);
  });

  it('keeps what was made up to themselves when a client speaks of something else', async () => {
    const scim = await withAdopted({}, { mapping: { string1: { expression: 'title' } } });

    await scim.call('PATCH', '/Users/7', replacing({ title: 'Picker' }));

    expect(own(scim, '7')).toMatchObject([
      { account: '7', words: [{ id: 'met', gives: true }], profile: { attributes: { string1: 'Picker' } } },
    ]);
    expect(scim.clarus.users.get('7')).toMatchObject({ name: 'Lea Ver', string1: 'Picker', is_active: true });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a whole name', { name: { givenName: 'Pat', familyName: 'Doe' } }, 'Pat Doe'],
    ['a part of it', { name: { familyName: 'Doe' } }, 'Lea Doe'],
    ['a formatted one', { name: { formatted: 'Dr Doe' } }, 'Dr Doe'],
    ['one to display', { displayName: 'Doe' }, 'Doe'],
    ['one to display and its parts', { displayName: 'D.', name: { familyName: 'Doe' } }, 'D.'],
    ['the same again', { displayName: 'Lea Ver', name: { familyName: 'Ver' } }, 'Lea Ver'],
  ])('gets %s from a client', async (_name, value, expected) => {
    const scim = await withAdopted();

    const { status } = await scim.call('PATCH', '/Users/7', replacing(value));

    expect([status, scim.clarus.users.get('7')?.name]).toEqual([200, expected]);
  });

  it.each([
    ['says nothing when it repeats what was shown', true, true, 1],
    ['is a statement when it does not', false, true, 2],
  ])('PUT %s', async (_name, is_active, active) => {
    const scim = await withAdopted({ is_active });

    await scim.call('PUT', '/Users/7', { userName: LEA, active });

    const stated = own(scim, '7').flatMap(({ words }) => words.filter(({ kind }) => kind === 'stated'));
    expect([stated.length > 0, scim.clarus.users.get('7')?.is_active]).toEqual([!is_active, true]);
    expect((await scim.call('GET', '/Users/7')).body.active).toBe(true);
  });

  it('loses a failed value to what Clarus had before', async () => {
    const scim = await withAdopted();
    scim.fates.push('unavailable');

    const { status } = await scim.call('PATCH', '/Users/7', replacing({ displayName: 'Leah' }));

    expect([status, scim.clarus.users.get('7')?.name]).toEqual([503, 'Leah']);
    expect(own(scim, '7')).toMatchObject([{ profile: { attributes: { name: 'Lea Ver' } } }]);
  });
});

describe('an account', () => {
  it.each([
    ['is the externalId', { externalId: '00uLEA' }, '00uLEA'],
    [
      'is its hash where it may not stand in a key',
      { externalId: 'a b' },
      expect.stringMatching(/^[\w-]{43}$/),
    ],
    ["is the Clarus user's without one", {}, '42'],
  ])('%s', async (_name, but, expected) => {
    const scim = await withLea(but);

    expect(own(scim, '42').map(({ account }) => account)).toEqual([expected]);
  });

  it.each([
    ['another externalId', { externalId: 'E1' }, 'E2'],
    ['its first externalId', {}, 'E1'],
  ])('of somebody who is in goes along with %s', async (_name, but, externalId) => {
    const scim = await withLea(but);

    await scim.call('PATCH', '/Users/42', replacing({ externalId }));

    expect(own(scim, '42')).toMatchObject([{ account: externalId, words: [{ gives: true }] }]);
  });

  it('takes and is renamed at once', async () => {
    const scim = await withLea({ externalId: 'E1' });

    await scim.call('PATCH', '/Users/42', replacing({ externalId: 'E2', active: false }));

    expect(own(scim, '42')).toMatchObject([{ account: 'E2', words: [{ gives: true }, { gives: false }] }]);
    expect(scim.clarus.users.get('42')?.is_active).toBe(false);
  });

  it('of somebody else stands beside the one that is out', async () => {
    // Prepare
    const scim = await withLea({ externalId: 'E1', title: 'Boss' });
    await scim.call('PATCH', '/Users/42', replacing({ active: false }));

    // Act: the id first, and access with a later request.
    await scim.call('PATCH', '/Users/42', replacing({ externalId: 'E2', nickName: 'Jo' }));
    const { body } = await scim.call('PATCH', '/Users/42', replacing({ active: true }));

    // Assess
    expect([body.title, body.nickName, body.userName]).toEqual([undefined, 'Jo', LEA]);
    expect(
      own(scim, '42')
        .map(({ account }) => account)
        .sort(),
    ).toEqual(['E1', 'E2']);
    expect(scim.clarus.users.get('42')).toMatchObject({ is_active: true, role_id: 4 });
  });
});

describe("the tenant's own rule for is_active", () => {
  const mapping = { is_active: { expression: "active and title != 'Visitor'" } };

  it('keeps out whom it makes inactive, whatever the client says', async () => {
    // Prepare
    const scim = aMemoryScim({ mapping });
    await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', title: 'Picker' });

    // Act
    const out = await scim.call('PATCH', '/Users/42', replacing({ title: 'Visitor' }));
    const isOut = scim.clarus.users.get('42')?.is_active;
    await scim.call('PATCH', '/Users/42', replacing({ title: 'Picker' }));

    // Assess
    expect([out.body.active, out.body[ACCESS], isOut]).toEqual([
      true,
      { active: false, keptOutBy: ['scim'] },
      false,
    ]);
    expect(scim.clarus.users.get('42')?.is_active).toBe(true);
  });
});

describe('what a client said of Clarus’ attributes', () => {
  const mapping = { role_id: { expression: 'title', table: { Picker: 3, Boss: 1 } } };

  it('and says no more is emptied, and a role falls to the default one', async () => {
    // Prepare
    const scim = aMemoryScim({ mapping, defaultRole: 4 });
    const person = { userName: LEA, displayName: 'Lea', title: 'Boss', preferredLanguage: 'de' };
    await scim.call('POST', '/Users', person);

    // Act
    await scim.call('PATCH', '/Users/42', replacing({ title: '', preferredLanguage: '' }));

    // Assess
    expect(scim.clarus.users.get('42')).toMatchObject({ role_id: 4, language: '' });
  });

  it('and cannot be mapped since the tenant file has changed stays as it was', async () => {
    // Prepare: stored before the table lacked it.
    const scim = aMemoryScim({ mapping, defaultRole: 4 });
    await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', title: 'Boss' });
    await scim.state.records.update('acme', '42', (record) => {
      const { scim: side } = record.scim;
      if (side === undefined) return record;
      return { ...record, scim: { scim: { ...side, resource: { ...side.resource, title: 'Pirate' } } } };
    });

    // Act
    const left = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));
    const worsened = await scim.call('PATCH', '/Users/42', replacing({ title: 'Corsair' }));

    // Assess
    expect([left.status, worsened.status]).toEqual([200, 400]);
    expect(scim.clarus.users.get('42')).toMatchObject({ name: 'Leah', role_id: 1 });
  });
});
