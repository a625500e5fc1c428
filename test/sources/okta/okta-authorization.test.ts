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

    expect(await authorizationOf(anOktaTenant(), ACME_SECRET)).toBe(`SSWS ${ACME_SECRET.okta.apiToken}`);
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
    expect([first, second]).toEqual(['Bearer at-1', 'Bearer at-1']);
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
