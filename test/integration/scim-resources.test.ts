import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from '../../functions/scim/users/schema.ts';
import { aPerson, operations } from '../support/scim-bench.ts';
import { type Acme, anAcme, CLARUS, ENTERPRISE, SEARCH } from './scim-acme.ts';

let bench: Acme;

beforeAll(async () => {
  bench = await anAcme();
});
afterAll(() => bench.stop());

describe('what is shown of a user', () => {
  it.each([
    ['attributes=userName', ['id', 'schemas', 'userName']],
    ['attributes=USERNAME,name.familyName', ['id', 'name', 'schemas', 'userName']],
    [`attributes=${ENTERPRISE}:department`, ['id', 'schemas', ENTERPRISE]],
    [`attributes=${ENTERPRISE}`, ['id', 'schemas', ENTERPRISE]],
    ['attributes=nothing', ['id', 'schemas']],
    [
      `excludedAttributes=id,meta,emails,name,displayName,externalId,locale,groups,${ENTERPRISE}`,
      ['active', 'id', 'schemas', 'userName'],
    ],
    [
      'excludedAttributes=emails.type,emails.primary,meta,name,displayName,externalId,locale,groups',
      ['active', 'emails', 'id', 'schemas', ENTERPRISE, 'userName'],
    ],
  ])('with %s, on each of the six operations', async (query, keys) => {
    // Prepare
    const enterprise = { [ENTERPRISE]: { department: 'D', manager: { value: '1' } } };
    const person = aPerson(enterprise);

    // Act
    const made = await bench.call('POST', `/Users?${query}`, person);
    const path = `/Users/${made.body.id}?${query}`;
    const replies = [
      made,
      await bench.call('GET', path),
      await bench.call('PUT', path, person),
      await bench.call('PATCH', path, operations({ op: 'replace', value: { active: true } })),
    ];
    const list = await bench.call('GET', `/Users?filter=id+eq+%22${made.body.id}%22&${query}`);
    const search = await bench.call('POST', '/Users/.search', {
      schemas: [SEARCH],
      filter: `id eq "${made.body.id}"`,
      ...Object.fromEntries(
        query.split('&').map((it) => [it.split('=')[0], String(it.split('=')[1]).split(',')]),
      ),
    });

    // Assess
    const shown = [...replies.map(({ body }) => body), list.body.Resources[0], search.body.Resources[0]];
    for (const resource of shown) {
      const { [ACCESS]: _, ...rest } = resource;
      expect(Object.keys(rest).sort()).toEqual(keys.toSorted());
    }
  });
});

describe('versions', () => {
  it('guard a write and save a read', async () => {
    // Prepare
    const user = await bench.created();
    const path = `/Users/${user.id}`;
    const etag = user.meta.version;
    const rename = operations({ op: 'replace', path: 'displayName', value: 'Renamed' });

    // Act
    const read = await bench.call('GET', path);
    const unchanged = await bench.call('GET', path, undefined, { headers: { 'if-none-match': etag } });
    const written = await bench.call('PATCH', path, rename, { headers: { 'if-match': etag } });
    const late = await Promise.all([
      bench.call('PATCH', path, rename, { headers: { 'if-match': etag } }),
      bench.call('PUT', path, user, { headers: { 'if-match': etag } }),
      bench.call('DELETE', path, undefined, { headers: { 'if-match': etag } }),
    ]);
    const changed = await bench.call('GET', path, undefined, { headers: { 'if-none-match': etag } });
    const any = await bench.call('PATCH', path, rename, { headers: { 'if-match': '*' } });

    // Assess
    expect([read.headers.get('etag'), read.headers.get('location')]).toEqual([etag, user.meta.location]);
    expect([unchanged.status, unchanged.body]).toEqual([304, undefined]);
    expect(written.status).toBe(200);
    expect(written.headers.get('etag')).toBe(written.body.meta.version);
    expect(late.map(({ status }) => status)).toEqual([412, 412, 412]);
    expect([changed.status, any.status]).toEqual([200, 200]);
  });
});

describe('PUT', () => {
  it('keeps what it does not mention, clears what it says is empty, ignores what is not its own', async () => {
    // Prepare
    const user = await bench.created({
      title: 'Picker',
      nickName: 'Pip',
      preferredLanguage: 'de',
      [CLARUS]: { string2: 'x' },
    });
    expect(bench.clarusUser(user.id)).toMatchObject({ language: 'de', string2: 'x' });

    // Act
    const { status, body } = await bench.call('PUT', `/Users/${user.id}`, {
      id: '1',
      meta: { created: 'x' },
      groups: [{ value: '1' }],
      userName: user.userName,
      title: null,
      preferredLanguage: '',
      'name.givenName': 'Pia',
      'emails.value': 'ignored',
      [CLARUS]: { string2: null },
    });

    // Assess
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: user.id,
      nickName: 'Pip',
      name: { givenName: 'Pia', familyName: user.name.familyName },
    });
    expect([body.title, body.preferredLanguage, body[CLARUS]]).toEqual([undefined, undefined, undefined]);
    expect(bench.clarusUser(user.id)).toMatchObject({ language: '', string2: '', is_active: true });
  });
});
