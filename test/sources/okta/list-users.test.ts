import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import type { DirectoryPage } from '../../../functions/sources/directory.ts';
import { createOktaDirectory } from '../../../functions/sources/okta/okta-directory.ts';
import { DEMO_API_TOKEN, startOktaSimulator } from '../../../local/simulators/okta/okta-simulator.ts';
import type { OktaUserInput } from '../../../local/simulators/okta/okta-user.ts';
import { NOW } from '../../support/changes.ts';
import { aClock } from '../../support/clock.ts';
import { failureOf } from '../../support/failure.ts';
import { json, scriptedServer } from '../../support/http-server.ts';
import { anOktaUser } from '../../support/okta-users.ts';
import { ACME_SECRET, secretsOf } from '../../support/secrets.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const secrets = secretsOf({ clarus: ACME_SECRET.clarus, okta: { apiToken: DEMO_API_TOKEN } });

type Settings = Parameters<typeof anOktaTenant>[0];

async function anOrg(users: readonly OktaUserInput[], settings: Settings = {}, rateLimit = 100_000) {
  const clock = aClock();
  const okta = await startOktaSimulator({ clock, users, rateLimit });
  onTestFinished(() => okta.stop());
  const tenant = anOktaTenant({ orgUrl: okta.url, ...settings });
  const directory = createOktaDirectory({ send: createHttpSend(), clock, timeout: 2_000 });
  const list = (position?: string, of = tenant) => directory.listUsers?.(of, secrets, position);
  return { clock, okta, tenant, list, directory };
}

function pageOf(page: DirectoryPage | undefined) {
  if (page?.kind !== 'page') throw new Error(`This is no page: ${page?.kind}`);
  return page;
}

function person(n: number, but: Partial<OktaUserInput> = {}): OktaUserInput {
  const login = `p${n}@acme.example`;
  return { id: `00u${n}`, profile: { login, email: login }, ...but };
}

/** Whom all pages show, and how many there are. */
async function everybody(list: (position?: string) => Promise<DirectoryPage> | undefined) {
  const users: { id: string; answer: unknown }[] = [];
  let pages = 0;
  for (let position: string | undefined; ; ) {
    const page = pageOf(await list(position));
    users.push(...page.users);
    pages++;
    if (page.next === undefined) return { users, pages };
    position = page.next;
  }
}

describe('the users of an org', () => {
  it('are all listed, page by page, and after them those who are deactivated', async () => {
    const people = Array.from({ length: 450 }, (_, n) =>
      person(n, { status: n % 100 === 7 ? 'DEPROVISIONED' : n % 100 === 8 ? 'SUSPENDED' : 'ACTIVE' }),
    );
    const { okta, list } = await anOrg(people);

    const { users, pages } = await everybody(list);

    const left = people.filter(({ status }) => status === 'DEPROVISIONED').map(({ id }) => id);
    const present = people.map(({ id }) => id).filter((id) => !left.includes(id));
    expect(users.map(({ id }) => id)).toEqual([...present, ...left]);
    expect(pages).toBe(4);
    expect(okta.requests()).toHaveLength(4);
    const outside = users.filter(({ answer }) => Object(answer).signsIn === false).map(({ id }) => id);
    expect(outside).toHaveLength(10);
  });

  it('are shown as by a reading of each, memberships included', async () => {
    const people = [
      person(1, { apps: ['0oa1'], groups: [] }),
      person(2, { apps: [], groups: ['00g1'], status: 'LOCKED_OUT' }),
      person(3, { apps: ['0oa2'], groups: [], status: 'SUSPENDED' }),
    ];
    const { list, directory, tenant } = await anOrg(people, {
      apps: ['0oa1', '0oa2'],
      groups: ['00g1'],
      locks: true,
    });

    const { users } = await everybody(list);

    expect(users).toHaveLength(3);
    for (const { id, answer } of users) {
      expect(answer, id).toEqual(await directory.readUser(tenant, secrets, id));
    }
    expect(users[0]?.answer).toMatchObject({ memberships: { '0oa1': true, '0oa2': false, '00g1': false } });
  });

  it('have memberships as of when the lists were read, which are read once and let go in the end', async () => {
    const people = Array.from({ length: 300 }, (_, n) => person(n, { apps: n % 2 === 0 ? ['0oa1'] : [] }));
    const { clock, okta, list } = await anOrg(people, { apps: ['0oa1'] });

    const first = pageOf(await list());
    clock.advance(60_000);
    const second = pageOf(await list(first.next));

    expect([first.readAt, second.readAt]).toEqual([NOW, NOW]);
    expect(okta.requests().map(({ path }) => path.split('?')[0])).toEqual([
      '/api/v1/users',
      '/api/v1/apps/0oa1/users',
      '/api/v1/users',
    ]);
    const third = pageOf(await list(second.next));
    expect([third.readAt, third.next]).toEqual([NOW + 60_000, undefined]);
    okta.forgetRequests();
    await list();
    expect(okta.requests()).toHaveLength(2);
  });

  it('have lists read anew that are an hour old, and with a new beginning', async () => {
    const people = Array.from({ length: 201 }, (_, n) => person(n, { apps: ['0oa1'] }));
    const { clock, okta, list } = await anOrg(people, { apps: ['0oa1'] });
    const { next } = pageOf(await list());
    okta.setUsers(people.map((it) => ({ ...it, apps: [] })));

    clock.advance(59 * 60_000);
    const [last] = pageOf(await list(next)).users;
    const [anew] = pageOf(await list()).users;
    clock.advance(60 * 60_000);
    okta.setUsers(people);
    const [again] = pageOf(await list(next)).users;

    expect([last, anew, again].map((it) => Object(it?.answer).memberships)).toEqual([
      { '0oa1': true },
      { '0oa1': false },
      { '0oa1': true },
    ]);
  });

  it('go on where a list was interrupted', async () => {
    const people = Array.from({ length: 1_000 }, (_, n) => person(n, { apps: ['0oa1'] }));
    const { clock, okta, list } = await anOrg(people, { apps: ['0oa1'] }, 4);

    const failure = await failureOf(() => list());
    clock.advance(60_000);
    const page = pageOf(await list());

    expect(failure).toMatchObject({ code: 'okta_throttled', retryable: true });
    expect(page.users).toHaveLength(200);
    expect(page.users.every(({ answer }) => Object(answer).memberships['0oa1'] === true)).toBe(true);
    const lists = okta.requests().filter(({ path, status }) => path.includes('/apps/') && status === 200);
    expect(new Set(lists.map(({ path }) => path)).size).toBe(5);
    expect(lists).toHaveLength(5);
  });

  it('have no memberships where the credentials may not see any', async () => {
    const { list } = await anOrg([person(1), person(2)], { apps: ['0oa1'], groups: ['00g1'] });

    const { users } = await everybody(list);

    expect(users).toHaveLength(2);
    for (const { answer } of users) expect(answer).not.toHaveProperty('memberships');
  });

  it('cannot be listed without credentials', async () => {
    const { directory, tenant } = await anOrg([]);

    const page = await directory.listUsers?.(tenant, secretsOf({ clarus: ACME_SECRET.clarus }));

    expect(page).toEqual({ kind: 'no_credentials' });
  });

  it.each([
    ['no JSON', 'x'],
    ['of no stretch', '{"stretch":"left","link":"/api/v1/users"}'],
    ['null', 'null'],
    ['of a position that Okta does not know', '{"stretch":"present","link":"ORG/api/v1/users?after=00uX"}'],
    ['of another org', '{"stretch":"present","link":"https://other.okta.example/api/v1/users?after=00u1"}'],
  ])('are lost at a position that is %s', async (_, position) => {
    const { okta, list } = await anOrg([person(1)]);

    expect(await list(position.replace('ORG', okta.url))).toEqual({ kind: 'lost' });
  });
});

describe('a page of users', () => {
  const LIST = 'GET /api/v1/users?limit=200';

  async function scripted(settings: Settings = {}) {
    const server = await scriptedServer();
    const directory = createOktaDirectory({ send: createHttpSend(), clock: aClock(), timeout: 2_000 });
    const tenant = anOktaTenant({ orgUrl: server.url, ...settings });
    return { server, list: () => directory.listUsers?.(tenant, secretsOf(ACME_SECRET)) };
  }

  it('leaves out whom it cannot read, and counts them', async () => {
    const { server, list } = await scripted();
    const strange = [null, 7, {}, anOktaUser({ id: '../x' }), anOktaUser({ status: null })];
    server.answers(LIST, json(200, [...strange, anOktaUser()]));

    expect(await list()).toMatchObject({ users: [{ id: '00uLEAVER' }], malformed: 5 });
  });

  it.each([
    ['an object', json(200, {}), { code: 'okta_response_malformed' }],
    ['403', json(403, {}), { code: 'okta_credentials_refused', status: 403 }],
    ['404', json(404, {}), { code: 'okta_response_malformed' }],
    ['400', json(400, {}), { code: 'okta_response_malformed' }],
    ['429', json(429, {}), { code: 'okta_throttled', retryable: true }],
  ])('that is %s is a typed error', async (_, answer, expected) => {
    const { server, list } = await scripted();
    server.answers(LIST, answer);

    expect(await failureOf(() => list())).toMatchObject(expected);
  });

  it('that goes on at itself is refused', async () => {
    const { server, list } = await scripted();
    const directory = createOktaDirectory({ send: createHttpSend(), clock: aClock(), timeout: 2_000 });
    const link = `<${server.url}/api/v1/users?after=1>; rel="next"`;
    server.answers(LIST, json(200, [], { link }));
    server.answers('GET /api/v1/users?after=1', json(200, [], { link }));
    const first = pageOf(await list());

    const tenant = anOktaTenant({ orgUrl: server.url });
    const failure = await failureOf(() => directory.listUsers?.(tenant, secretsOf(ACME_SECRET), first.next));

    expect(failure.code).toBe('okta_response_malformed');
  });

  const APP = 'GET /api/v1/apps/0oa1/users?limit=200';

  it.each([
    [
      'who is a member of an app that is gone: nobody',
      json(404, { errorCode: 'E0000007' }),
      { '0oa1': false },
    ],
    ['nothing of an app where the credentials are refused', json(401, {}), undefined],
  ])('tells %s', async (_, answer, memberships) => {
    const { server, list } = await scripted({ apps: ['0oa1'] });
    server.answers(LIST, json(200, [anOktaUser()]));
    server.answers(APP, answer);

    const [user] = pageOf(await list()).users;

    expect(Object(user?.answer).memberships).toEqual(memberships);
  });

  it('begins a list of members anew whose position Okta has lost', async () => {
    const { server, list } = await scripted({ apps: ['0oa1'] });
    const link = `<${server.url}/api/v1/apps/0oa1/users?after=1>; rel="next"`;
    server.always(LIST, json(200, [anOktaUser()]));
    server.answers(APP, json(200, [{ id: '00uGONE' }], { link }), json(200, [{ id: '00uLEAVER' }]));
    server.answers('GET /api/v1/apps/0oa1/users?after=1', json(400, {}));

    const failure = await failureOf(() => list());
    const [user] = pageOf(await list()).users;

    expect(failure.code).toBe('okta_response_malformed');
    expect(Object(user?.answer).memberships).toEqual({ '0oa1': true });
  });

  it('refuses a list of members that goes in a circle', async () => {
    const { server, list } = await scripted({ apps: ['0oa1'] });
    const link = `<${server.url}/api/v1/apps/0oa1/users?after=1>; rel="next"`;
    server.answers(LIST, json(200, [anOktaUser()]));
    server.answers(APP, json(200, [], { link }));
    server.answers('GET /api/v1/apps/0oa1/users?after=1', json(200, [], { link }));

    expect((await failureOf(() => list())).code).toBe('okta_response_malformed');
  });
});
