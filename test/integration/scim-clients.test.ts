import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveLoopback } from '../../local/gateway/loopback-server.ts';
import {
  aPerson,
  aScimBench,
  OTHER_TOKEN,
  operations,
  type ScimBench,
  type ScimReply,
} from '../support/scim-bench.ts';
import { sha256 } from '../support/tenants.ts';

const OKTA = 'token-of-okta-5d1a';
const READER = 'token-of-a-reader-91bb';
const PEOPLE = 'token-of-people-0c7e';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ACCESS = 'urn:ietf:params:scim:schemas:extension:clarus:2.0:Access';
const ISSUER = 'https://login.microsoftonline.com/11111111-2222-4333-8444-555555555555/v2.0';

let bench: ScimBench;
let issuer: Awaited<ReturnType<typeof serveLoopback>>;
let entra: string;

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] };
  issuer = await serveLoopback('the issuer', (_, response) => response.end(JSON.stringify(keys)));
  const federation = {
    clientId: 'clarus-acme',
    issuer: ISSUER,
    jwksUrl: `${issuer.url}/keys`,
    subject: 'the-provisioning-service',
    audience: 'api://clarus',
  };
  bench = await aScimBench({
    scim: {
      clients: {
        okta: { sha256: [sha256(OKTA)] },
        entra: { federation },
        reader: { sha256: [sha256(READER)], readOnly: true },
        people: {
          sha256: [sha256(PEOPLE)],
          scope: ['users'],
          emailDomain: 'acme.example',
          roleResources: true,
          adopt: 'conflict',
        },
      },
    },
  });
  const at = Math.floor(Date.now() / 1000);
  const assertion = await new SignJWT({ sub: federation.subject, aud: federation.audience })
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuer(ISSUER)
    .setIssuedAt(at)
    .setExpirationTime(at + 3600)
    .sign(privateKey);
  const { body } = await granted('acme', {
    client_id: 'clarus-acme',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  entra = String(body.access_token);
});
afterAll(async () => {
  await bench.stop();
  await issuer.close(0);
});

/** A person whom Okta's client has made and Entra's has found. */
async function known(but: Record<string, unknown> = {}): Promise<ReturnType<typeof Object>> {
  const { body: user } = await bench.call('POST', '/Users', aPerson(but), { token: OKTA });
  const filter = `userName+eq+%22${encodeURIComponent(user.userName)}%22`;
  const { body: found } = await bench.call('GET', `/Users?filter=${filter}`, undefined, { token: entra });
  expect(found.Resources.map((it: { id: string }) => it.id)).toEqual([user.id]);
  return user;
}

async function granted(tenant: string, form: Record<string, string>): Promise<ScimReply> {
  const response = await fetch(`${bench.stack.url}/scim/${tenant}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
  });
  const { status, headers } = response;
  return { status, headers, body: Object(await response.json()) };
}

function active(value: boolean): unknown {
  return operations({ op: 'replace', path: 'active', value });
}

describe('two clients of one tenant', () => {
  it('are sources of their own: what one took the other does not give back', async () => {
    // Prepare
    const user = await known();
    await bench.call('PATCH', `/Users/${user.id}`, active(false), { token: OKTA });

    // Act
    const { status, body } = await bench.call('PATCH', `/Users/${user.id}`, active(true), { token: entra });

    // Assess
    expect([status, body.active, body[ACCESS]]).toEqual([
      200,
      true,
      { active: false, keptOutBy: ['scim-okta'] },
    ]);
    expect(bench.clarusUser(user.id)?.is_active).toBe(false);
    expect((await bench.call('PATCH', `/Users/${user.id}`, active(true), { token: OKTA })).status).toBe(200);
    expect(bench.clarusUser(user.id)?.is_active).toBe(true);
  });

  it.each([
    ['okta', OKTA, [404, true, 400]],
    ['people', PEOPLE, [200, false, 201]],
  ])('have settings of their own for roles and addresses: %s', async (name, token, expected) => {
    // Act
    const roles = await bench.call('GET', '/Roles', undefined, { token });
    const schema = await bench.call('GET', `/Schemas/${USER}`, undefined, { token });
    const created = await bench.call('POST', '/Users', { userName: `one-of-${name}` }, { token });

    // Assess
    const emails = schema.body.attributes.find((it: { name: string }) => it.name === 'emails');
    expect([roles.status, emails.required, created.status]).toEqual(expected);
  });

  it('have a setting of their own for whom a creation is about', async () => {
    // Prepare
    const { clarus } = bench.stack;
    const user = aPerson();
    clarus.setUsers([...clarus.users(), { id: 6001, email: user.userName }]);
    const body = { ...user, userName: 'a-principal-name' };

    // Act
    const conflict = await bench.call('POST', '/Users', body, { token: PEOPLE });
    const match = await bench.call('POST', '/Users', body, { token: OKTA });

    // Assess
    expect([conflict.status, match.status, match.body.id]).toEqual([409, 201, '6001']);
  });

  it('have an externalId each', async () => {
    // Prepare
    const user = await known({ externalId: '00uOKTA' });
    const set = operations({ op: 'add', path: 'externalId', value: 'entra-object-id' });

    // Act
    const theirs = await bench.call('PATCH', `/Users/${user.id}`, set, { token: entra });
    const ours = await bench.call('GET', `/Users/${user.id}`, undefined, { token: OKTA });

    // Assess
    expect([theirs.body.externalId, ours.body.externalId]).toEqual(['entra-object-id', '00uOKTA']);
  });
});

describe('a client', () => {
  it.each([
    ['that may only look', READER, 'GET', '/Users?count=1', undefined, 200],
    ['that may only look', READER, 'POST', '/Users', {}, 403],
    ['that may only look', READER, 'DELETE', '/Users/42', undefined, 403],
    ['for users alone', PEOPLE, 'GET', '/Users?count=1', undefined, 200],
    ['for users alone', PEOPLE, 'GET', '/Groups', undefined, 403],
    ['for users alone', PEOPLE, 'GET', '/Schemas', undefined, 200],
  ])('%s (%s): %s %s', async (_name, token, method, path, body, expected) => {
    // Prepare
    bench.forget();

    // Act
    const reply = await bench.call(method, path, body, { token });

    // Assess
    expect([reply.status, reply.headers.get('content-type')]).toEqual([expected, 'application/scim+json']);
    if (expected === 403) expect(bench.clarusCalls()).toEqual([]);
  });
});

describe('who is nobody here', () => {
  it('is answered alike by a tenant that nobody knows, by one of others, and by one whose secret is not set', async () => {
    // Prepare
    bench.stack.secrets.remove('clarus-bridge/other');
    const reads = bench.stack.secrets.reads();

    // Act
    const replies = await Promise.all(
      [
        { tenant: 'nowhere', token: entra },
        { tenant: 'other', token: entra },
        { tenant: 'other', token: 'wrong' },
        { tenant: 'acme', token: OTHER_TOKEN },
        { tenant: 'acme', token: `${entra}x` },
      ].map((who) => bench.call('GET', '/Users', undefined, who)),
    );

    // Assess
    const told = replies.map(({ status, headers, body }) => [
      status,
      headers.get('www-authenticate'),
      { ...body, detail: body.detail.replace(/ Request [0-9a-f-]{36}\.$/, '') },
    ]);
    expect(told[0]).toEqual([401, 'Bearer realm="scim", error="invalid_token"', expect.anything()]);
    for (const it of told) expect(it).toEqual(told[0]);
    expect(bench.stack.secrets.reads()).toBe(reads);
  });
});
