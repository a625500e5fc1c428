import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_TOKEN, operations } from '../support/scim-bench.ts';
import { type Acme, ADMIN, anAcme } from './scim-acme.ts';

let bench: Acme;

beforeAll(async () => {
  bench = await anAcme();
});
afterAll(() => bench.stop());

describe('groups', () => {
  it('are the roles; who becomes a member gets the role, who leaves falls back', async () => {
    // Prepare
    const [lea, pat] = [await bench.created(), await bench.created()];
    const { call } = bench;
    const found = await call('GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22client%22');
    expect(found.body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: '5', displayName: 'Client' }],
    });

    // Act & assess: added the Okta way and the Entra way.
    const added = await call(
      'PATCH',
      '/Groups/5',
      operations({
        op: 'Add',
        path: 'members',
        value: [
          { $ref: null, value: lea.id },
          { value: pat.id, display: null },
        ],
      }),
    );
    expect(added.status).toBe(204);
    expect([bench.clarusUser(lea.id)?.role_id, bench.clarusUser(pat.id)?.role_id]).toEqual([5, 5]);
    const group = await call('GET', '/Groups/5');
    expect(group.body.members.map((it: { value: string }) => it.value)).toEqual([lea.id, pat.id]);
    expect(Date.parse(group.body.meta.lastModified)).toBeGreaterThan(
      Date.parse(found.body.Resources[0].meta.lastModified),
    );
    expect((await call('GET', `/Users/${lea.id}`)).body.groups).toMatchObject([{ value: '5' }]);
    expect((await call('GET', '/Groups/5?excludedAttributes=members')).body.members).toBeUndefined();

    // Okta repeats the name with every change of members; nothing is asked of Clarus.
    bench.forget();
    const renamed = await call(
      'PATCH',
      '/Groups/5?attributes=displayName,members',
      operations({ op: 'replace', value: { id: '5', displayName: 'Client' } }),
    );
    expect([renamed.status, renamed.body.displayName, renamed.body.members.length]).toEqual([
      200,
      'Client',
      2,
    ]);
    expect(bench.clarusCalls().filter((it) => it.startsWith('PATCH'))).toEqual([]);

    // The later role wins, and a member that leaves gets the tenant's default.
    await call('PATCH', '/Groups/6', operations({ op: 'add', path: 'members', value: [{ value: lea.id }] }));
    expect(bench.clarusUser(lea.id)?.role_id).toBe(6);
    await call('PUT', '/Groups/5', { displayName: 'Client', members: [] });
    expect([bench.clarusUser(lea.id)?.role_id, bench.clarusUser(pat.id)?.role_id]).toEqual([6, 4]);
    const removed = await call(
      'PATCH',
      '/Groups/6',
      operations({ op: 'remove', path: `members[value eq "${lea.id}"]` }),
    );
    expect(removed.status).toBe(204);
    expect(bench.clarusUser(lea.id)?.role_id).toBe(4);
  });

  it('keep the externalId of the client, and guard a write by their version', async () => {
    // Prepare
    const { call } = bench;
    const [member] = [await bench.created()];
    await call('PATCH', '/Groups/3', operations({ op: 'Replace', path: 'externalId', value: 'ext-3' }));

    // Act
    const found = await call('GET', '/Groups?filter=externalId+eq+%22ext-3%22');
    const { headers } = await call('GET', '/Groups/3');
    const version = String(headers.get('etag'));
    const seen = await call('GET', '/Groups/3', undefined, { headers: { 'if-none-match': version } });
    const join = operations({ op: 'add', path: 'members', value: [{ value: member.id }] });
    const right = await call('PATCH', '/Groups/3', join, { headers: { 'if-match': version } });
    const wrong = await call('PATCH', '/Groups/3', join, { headers: { 'if-match': version } });

    // Assess
    expect(found.body.Resources).toMatchObject([{ id: '3', externalId: 'ext-3' }]);
    expect([seen.status, right.status, wrong.status]).toEqual([304, 204, 412]);
  });

  it('let go of somebody whose role Clarus alone knows', async () => {
    // Act
    const gone = await bench.call(
      'PATCH',
      '/Groups/1',
      operations({ op: 'remove', path: `members[value eq "${ADMIN}"]` }),
    );

    // Assess
    expect([gone.status, bench.clarusUser(ADMIN)?.role_id]).toEqual([204, 4]);
  });

  it('cannot be made, removed, or filled with strangers', async () => {
    // Act
    const replies = await Promise.all([
      bench.call('POST', '/Groups', { displayName: 'picker' }),
      bench.call('POST', '/Groups', { displayName: 'New' }),
      bench.call('DELETE', '/Groups/2'),
      bench.call(
        'PATCH',
        '/Groups/2',
        operations({ op: 'add', path: 'members', value: [{ value: '999999' }] }),
      ),
    ]);

    // Assess
    expect(replies.map(({ status }) => status)).toEqual([409, 403, 403, 400]);
  });

  it('are an empty list where the tenant has turned them off', async () => {
    // Act
    const there = { tenant: 'other', token: OTHER_TOKEN };
    const list = await bench.call('GET', '/Groups?startIndex=1&count=100', undefined, there);
    const one = await bench.call('GET', '/Groups/2', undefined, there);
    const made = await bench.call('POST', '/Groups', { displayName: 'New' }, there);

    // Assess
    expect(list).toMatchObject({
      status: 200,
      body: { totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] },
    });
    expect([one.status, made.status]).toEqual([404, 403]);
  });
});
