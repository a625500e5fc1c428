import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from '../../functions/scim/users/schema.ts';
import { oktaEventHook } from '../../local/okta-event-hook.ts';
import { aPerson, aScimBench, operations, SCIM_SETTINGS, type ScimBench } from '../support/scim-bench.ts';
import { HOOK_CREDENTIAL } from '../support/tenants.ts';

/** What was found wrong in the first edition, each shown over HTTP through the whole local bridge. */

let bench: ScimBench;

const PEOPLE = 120;
const [ADMIN, STANDARD, CLIENT, FALLBACK] = [1, 2, 5, 4];
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** The Clarus user of the bridge's own credentials, and one that the tenant file protects. */
const [API_USER, BREAK_GLASS] = ['110', '111'];

beforeAll(async () => {
  bench = await aScimBench({
    clarus: { subdomain: 'acme', apiUser: API_USER },
    protect: { users: [BREAK_GLASS] },
    scim: { ...SCIM_SETTINGS, roles: { allowed: [ADMIN, STANDARD, CLIENT] } },
  });
  bench.stack.clarus.setUsers(
    Array.from({ length: PEOPLE }, (_, i) => ({
      id: i + 1,
      email: `p${i + 1}@acme.example`,
      name: `P ${i + 1}`,
    })),
  );
  // All of them are shown, and so adopted.
  for (const startIndex of [1, 101]) await bench.call('GET', `/Users?startIndex=${startIndex}&count=100`);
});
afterAll(() => bench.stop());

async function created(but: Record<string, unknown> = {}) {
  const { status, body } = await bench.call('POST', '/Users', aPerson(but));
  expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
  return body;
}

function patchUser(id: string, ...ops: unknown[]) {
  return bench.call('PATCH', `/Users/${id}`, operations(...ops));
}

function patchGroup(id: number, ...ops: unknown[]) {
  return bench.call('PATCH', `/Groups/${id}`, operations(...ops));
}

function adding(...ids: unknown[]) {
  return { op: 'add', path: 'members', value: ids.map((value) => ({ value: String(value) })) };
}

function removing(id: unknown) {
  return { op: 'remove', path: `members[value eq "${id}"]` };
}

async function membersOf(role: number): Promise<string[]> {
  const { body } = await bench.call('GET', `/Groups/${role}`);
  return (body.members ?? []).map(({ value }: { value: string }) => value);
}

/** What Okta says of a person by its event hook, carried out. */
async function okta(id: string, login: string, eventTypes: string): Promise<void> {
  const profile = { login, email: login, firstName: 'P', lastName: 'P' };
  const status = eventTypes === 'user.lifecycle.activate' ? 'ACTIVE' : 'DEPROVISIONED';
  bench.stack.okta.setUsers([{ id, status, profile }]);
  const body = oktaEventHook({
    orgUrl: 'https://acme.okta.example',
    user: { id, profile },
    eventTypes,
    appId: '0oaCLARUS',
    groupId: '00gPICKERS',
  });
  const response = await fetch(`${bench.stack.url}/webhooks/okta/acme`, {
    method: 'POST',
    headers: { authorization: HOOK_CREDENTIAL, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(204);
  await bench.stack.idle();
}

describe('access', () => {
  it("that Okta took is not given back by a PUT that echoes the client's own active: true (A1.1)", async () => {
    // Prepare
    const { id, userName, meta: _, ...read } = await created();
    await okta(`00u${id}`, userName, 'user.lifecycle.suspend');
    expect(bench.clarusUser(id)?.is_active).toBe(false);

    // Act
    const { status, body } = await bench.call('PUT', `/Users/${id}`, { userName, ...read, title: 'Picker' });

    // Assess
    expect([status, body.active, body.title]).toEqual([200, true, 'Picker']);
    expect(body[ACCESS]).toEqual({ active: false, keptOutBy: ['okta'] });
    expect(bench.clarusUser(id)?.is_active).toBe(false);
  });

  it('that Okta took is not given back by a statement either, and the receipt says who keeps the person out', async () => {
    // Prepare
    const { id, userName } = await created();
    await okta(`00u${id}`, userName, 'user.lifecycle.suspend');

    // Act
    const { status, body } = await patchUser(id, { op: 'replace', path: 'active', value: true });

    // Assess
    expect([status, body.active, bench.clarusUser(id)?.is_active]).toEqual([200, true, false]);
    const receipts = await bench.stack.receipts('acme');
    const last = receipts.find((it) => it.subjectId === id && it.eventType === 'scim.user.patch');
    expect(last).toMatchObject({ outcome: 'kept_out', reason: 'okta' });
  });

  it('of a newcomer comes without the role and the texts of the leaver (A1.2)', async () => {
    // Prepare
    const strings = { 'urn:ietf:params:scim:schemas:extension:clarus:2.0:User': { string1: 'Dock 7' } };
    const jane = await created({ externalId: '00uJANE', ...strings });
    await patchGroup(ADMIN, adding(jane.id));
    await patchUser(jane.id, { op: 'replace', path: 'active', value: false });
    expect(bench.clarusUser(jane.id)).toMatchObject({ role_id: ADMIN, string1: 'Dock 7' });

    // Act
    const john = { userName: jane.userName, externalId: '00uJOHN', displayName: 'John Smith', active: true };
    const { status, body } = await bench.call('PUT', `/Users/${jane.id}`, john);

    // Assess
    expect([status, body.externalId, body.groups?.[0].value]).toEqual([200, '00uJOHN', String(FALLBACK)]);
    expect(bench.clarusUser(jane.id)).toMatchObject({
      name: 'John Smith',
      role_id: FALLBACK,
      string1: '',
      is_active: true,
    });
  });

  it.each<[string, 'PUT' | 'PATCH', Record<string, unknown>]>([
    ['a PUT that says nothing new of access', 'PUT', { displayName: 'John Smith', active: true }],
    ['a PATCH that does not speak of access', 'PATCH', { displayName: 'John Smith' }],
  ])('of a newcomer by %s is not that of a leaver whom Okta took (A1.2)', async (_name, method, said) => {
    // Prepare: SCIM has never said that Jane is out.
    const [janesId, johnsId] = [`00uJANE${method}`, `00uJOHN${method}`];
    const strings = { 'urn:ietf:params:scim:schemas:extension:clarus:2.0:User': { string1: 'Dock 7' } };
    const jane = await created({ externalId: janesId, ...strings });
    await patchGroup(ADMIN, adding(jane.id));
    await okta(janesId, jane.userName, 'user.lifecycle.deactivate');
    expect(bench.clarusUser(jane.id)?.is_active).toBe(false);
    const john = { externalId: johnsId, ...said };
    const body =
      method === 'PUT' ? { userName: jane.userName, ...john } : operations({ op: 'replace', value: john });

    // Act
    const { status } = await bench.call(method, `/Users/${jane.id}`, body);
    await okta(johnsId, jane.userName, 'user.lifecycle.activate');

    // Assess
    expect(status).toBe(200);
    expect(bench.clarusUser(jane.id)).toMatchObject({ role_id: FALLBACK, string1: '', is_active: true });
  });

  it('of a newcomer whom Okta has given it already is not that of the leaver before (A1.2)', async () => {
    // Prepare
    const jane = await created({ externalId: '00uJANE3' });
    await patchGroup(ADMIN, adding(jane.id));
    await okta('00uJANE3', jane.userName, 'user.lifecycle.deactivate');
    await okta('00uJOHN3', jane.userName, 'user.lifecycle.activate');

    // Act
    const john = { userName: jane.userName, externalId: '00uJOHN3', active: true };
    const { status } = await bench.call('PUT', `/Users/${jane.id}`, john);

    // Assess
    expect(status).toBe(200);
    expect(bench.clarusUser(jane.id)).toMatchObject({ role_id: FALLBACK, is_active: true });
  });

  it('of the same person with another externalId keeps role and texts', async () => {
    const lea = await created({ externalId: '00uLEA' });
    await patchGroup(STANDARD, adding(lea.id));

    const { status } = await patchUser(lea.id, { op: 'replace', path: 'externalId', value: '00uLEA2' });
    await patchUser(lea.id, { op: 'replace', path: 'active', value: false });
    await patchUser(lea.id, { op: 'replace', path: 'active', value: true });

    expect([status, bench.clarusUser(lea.id)?.role_id]).toEqual([200, STANDARD]);
  });
});

describe('a group', () => {
  it('lets leave who leaves, whoever cannot join (A1.3)', async () => {
    // Prepare: 105 is gone from Clarus.
    await patchGroup(ADMIN, adding(104));
    bench.stack.clarus.setUsers(bench.stack.clarus.users().filter(({ id }) => id !== 105));

    // Act
    const { status } = await patchGroup(ADMIN, adding(105, 103), removing(104));

    // Assess: the missing one is deleted for SCIM, and passed over.
    expect([status, bench.clarusUser(104)?.role_id, bench.clarusUser(103)?.role_id]).toEqual([
      204,
      FALLBACK,
      ADMIN,
    ]);
    expect((await bench.call('GET', '/Users/105')).status).toBe(404);
  });

  it('is emptied by remove at members[type eq "User"] (A1.4)', async () => {
    await patchGroup(STANDARD, adding(101, 102));

    const { status } = await patchGroup(STANDARD, { op: 'remove', path: 'members[type eq "User"]' });

    expect([status, await membersOf(STANDARD)]).toEqual([204, []]);
    expect([bench.clarusUser(101)?.role_id, bench.clarusUser(102)?.role_id]).toEqual([FALLBACK, FALLBACK]);
  });

  it('that is left gives the role of the one that remains, by the order of the tenant file (A1.6)', async () => {
    // Prepare
    const [first, second] = [await created(), await created()];
    await patchGroup(CLIENT, adding(first.id, second.id));
    await patchGroup(STANDARD, adding(first.id, second.id));

    // Act
    const inBoth = bench.clarusUser(first.id)?.role_id;
    await patchGroup(STANDARD, removing(first.id));
    await patchGroup(CLIENT, removing(second.id));

    // Assess
    expect(inBoth).toBe(STANDARD);
    expect([first, second].map(({ id }) => bench.clarusUser(id)?.role_id)).toEqual([CLIENT, STANDARD]);
    expect((await bench.call('GET', `/Users/${first.id}`)).body.groups).toMatchObject([
      { value: String(CLIENT) },
    ]);
  });

  it('of a role that the tenant file does not let SCIM give is refused', async () => {
    const { id } = await created();

    const { status } = await patchGroup(3, adding(id));

    expect([status, bench.clarusUser(id)?.role_id]).toEqual([403, FALLBACK]);
  });
});

/** A deactivation beside something that is refused (A1.5, D1). */
const SPOILT: [string, 'PATCH' | 'PUT', unknown, number][] = [
  [
    'an unknown path',
    'PATCH',
    [
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'Add', path: 'urn:custom:2.0:User:tag', value: 'x' },
    ],
    400,
  ],
  ['a number as title', 'PATCH', [{ op: 'replace', value: { active: false, title: 7 } }], 400],
  [
    'groups, which are read-only',
    'PATCH',
    [
      { op: 'replace', path: 'active', value: false },
      { op: 'add', path: 'groups', value: [{ value: '1' }] },
    ],
    400,
  ],
  [
    'an empty userName',
    'PATCH',
    [
      { op: 'replace', path: 'userName', value: '' },
      { op: 'replace', path: 'active', value: false },
    ],
    400,
  ],
  [
    'a userName that somebody has',
    'PATCH',
    [{ op: 'replace', value: { active: false, userName: 'p1@acme.example' } }],
    409,
  ],
  [
    'an unknown op',
    'PATCH',
    [
      { op: 'move', path: 'title' },
      { op: 'replace', path: 'active', value: false },
    ],
    400,
  ],
  [
    'a value that is not there',
    'PATCH',
    [
      { op: 'replace', path: 'emails[value eq "gone"].type', value: 'x' },
      { op: 'replace', path: 'active', value: false },
    ],
    400,
  ],
  [
    'a text above the limit',
    'PATCH',
    [{ op: 'replace', value: { active: false, nickName: 'x'.repeat(9000) } }],
    400,
  ],
  ['a list of resources', 'PATCH', [{ op: 'replace', value: [{ active: false }] }], 400],
  ['a certificate that is no base64', 'PUT', { active: false, x509Certificates: [{ value: '!' }] }, 400],
  ['a number as title', 'PUT', { active: false, title: 5 }, 400],
  ['a name as text', 'PUT', { active: false, name: [1] }, 400],
  ['a userName that somebody has', 'PUT', { active: false, userName: 'p2@acme.example' }, 409],
  ['another schema', 'PUT', { schemas: ['urn:other'], active: false }, 400],
];

describe('a deactivation', () => {
  it.each(SPOILT)(
    'beside %s happens, and the %s is refused (A1.5)',
    async (_name, method, sent, expected) => {
      // Prepare
      const { id, userName } = await created();
      const body = method === 'PATCH' ? operations(...[sent].flat()) : { userName, ...Object(sent) };

      // Act
      const { status } = await bench.call(method, `/Users/${id}`, body);

      // Assess
      expect([status, bench.clarusUser(id)?.is_active]).toEqual([expected, false]);
      const { body: shown } = await bench.call('GET', `/Users/${id}`);
      expect([shown.active, shown.userName]).toEqual([false, userName]);
    },
  );

  it('by a creation of somebody who is there happens, and the creation is refused', async () => {
    const { id, userName } = await created();

    const { status } = await bench.call('POST', '/Users', { userName, active: false });

    expect([status, bench.clarusUser(id)?.is_active]).toEqual([409, false]);
  });

  it.each<[string, unknown[]]>([
    ['the core URN as a key (A1.7)', [{ op: 'replace', value: { [CORE]: { active: false } } }]],
    ['the core URN as a path', [{ op: 'replace', path: CORE, value: { active: false } }]],
    ['the core URN before the name', [{ op: 'replace', path: `${CORE}:active`, value: false }]],
    [
      'a list of one value (D8)',
      [{ op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] }],
    ],
  ])('by %s is carried out', async (_name, ops) => {
    const { id } = await created();

    const { status, body } = await patchUser(id, ...ops);

    expect([status, body.active, bench.clarusUser(id)?.is_active]).toEqual([200, false, false]);
  });

  it('with If-Match of another version, or of somebody who is not there, does nothing', async () => {
    const { id } = await created();
    const body = operations({ op: 'replace', value: { active: false } });

    const other = await bench.call('PATCH', `/Users/${id}`, body, { headers: { 'if-match': 'W/"x"' } });
    const nobody = await bench.call('PATCH', '/Users/99999', body);

    expect([other.status, nobody.status, bench.clarusUser(id)?.is_active]).toEqual([412, 404, true]);
    await bench.stack.idle();
    expect(bench.clarusUser(id)?.is_active).toBe(true);
  });
});

describe('a protected Clarus user (A1.8)', () => {
  it.each([API_USER, BREAK_GLASS])('%s is not changed by anybody', async (id) => {
    const before = bench.clarusUser(id);

    const replies = [
      await patchUser(id, { op: 'replace', path: 'active', value: false }),
      await patchUser(id, { op: 'replace', path: 'displayName', value: 'Other' }),
      await patchGroup(ADMIN, adding(id)),
      await bench.call('DELETE', `/Users/${id}`),
    ];

    expect(replies.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(replies[0]?.body.detail).toContain('protected');
    expect((await bench.call('GET', `/Users/${id}`)).status).toBe(200);
    expect(bench.clarusUser(id)).toEqual(before);
    const [receipt] = (await bench.stack.receipts('acme')).filter((it) => it.subjectId === id);
    expect(receipt?.outcome).toBe('protected');
  });
});

describe('answers', () => {
  it('to a userName that another request is about are 429 with the rest of its time, and not 409 (A4.15)', async () => {
    // Prepare
    const person = aPerson();
    bench.stack.clarus.addFault({ path: '/api/users', method: 'POST', status: 422, delayMs: 500, count: 1 });

    // Act
    const first = bench.call('POST', '/Users', person);
    const meanwhile: (string | null)[] = [];
    await expect
      .poll(
        async () => {
          const { status, headers } = await bench.call('POST', '/Users', person);
          meanwhile.push(headers.get('retry-after'));
          return status;
        },
        { interval: 50 },
      )
      .toBe(429);
    const refused = await first;
    const after = await bench.call('POST', '/Users', person);

    // Assess
    expect([refused.status, after.status]).toEqual([400, 201]);
    expect(Number(meanwhile.at(-1))).toBeGreaterThan(0);
  });

  it('let a name that was made up yield to what a client says (A4.17)', async () => {
    // Act
    const put = await bench.call('PUT', '/Users/41', {
      userName: 'p41@acme.example',
      name: { givenName: 'Lea', familyName: 'Ver' },
    });
    const patched = await patchUser('42', { op: 'replace', path: 'name.familyName', value: 'Ver' });

    // Assess
    expect([put.status, patched.status]).toEqual([200, 200]);
    expect([bench.clarusUser(41)?.name, bench.clarusUser(42)?.name]).toEqual(['Lea Ver', 'P Ver']);
  });

  it('say what is so of somebody whom no client has spoken of', async () => {
    await okta('00u43', 'p43@acme.example', 'user.lifecycle.suspend');

    const { body } = await bench.call('GET', '/Users/43');

    expect([body.active, body[ACCESS]]).toEqual([false, { active: false, keptOutBy: ['okta'] }]);
  });

  it('to the next request are no failure of one that was answered in its stead (A2.12)', async () => {
    // Prepare
    const slow = await aScimBench({}, { scimTimeout: 1_500 });
    slow.stack.clarus.setUsers([{ id: 1, email: 'p1@acme.example', name: 'P' }]);
    slow.stack.clarus.addFault({ path: '/graphql', delayMs: 1_200, count: 1 });
    expect((await slow.call('GET', '/Users')).status).toBe(503);

    // Act
    const { status, body } = await slow.call('GET', '/Users');

    // Assess
    expect([status, body.totalResults]).toEqual([200, 1]);
    await slow.stop();
  });
});
