import { describe, expect, it } from 'vitest';
import { createHttpSend } from '../../functions/platform/http-send.ts';
import { createGraphRequest, graphAccess } from '../../functions/sources/entra/graph-request.ts';
import { createTokenCache } from '../../functions/sources/token-cache.ts';
import { aToken } from '../support/clarus.ts';
import { aClock } from '../support/clock.ts';
import { DIRECTORY } from '../support/graph-notifications.ts';
import { json, scriptedServer } from '../support/http-server.ts';
import { ACME_SECRET, secretsOf } from '../support/secrets.ts';
import { anEntraFile, aTenant } from '../support/tenants.ts';

const TOKEN = `POST /${DIRECTORY}/oauth2/v2.0/token`;
const MINUTE = 60_000;

/** A cache, and a shop that counts what it sells. */
function aCache(life?: number) {
  const clock = aClock();
  const cache = createTokenCache({ clock, timeout: 1_000 });
  let sold = 0;
  const grant = async () => ({ value: `token-${++sold}`, ...(life !== undefined && { life }) });
  return { ...cache, clock, grant };
}

describe('a token', () => {
  it.each<[string, number | undefined, number]>([
    ['an hour, less five minutes', 60 * MINUTE, 55 * MINUTE],
    ['a few minutes, to their half', 6 * MINUTE, 3 * MINUTE],
    ['nobody says how long, and it is ten minutes', undefined, 5 * MINUTE],
  ])('is kept until shortly before its end: %s', async (_, life, used) => {
    // Prepare
    const { get, grant, clock } = aCache(life);
    await get('acme', 'a', grant);

    // Act
    clock.advance(used - 1);
    const last = await get('acme', 'a', grant);
    clock.advance(1);
    const next = await get('acme', 'a', grant);

    // Assess
    expect([last.value, next.value]).toEqual(['token-1', 'token-2']);
  });

  it('is of one tenant and of its credentials', async () => {
    const { get, grant } = aCache();

    const tokens = [
      await get('acme', 'a', grant),
      await get('globex', 'a', grant),
      await get('acme', 'b', grant),
      await get('acme', 'b', grant),
      await get('globex', 'a', grant),
    ];

    expect(tokens.map(({ value }) => value)).toEqual(['token-1', 'token-2', 'token-3', 'token-3', 'token-2']);
  });

  it('that is refused is forgotten, and no other', async () => {
    // Prepare
    const { get, forget, grant } = aCache();
    const [refused, others] = [await get('acme', 'a', grant), await get('globex', 'a', grant)];

    // Act
    forget('acme', refused);
    const fresh = await get('acme', 'a', grant);
    forget('acme', refused);
    forget('nobody', refused);

    // Assess
    expect(await get('acme', 'a', grant)).toBe(fresh);
    expect(await get('globex', 'a', grant)).toBe(others);
    expect(fresh.value).toBe('token-3');
  });

  it('that Graph does not take any more is replaced once for all who find out', async () => {
    // Prepare
    const server = await scriptedServer();
    server.answers(TOKEN, aToken('token-1'), aToken('token-2'));
    server.always('GET /v1.0/users', (response, request) => {
      const isGood = request.headers.authorization === 'Bearer token-2';
      json(isGood ? 200 : 401, {})(response, request);
    });
    const request = createGraphRequest({ send: createHttpSend(), clock: aClock(), timeout: 2_000 });
    const tenant = aTenant({ entra: anEntraFile({ graphUrl: server.url, loginUrl: server.url }) });
    const secret = { ...ACME_SECRET, entra: { clientId: 'app', clientSecret: 'cs' } };
    const access = await graphAccess(tenant, secretsOf(secret));
    if (access === undefined) throw new Error('the tenant says how to call Graph');

    // Act
    const all = Array.from({ length: 50 }, () => request(access, 'GET', '/users'));
    const statuses = (await Promise.all(all)).map(({ status }) => status);

    // Assess
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(server.requestsTo(TOKEN)).toHaveLength(2);
  });
});
