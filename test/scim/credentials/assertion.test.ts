import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import { createJsonWebKeys } from '../../../functions/scim/credentials/json-web-keys.ts';
import { aClock } from '../../support/clock.ts';
import {
  type Answer,
  json,
  reset,
  type ScriptedServer,
  scriptedServer,
  text,
} from '../../support/http-server.ts';
import { type CredentialsBench, credentialsBench } from '../../support/scim-credentials.ts';
import { aTenant } from '../../support/tenants.ts';

const DIRECTORY = '11111111-2222-4333-8444-555555555555';
const KEYS = `GET /${DIRECTORY}/discovery/v2.0/keys`;
const ISSUER = `https://login.microsoftonline.com/${DIRECTORY}/v2.0`;
const SUBJECT = '22222222-3333-4444-8555-666666666666';
const AUDIENCE = 'api://33333333-4444-4555-8666-777777777777';
const MINUTE = 60_000;

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;
let [first, second]: KeyPair[] = [];

beforeAll(async () => {
  [first, second] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
});

/** The JWK Set of these keys, by their ids. */
async function jwks(keys: Record<string, KeyPair | undefined>): Promise<Answer> {
  const published = Object.entries(keys).map(async ([kid, pair]) => ({
    ...(pair && (await exportJWK(pair.publicKey))),
    kid,
    use: 'sig',
  }));
  return json(200, { keys: await Promise.all(published) });
}

interface FederationBench extends CredentialsBench {
  issuer: ScriptedServer;
  /** Shows an assertion; what is not said of its claims is right. */
  show(but?: {
    claims?: Record<string, unknown>;
    by?: KeyPair | undefined;
    kid?: string;
    alg?: string;
    form?: Record<string, string>;
  }): ReturnType<CredentialsBench['grant']>;
}

/** A tenant whose client is known by tokens of Entra, and Entra's keys. */
async function aFederation(): Promise<FederationBench> {
  const issuer = await scriptedServer();
  const clock = aClock();
  const federation = {
    clientId: 'clarus-acme',
    issuer: ISSUER,
    jwksUrl: `${issuer.url}/${DIRECTORY}/discovery/v2.0/keys`,
    subject: SUBJECT,
    audience: AUDIENCE,
  };
  const acme = aTenant({ scim: { clients: { entra: { federation } } } });
  const webKeys = createJsonWebKeys({ send: createHttpSend(), clock, timeout: 1000 });
  const bench = credentialsBench([acme], { webKeys, clock });

  const show: FederationBench['show'] = async ({
    claims = {},
    by = first,
    kid = 'one',
    alg = 'RS256',
    form = {},
  } = {}) => {
    const at = Math.floor(clock() / 1000);
    const all = { iss: ISSUER, sub: SUBJECT, aud: AUDIENCE, iat: at, nbf: at, exp: at + 3900, ...claims };
    const assertion =
      alg === 'HS256'
        ? await new SignJWT(all).setProtectedHeader({ alg, kid }).sign(Buffer.from('k'.repeat(32)))
        : await new SignJWT(all).setProtectedHeader({ alg, kid }).sign(Object(by).privateKey);
    return bench.grant({
      grant_type: 'client_credentials',
      client_id: 'clarus-acme',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      scope: 'scim',
      ...form,
    });
  };

  return { ...bench, issuer, show };
}

describe('a token of Entra', () => {
  it('gets an access token of the client that it is of, and the keys are read once in an hour', async () => {
    // Prepare
    const bench = await aFederation();
    bench.issuer.answers(KEYS, await jwks({ one: first }), await jwks({ one: first }));

    // Act
    const answers = [await bench.show(), await bench.show({ form: { client_id: '' } })];
    const caller = await bench.caller(String(answers[0]?.body?.access_token));
    bench.clock.advance(60 * MINUTE);
    answers.push(await bench.show());

    // Assess
    expect(answers.map(({ status, client }) => [status, client])).toEqual(Array(3).fill([200, 'scim-entra']));
    expect(caller).toMatchObject({ kind: 'client', client: { source: 'scim-entra' } });
    expect(bench.issuer.requests).toHaveLength(2);
  });

  it('may be for several audiences, of which ours is one', async () => {
    // Prepare
    const bench = await aFederation();
    bench.issuer.answers(KEYS, await jwks({ one: first }));

    // Act & assess
    expect((await bench.show({ claims: { aud: ['else', AUDIENCE] } })).status).toBe(200);
  });

  it.each<[string, Parameters<FederationBench['show']>[0]]>([
    ['of another issuer', { claims: { iss: `${ISSUER}/` } }],
    ['of another subject', { claims: { sub: 'else' } }],
    ['for another audience', { claims: { aud: AUDIENCE.slice('api://'.length) } }],
    ['for no audience', { claims: { aud: undefined } }],
    ['with another client id', { form: { client_id: 'else' } }],
    ['that is over', { claims: { iat: 0, exp: 3900 } }],
    ['that is yet to begin', { claims: { iat: 9_000_000_000, exp: 9_000_003_900 } }],
    ['that lives for years', { claims: { exp: 9_000_000_000 } }],
    ['without an end', { claims: { exp: undefined } }],
    ['that is signed with a shared secret', { alg: 'HS256' }],
    ['that is none', { form: { client_assertion: 'a.b.c' } }],
    ['that is not signed', { form: { client_assertion: 'eyJhbGciOiJub25lIn0.e30.' } }],
  ])('%s is refused without reading keys', async (_name, but) => {
    // Prepare
    const bench = await aFederation();

    // Act
    const answer = await bench.show(but);

    // Assess
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(bench.issuer.requests).toEqual([]);
  });

  it('is refused when another key has signed it, whatever key it names', async () => {
    // Prepare
    const bench = await aFederation();
    bench.issuer.answers(KEYS, await jwks({ one: first }));

    // Act & assess
    expect((await bench.show({ by: second })).status).toBe(401);
  });

  it('is refused before its time, though its other times are right', async () => {
    // Prepare
    const bench = await aFederation();
    bench.issuer.answers(KEYS, await jwks({ one: first }));
    const later = Math.floor(bench.clock() / 1000) + 600;

    // Act & assess
    expect((await bench.show({ claims: { nbf: later } })).status).toBe(401);
  });

  it('by a key that is new is taken: the keys are read anew, but at most once a minute', async () => {
    // Prepare
    const bench = await aFederation();
    bench.issuer.answers(KEYS, await jwks({ one: first }), await jwks({ one: first, two: second }));
    await bench.show();

    // Act
    const early = await bench.show({ by: second, kid: 'two' });
    bench.clock.advance(MINUTE);
    const unknown = [
      await bench.show({ by: second, kid: 'three' }),
      await bench.show({ by: second, kid: 'four' }),
    ];
    const late = await bench.show({ by: second, kid: 'two' });

    // Assess
    expect([early, ...unknown, late].map(({ status }) => status)).toEqual([401, 401, 401, 200]);
    expect(bench.issuer.requests).toHaveLength(2);
  });

  it.each<[string, Answer]>([
    ['answer with an error', text(500, 'down')],
    ['answer with a page', text(200, '<html>')],
    ['answer with something else', json(200, { keys: 'none' })],
    ['are said to be elsewhere', text(302, '', { location: 'http://127.0.0.1:1/keys' })],
  ])('is a 503 where keys %s, and they are asked again in a minute', async (_name, failing) => {
    // Prepare
    const bench = await aFederation();
    bench.issuer.answers(KEYS, failing, await jwks({ one: first }), failing);

    // Act
    const answers = [await bench.show(), await bench.show()];
    bench.clock.advance(MINUTE);
    answers.push(await bench.show());
    bench.clock.advance(60 * MINUTE);
    answers.push(await bench.show());

    // Assess
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 200, 200]);
    expect(answers[0]).toMatchObject({
      headers: { 'retry-after': '10' },
      body: { error: 'temporarily_unavailable' },
    });
  });

  it('is a 503 where nobody answers', async () => {
    // Prepare
    const bench = await aFederation();
    bench.issuer.answers(KEYS, reset);

    // Act & assess
    expect((await bench.show()).status).toBe(503);
  });
});
