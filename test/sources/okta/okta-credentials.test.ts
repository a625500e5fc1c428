import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import { createOktaDirectory } from '../../../functions/sources/okta/okta-directory.ts';
import type { SecretSource, TenantSecret } from '../../../functions/tenants/tenant-secret.ts';
import { aClock } from '../../support/clock.ts';
import { failureOf, toldBy } from '../../support/failure.ts';
import { json, scriptedServer } from '../../support/http-server.ts';
import { anOktaUser } from '../../support/okta-users.ts';
import { ACME_SECRET, secretsOf } from '../../support/secrets.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const ROUTE = 'GET /api/v1/users/00uLEAVER';
const TOKEN = 'POST /oauth2/v1/token';
const refused = json(401, { errorCode: 'E0000011' });
const lea = json(200, anOktaUser());

function withToken(apiToken: string): TenantSecret {
  return { clarus: ACME_SECRET.clarus, okta: { apiToken } };
}

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = { ...keys.privateKey.export({ format: 'jwk' }), kty: 'RSA' as const };

function withServiceApp(clientId: string): TenantSecret {
  return { clarus: ACME_SECRET.clarus, okta: { clientId, privateKey } };
}

function bought(access_token: string) {
  return json(200, { access_token, token_type: 'Bearer', expires_in: 3600 });
}

async function aDirectory(secrets: SecretSource) {
  const server = await scriptedServer();
  const directory = createOktaDirectory({ send: createHttpSend(), clock: aClock(), timeout: 2_000 });
  const tenant = anOktaTenant({ orgUrl: server.url });
  const presented = () => server.requestsTo(ROUTE).map(({ headers }) => headers.authorization);
  return { server, presented, read: () => directory.readUser(tenant, secrets, '00uLEAVER') };
}

describe('a refused API token', () => {
  it('is read anew from the secret, and the user once more', async () => {
    const { server, presented, read } = await aDirectory(secretsOf(withToken('old'), withToken('new')));
    server.answers(ROUTE, refused, lea, lea);

    expect((await read()).kind).toBe('found');
    expect((await read()).kind).toBe('found');
    expect(presented()).toEqual(['SSWS old', 'SSWS new', 'SSWS new']);
  });

  it('is not tried twice when the secret has no other', async () => {
    const { server, presented, read } = await aDirectory(secretsOf(withToken('old')));
    server.answers(ROUTE, refused);

    const failure = await failureOf(read);

    expect(failure).toMatchObject({ code: 'okta_credentials_refused', status: 401 });
    expect(presented()).toEqual(['SSWS old']);
    expect(toldBy(failure)).not.toContain('old');
  });

  it('is given up when the next one is refused too', async () => {
    const { server, read } = await aDirectory(secretsOf(withToken('old'), withToken('new')));
    server.answers(ROUTE, refused, refused);

    expect(await failureOf(read)).toMatchObject({ code: 'okta_credentials_refused', status: 401 });
  });

  it('is not what a token has that may not see the user', async () => {
    const { server, read } = await aDirectory(secretsOf(withToken('old'), withToken('new')));
    server.answers(ROUTE, json(403, { errorCode: 'E0000006' }));

    expect(await failureOf(read)).toMatchObject({ code: 'okta_credentials_refused', status: 403 });
  });

  it('may have been taken away for good', async () => {
    const { server, read } = await aDirectory(secretsOf(withToken('old'), { clarus: ACME_SECRET.clarus }));
    server.answers(ROUTE, refused);

    expect(await read()).toEqual({ kind: 'no_credentials' });
  });
});

describe('a refused access token', () => {
  it('is bought anew', async () => {
    const { server, presented, read } = await aDirectory(secretsOf(withServiceApp('0oa1')));
    server.answers(TOKEN, bought('at-1'), bought('at-2'));
    server.answers(ROUTE, refused, lea);

    expect((await read()).kind).toBe('found');
    expect(presented()).toEqual(['Bearer at-1', 'Bearer at-2']);
  });

  it('that is refused anew has the secret read, which may name another service app', async () => {
    const { server, presented, read } = await aDirectory(
      secretsOf(withServiceApp('0oa1'), withServiceApp('0oa2')),
    );
    server.answers(TOKEN, bought('at-1'), bought('at-2'), bought('at-3'));
    server.answers(ROUTE, refused, refused, lea);

    expect((await read()).kind).toBe('found');
    expect(presented()).toEqual(['Bearer at-1', 'Bearer at-2', 'Bearer at-3']);
  });

  it('that is not to be bought any more has it read too', async () => {
    const { server, presented, read } = await aDirectory(
      secretsOf(withServiceApp('0oa1'), withServiceApp('0oa2')),
    );
    server.answers(TOKEN, json(401, { error: 'invalid_client' }), bought('at-2'));
    server.answers(ROUTE, lea);

    expect((await read()).kind).toBe('found');
    expect(presented()).toEqual(['Bearer at-2']);
  });
});
