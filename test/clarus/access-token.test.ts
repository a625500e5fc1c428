import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccessTokenSource, createAccessTokenSource } from '../../functions/clarus/access-token.ts';
import { BridgeError, type ErrorCode } from '../../functions/identity/bridge-error.ts';
import { serveUntil, whileServed } from '../../functions/platform/lifeline.ts';
import { aClarusBench, aToken, type ClarusBench, TOKEN_ROUTE } from '../support/clarus.ts';
import { failureOf, toldBy } from '../support/failure.ts';
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

interface TokenBench extends ClarusBench {
  tokens: AccessTokenSource;
  /** How many tokens were asked for. */
  bought(): number;
}

async function aTokenBench(options: Parameters<typeof aClarusBench>[0] = {}): Promise<TokenBench> {
  const bench = await aClarusBench({ tokens: false, ...options });
  const tokens = createAccessTokenSource(bench.http, bench.tenant, bench.secrets);
  return { ...bench, tokens, bought: () => bench.server.requestsTo(TOKEN_ROUTE).length };
}

describe('the client credentials grant (RFC 6749 section 4.4)', () => {
  it('is a form with the client id and secret in it', async () => {
    // Prepare
    const { tokens, server } = await aTokenBench();
    server.answers(TOKEN_ROUTE, aToken('token-1'));

    // Act
    const token = await tokens.get();

    // Assess
    expect(token).toMatchObject({ value: 'token-1', secret: ACME_SECRET });
    const [request] = server.requests;
    expect(request?.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded(;|$)/),
      accept: 'application/json',
    });
    expect(request?.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'acme-bridge',
      client_secret: 'cs-3f9a1d7e5b',
    });
  });

  it('asks for the scope that the tenant names', async () => {
    // Prepare
    const { tokens, server } = await aTokenBench({ settings: { scope: 'users:read users:write' } });
    server.answers(TOKEN_ROUTE, aToken('token-1', { scope: 'users:read users:write' }));

    // Act
    await tokens.get();

    // Assess
    expect(new URLSearchParams(server.requests[0]?.body).get('scope')).toBe('users:read users:write');
  });

  it('carries any secret unharmed', async () => {
    const { tokens, server, secretsManager, clock } = await aTokenBench();
    server.always(TOKEN_ROUTE, aToken('token', { expires_in: 1 }));

    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), async (clientSecret) => {
        secretsManager.put('acme', { clarus: { clientId: 'acme & co', clientSecret } });
        clock.advance(3_600_000);

        await tokens.get();

        const form = new URLSearchParams(server.requests.at(-1)?.body);
        expect(form.get('client_secret')).toBe(clientSecret);
        expect(form.get('client_id')).toBe('acme & co');
      }),
      { numRuns: 50 },
    );
  });
});

describe('a token is kept', () => {
  it('and bought once however many ask at the same time', async () => {
    // Prepare
    const { tokens, server, bought, secretsManager } = await aTokenBench();
    server.answers(TOKEN_ROUTE, aToken('token-1'));

    // Act
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.get()));

    // Assess
    expect(new Set(all.map(({ value }) => value))).toEqual(new Set(['token-1']));
    expect(bought()).toBe(1);
    expect(secretsManager.reads('acme')).toBe(1);
  });

  it.each<[string, unknown, number]>([
    ['an hour, less a minute', 3600, 3_540_000],
    ['an hour in words', '3600', 3_540_000],
    ['two minutes', 120, 60_000],
    ['less than the margin, to its half', 90, 45_000],
    ['ten seconds, to its half', 10, 5_000],
    ['nobody says how long', undefined, 240_000],
  ])('until shortly before its end: %s', async (_, expires_in, life) => {
    // Prepare
    const { tokens, server, clock, bought } = await aTokenBench();
    server.answers(TOKEN_ROUTE, aToken('token-1', { expires_in }), aToken('token-2', { expires_in }));
    await tokens.get();

    // Act
    clock.advance(life - 1);
    const last = await tokens.get();
    clock.advance(1);
    const next = await tokens.get();

    // Assess
    expect([last.value, next.value]).toEqual(['token-1', 'token-2']);
    expect(bought()).toBe(2);
  });

  it('not at all when it has no life, and is good for the request that bought it', async () => {
    // Prepare
    const { tokens, server } = await aTokenBench();
    server.answers(TOKEN_ROUTE, aToken('token-1', { expires_in: 0 }), aToken('token-2', { expires_in: 0 }));

    // Act
    const both = [await tokens.get(), await tokens.get()];

    // Assess
    expect(both.map(({ value }) => value)).toEqual(['token-1', 'token-2']);
  });

  it('but a failure is not', async () => {
    // Prepare
    const { tokens, server } = await aTokenBench();
    server.answers(TOKEN_ROUTE, json(503, {}), aToken('token-1'));
    await failureOf(() => tokens.get());

    // Act
    const token = await tokens.get();

    // Assess
    expect(token.value).toBe('token-1');
  });
});

describe('a token that Clarus refused', () => {
  it('is forgotten together with its secret', async () => {
    // Prepare
    const { tokens, server, secretsManager } = await aTokenBench();
    server.answers(TOKEN_ROUTE, aToken('token-1'), aToken('token-2'));
    const refused = await tokens.get();
    const rotated = { clarus: { clientId: 'acme-bridge', clientSecret: 'cs-rotated' } };
    secretsManager.put('acme', rotated);

    // Act
    tokens.forget(refused);
    const fresh = await tokens.get();

    // Assess
    expect(fresh).toMatchObject({ value: 'token-2', secret: rotated });
  });

  it('takes no newer one with it', async () => {
    // Prepare
    const { tokens, server, secretsManager } = await aTokenBench();
    server.answers(TOKEN_ROUTE, aToken('token-1'), aToken('token-2'));
    const refused = await tokens.get();
    tokens.forget(refused);
    const fresh = await tokens.get();

    // Act
    tokens.forget(refused);
    const again = await tokens.get();

    // Assess
    expect(again).toBe(fresh);
    expect(secretsManager.reads('acme')).toBe(2);
  });

  it('takes no newer one with it that is being bought', async () => {
    // Prepare
    const { tokens, server, bought } = await aTokenBench();
    server.answers(TOKEN_ROUTE, aToken('token-1'), aToken('token-2'));
    const refused = await tokens.get();
    tokens.forget(refused);
    const buying = tokens.get();

    // Act
    tokens.forget(refused);
    const [first, second] = await Promise.all([buying, tokens.get()]);

    // Assess
    expect([first.value, second.value]).toEqual(['token-2', 'token-2']);
    expect(bought()).toBe(2);
  });
});

describe('client credentials that Clarus refuses', () => {
  const refusals: [string, Answer][] = [
    ['401 and an OAuth error', json(401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic' })],
    ['401 and nothing', text(401, '')],
    ['400 and an OAuth error', json(400, { error: 'invalid_grant', error_description: 'No.' })],
    ['403 and JSON', json(403, { error: 'unauthorized_client' })],
  ];

  it.each(refusals)('once the secret is read anew, stay refused: %s', async (_, answer) => {
    // Prepare
    const { tokens, server } = await aTokenBench();
    server.always(TOKEN_ROUTE, answer);

    // Act
    const failure = await failureOf(() => tokens.get());

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_credentials_refused', retryable: false });
    expect(failure.message).toContain('redrive');
  });

  it.each(refusals)('heal by themselves when they were rotated: %s', async (_, answer) => {
    // Prepare: the secret in memory is not the one in Secrets Manager any more
    const { tokens, server, secrets, secretsManager } = await aTokenBench();
    await secrets.load('acme');
    secretsManager.put('acme', { clarus: { clientId: 'acme-bridge', clientSecret: 'cs-rotated' } });
    server.always(TOKEN_ROUTE, (response, request) => {
      const isRotated = new URLSearchParams(request.body).get('client_secret') === 'cs-rotated';
      (isRotated ? aToken('token-1') : answer)(response, request);
    });

    // Act
    const token = await tokens.get();

    // Assess
    expect(token.value).toBe('token-1');
    expect(secretsManager.reads('acme')).toBe(2);
  });

  it('are not quoted, whatever Clarus says of them', async () => {
    // Prepare
    const { tokens, server } = await aTokenBench();
    server.always(TOKEN_ROUTE, (response, request) =>
      json(400, { error: 'invalid_client', error_description: request.body })(response, request),
    );

    // Act
    const failure = await failureOf(() => tokens.get());

    // Assess
    expect(toldBy(failure)).not.toContain(ACME_SECRET.clarus.clientSecret);
    expect(toldBy(failure)).not.toContain(ACME_SECRET.clarus.clientId);
  });
});

describe('credentials that were refused', () => {
  const refuse = json(401, { error: 'invalid_client' });

  it('are shown once, however many events there are, so that nobody locks their account', async () => {
    // Prepare
    const { tokens, server, bought } = await aTokenBench();
    server.answers(TOKEN_ROUTE, refuse);
    const first = await failureOf(() => tokens.get());

    // Act
    const together = await Promise.all(Array.from({ length: 10 }, () => failureOf(() => tokens.get())));
    const after = await failureOf(() => tokens.get());

    // Assess
    expect(new Set([first, ...together, after]).size).toBe(1);
    expect(bought()).toBe(1);
  });

  it('are shown again after half a minute', async () => {
    // Prepare
    const { tokens, server, clock } = await aTokenBench();
    server.answers(TOKEN_ROUTE, refuse, aToken('token-1'));
    await failureOf(() => tokens.get());

    // Act
    clock.advance(29_999);
    await failureOf(() => tokens.get());
    clock.advance(1);
    const token = await tokens.get();

    // Assess
    expect(token.value).toBe('token-1');
  });

  it.each([
    ['secret', { clientId: 'acme-bridge', clientSecret: 'cs-rotated' }],
    ['id', { clientId: 'acme-bridge-2', clientSecret: 'cs-3f9a1d7e5b' }],
  ])('stand in the way of no others: another %s', async (_, clarus) => {
    // Prepare
    const { tokens, server, secretsManager } = await aTokenBench();
    server.answers(TOKEN_ROUTE, refuse, aToken('token-1'));
    await failureOf(() => tokens.get());
    secretsManager.put('acme', { clarus });

    // Act
    const token = await tokens.get();

    // Assess
    expect(token).toMatchObject({ value: 'token-1', secret: { clarus } });
  });

  it('are each remembered when the new ones are refused too', async () => {
    // Prepare
    const { tokens, server, secrets, secretsManager, bought } = await aTokenBench();
    await secrets.load('acme');
    secretsManager.put('acme', { clarus: { clientId: 'acme-bridge', clientSecret: 'cs-wrong-too' } });
    server.answers(TOKEN_ROUTE, refuse, refuse);
    await failureOf(() => tokens.get());

    // Act
    const failure = await failureOf(() => tokens.get());

    // Assess
    expect(failure.code).toBe('clarus_credentials_refused');
    expect(bought()).toBe(2);
  });

  it('are not what an outage says of them', async () => {
    // Prepare
    const { tokens, server } = await aTokenBench();
    server.answers(TOKEN_ROUTE, text(403, '<html>'), json(503, {}), aToken('token-1'));
    await failureOf(() => tokens.get());
    await failureOf(() => tokens.get());

    // Act
    const token = await tokens.get();

    // Assess
    expect(token.value).toBe('token-1');
  });
});

describe('a call that was answered in its stead', () => {
  it('does not end the purchase that others wait for', async () => {
    // Prepare: the first call is over before its token is there
    const { server, http, tenant, secrets } = await aClarusBench({ tokens: false });
    server.answers(TOKEN_ROUTE, aToken('token-1'));
    const calls = new AbortController();
    const mortal = { ...http, ...whileServed({ send: http.send }) };
    const bought = createAccessTokenSource(mortal, tenant, secrets);
    const first = serveUntil(calls.signal, () => bought.get());
    calls.abort();

    // Act
    const token = await bought.get();

    // Assess
    expect(token.value).toBe('token-1');
    expect((await first).value).toBe('token-1');
  });
});

describe('a token endpoint that gives no token', () => {
  it.each<[string, Answer, Partial<BridgeError>]>([
    ['500', json(500, {}), { code: 'clarus_unavailable', retryable: true, status: 500 }],
    ['503 and a wait', text(503, '', { 'retry-after': '7' }), { retryable: true, retryAfter: 7_000 }],
    [
      '429 and a wait',
      json(429, {}, { 'retry-after': '30' }),
      { code: 'clarus_throttled', retryable: true, retryAfter: 30_000 },
    ],
    ['408', text(408, ''), { code: 'clarus_unavailable', retryable: true }],
    ['a broken connection', reset, { code: 'clarus_unreachable', retryable: true }],
    ['half an answer', halfAnAnswer, { code: 'clarus_unreachable', retryable: true }],
    ['an endless answer', endless, { code: 'clarus_unreachable', retryable: true }],
    ['nothing', text(200, ''), { code: 'clarus_unavailable', retryable: true }],
    ['no content', text(204, ''), { code: 'clarus_unavailable', retryable: true }],
    ['no token', json(200, {}), { code: 'clarus_response_malformed', retryable: false, status: 200 }],
    ['another kind of token', aToken('t', { token_type: 'mac' }), { code: 'clarus_response_malformed' }],
    ['no kind of token', json(200, { access_token: 't' }), { code: 'clarus_response_malformed' }],
    ['an empty token', aToken(''), { code: 'clarus_response_malformed' }],
    ['a token that ended long ago', aToken('t', { expires_in: -1 }), { code: 'clarus_response_malformed' }],
  ])('%s', async (_, answer, expected) => {
    // Prepare
    const { tokens, server } = await aTokenBench();
    server.answers(TOKEN_ROUTE, answer);

    // Act
    const failure = await failureOf(() => tokens.get());

    // Assess
    expect(failure).toMatchObject(expected);
  });

  it('in time', async () => {
    // Prepare
    const { tokens, server } = await aTokenBench({ timeout: 50 });
    server.answers(TOKEN_ROUTE, silence);

    // Act
    const failure = await failureOf(() => tokens.get());

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_unreachable', retryable: true });
    expect(failure.message).toContain('not within 50 ms');
  });

  it.each([301, 302, 303, 307, 308])(
    'but sends us elsewhere (%s): credentials do not go there',
    async (status) => {
      // Prepare
      const { tokens, server } = await aTokenBench();
      const elsewhere = await scriptedServer();
      server.answers(TOKEN_ROUTE, text(status, '', { location: `${elsewhere.url}/oauth/token` }));

      // Act
      const failure = await failureOf(() => tokens.get());

      // Assess
      expect(failure).toMatchObject({ code: 'clarus_unavailable', retryable: true, status });
      expect(elsewhere.requests).toEqual([]);
    },
  );

  it('because the secret cannot be had: that is the error', async () => {
    // Prepare
    const { tokens, secretsManager, server } = await aTokenBench();
    secretsManager.remove('acme');

    // Act
    const failure = await failureOf(() => tokens.get());

    // Assess
    expect(failure.code).toBe<ErrorCode>('secret_missing');
    expect(server.requests).toEqual([]);
  });

  it('whatever it says: a token or a BridgeError', async () => {
    const { tokens, server, clock } = await aTokenBench();
    const aMember = fc.oneof(fc.jsonValue(), fc.constantFrom('Bearer', 'bearer', 3600, '3600', null));
    const anAnswer = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          access_token: aMember,
          token_type: aMember,
          expires_in: aMember,
          scope: aMember,
          id_token: aMember,
        },
        { requiredKeys: [] },
      ),
    );

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(200, 201, 400, 401, 404), anAnswer, async (status, body) => {
        server.always(TOKEN_ROUTE, json(status, body));
        clock.advance(Number.MAX_SAFE_INTEGER / 1e6);

        const end = await tokens.get().catch((error: unknown) => error);

        if (!(end instanceof BridgeError)) expect(end).toMatchObject({ value: expect.any(String) });
      }),
      { numRuns: 150 },
    );
  });
});
