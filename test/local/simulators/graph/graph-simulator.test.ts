import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DEMO_GRAPH_CLIENT,
  type GraphSimulator,
  startGraphSimulator,
} from '../../../../local/simulators/graph/graph-simulator.ts';
import { aClock } from '../../../support/clock.ts';
import { DIRECTORY, objectId } from '../../../support/graph-notifications.ts';

const clock = aClock();
const users = [{ id: objectId(1), userPrincipalName: 'lea@acme.example', mail: 'lea@acme.example' }];
let graph: GraphSimulator;

beforeAll(async () => {
  graph = await startGraphSimulator({ clock, users });
});
afterAll(() => graph.stop());
beforeEach(() => graph.reset());

async function token(secret = DEMO_GRAPH_CLIENT.clientSecret): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: DEMO_GRAPH_CLIENT.clientId,
    client_secret: secret,
  });
  return fetch(`${graph.url}/${DIRECTORY}/oauth2/v2.0/token`, { method: 'POST', body });
}

async function get(
  path: string,
  bearer?: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { access_token } = Object(await (await token()).json());
  const headers = { authorization: `Bearer ${bearer ?? access_token}` };
  const response = await fetch(`${graph.url}${path}`, { headers });
  return { status: response.status, body: Object(await response.json()) };
}

describe('the Graph simulator', () => {
  it('lets nobody in without its client’s secret, or with a token that has ended', async () => {
    const { access_token } = Object(await (await token()).json());
    clock.advance(3_600_000);

    expect((await token('wrong')).status).toBe(401);
    expect((await get(`/v1.0/users/${objectId(1)}`, access_token)).status).toBe(401);
  });

  it('shows what is selected of a user, and those deleted in the recycle bin with a mangled login', async () => {
    expect((await get(`/v1.0/users/${objectId(1)}?$select=id,accountEnabled`)).body).toEqual({
      id: objectId(1),
      accountEnabled: true,
    });

    await graph.change({ id: objectId(1), delete: true });

    expect((await get(`/v1.0/users/${objectId(1)}`)).status).toBe(404);
    expect((await get(`/v1.0/directory/deletedItems/${objectId(1)}`)).body).toMatchObject({
      userPrincipalName: `${objectId(1).replaceAll('-', '')}lea@acme.example`,
    });
  });

  it('shows the state before the last change as often as it is told to', async () => {
    await graph.change({ id: objectId(1), accountEnabled: false });
    graph.set({ staleReads: 1 });

    const stale = await get(`/v1.0/users/${objectId(1)}`);
    const fresh = await get(`/v1.0/users/${objectId(1)}`);

    expect([stale.body.accountEnabled, fresh.body.accountEnabled]).toEqual([true, false]);
  });

  it('forgets positions of delta', async () => {
    const { body } = await get('/v1.0/users/delta');
    const link = String(body['@odata.deltaLink']).replace(graph.url, '');
    graph.expireDelta();

    expect(await get(link)).toMatchObject({ status: 410, body: { error: { code: 'syncStateNotFound' } } });
  });

  it('pages through delta with what was selected at its beginning, and says what became of the rest', async () => {
    const people = Array.from({ length: 30 }, (_, n) => ({
      id: objectId(n + 1),
      userPrincipalName: `p${n}@acme.example`,
      ...(n === 1 && { mail: 'p0@acme.example', createdDateTime: '2026-01-01T00:00:00Z' }),
    }));
    graph.setUsers(people);
    const first = await get('/v1.0/users/delta?$select=id,mail,createdDateTime');
    const next = await get(String(first.body['@odata.nextLink']).replace(graph.url, ''));
    await graph.change({ id: objectId(1), accountEnabled: false });
    await graph.change({ id: objectId(2), delete: true });
    const changed = await get(String(next.body['@odata.deltaLink']).replace(graph.url, ''));

    expect([first, next].map(({ body }) => Object(body.value).length)).toEqual([25, 5]);
    expect(Object(first.body.value).slice(0, 2)).toEqual([
      { id: objectId(1), mail: null, createdDateTime: '2024-05-06T07:08:09Z' },
      { id: objectId(2), mail: 'p0@acme.example', createdDateTime: '2026-01-01T00:00:00Z' },
    ]);
    expect(changed.body.value).toEqual([
      { id: objectId(1), mail: null, createdDateTime: '2024-05-06T07:08:09Z' },
      { id: objectId(2), '@removed': { reason: 'changed' } },
    ]);
  });

  it('dates a deletion, and gives a restored user their login back', async () => {
    await graph.change({ id: objectId(1), delete: true });
    const item = await get(`/v1.0/directory/deletedItems/${objectId(1)}`);
    await graph.change({ id: objectId(1), restore: true });
    const user = await get(`/v1.0/users/${objectId(1)}`);

    expect(item.body.deletedDateTime).toBe(new Date(clock()).toISOString());
    expect(user.body).toMatchObject({ userPrincipalName: 'lea@acme.example', deletedDateTime: null });
  });

  it('refuses a subscription whose URL does not pass the validation', async () => {
    const { access_token } = Object(await (await token()).json());
    const response = await fetch(`${graph.url}/v1.0/subscriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}` },
      body: JSON.stringify({
        changeType: 'updated,deleted',
        resource: 'users',
        notificationUrl: `${graph.url}/nobody`,
        expirationDateTime: new Date(clock() + 86_400_000).toISOString(),
      }),
    });

    expect(response.status).toBe(400);
    expect(graph.subscriptions()).toEqual([]);
  });
});
