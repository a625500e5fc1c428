import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPerson, aScimBench, operations, type ScimBench } from '../support/scim-bench.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
let bench: ScimBench;

beforeAll(async () => {
  bench = await aScimBench();
});
afterAll(() => bench.stop());

function byUserName(userName: string): string {
  return `/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}&startIndex=1&count=100`;
}

async function created(but: Record<string, unknown> = {}) {
  const person = aPerson(but);
  const { status, body } = await bench.call('POST', '/Users', person);
  expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
  bench.forget();
  return { id: String(body.id), person, body };
}

describe.each([
  {
    client: 'Okta by PATCH (OIN)',
    off: () => ['PATCH', operations({ op: 'replace', value: { active: false } })] as const,
    on: () => ['PATCH', operations({ op: 'replace', value: { active: true } })] as const,
    rename: (name: string) => ['PATCH', operations({ op: 'replace', value: { displayName: name } })] as const,
  },
  {
    client: 'Entra, default shape',
    off: () => ['PATCH', operations({ op: 'Replace', path: 'active', value: 'False' })] as const,
    on: () => ['PATCH', operations({ op: 'Add', path: 'active', value: 'True' })] as const,
    rename: (name: string) =>
      ['PATCH', operations({ op: 'Replace', path: 'displayName', value: name })] as const,
  },
  {
    client: 'Okta by PUT (AIW)',
    off: (user: Record<string, unknown>) => ['PUT', { ...user, active: false }] as const,
    on: (user: Record<string, unknown>) => ['PUT', { ...user, active: true }] as const,
    rename: (displayName: string, user: Record<string, unknown>) =>
      ['PUT', { ...user, displayName }] as const,
  },
])('$client', ({ off, on, rename }) => {
  it('tests the connection, matches, creates, updates, deactivates, reactivates, deletes, re-creates', async () => {
    const person = aPerson();
    const { call, clarusUser, clarusCalls, forget } = bench;

    // Test connection, and no match.
    expect((await call('GET', '/Users?startIndex=1&count=2')).status).toBe(200);
    expect((await call('GET', byUserName(person.userName))).body).toMatchObject({
      totalResults: 0,
      startIndex: 1,
      itemsPerPage: 0,
      Resources: [],
    });

    // Create.
    const { status, headers, body: user } = await call('POST', '/Users', person);
    const path = `/Users/${user.id}`;
    expect({ status, type: headers.get('content-type'), location: headers.get('location') }).toEqual({
      status: 201,
      type: 'application/scim+json',
      location: `${bench.stack.url}/scim/acme/v2${path}`,
    });
    expect(user).toMatchObject({
      id: expect.any(String),
      userName: person.userName,
      externalId: person.externalId,
      active: true,
    });
    expect(user.password).toBeUndefined();
    expect(clarusUser(user.id)).toMatchObject({
      email: person.userName,
      name: person.displayName,
      is_active: true,
      role_id: 4,
    });

    // Match, in another letter case.
    expect((await call('GET', byUserName(person.userName.toUpperCase()))).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: user.id }],
    });

    // Update, deactivate, reactivate.
    forget();
    const [updateMethod, update] = rename('New Name', user);
    expect(await call(updateMethod, path, update)).toMatchObject({
      status: 200,
      body: { displayName: 'New Name' },
    });
    expect(clarusUser(user.id)).toMatchObject({ name: 'New Name' });
    const [offMethod, deactivation] = off({ ...user, displayName: 'New Name' });
    expect(await call(offMethod, path, deactivation)).toMatchObject({ status: 200, body: { active: false } });
    expect(clarusUser(user.id)).toMatchObject({ is_active: false });
    expect(await call('GET', path)).toMatchObject({ status: 200, body: { active: false } });
    const [onMethod, reactivation] = on({ ...user, displayName: 'New Name' });
    expect(await call(onMethod, path, reactivation)).toMatchObject({
      status: 200,
      body: { active: true, id: user.id },
    });
    expect(clarusUser(user.id)).toMatchObject({ is_active: true });
    expect(clarusCalls()).toEqual([
      `PATCH /api/users/${user.id}`,
      `PATCH /api/users/${user.id}`,
      `PATCH /api/users/${user.id}`,
    ]);

    // Delete: gone for SCIM, deactivated in Clarus.
    expect(await call('DELETE', path)).toMatchObject({ status: 204, body: undefined });
    expect(clarusUser(user.id)).toMatchObject({ is_active: false });
    for (const [method, body] of [['GET'], ['PUT', person], ['PATCH', deactivation], ['DELETE']] as const) {
      expect(
        await call(
          method,
          path,
          offMethod === 'PUT' && method === 'PATCH' ? operations({ op: 'remove', path: 'title' }) : body,
        ),
      ).toMatchObject({ status: 404, body: { schemas: [ERROR], status: '404' } });
    }
    expect((await call('GET', byUserName(person.userName))).body).toMatchObject({ totalResults: 0 });

    // Re-create: the same Clarus user.
    expect(await call('POST', '/Users', person)).toMatchObject({
      status: 201,
      body: { id: user.id, active: true },
    });
    expect(clarusUser(user.id)).toMatchObject({ is_active: true, name: person.displayName });
  });
});

describe('a user who was in Clarus before the bridge', () => {
  it.each([
    ['userName', (email: string) => `userName eq "${email}"`],
    ['e-mail', (email: string) => `emails[type eq "work"].value eq "${email}"`],
    ['e-mail in brackets', (email: string) => `emails[type eq "work" and value eq "${email}"]`],
  ])('is found by %s and keeps its id', async (by, filter) => {
    // Prepare
    const email = `old-${by.replaceAll(/\W/g, '')}@acme.example`;
    bench.stack.clarus.setUsers([
      ...bench.stack.clarus.users(),
      { id: 700 + email.length, email, name: 'Old' },
    ]);
    const text = filter(email.toUpperCase());

    // Act
    const { body } = await bench.call('GET', `/Users?filter=${encodeURIComponent(text)}`);

    // Assess
    expect(body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: String(700 + email.length), userName: email, active: true }],
    });
    const patched = await bench.call(
      'PATCH',
      `/Users/${body.Resources[0].id}`,
      operations({ op: 'replace', value: { active: false } }),
    );
    expect(patched.status).toBe(200);
    expect(bench.clarusUser(700 + email.length)?.is_active).toBe(false);
  });
});

describe('POST', () => {
  it('of one userName by fifty at a time, in any letter case, makes one Clarus user', async () => {
    // Prepare
    const person = aPerson();
    const spelled = (i: number) => (i % 2 === 0 ? person.userName : person.userName.toUpperCase());

    // Act
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, i) => bench.call('POST', '/Users', { ...person, userName: spelled(i) })),
    );

    // Assess
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    const others = replies.filter(({ status }) => status !== 201);
    // 429: while the first is under way, and its name may yet be free.
    for (const { status, body } of others) {
      expect(['409 uniqueness', '429 undefined']).toContain(`${status} ${body.scimType}`);
    }
    const inClarus = bench.stack.clarus.users().filter(({ email }) => email === person.userName);
    expect(inClarus).toHaveLength(1);
  });
});

describe('a userName', () => {
  it('that somebody gave up is free for somebody else, who becomes another user', async () => {
    // Prepare
    const { id, person } = await created();
    const renamed = {
      op: 'replace',
      value: { userName: `new-${person.userName}`, emails: [{ value: `new-${person.userName}` }] },
    };
    expect((await bench.call('PATCH', `/Users/${id}`, operations(renamed))).status).toBe(200);

    // Act
    const { status, body } = await bench.call('POST', '/Users', person);

    // Assess
    expect(status).toBe(201);
    expect(body.id).not.toBe(id);
    expect(bench.clarusUser(id)?.email).toBe(`new-${person.userName}`);
    expect(
      (await bench.call('GET', byUserName(person.userName))).body.Resources.map(
        (it: { id: string }) => it.id,
      ),
    ).toEqual([body.id]);
  });

  it('still held by somebody renamed is free, and whoever held it is left alone', async () => {
    // Prepare: as a rename leaves it that died before it gave the old name back.
    const [one, person] = [await created(), aPerson()];
    await bench.holdName(person.userName, one.id);

    // Act
    const { status, body } = await bench.call('POST', '/Users', person);

    // Assess
    expect(status).toBe(201);
    expect(body.id).not.toBe(one.id);
    expect((await bench.call('GET', `/Users/${one.id}`)).body).toEqual(one.body);
  });

  it('in the hands of a request under way is taken, and of one that died is free after its lease', async () => {
    // Prepare
    const [busy, dead] = [aPerson(), aPerson()];
    await bench.holdName(busy.userName, undefined, Date.now() + 30_000);
    await bench.holdName(dead.userName, undefined, Date.now() - 1);

    // Act
    const replies = [await bench.call('POST', '/Users', busy), await bench.call('POST', '/Users', dead)];

    // Assess
    expect(replies.map(({ status }) => status)).toEqual([429, 201]);
  });
});

describe('concurrent changes of one user', () => {
  it('all end up in it', async () => {
    // Prepare
    const { id } = await created();
    const numbers = Array.from({ length: 12 }, (_, i) => `+${i}`);

    // Act
    const replies = await Promise.all(
      numbers.map((value) =>
        bench.call(
          'PATCH',
          `/Users/${id}`,
          operations({ op: 'add', path: 'phoneNumbers', value: [{ value }] }),
        ),
      ),
    );

    // Assess
    expect(replies.map(({ status }) => status)).toEqual(numbers.map(() => 200));
    const { body } = await bench.call('GET', `/Users/${id}`);
    expect(body.phoneNumbers.map((it: { value: string }) => it.value).sort()).toEqual(numbers.toSorted());
  });

  it('with the same If-Match are one change, and Clarus has that one', async () => {
    // Prepare
    const { id, body } = await created();
    const headers = { 'if-match': body.meta.version };

    // Act
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        bench.call(
          'PATCH',
          `/Users/${id}`,
          operations({ op: 'replace', value: { displayName: `Name ${i}` } }),
          { headers },
        ),
      ),
    );

    // Assess
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status !== 200).every((status) => status === 412)).toBe(true);
    const { body: shown } = await bench.call('GET', `/Users/${id}`);
    expect(bench.clarusUser(id)?.name).toBe(shown.displayName);
  });

  it('that meet a deletion leave nobody active', async () => {
    for (let round = 0; round < 10; round++) {
      // Prepare
      const { id } = await created();
      const enable = operations({ op: 'replace', value: { active: true } });

      // Act
      const [deleted] = await Promise.all([
        bench.call('DELETE', `/Users/${id}`),
        ...Array.from({ length: 4 }, () => bench.call('PATCH', `/Users/${id}`, enable)),
      ]);

      // Assess
      expect([deleted.status, bench.clarusUser(id)?.is_active]).toEqual([204, false]);
    }
  });
});

describe('what Clarus does not take', () => {
  it('is a 503 with the seconds to wait, and a deactivation happens all the same', async () => {
    // Prepare
    const { id } = await created();
    bench.stack.clarus.addFault({ path: `/api/users/${id}`, status: 503, count: 1 });

    // Act
    const { status, headers, body } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'replace', value: { active: false } }),
    );

    // Assess
    expect({ status, body }).toMatchObject({ status: 503, body: { status: '503', schemas: [ERROR] } });
    expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    await expect.poll(() => bench.clarusUser(id)?.is_active, { timeout: 15_000 }).toBe(false);
    await expect
      .poll(
        async () =>
          (await bench.stack.receipts('acme')).find((it) => it.subjectId === id && it.isActive === false)
            ?.outcome,
        { timeout: 5_000 },
      )
      .toBe('applied');
  });

  it('is a 400 with its words when Clarus refuses a value, and nothing is changed', async () => {
    // Prepare
    const { id, body: before } = await created();

    // Act
    const { status, body } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'replace', value: { displayName: 'x'.repeat(300), preferredLanguage: 'de' } }),
    );

    // Assess
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue', detail: expect.stringContaining('too long') },
    });
    expect((await bench.call('GET', `/Users/${id}`)).body).toEqual(before);
    expect(bench.clarusUser(id)).toMatchObject({ name: before.displayName, language: '' });
  });

  it("is a 409 when the address is somebody else's", async () => {
    // Prepare
    const [one, other] = [await created(), await created()];

    // Act
    const replies = await Promise.all([
      bench.call(
        'PATCH',
        `/Users/${one.id}`,
        operations({ op: 'replace', path: 'userName', value: other.person.userName.toUpperCase() }),
      ),
      bench.call(
        'PATCH',
        `/Users/${one.id}`,
        operations({ op: 'replace', path: 'emails[type eq "work"].value', value: other.person.userName }),
      ),
      bench.call('PUT', `/Users/${one.id}`, { ...one.body, userName: other.person.userName }),
    ]);

    // Assess
    expect(replies.map(({ status, body }) => [status, body.scimType])).toEqual(
      Array(3).fill([409, 'uniqueness']),
    );
  });
});

describe('a PATCH', () => {
  it('that fails in its second operation asks Clarus nothing', async () => {
    // Prepare
    const { id } = await created();

    // Act
    const { status } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations(
        { op: 'replace', path: 'displayName', value: 'New' },
        { op: 'replace', path: 'nothing', value: 1 },
      ),
    );

    // Assess
    expect({ status, calls: bench.clarusCalls() }).toEqual({ status: 400, calls: [] });
  });

  it('that changes nothing asks Clarus nothing and leaves version and lastModified', async () => {
    // Prepare
    const { id, body: before } = await created();

    // Act
    const { status, body } = await bench.call(
      'PATCH',
      `/Users/${id}`,
      operations({ op: 'replace', value: { active: true, displayName: before.displayName } }),
    );

    // Assess
    expect({ status, meta: body.meta, calls: bench.clarusCalls() }).toEqual({
      status: 200,
      meta: before.meta,
      calls: [],
    });
  });
});
