import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPerson, aScimBench, operations, SCIM_SETTINGS, type ScimBench } from '../support/scim-bench.ts';

const ROLE = 'urn:okta:scim:schemas:core:1.0:Role';
const [ADMIN, SUPERVISOR, CLIENT, FALLBACK] = [1, 2, 5, 4];

async function aUser(bench: ScimBench, but: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await bench.call('POST', '/Users', aPerson(but));
  expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
  return String(body.id);
}

/** Somebody who was in Clarus before, as Clarus shows them, and whom a look-up has shown. */
async function inClarus(bench: ScimBench, role: number): Promise<string> {
  const { clarus } = bench.stack;
  const email = `in.clarus.${role}@acme.example`;
  clarus.setUsers([...clarus.users(), { id: 900 + role, email, name: 'In Clarus', role_id: role }]);
  const found = await bench.call('GET', `/Users?filter=userName%20eq%20%22${email}%22`);
  expect(found.body.totalResults).toBe(1);
  return String(found.body.Resources[0].id);
}

/** The bridge with a Clarus that shows roles. */
async function aBench(file: Parameters<typeof aScimBench>[0]): Promise<ScimBench> {
  const bench = await aScimBench(file);
  const body = JSON.stringify({ extendedFields: true });
  await fetch(`${bench.stack.clarus.url}/_sim/options`, { method: 'PUT', body });
  return bench;
}

function join(bench: ScimBench, role: number, id: string) {
  return bench.call(
    'PATCH',
    `/Groups/${role}`,
    operations({ op: 'add', path: 'members', value: [{ value: id }] }),
  );
}

describe('Admin, where the tenant names no roles', () => {
  let bench: ScimBench;

  beforeAll(async () => {
    bench = await aBench({ mapping: { role_id: { expression: 'externalId' } } });
  });
  afterAll(() => bench.stop());

  it('is given by no group, and any other role is', async () => {
    // Prepare
    const id = await aUser(bench, { externalId: undefined });

    // Act
    const admin = await join(bench, ADMIN, id);
    const roleThen = bench.clarusUser(id)?.role_id;
    const other = await join(bench, CLIENT, id);

    // Assess
    expect([admin.status, roleThen]).toEqual([403, FALLBACK]);
    expect(admin.body.detail).toContain('scim.roles');
    expect([other.status, bench.clarusUser(id)?.role_id]).toEqual([204, CLIENT]);
  });

  it('is left all the same by the request that may not give it', async () => {
    // Prepare
    const stays = await aUser(bench, { externalId: undefined });
    const leaves = await inClarus(bench, ADMIN);

    // Act
    const { status } = await bench.call(
      'PATCH',
      `/Groups/${ADMIN}`,
      operations(
        { op: 'add', path: 'members', value: [{ value: stays }] },
        { op: 'remove', path: `members[value eq "${leaves}"]` },
      ),
    );

    // Assess
    expect([status, bench.clarusUser(stays)?.role_id, bench.clarusUser(leaves)?.role_id]).toEqual([
      403,
      FALLBACK,
      FALLBACK,
    ]);
  });

  it('is given by no expression that lets the client choose any role', async () => {
    // Act
    const [admin, other] = [
      await aUser(bench, { externalId: `${ADMIN}` }),
      await aUser(bench, { externalId: `${SUPERVISOR}` }),
    ];

    // Assess
    expect([bench.clarusUser(admin)?.role_id, bench.clarusUser(other)?.role_id]).toEqual([
      FALLBACK,
      SUPERVISOR,
    ]);
    const [receipt] = (await bench.stack.receipts('acme')).filter((it) => it.subjectId === admin);
    expect(receipt).toMatchObject({ reason: 'role_not_allowed', refused: ['role_id'] });
  });

  it('is no resource, and neither is any other role', async () => {
    // Act
    const [roles, types] = [await bench.call('GET', '/Roles'), await bench.call('GET', '/ResourceTypes')];

    // Assess
    expect([roles.status, types.body.Resources.map((it: { id: string }) => it.id)]).toEqual([
      404,
      ['User', 'Group'],
    ]);
  });
});

describe('Admin', () => {
  it.each([
    ['scim.roles', { scim: { ...SCIM_SETTINGS, roles: { allowed: ['Admin', 2] } } }],
    ['the table of the mapping', { mapping: { role_id: { expression: 'title', table: { Boss: ADMIN } } } }],
  ])('is given by a group where %s names it', async (_name, file) => {
    // Prepare
    const bench = await aBench(file);
    try {
      const id = await aUser(bench);

      // Act
      const { status } = await join(bench, ADMIN, id);

      // Assess
      expect([status, bench.clarusUser(id)?.role_id]).toEqual([204, ADMIN]);
    } finally {
      await bench.stop();
    }
  });
});

describe("Okta's Role resources", () => {
  let bench: ScimBench;

  beforeAll(async () => {
    bench = await aBench({ scim: { ...SCIM_SETTINGS, roleResources: true } });
  });
  afterAll(() => bench.stop());

  it('are a type with its schema, and every role that may be given', async () => {
    // Act
    const types = await bench.call('GET', '/ResourceTypes');
    const schema = await bench.call('GET', `/Schemas/${ROLE}`);
    const { status, body } = await bench.call('GET', '/Roles?startIndex=1&count=100');

    // Assess
    expect(types.body.Resources).toMatchObject([
      { id: 'User' },
      { id: 'Group' },
      { id: 'Role', name: 'Role', endpoint: '/Roles', schema: ROLE },
    ]);
    expect(schema.body.attributes).toMatchObject([{ name: 'displayName', mutability: 'readOnly' }]);
    expect([status, body.totalResults, body.Resources.length]).toEqual([200, 6, 6]);
    expect(body.Resources[0]).toEqual({
      schemas: [ROLE],
      id: '2',
      displayName: 'Supervisor',
      meta: { resourceType: 'Role', location: `${bench.stack.url}/scim/acme/v2/Roles/2` },
    });
  });

  it('are found, read and paged, and nothing else', async () => {
    // Act
    const found = await bench.call('GET', '/Roles?filter=displayName%20eq%20%22client%22');
    const page = await bench.call('GET', '/Roles?startIndex=2&count=2&attributes=displayName');
    const replies = await Promise.all([
      bench.call('GET', '/Roles/5'),
      bench.call('GET', `/Roles/${ADMIN}`),
      bench.call('GET', '/Roles/99'),
      bench.call('POST', '/Roles', { displayName: 'X' }),
      bench.call('DELETE', '/Roles/5'),
    ]);

    // Assess
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: '5', displayName: 'Client' }] });
    expect(page.body).toMatchObject({ totalResults: 6, startIndex: 2, itemsPerPage: 2 });
    expect(page.body.Resources[0]).toEqual({ schemas: [ROLE], id: '3', displayName: expect.any(String) });
    expect(replies.map(({ status }) => status)).toEqual([200, 404, 404, 405, 405]);
  });

  it('are the role in Clarus by their ids: the primary one, else the first', async () => {
    // Act
    const one = await aUser(bench, { roles: [{ value: '2', display: 'Supervisor' }] });
    const primary = await aUser(bench, { roles: [{ value: '2' }, { value: '5', primary: true }] });
    const none = await aUser(bench);
    const unknown = await bench.call('POST', '/Users', aPerson({ roles: [{ value: 'Boss' }] }));

    // Assess
    const roles = [one, primary, none].map((id) => bench.clarusUser(id)?.role_id);
    expect([...roles, unknown.status, unknown.body.scimType]).toEqual([2, 5, FALLBACK, 400, 'invalidValue']);
  });

  it('are shown of somebody to whom the client has given none, and taken away', async () => {
    // Prepare
    const id = await inClarus(bench, SUPERVISOR);

    // Act
    const before = await bench.call('GET', `/Users/${id}`);
    const other = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'replace', path: 'title', value: 'X' }),
    );
    const roleThen = bench.clarusUser(id)?.role_id;
    const taken = await bench.call('PUT', `/Users/${id}`, { ...before.body, roles: [] });

    // Assess
    expect([before.body.roles, other.body.roles]).toEqual([[{ value: '2' }], [{ value: '2' }]]);
    expect([other.status, roleThen, taken.status, bench.clarusUser(id)?.role_id]).toEqual([
      200,
      SUPERVISOR,
      200,
      FALLBACK,
    ]);
  });

  it('of a leaver are none of the newcomer who has the user next', async () => {
    // Prepare
    const id = await aUser(bench, { externalId: 'leaver', roles: [{ value: '2' }] });
    await bench.call('PATCH', `/Users/${id}`, operations({ op: 'replace', path: 'active', value: false }));

    // Act
    const { status, body } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'replace', value: { externalId: 'newcomer', active: true } }),
    );

    // Assess
    expect([status, bench.clarusUser(id)?.role_id]).toEqual([200, FALLBACK]);
    expect(body.roles).toEqual([{ value: `${FALLBACK}` }]);
  });
});
