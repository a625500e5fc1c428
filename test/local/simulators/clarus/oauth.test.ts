import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClarusSimulator,
  DEMO_CLIENT,
  startClarusSimulator,
} from '../../../../local/simulators/clarus/clarus-simulator.ts';
import { buyToken, requestToken } from './clarus-caller.ts';

const HOUR = 3_600_000;

describe('the token endpoint of the Clarus simulator', () => {
  let now = 0;
  let clarus: ClarusSimulator;

  beforeEach(async () => {
    now = 0;
    clarus = await startClarusSimulator({
      subdomains: ['demo', 'acme'],
      users: [{ id: 41, email: 'lea.ver@acme.example' }],
      tokenLifetime: 3600,
      clock: () => now,
    });
  });
  afterEach(() => clarus.stop());

  function readUsers(token: string, subdomain = 'demo'): Promise<Response> {
    const headers = { 'x-clarus-subdomain': subdomain, 'content-type': 'application/json' };
    return fetch(`${clarus.url}/graphql`, {
      method: 'POST',
      headers: token === '' ? headers : { ...headers, authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ subdomain_users { all { edges { node { id } } } } }' }),
    });
  }

  it('sells a bearer token for client credentials in the form', async () => {
    const response = await requestToken(clarus.url, DEMO_CLIENT, { scope: 'users' });

    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'users',
    });
  });

  it('sells one for client credentials in the Authorization header', async () => {
    const basic = Buffer.from(`${DEMO_CLIENT.clientId}:${DEMO_CLIENT.clientSecret}`).toString('base64');

    const response = await fetch(`${clarus.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });

    expect(response.status).toBe(200);
  });

  it.each([
    { why: 'the secret is wrong', fields: { client_secret: 'guess' }, status: 401, error: 'invalid_client' },
    { why: 'the client is unknown', fields: { client_id: 'nobody' }, status: 401, error: 'invalid_client' },
    {
      why: 'the grant is another one',
      fields: { grant_type: 'password' },
      status: 400,
      error: 'unsupported_grant_type',
    },
  ])('refuses when $why', async ({ fields, status, error }) => {
    const response = await requestToken(clarus.url, DEMO_CLIENT, fields);

    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error });
  });

  it('refuses a body that is not a form', async () => {
    const response = await fetch(`${clarus.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credentials' }),
    });

    expect(response.status).toBe(400);
  });

  it('opens the API to a token until it expires', async () => {
    const token = await buyToken(clarus.url);
    const fresh = await readUsers(token);
    now += HOUR;
    const expired = await readUsers(token);

    expect(fresh.status).toBe(200);
    expect(expired.status).toBe(401);
    expect(expired.headers.get('www-authenticate')).toContain('Bearer');
    expect(await expired.json()).toEqual({
      errors: [{ status: '401', title: 'Unauthorized', detail: expect.any(String) }],
    });
  });

  it.each(['', 'made-up'])('answers 401 to the token "%s"', async (token) => {
    expect((await readUsers(token)).status).toBe(401);
  });

  it('answers 403 for a subdomain that is not the client’s', async () => {
    const token = await buyToken(clarus.url);

    expect((await readUsers(token, 'acme')).status).toBe(200);
    expect((await readUsers(token, 'other')).status).toBe(403);
  });

  it('forgets every token on demand', async () => {
    const token = await buyToken(clarus.url);

    await fetch(`${clarus.url}/_sim/tokens/expire`, { method: 'POST' });

    expect((await readUsers(token)).status).toBe(401);
    expect((await readUsers(await buyToken(clarus.url))).status).toBe(200);
  });

  it('rotates the credentials on demand, tokens living on', async () => {
    const token = await buyToken(clarus.url);
    const next = { clientId: 'next', clientSecret: 'next-secret' };

    await fetch(`${clarus.url}/_sim/credentials`, { method: 'PUT', body: JSON.stringify(next) });

    expect((await requestToken(clarus.url, DEMO_CLIENT)).status).toBe(401);
    expect((await requestToken(clarus.url, next)).status).toBe(200);
    expect((await readUsers(token)).status).toBe(200);
  });

  it('can give one subdomain a client of its own', async () => {
    const own = { clientId: 'acme', clientSecret: 'acme-secret' };

    clarus.setCredentials(own, ['acme']);

    expect((await readUsers(await buyToken(clarus.url, own), 'acme')).status).toBe(200);
    expect((await readUsers(await buyToken(clarus.url, own), 'demo')).status).toBe(403);
    expect((await readUsers(await buyToken(clarus.url), 'acme')).status).toBe(403);
  });
});
