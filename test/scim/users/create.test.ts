import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { aMemoryScim, type MemoryScim } from '../../support/memory-scim.ts';
import { operations } from '../../support/scim-bench.ts';
import type { TenantFile } from '../../support/tenants.ts';
import { REFUSED_NAME } from '../../support/unreliable-clarus.ts';

const LEA = 'lea@acme.example';
const BODY = { userName: LEA, displayName: 'Lea', externalId: 'E1' };
const NO = new BridgeError('state_unavailable', 'No.', { retryable: true });
/** Longer than a claim of a userName is good for. */
const A_WHILE = 60_000;

function fail(): never {
  throw NO;
}

/** Lea as she was before she was deleted, with everything that Clarus may keep of her. */
async function withDeletedLea(but: Partial<TenantFile> = {}): Promise<MemoryScim> {
  const scim = aMemoryScim(but);
  await scim.call('POST', '/Users', { ...BODY, preferredLanguage: 'de', active: true });
  expect((await scim.call('DELETE', '/Users/42')).status).toBe(204);
  return scim;
}

describe('a creation', () => {
  it.each(['records.load', 'records.save', 'names.put', 'pointers.point'])(
    'that fails at %s after Clarus has created the user is finished by the same POST',
    async (port) => {
      // Prepare
      const scim = aMemoryScim();
      scim.before('clarus.create', () => scim.before(port, fail));

      // Act
      const first = await scim.call('POST', '/Users', BODY);
      scim.clock.advance(A_WHILE);
      const second = await scim.call('POST', '/Users', BODY);

      // Assess
      expect([first.status, second.status, second.body.id]).toEqual([503, 201, '42']);
      expect([second.body.externalId, scim.clarus.users.size]).toEqual(['E1', 1]);
    },
  );

  it.each(['late', 'unavailable'] as const)('whose end is %s is finished by the same POST', async (fate) => {
    // Prepare
    const scim = aMemoryScim();
    scim.fates.push(fate);

    // Act
    const first = await scim.call('POST', '/Users', BODY);
    const second = await scim.call('POST', '/Users', BODY);

    // Assess
    expect([first.status, second.status, scim.clarus.users.size]).toEqual([503, 201, 1]);
  });

  it('that a list overtakes, which adopts the user, still is what was asked for', async () => {
    // Prepare
    const scim = aMemoryScim();
    scim.before('records.save', async () => {
      expect((await scim.call('GET', '/Users')).body.totalResults).toBe(1);
    });

    // Act
    const { status, body } = await scim.call('POST', '/Users', BODY);
    const found = await scim.call('GET', `/Users?filter=userName+eq+%22${LEA}%22`);

    // Assess
    expect([status, body.externalId]).toEqual([201, 'E1']);
    expect(found.body.Resources).toMatchObject([{ id: '42', externalId: 'E1' }]);
  });

  it('loses to another one of the same name', async () => {
    // Prepare
    const scim = aMemoryScim();
    let other: unknown;
    scim.before('clarus.findUsers', async () => {
      other = (await scim.call('POST', '/Users', { ...BODY, userName: LEA.toUpperCase() })).status;
    });

    // Act
    const { status } = await scim.call('POST', '/Users', BODY);

    // Assess
    // Whether there will be such a user is not known yet.
    expect([status, other, scim.clarus.users.size]).toEqual([201, 429, 1]);
  });

  it("that Clarus refuses is a 400, and a 409 when the address is somebody else's", async () => {
    // Prepare
    const scim = aMemoryScim();
    scim.before('clarus.create', () => void scim.clarus.users.set('99', { email: 'pat@acme.example' }));

    // Act
    const taken = await scim.call('POST', '/Users', { userName: 'pat@acme.example', displayName: 'Pat' });
    const refused = await scim.call('POST', '/Users', { ...BODY, displayName: REFUSED_NAME });
    const right = await scim.call('POST', '/Users', BODY);

    // Assess
    expect([taken.status, refused.status, right.status]).toEqual([409, 400, 201]);
  });

  it('of somebody without an address is a 400 that says what to send, and Clarus is not asked', async () => {
    // Prepare
    const scim = aMemoryScim();

    // Act
    const { status, body } = await scim.call('POST', '/Users', { userName: 'lea', displayName: 'Lea' });

    // Assess
    expect([status, body.scimType, body.detail]).toEqual([
      400,
      'invalidValue',
      expect.stringContaining('Send one in emails'),
    ]);
    expect(scim.clarus.users.size).toBe(0);
  });

  it('of somebody who is in Clarus already is a 409, and the user has its name from then on', async () => {
    // Prepare
    const scim = aMemoryScim();
    scim.clarus.users.set('7', { email: LEA, name: 'Lea Ver' });

    // Act
    const first = await scim.call('POST', '/Users', BODY);
    const other = await scim.call('POST', '/Users', { ...BODY, emails: [{ value: 'lea@home.example' }] });
    const found = await scim.call('GET', `/Users?filter=userName+eq+%22${LEA}%22`);

    // Assess
    expect([first.status, other.status]).toEqual([409, 409]);
    expect(found.body.Resources).toMatchObject([
      { id: '7', name: { formatted: 'Lea Ver', givenName: 'Lea', familyName: 'Ver' } },
    ]);
  });

  it('with the address that somebody is shown with is a 409, whatever Clarus has at the moment', async () => {
    // Prepare: a change of address has died after Clarus.
    const scim = aMemoryScim();
    await scim.call('POST', '/Users', { ...BODY, emails: [{ value: 'lea@work.example' }] });
    Object.assign(scim.clarus.users.get('42') ?? {}, { email: 'other@work.example' });

    // Act
    const { status } = await scim.call('POST', '/Users', { userName: 'lea@work.example', displayName: 'L' });

    // Assess
    expect(status).toBe(409);
  });
});

describe('a creation of somebody who was deleted', () => {
  it('brings the same Clarus user back as a newcomer, without the language and the role of then', async () => {
    // Prepare
    const scim = await withDeletedLea({ defaultRole: 'Picker' });
    Object.assign(scim.clarus.users.get('42') ?? {}, { role_id: 1 });

    // Act
    const { status, body } = await scim.call('POST', '/Users', { ...BODY, displayName: 'Lea Anew' });

    // Assess
    expect([status, body.id, body.preferredLanguage]).toEqual([201, '42', undefined]);
    expect(scim.clarus.users.get('42')).toMatchObject({
      is_active: true,
      name: 'Lea Anew',
      language: '',
      role_id: 7,
    });
  });

  it.each(['throttled', 'late', 'unavailable'] as const)(
    'that is %s gives nobody access, and may be sent again',
    async (fate) => {
      // Prepare
      const scim = await withDeletedLea();
      scim.fates.push(fate);

      // Act
      const first = await scim.call('POST', '/Users', BODY);
      const shown = await scim.call('GET', '/Users/42');
      const second = await scim.call('POST', '/Users', BODY);

      // Assess
      expect([first.status >= 429, shown.status]).toEqual([true, 404]);
      expect([second.status, second.body.id, scim.clarus.users.get('42')?.is_active]).toEqual([
        201,
        '42',
        true,
      ]);
    },
  );

  it('cannot be stored: what Clarus was told is taken back', async () => {
    // Prepare
    const scim = await withDeletedLea();
    scim.before('records.save', () => {});
    scim.before('records.save', fail);

    // Act
    const { status } = await scim.call('POST', '/Users', BODY);

    // Assess
    expect([status, scim.clarus.users.get('42')?.is_active]).toEqual([503, false]);
    expect((await scim.call('GET', '/Users/42')).status).toBe(404);
  });

  it('creates another one when Clarus has the old one no more', async () => {
    // Prepare
    const scim = await withDeletedLea();
    scim.clarus.users.clear();
    scim.clarus.users.set('41', { email: 'x@acme.example' });

    // Act
    const { status, body } = await scim.call('POST', '/Users', BODY);

    // Assess
    expect([status, body.id]).toEqual([201, '43']);
  });

  it('under another userName with the same address gets the same Clarus user, and one of two does', async () => {
    // Prepare
    const scim = await withDeletedLea();
    const emails = [{ value: LEA }];
    let other: unknown;
    scim.before('records.save', async () => {
      other = (await scim.call('POST', '/Users', { userName: 'lea2', displayName: 'Two', emails })).status;
    });

    // Act
    const one = await scim.call('POST', '/Users', { userName: 'lea1', displayName: 'One', emails });

    // Assess: the faster one is there, and Clarus has what it said.
    expect([one.status, other]).toEqual([409, 201]);
    expect(scim.clarus.users.get('42')).toMatchObject({ name: 'Two', is_active: true });
  });

  it('who had given up the name before is another user', async () => {
    // Prepare
    const scim = aMemoryScim();
    await scim.call('POST', '/Users', BODY);
    const renamed = { userName: 'leah@acme.example', emails: [{ value: 'leah@acme.example' }] };
    await scim.call('PATCH', '/Users/42', operations({ op: 'replace', value: renamed }));
    await scim.call('DELETE', '/Users/42');

    // Act
    const { status, body } = await scim.call('POST', '/Users', BODY);

    // Assess
    expect([status, body.id]).toEqual([201, '43']);
  });
});
