import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { countedSecrets, credentialsBench } from '../../support/scim-credentials.ts';
import { aTenant, sha256 } from '../../support/tenants.ts';

const SECRET = 'a secret+with/signs:and&more';
const acme = aTenant({
  scim: { oauth: { clientId: 'entra', sha256: [sha256(SECRET), sha256('before')] } },
});
const plain = aTenant({ tenant: 'plain', scim: { sha256: [sha256('t')] } });
const GRANT = { grant_type: 'client_credentials', client_id: 'entra', client_secret: SECRET };
const { client_secret: _, ...WITHOUT } = GRANT;

function basic(id: string, secret: string): { authorization: string } {
  const encoded = [id, secret].map((part) => new URLSearchParams({ part }).toString().slice('part='.length));
  return { authorization: `Basic ${Buffer.from(encoded.join(':')).toString('base64')}` };
}

describe('a token is issued', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['for a secret in the form', GRANT, {}],
    ['for the secret before a rotation', { ...GRANT, client_secret: 'before' }, {}],
    ['for a secret by Basic', { grant_type: 'client_credentials' }, basic('entra', SECRET)],
    ['by Basic with the client id in the form as well', WITHOUT, basic('entra', SECRET)],
    ['whatever scope is asked for', { ...GRANT, scope: 'scim' }, {}],
    ['with parameters that nobody knows', { ...GRANT, resource: 'x', audience: 'y' }, {}],
    [
      'for a form that says its charset',
      GRANT,
      { 'content-type': 'Application/X-WWW-Form-URLEncoded; charset=utf-8' },
    ],
  ])('%s', async (_name, form, headers) => {
    // Act
    const answer = await credentialsBench([acme]).grant(form, { headers });

    // Assess
    expect(answer).toMatchObject({
      status: 200,
      client: 'scim',
      headers: { 'content-type': 'application/json' },
      body: { access_token: expect.stringMatching(/^cib_/), token_type: 'Bearer', expires_in: 3600 },
    });
  });

  it('also where no bearer token opens anything', async () => {
    // Prepare
    const bench = credentialsBench([acme]);

    // Act
    const caller = await bench.caller(await bench.token(GRANT));

    // Assess
    expect(caller).toMatchObject({ kind: 'client', client: { source: 'scim' } });
    expect(acme.scim?.sha256).toBeUndefined();
  });
});

describe('a request for a token is refused', () => {
  it.each<[string, Record<string, string> | string, Record<string, string>, number, string]>([
    ['without a grant type', { ...GRANT, grant_type: '' }, {}, 400, 'invalid_request'],
    ['of another grant type', { ...GRANT, grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
    ['in JSON', JSON.stringify(GRANT), { 'content-type': 'application/json' }, 400, 'invalid_request'],
    ['of no type', 'grant_type=client_credentials', { 'content-type': '' }, 400, 'invalid_request'],
    ['with two of a parameter', `${new URLSearchParams(GRANT)}&client_id=entra`, {}, 400, 'invalid_request'],
    ['with two secrets', GRANT, basic('entra', SECRET), 400, 'invalid_request'],
    [
      'with a secret and an assertion',
      { ...GRANT, client_assertion: 'a.b.c', client_assertion_type: 'x' },
      {},
      400,
      'invalid_request',
    ],
    [
      'with two client ids',
      { ...WITHOUT, client_id: 'another' },
      basic('entra', SECRET),
      400,
      'invalid_request',
    ],
    ['with a secret of nobody', { ...GRANT, client_id: '' }, {}, 400, 'invalid_request'],
    [
      'with an assertion of no known kind',
      { ...WITHOUT, client_assertion: 'a.b.c', client_assertion_type: 'urn:else' },
      {},
      400,
      'invalid_request',
    ],
    [
      'with the kind of an assertion alone',
      { ...WITHOUT, client_assertion_type: 'urn:else' },
      {},
      400,
      'invalid_request',
    ],
    ['with more parameters than there are', `${'a=1&'.repeat(30)}`, {}, 400, 'invalid_request'],
    ['without a secret', WITHOUT, {}, 401, 'invalid_client'],
    ['with a wrong secret', { ...GRANT, client_secret: 'wrong' }, {}, 401, 'invalid_client'],
    ['with a wrong client id', { ...GRANT, client_id: 'wrong' }, {}, 401, 'invalid_client'],
    ['with Basic that cannot be read', WITHOUT, { authorization: 'Basic ???' }, 401, 'invalid_client'],
    ['with a bearer token', WITHOUT, { authorization: 'Bearer t' }, 401, 'invalid_client'],
  ])('%s', async (_name, form, headers, status, error) => {
    // Prepare
    const bench = credentialsBench([acme]);

    // Act
    const answer = await bench.grant(form, { headers });

    // Assess
    expect(answer).toMatchObject({
      status,
      headers: { 'content-type': 'application/json' },
      body: { error, error_description: expect.stringMatching(/\.$/) },
    });
    if (status === 401) expect(answer.headers?.['www-authenticate']).toBe('Basic realm="scim"');
    expect(bench.secrets.reads).toEqual([]);
  });

  it('by another method than POST', async () => {
    expect(await credentialsBench([acme]).grant(GRANT, { method: 'GET' })).toMatchObject({
      status: 405,
      headers: { allow: 'POST' },
      body: { error: 'invalid_request' },
    });
  });

  it('above 8 KB, before it is decoded', async () => {
    // Prepare
    const bench = credentialsBench([acme]);
    const fill = (size: number) => `${new URLSearchParams(GRANT)}&x=`.padEnd(size, 'a');

    // Act
    const [just, above, far] = [
      await bench.grant(fill(8192)),
      await bench.grant(fill(8193)),
      await bench.grant('a&'.repeat(200_000)),
    ];

    // Assess
    expect(just?.status).toBe(200);
    expect(above).toMatchObject({ status: 413, body: { error: 'invalid_request' } });
    expect(far).toEqual({ ...above, body: { ...above?.body, error_description: expect.any(String) } });
  });

  it('alike of a tenant that nobody knows, of one without such clients, and with a wrong secret', async () => {
    // Prepare
    const bench = credentialsBench([acme, plain]);

    // Act
    const answers = await Promise.all([
      bench.grant({ ...GRANT, client_secret: 'wrong' }),
      bench.grant(GRANT, { tenant: 'plain' }),
      bench.grant(GRANT, { tenant: 'nowhere' }),
    ]);

    // Assess
    expect(answers[0]?.status).toBe(401);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(bench.secrets.reads).toEqual([]);
  });

  it('as something that passes while the secret cannot be read, of whoever has shown who it is', async () => {
    // Prepare
    const failure = new BridgeError('secret_missing', 'no secret', { retryable: true });
    const bench = credentialsBench([acme], { secrets: countedSecrets(failure) });

    // Act
    const answer = await bench.grant(GRANT);

    // Assess
    expect(answer).toMatchObject({
      status: 503,
      client: 'scim',
      headers: { 'retry-after': '10' },
      body: {
        error: 'temporarily_unavailable',
        error_description: expect.stringContaining('secret_missing'),
      },
    });
  });

  it('whatever is sent: there is no token without the secret, and no other error', async () => {
    const bench = credentialsBench([acme]);
    const names = ['grant_type', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];
    const aPair = fc.tuple(
      fc.oneof(fc.constantFrom(...names), fc.string()),
      fc.oneof(fc.constantFrom('client_credentials', 'entra', ''), fc.string({ unit: 'binary' })),
    );
    const aForm = fc.oneof(
      fc.array(aPair, { maxLength: 8 }).map((pairs) => new URLSearchParams(pairs).toString()),
      fc.string({ unit: 'binary' }),
    );
    const aHeader = fc.option(fc.string().map((text) => `Basic ${Buffer.from(text).toString('base64')}`));

    await fc.assert(
      fc.asyncProperty(aForm, aHeader, async (form, authorization) => {
        const headers = authorization === null ? {} : { authorization };
        const { status, body } = await bench.grant(form, { headers });

        expect([400, 401]).toContain(status);
        expect(body).toEqual({ error: expect.any(String), error_description: expect.any(String) });
      }),
    );
  });
});
