import { expect, it } from 'vitest';
import { aMemoryScim, type MemoryScim } from '../support/memory-scim.ts';
import { operations } from '../support/scim-bench.ts';

/** Calls of DynamoDB, SQS and Clarus by SCIM operations: what a release of this costs, to be changed knowingly. */

const LEA = 'lea@acme.example';

async function withLea(): Promise<MemoryScim> {
  const scim = aMemoryScim({ defaultRole: 4 });
  await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', externalId: 'E1' });
  scim.forgetCalls();
  return scim;
}

function active(value: boolean): unknown {
  return operations({ op: 'replace', path: 'active', value });
}

it.each<[string, string, string, unknown, Record<string, number>]>([
  ['a GET by id', 'GET', '/Users/42', undefined, { 'records.load': 1 }],
  [
    'a GET by userName',
    'GET',
    `/Users?filter=userName+eq+%22${LEA}%22`,
    undefined,
    { 'names.find': 1, 'records.loadMany': 1 },
  ],
  [
    'a GET by externalId',
    'GET',
    '/Users?filter=externalId+eq+%22E1%22',
    undefined,
    { 'pointers.having': 1, 'records.loadMany': 1 },
  ],
  [
    'a deactivation',
    'PATCH',
    '/Users/42',
    active(false),
    { 'records.load': 1, 'records.save': 2, 'receipts.put': 1, 'queue.sendMessages': 2, 'clarus.patch': 1 },
  ],
  [
    'an activation that says nothing new',
    'PATCH',
    '/Users/42',
    active(true),
    { 'records.load': 1, 'records.save': 1, 'receipts.put': 1 },
  ],
  [
    'a PUT that repeats what is there',
    'PUT',
    '/Users/42',
    { userName: LEA, displayName: 'Lea', externalId: 'E1', active: true },
    { 'records.load': 1, 'receipts.put': 1 },
  ],
  [
    'a change of a name',
    'PATCH',
    '/Users/42',
    operations({ op: 'replace', value: { displayName: 'Leah' } }),
    { 'records.load': 1, 'records.save': 2, 'receipts.put': 1, 'queue.sendMessages': 1, 'clarus.patch': 1 },
  ],
  [
    'a deletion',
    'DELETE',
    '/Users/42',
    undefined,
    { 'records.load': 1, 'records.save': 2, 'receipts.put': 1, 'queue.sendMessages': 2, 'clarus.patch': 1 },
  ],
  [
    'a member',
    'PATCH',
    '/Groups/7',
    operations({ op: 'add', path: 'members', value: [{ value: '42' }] }),
    {
      'clarus.listRoles': 1,
      'scimGroups.find': 1,
      'records.loadMany': 1,
      'records.load': 1,
      'records.save': 2,
      'receipts.put': 1,
      'queue.sendMessages': 1,
      'clarus.patch': 1,
      'scimGroups.put': 1,
    },
  ],
])('%s makes no more calls than these', async (_name, method, path, body, expected) => {
  const scim = await withLea();

  const { status } = await scim.call(method, path, body);

  expect(status).toBeLessThan(300);
  expect(scim.calls()).toEqual(expected);
});

it('a deactivation causes no further request once it has confirmed itself', async () => {
  // Prepare
  const scim = await withLea();
  await scim.call('PATCH', '/Users/42', active(false));

  // Assess: the queued revocation and the look find nothing left to do.
  const { open, pending, lookAt, applied } = scim.record('42') ?? {};
  expect([open, pending, lookAt, applied?.is_active]).toEqual([{}, undefined, undefined, false]);
});
