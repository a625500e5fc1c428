import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import { createOktaAuthorization } from '../../../functions/sources/okta/okta-authorization.ts';
import { aClock } from '../../support/clock.ts';
import { failureOf, toldBy } from '../../support/failure.ts';
import { json, scriptedServer } from '../../support/http-server.ts';
import { ACME_SECRET } from '../../support/secrets.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const TOKEN = 'POST /oauth2/v1/token';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = { ...keys.privateKey.export({ format: 'jwk' }), kty: 'RSA' as const, kid: 'key-1' };
const serviceApp = { clarus: ACME_SECRET.clarus, okta: { clientId: '0oaSERVICE', privateKey } };

describe('the authorization for a tenant’s Okta API', () => {
  it('is the API token where that is all the secret has', async () => {
    const authorizationOf = createOktaAuthorization({
      send: createHttpSend(),
      clock: aClock(),
      timeout: 2_000,
    });

    expect(await authorizationOf(anOktaTenant(), ACME_SECRET)).toEqual({
      header: `SSWS ${ACME_SECRET.okta.apiToken}`,
    });
    expect(await authorizationOf(anOktaTenant(), { clarus: ACME_SECRET.clarus })).toBeUndefined();
  });

  it('is an access token of the service app, bought with a signed assertion and kept', async () => {
    // Prepare
    const server = await scriptedServer();
    const authorizationOf = createOktaAuthorization({
      send: createHttpSend(),
      clock: aClock(),
      timeout: 2_000,
    });
    const tenant = anOktaTenant({ orgUrl: server.url });
    server.answers(TOKEN, json(200, { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600 }));

    // Act
    const first = await authorizationOf(tenant, serviceApp);
    const second = await authorizationOf(tenant, serviceApp);

    // Assess
    expect([first?.header, second?.header]).toEqual(['Bearer at-1', 'Bearer at-1']);
    const form = new URLSearchParams(server.requests[0]?.body);
    expect(form.get('scope')).toBe('okta.users.read okta.logs.read');
    expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    const [header = '', payload = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(claims).toMatchObject({ iss: '0oaSERVICE', sub: '0oaSERVICE' });
    expect([claims.aud].flat()).toContain(`${server.url}/oauth2/v1/token`);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      alg: 'RS256',
      kid: 'key-1',
    });
    const key = createPublicKey(keys.publicKey.export({ format: 'pem', type: 'spki' }));
    const signed = Buffer.from(`${header}.${payload}`);
    expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it('of a token that Okta does not take any more is another one, for all who held it', async () => {
    const server = await scriptedServer();
    const authorizationOf = createOktaAuthorization({
      send: createHttpSend(),
      clock: aClock(),
      timeout: 2_000,
    });
    const tenant = anOktaTenant({ orgUrl: server.url });
    for (const access_token of ['at-1', 'at-2']) {
      server.answers(TOKEN, json(200, { access_token, token_type: 'Bearer', expires_in: 3600 }));
    }
    const holders = await Promise.all([1, 2, 3].map(() => authorizationOf(tenant, serviceApp)));

    const renewed = await Promise.all(holders.map((it) => it?.renew?.()));

    expect(renewed.map((it) => it?.header)).toEqual(['Bearer at-2', 'Bearer at-2', 'Bearer at-2']);
  });

  it.each([
    [{}, 'okta.users.read okta.logs.read'],
    [{ apps: ['0oa1'] }, 'okta.users.read okta.logs.read okta.apps.read'],
    [{ groups: ['00g1'] }, 'okta.users.read okta.logs.read okta.groups.read'],
    [{ apps: ['0oa1'], groups: ['00g1'] }, 'okta.users.read okta.logs.read okta.apps.read okta.groups.read'],
  ])('is asked for what the tenant file needs: %j', async (but, scope) => {
    const server = await scriptedServer();
    const authorizationOf = createOktaAuthorization({
      send: createHttpSend(),
      clock: aClock(),
      timeout: 2_000,
    });
    server.answers(TOKEN, json(200, { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600 }));

    await authorizationOf(anOktaTenant({ orgUrl: server.url, ...but }), serviceApp);

    expect(new URLSearchParams(server.requests[0]?.body).get('scope')).toBe(scope);
  });

  it('does without what the service app was not granted for memberships', async () => {
    const server = await scriptedServer();
    const authorizationOf = createOktaAuthorization({
      send: createHttpSend(),
      clock: aClock(),
      timeout: 2_000,
    });
    const token = { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600 };
    server.answers(TOKEN, json(400, { error: 'invalid_scope' }), json(200, token));

    const authorization = await authorizationOf(
      anOktaTenant({ orgUrl: server.url, apps: ['0oa1'] }),
      serviceApp,
    );

    expect(authorization?.header).toBe('Bearer at-1');
    const asked = server.requests.map(({ body }) => new URLSearchParams(body).get('scope'));
    expect(asked).toEqual([
      'okta.users.read okta.logs.read okta.apps.read',
      'okta.users.read okta.logs.read',
    ]);
  });

  it.each([
    ['what every tenant needs', {}, 'invalid_scope'],
    ['the service app', { apps: ['0oa1'] }, 'invalid_client'],
  ])('is refused once when Okta refuses %s', async (_, but, error) => {
    const server = await scriptedServer();
    const authorizationOf = createOktaAuthorization({
      send: createHttpSend(),
      clock: aClock(),
      timeout: 2_000,
    });
    server.answers(TOKEN, json(400, { error }));
    const tenant = anOktaTenant({ orgUrl: server.url, ...but });

    const failure = await failureOf(() => authorizationOf(tenant, serviceApp));

    expect(failure).toMatchObject({ code: 'okta_credentials_refused', status: 400 });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['a key that cannot be used', { kty: 'RSA' as const, n: 'private-text' }],
    ['a refusal', privateKey],
  ])('is refused in our own words, without the key: %s', async (name, key) => {
    const server = await scriptedServer();
    if (name === 'a refusal') server.answers(TOKEN, json(401, { error: 'invalid_client' }));
    const authorizationOf = createOktaAuthorization({
      send: createHttpSend(),
      clock: aClock(),
      timeout: 2_000,
    });
    const secret = { ...serviceApp, okta: { clientId: '0oaSERVICE', privateKey: key } };

    const failure = await failureOf(() => authorizationOf(anOktaTenant({ orgUrl: server.url }), secret));

    expect(failure).toMatchObject({ code: 'okta_credentials_refused', retryable: false });
    expect(toldBy(failure)).not.toMatch(/private-text/);
  });
});
