import { describe, expect, it } from 'vitest';
import { createAccessTokenSource } from '../../functions/clarus/access-token.ts';
import { createClarus } from '../../functions/clarus/clarus.ts';
import { type ClarusRequest, createClarusRequest } from '../../functions/clarus/clarus-request.ts';
import type { BridgeError } from '../../functions/identity/bridge-error.ts';
import { aClarusBench, aToken, type ClarusBench, TOKEN_ROUTE } from '../support/clarus.ts';
import { failureOf } from '../support/failure.ts';
import {
  type Answer,
  endless,
  halfAnAnswer,
  json,
  reset,
  scriptedServer,
  silence,
  text,
} from '../support/http-server.ts';
import { ACME_SECRET } from '../support/secrets.ts';
import { aTenant } from '../support/tenants.ts';

const ROUTE = 'PATCH /api/users/42';
const ROTATED = { clarus: { clientId: 'acme-bridge', clientSecret: 'cs-rotated' } };

interface RequestBench extends ClarusBench {
  request: ClarusRequest;
}

async function aRequestBench(options: Parameters<typeof aClarusBench>[0] = {}): Promise<RequestBench> {
  const bench = await aClarusBench(options);
  const { http, tenant, secrets } = bench;
  const request = createClarusRequest(http, tenant, createAccessTokenSource(http, tenant, secrets));
  return { ...bench, request };
}

/** Clarus as it takes one token and no other. */
function takingOnly(token: string, answer: Answer): Answer {
  return (response, request) => {
    const isGood = request.headers.authorization === `Bearer ${token}`;
    (isGood ? answer : json(401, { errors: [{ title: 'Unauthorized' }] }))(response, request);
  };
}

describe('a request to Clarus', () => {
  it('carries the four documented headers and JSON', async () => {
    // Prepare
    const { request, server } = await aRequestBench();
    server.answers(ROUTE, json(200, { data: { id: 42 } }));

    // Act
    const answer = await request('PATCH', '/api/users/42', { data: { type: 'users' } });

    // Assess
    expect(answer).toMatchObject({ status: 200, text: '{"data":{"id":42}}' });
    const [sent] = server.requestsTo(ROUTE);
    expect(sent?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'x-clarus-subdomain': 'acme',
      'content-type': 'application/json',
      accept: 'application/json',
    });
    expect(sent?.body).toBe('{"data":{"type":"users"}}');
  });

  it.each([200, 201, 400, 404, 409, 422, 418])('brings any answer about itself back: %s', async (status) => {
    // Prepare
    const { request, server } = await aRequestBench();
    server.answers(ROUTE, json(status, {}));

    // Act
    const answer = await request('PATCH', '/api/users/42', {});

    // Assess
    expect(answer).toMatchObject({ status, text: '{}' });
  });

  it.each(['PATCH /api/users/42', 'POST /graphql'])(
    'is sent once more after a connection that had been closed: %s',
    async (route) => {
      // Prepare
      const { request, server } = await aRequestBench();
      const [method, path = ''] = route.split(' ');
      const again = () => request(method === 'PATCH' ? 'PATCH' : 'POST', path, {});
      server.answers(route, json(200, {}), reset, json(200, {}));
      await again();

      // Act
      const answer = await again();

      // Assess
      expect(answer.status).toBe(200);
    },
  );

  it('that creates is never sent twice', async () => {
    // Prepare
    const { request, server } = await aRequestBench();
    server.answers('POST /api/users', json(201, {}), reset);
    await request('POST', '/api/users', {});

    // Act
    const failure = await failureOf(() => request('POST', '/api/users', {}));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_unreachable', outcomeUnknown: true });
    expect(server.requestsTo('POST /api/users')).toHaveLength(2);
  });
});

describe('a token that Clarus does not take any more (401)', () => {
  it('is replaced once, with the secret read anew', async () => {
    // Prepare
    const { request, server, secretsManager } = await aRequestBench({ tokens: false });
    server.answers(TOKEN_ROUTE, aToken('token-1'), aToken('token-2'));
    server.always(ROUTE, takingOnly('token-2', json(200, {})));

    // Act
    await request('PATCH', '/api/users/42', { n: 0 });

    // Assess
    expect(server.requestsTo(ROUTE).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(server.requestsTo(ROUTE).map(({ body }) => body)).toEqual(['{"n":0}', '{"n":0}']);
    expect(secretsManager.reads('acme')).toBe(2);
  });

  it('is replaced by one that the rotated secret buys', async () => {
    // Prepare
    const { request, server, secretsManager } = await aRequestBench({ tokens: false });
    server.answers(TOKEN_ROUTE, aToken('token-1'), aToken('token-2'));
    server.answers(ROUTE, json(200, {}));
    await request('PATCH', '/api/users/42', {});
    secretsManager.put('acme', ROTATED);
    server.always(ROUTE, takingOnly('token-2', json(200, {})));

    // Act
    const answer = await request('PATCH', '/api/users/42', {});

    // Assess
    expect(answer.status).toBe(200);
    const grants = server.requestsTo(TOKEN_ROUTE).map(({ body }) => new URLSearchParams(body));
    expect(grants.map((form) => form.get('client_secret'))).toEqual([
      ACME_SECRET.clarus.clientSecret,
      ROTATED.clarus.clientSecret,
    ]);
  });

  it('is replaced once for all requests that find out at the same time', async () => {
    // Prepare
    const { request, server, secretsManager } = await aRequestBench({ tokens: false });
    server.answers(TOKEN_ROUTE, aToken('token-1'), aToken('token-2'));
    server.always(ROUTE, takingOnly('token-2', json(200, {})));

    // Act
    const all = Array.from({ length: 30 }, () => request('PATCH', '/api/users/42', {}));
    const statuses = (await Promise.all(all)).map(({ status }) => status);

    // Assess
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(server.requestsTo(TOKEN_ROUTE)).toHaveLength(2);
    expect(secretsManager.reads('acme')).toBe(2);
    expect(server.requestsTo(ROUTE)).toHaveLength(60);
  });

  it('is not replaced again by a request that finds out late', async () => {
    // Prepare: the second request hears of its 401 only when the first is through with the new token
    const { request, server, secretsManager } = await aRequestBench({ tokens: false });
    server.answers(TOKEN_ROUTE, aToken('token-1'), aToken('token-2'));
    const through = Promise.withResolvers<void>();
    const refuse = json(401, {});
    server.answers(ROUTE, refuse, (...late) => void through.promise.then(() => refuse(...late)));
    server.always(
      ROUTE,
      takingOnly('token-2', (...prompt) => {
        json(200, {})(...prompt);
        through.resolve();
      }),
    );

    // Act
    const both = [request('PATCH', '/api/users/42', {}), request('PATCH', '/api/users/42', {})];
    const statuses = (await Promise.all(both)).map(({ status }) => status);

    // Assess
    expect(statuses).toEqual([200, 200]);
    expect(server.requestsTo(TOKEN_ROUTE)).toHaveLength(2);
    expect(secretsManager.reads('acme')).toBe(2);
  });

  it('and neither a fresh one: that is permanent, for each of many requests', async () => {
    // Prepare
    const { request, server, secretsManager } = await aRequestBench();
    server.always(ROUTE, json(401, {}));

    // Act
    const all = Array.from({ length: 10 }, () => failureOf(() => request('PATCH', '/api/users/42', {})));
    const failures = await Promise.all(all);

    // Assess
    for (const failure of failures) {
      expect(failure).toMatchObject({
        code: 'clarus_credentials_refused',
        retryable: false,
        status: 401,
        outcomeUnknown: false,
      });
    }
    expect(server.requestsTo(ROUTE)).toHaveLength(20);
    expect(server.requestsTo(TOKEN_ROUTE)).toHaveLength(2);
    expect(secretsManager.reads('acme')).toBe(2);
  });

  it('leaves the other tenants alone', async () => {
    // Prepare
    const { clarus: acme, http, server, secrets, secretsManager } = await aClarusBench({ tokens: false });
    const settings = { subdomain: 'globex', baseUrl: server.url };
    const globex = createClarus(http, aTenant({ tenant: 'globex', clarus: settings }), secrets);
    secretsManager.put('globex', { clarus: { clientId: 'globex-bridge', clientSecret: 'cs-globex' } });
    server.always(TOKEN_ROUTE, (response, request) => {
      const client = new URLSearchParams(request.body).get('client_id');
      aToken(`token of ${client}`)(response, request);
    });
    server.always(ROUTE, takingOnly('token of globex-bridge', json(200, {})));
    await globex.patch('42', { is_active: false });

    // Act
    const failure = await failureOf(() => acme.patch('42', { is_active: false }));
    const answer = await globex.patch('42', { is_active: false });

    // Assess
    expect(failure.code).toBe('clarus_credentials_refused');
    expect(answer.kind).toBe('applied');
    expect(secretsManager.reads('globex')).toBe(1);
    const ofGlobex = server.requests.filter(({ headers }) => headers['x-clarus-subdomain'] === 'globex');
    expect(ofGlobex).toHaveLength(2);
  });
});

describe('what nobody but a person can mend', () => {
  it('is permanent, and says what Clarus says of it without addresses', async () => {
    // Prepare
    const { request, server } = await aRequestBench();
    const detail = 'api@acme.example may not update users';
    server.answers(ROUTE, json(403, { errors: [{ detail }] }));

    // Act
    const failure = await failureOf(() => request('PATCH', '/api/users/42', {}));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_forbidden', status: 403, retryable: false });
    expect(failure.message).toContain('(403: [address] may not update users)');
  });

  it.each([301, 302, 303, 307, 308])(
    'a redirect (%s) is not followed, and no token goes there',
    async (status) => {
      // Prepare
      const { request, server } = await aRequestBench();
      const elsewhere = await scriptedServer();
      server.answers(ROUTE, text(status, '', { location: `${elsewhere.url}/api/users/42` }));

      // Act
      await failureOf(() => request('PATCH', '/api/users/42', {}));

      // Assess
      expect(elsewhere.requests).toEqual([]);
    },
  );
});

describe('what may go well later', () => {
  it.each<[string, Answer, Partial<BridgeError>]>([
    ['408', text(408, ''), { code: 'clarus_unavailable', status: 408, outcomeUnknown: true }],
    ['425', text(425, ''), { code: 'clarus_unavailable', status: 425 }],
    ['429', text(429, ''), { code: 'clarus_throttled', status: 429, retryAfter: undefined }],
    [
      '429 with seconds',
      text(429, '', { 'retry-after': '120' }),
      { code: 'clarus_throttled', retryAfter: 120_000 },
    ],
    [
      '503 with a date',
      text(503, '', { 'retry-after': 'Mon, 02 Mar 2026 09:15:30 GMT' }),
      { code: 'clarus_unavailable', retryAfter: 30_000 },
    ],
    [
      '503 with a date gone by',
      text(503, '', { 'retry-after': 'Mon, 02 Mar 2026 09:00:00 GMT' }),
      { retryAfter: 0 },
    ],
    ['503 with nonsense', text(503, '', { 'retry-after': 'soon' }), { retryAfter: undefined }],
    ['500', text(500, 'oops'), { code: 'clarus_unavailable', status: 500 }],
    ['501', text(501, ''), { code: 'clarus_unavailable', status: 501 }],
    [
      '502 with a page',
      text(502, '<html>', { 'content-type': 'text/html' }),
      { status: 502, outcomeUnknown: true },
    ],
    ['504', text(504, ''), { code: 'clarus_unavailable', status: 504, outcomeUnknown: true }],
    ['599', text(599, ''), { code: 'clarus_unavailable', status: 599 }],
  ])('%s: Clarus did answer', async (_, answer, expected) => {
    // Prepare
    const { request, server } = await aRequestBench();
    server.answers(ROUTE, answer);

    // Act
    const failure = await failureOf(() => request('PATCH', '/api/users/42', {}));

    // Assess
    expect(failure).toMatchObject({ retryable: true, outcomeUnknown: false, ...expected });
  });

  it.each<[string, Answer]>([
    ['a broken connection', reset],
    ['half an answer', halfAnAnswer],
    ['an endless answer', endless],
    ['silence', silence],
  ])('%s: nobody knows whether it took effect', async (_, answer) => {
    // Prepare
    const { request, server, http } = await aRequestBench();
    server.answers(ROUTE, answer);
    http.timeout = 500;

    // Act
    const failure = await failureOf(() => request('PATCH', '/api/users/42', {}));

    // Assess
    expect(failure).toMatchObject({
      code: 'clarus_unreachable',
      retryable: true,
      outcomeUnknown: true,
      status: undefined,
    });
  });
});
