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
