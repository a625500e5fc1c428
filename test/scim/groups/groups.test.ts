import { expect, it } from 'vitest';
import { aMemoryScim, type MemoryScim } from '../../support/memory-scim.ts';
import { operations } from '../../support/scim-bench.ts';

/** Lea, Clarus user 42, who has role 7; the tenant's default is 4. */
async function withLea(): Promise<MemoryScim> {
  const scim = aMemoryScim({ defaultRole: 4 });
  await scim.call('POST', '/Users', { userName: 'lea@acme.example', displayName: 'Lea' });
  await scim.call('PATCH', '/Groups/7', adding('42'));
  return scim;
}

function adding(value: string): unknown {
  return operations({ op: 'add', path: 'members', value: [{ value }] });
}

function removing(value: string): unknown {
  return operations({ op: 'remove', path: `members[value eq "${value}"]` });
}

it.each(['records.load', 'records.loadMany', 'records.save'])(
  'who joins one group while being taken out of another is in the one: before %s',
  async (port) => {
    // Prepare
    const scim = await withLea();
    scim.before(port, async () => {
      expect((await scim.call('PATCH', '/Groups/8', adding('42'))).status).toBe(204);
    });

    // Act
    const { status } = await scim.call('PATCH', '/Groups/7', removing('42'));

    // Assess
    expect([status, scim.clarus.users.get('42')?.role_id]).toEqual([204, 8]);
  },
);

it('nobody can be taken out where the tenant has no role to fall back to', async () => {
  // Prepare
  const scim = aMemoryScim();
  await scim.call('POST', '/Users', { userName: 'lea@acme.example', displayName: 'Lea' });
  await scim.call('PATCH', '/Groups/7', adding('42'));

  // Act
  const { status, body } = await scim.call('PATCH', '/Groups/7', removing('42'));

  // Assess
  expect([status, body.scimType, scim.clarus.users.get('42')?.role_id]).toEqual([400, 'invalidValue', 7]);
});

it('members are looked at only where somebody sees them', async () => {
  // Prepare
  const scim = await withLea();
  let listings = 0;
  for (let i = 0; i < 9; i++) scim.before('records.list', () => listings++);

  // Act & assess
  const without = await scim.call('GET', '/Groups?excludedAttributes=members');
  const named = await scim.call('GET', '/Groups/7?attributes=displayName');
  const written = await scim.call('PATCH', '/Groups/7', removing('42'));
  expect([without.status, named.status, written.status, listings]).toEqual([200, 200, 204, 0]);
  expect(without.body.Resources[0].meta.version).toBeUndefined();

  const whole = await scim.call('GET', '/Groups/7?excludedAttributes=members.display');
  expect([whole.headers.etag, listings]).toEqual([whole.body.meta.version, 1]);
});

it('a filter on members finds the group, though they are not shown', async () => {
  const scim = await withLea();

  const query = 'filter=members.value+eq+%2242%22&excludedAttributes=members';
  const { body } = await scim.call('GET', `/Groups?${query}`);

  expect(body.Resources).toMatchObject([{ id: '7', displayName: 'Picker' }]);
  expect(body.Resources[0]).not.toHaveProperty('members');
});

it('who has the role already is put into its group all the same, and keeps it when another one is left', async () => {
  // Prepare: the role is one that Clarus had, and no client has given it.
  const scim = aMemoryScim({ defaultRole: 4 });
  scim.clarus.users.set('42', { email: 'lea@acme.example', name: 'Lea', is_active: true, role_id: 7 });
  await scim.call('GET', '/Users');

  // Act
  await scim.call('PATCH', '/Groups/7', adding('42'));
  await scim.call('PATCH', '/Groups/8', adding('42'));
  const inBoth = scim.clarus.users.get('42')?.role_id;
  await scim.call('PATCH', '/Groups/8', removing('42'));

  // Assess
  expect([inBoth, scim.clarus.users.get('42')?.role_id]).toEqual([8, 7]);
});

it('a member that fails keeps none of the others out', async () => {
  // Prepare
  const scim = aMemoryScim({ defaultRole: 4 });
  for (const name of ['a', 'b', 'c']) {
    await scim.call('POST', '/Users', { userName: `${name}@acme.example`, displayName: name });
  }
  scim.fates.push('throttled');

  // Act
  const all = ['42', '43', '44'].map((value) => ({ value }));
  const { status } = await scim.call(
    'PATCH',
    '/Groups/7',
    operations({ op: 'add', path: 'members', value: all }),
  );

  // Assess
  const roles = ['42', '43', '44'].map((id) => scim.clarus.users.get(id)?.role_id);
  expect(status).toBe(429);
  expect(roles.filter((role) => role === 7)).toHaveLength(2);
});
