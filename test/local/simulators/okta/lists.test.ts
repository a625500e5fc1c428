import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DEMO_API_TOKEN,
  type OktaSimulator,
  startOktaSimulator,
} from '../../../../local/simulators/okta/okta-simulator.ts';
import type { OktaUserInput } from '../../../../local/simulators/okta/okta-user.ts';
import { aClock } from '../../../support/clock.ts';

const clock = aClock();
let okta: OktaSimulator;

beforeAll(async () => {
  okta = await startOktaSimulator({ clock });
});
beforeEach(() => okta.reset());
afterAll(() => okta.stop());

interface Got {
  status: number;
  body: ReturnType<typeof Object>;
  next: string | undefined;
}

async function get(path: string): Promise<Got> {
  const headers = { authorization: `SSWS ${DEMO_API_TOKEN}` };
  const response = await fetch(path.startsWith('/') ? `${okta.url}${path}` : path, { headers });
  const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  return { status: response.status, body: await response.json(), next };
}

function person(id: string, but: Partial<OktaUserInput> = {}): OktaUserInput {
  return { id, profile: { login: `${id}@acme.example` }, ...but };
}

async function idsFrom(path: string): Promise<string[]> {
  const ids: string[] = [];
  for (let link: string | undefined = path; link !== undefined; ) {
    const { status, body, next }: Got = await get(link);
    expect(status).toBe(200);
    ids.push(...body.map(({ id }: { id: string }) => id));
    link = next;
  }
  return ids;
}

const ALL = Array.from({ length: 7 }, (_, n) =>
  person(`00u${n}`, { status: n === 3 ? 'DEPROVISIONED' : n === 4 ? 'SUSPENDED' : 'ACTIVE' }),
);

describe("the Okta simulator's lists", () => {
  it('show all users page by page but those who are deactivated, who have to be asked for', async () => {
    okta.setUsers(ALL);

    expect(await idsFrom('/api/v1/users?limit=2')).toEqual(['00u0', '00u1', '00u2', '00u4', '00u5', '00u6']);
    expect(
      await idsFrom(`/api/v1/users?limit=2&filter=${encodeURIComponent('status eq "DEPROVISIONED"')}`),
    ).toEqual(['00u3']);
    expect((await get('/api/v1/users')).body[0]).toMatchObject({
      id: '00u0',
      status: 'ACTIVE',
      created: '2024-05-06T07:08:09.000Z',
      statusChanged: '2024-05-06T07:08:09.000Z',
      profile: { login: '00u0@acme.example' },
    });
  });

  it('show who is assigned to an app and who is in a group, one by one and all', async () => {
    okta.setUsers([
      person('00uA', { apps: ['0oa1', '0oa2'], groups: ['00g1'] }),
      person('00uB', { apps: [], groups: [] }),
      person('00uC', { apps: ['0oa1'], groups: ['00g1', '00g2', '00g3'] }),
    ]);

    expect(await idsFrom('/api/v1/apps/0oa1/users?limit=1')).toEqual(['00uA', '00uC']);
    expect(await idsFrom('/api/v1/groups/00g1/users?limit=1')).toEqual(['00uA', '00uC']);
    expect(await idsFrom('/api/v1/users/00uC/groups?limit=2')).toEqual(['00g1', '00g2', '00g3']);
    expect(await idsFrom('/api/v1/users/00uB/groups')).toEqual([]);
    expect(await get('/api/v1/apps/0oa2/users/00uA')).toMatchObject({ status: 200, body: { id: '00uA' } });
    expect(await get('/api/v1/apps/0oa2/users/00uC')).toMatchObject({
      status: 404,
      body: { errorCode: 'E0000007' },
    });
    expect((await get('/api/v1/users/00uA')).body).not.toHaveProperty('apps');
  });

  it('tell nothing of the memberships of somebody who was put without any', async () => {
    okta.setUsers([person('00uA', { apps: ['0oa1'], groups: ['00g1'] }), person('00uB')]);

    const reads = [
      '/api/v1/apps/0oa1/users/00uB',
      '/api/v1/users/00uB/groups',
      '/api/v1/apps/0oa1/users',
      '/api/v1/groups/00g1/users',
    ];
    for (const path of reads) {
      expect(await get(path), path).toMatchObject({ status: 403, body: { errorCode: 'E0000006' } });
    }
    expect((await get('/api/v1/apps/0oa1/users/00uA')).status).toBe(200);
  });

  it.each([
    ['/api/v1/users?limit=201', 400],
    ['/api/v1/users?limit=0', 400],
    ['/api/v1/users?limit=x', 400],
    ['/api/v1/users?count=1', 400],
    ['/api/v1/users?limit=1&limit=2', 400],
    ['/api/v1/users?after=00uNOBODY', 400],
    ['/api/v1/users?filter=status%20ne%20%22ACTIVE%22', 400],
    ['/api/v1/users/00u0?expand=all', 400],
    ['/api/v1/users/00u0/groups?page=2', 400],
    ['/api/v1/logs?limit=1001', 400],
    ['/api/v1/users/00uNOBODY/groups', 404],
    ['/api/v1/apps/0oa1/users/00uNOBODY', 404],
    ['/api/v1/apps/0oa1', 404],
    ['/api/v1/groups', 404],
    ['/api/v1/users/00u0/apps', 404],
  ])('are as strict as Okta: %s is %i', async (path, status) => {
    okta.setUsers(ALL);

    expect((await get(path)).status).toBe(status);
  });

  it.each<[string, Partial<OktaUserInput>, string]>([
    ['another status', { status: 'SUSPENDED' }, 'now'],
    ['another status and a time', { status: 'SUSPENDED', statusChanged: '2026-01-01T00:00:00.000Z' }, 'said'],
    ['another name', { profile: { login: 'new@acme.example' } }, 'long ago'],
    ['nothing else', {}, 'long ago'],
  ])('know when a status changed, of who is put again with %s', async (_, but, when) => {
    okta.setUsers([person('00uA')]);
    clock.advance(60_000);

    const times = { now: new Date(clock()).toISOString(), said: '2026-01-01T00:00:00.000Z' };
    okta.setUsers([person('00uA', but), person('00uNEW', { status: 'SUSPENDED' })]);

    const [put, added] = (await get('/api/v1/users')).body;
    const longAgo = '2024-05-06T07:08:09.000Z';
    expect(put.statusChanged).toBe(when === 'now' ? times.now : when === 'said' ? times.said : longAgo);
    expect(added.statusChanged).toBe(longAgo);
  });

  it('do not take the time of the status before for that of the next', async () => {
    okta.setUsers([person('00uA')]);
    okta.setUsers([person('00uA', { status: 'SUSPENDED' })]);
    clock.advance(60_000);

    okta.setUsers(okta.users().map((user) => ({ ...user, status: 'ACTIVE' })));

    expect(okta.users()[0]?.statusChanged).toBe(new Date(clock()).toISOString());
  });
});
