import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { failureOf } from '../../support/failure.ts';
import { countedSecrets, credentialsBench, SIGNING_SECRET } from '../../support/scim-credentials.ts';
import { ACME_SECRET } from '../../support/secrets.ts';
import { aTenant, sha256, type TenantFile } from '../../support/tenants.ts';

const OKTA_TOKEN = 'token-of-okta-5d1a';
const ENTRA = { client_id: 'entra', client_secret: 'secret-of-entra-77c0' };
const GRANT = { grant_type: 'client_credentials', ...ENTRA };
const HOUR = 3_600_000;

const scim = {
  clients: {
    okta: { sha256: [sha256(OKTA_TOKEN)], expires: '2027-03-01' },
    entra: { oauth: { clientId: 'entra', sha256: [sha256(ENTRA.client_secret)] } },
  },
} satisfies TenantFile['scim'];
const acme = aTenant({ scim });
const other = aTenant({ tenant: 'other', scim });

const UNAVAILABLE = new BridgeError('secret_unavailable', 'down', { retryable: true });

describe('who makes a request', () => {
  it('is the client whose token it is', async () => {
    expect(await credentialsBench([acme]).caller(`Bearer ${OKTA_TOKEN}`)).toMatchObject({
      kind: 'client',
      client: { source: 'scim-okta' },
    });
  });

  it('is the client that a token was issued to, for an hour', async () => {
    // Prepare
    const bench = credentialsBench([acme]);
    const token = await bench.token(GRANT);

    // Act
    const early = await bench.caller(token);
    bench.clock.advance(HOUR - 1000);
    const last = await bench.caller(token);
    bench.clock.advance(1000);
    const late = await bench.caller(token);

    // Assess
    expect(early).toMatchObject({ kind: 'client', client: { source: 'scim-entra' } });
    expect([last.kind, late.kind]).toEqual(['client', 'nobody']);
  });

  it('is nobody with a client secret, or with a token as its secret', async () => {
    // Prepare
    const bench = credentialsBench([acme]);

    // Act
    const caller = await bench.caller(ENTRA.client_secret);
    const { status } = await bench.grant({ ...GRANT, client_id: 'okta', client_secret: OKTA_TOKEN });

    // Assess
    expect([caller.kind, status]).toEqual(['nobody', 401]);
  });

  it('is a client whose day has come, from its beginning, who gets no token either', async () => {
    // Prepare
    const expiring = aTenant({
      scim: { sha256: [sha256('t')], oauth: { clientId: 'c', sha256: [sha256('s')] }, expires: '2027-03-01' },
    });
    const bench = credentialsBench([expiring]);
    bench.clock.advance(Date.UTC(2027, 2, 1) - bench.clock() - 1);
    const before = await bench.caller('t');
    const token = await bench.token({ grant_type: 'client_credentials', client_id: 'c', client_secret: 's' });

    // Act
    bench.clock.advance(1);
    const after = [await bench.caller('t'), await bench.caller(token)];
    const refused = await bench.grant({
      grant_type: 'client_credentials',
      client_id: 'c',
      client_secret: 's',
    });

    // Assess
    expect(before.kind).toBe('client');
    expect(after.map(({ kind }) => kind)).toEqual(['expired', 'expired']);
    expect(refused).toMatchObject({ status: 401, client: 'scim', body: { error: 'invalid_client' } });
  });
});

describe('an issued token', () => {
  it('says who, for whom, when and by which key, and nothing that opens anything', async () => {
    // Prepare
    const bench = credentialsBench([acme]);
    const at = Math.floor(bench.clock() / 1000);

    // Act
    const [token, another] = [await bench.token(GRANT), await bench.token(GRANT)];
    const jwt = token.replace(/^cib_/, '');

    // Assess
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: '2' });
    expect(decodeJwt(jwt)).toEqual({
      iss: 'clarus-bridge',
      aud: 'clarus-bridge/scim/acme',
      sub: 'scim-entra',
      iat: at,
      exp: at + 3600,
      jti: 'jti-0',
      credential: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(sha256(ENTRA.client_secret)).not.toContain(decodeJwt(jwt).credential);
    expect(another).not.toBe(token);
  });

  it('ends with the client secret that it was issued for', async () => {
    // Prepare
    const secrets = countedSecrets();
    const token = await credentialsBench([acme], { secrets }).token(GRANT);
    const rotated = aTenant({
      scim: { clients: { entra: { oauth: { clientId: 'entra', sha256: [sha256('new')] } } } },
    });

    // Act
    const caller = await credentialsBench([rotated], { secrets }).caller(token);

    // Assess
    expect(caller.kind).toBe('nobody');
  });

  it('lives on when another key signs, for as long as its own is there', async () => {
    // Prepare
    const [before, after, gone] = [['1'], ['2', '1'], ['2']].map((kids) => ({
      ...SIGNING_SECRET,
      scim: { signingKeys: SIGNING_SECRET.scim.signingKeys.filter(({ kid }) => kids.includes(kid)) },
    }));
    const token = await credentialsBench([acme], { secrets: countedSecrets(before) }).token(GRANT);

    // Act
    const during = await credentialsBench([acme], { secrets: countedSecrets(after) }).caller(token);
    const later = await credentialsBench([acme], { secrets: countedSecrets(gone) }).caller(token);

    // Assess
    expect([during.kind, later.kind]).toEqual(['client', 'nobody']);
  });

  it('of another instance that knows a newer key has the secret read anew, once in half a minute', async () => {
    // Prepare
    const [newest, old] = SIGNING_SECRET.scim.signingKeys.map((key) => ({
      ...SIGNING_SECRET,
      scim: { signingKeys: [key] },
    }));
    const theirs = await credentialsBench([acme], { secrets: countedSecrets(newest) }).token(GRANT);
    const bench = credentialsBench([acme], { secrets: countedSecrets(old) });
    await bench.caller(await bench.token(GRANT));
    const foreign = await bench.caller(theirs);
    const readsBefore = bench.secrets.reads.length;
    bench.secrets.put('acme', newest ?? ACME_SECRET);

    // Act
    const soon = await bench.caller(theirs);
    bench.clock.advance(30_000);
    const then = await bench.caller(theirs);

    // Assess
    expect([foreign.kind, soon.kind, then.kind]).toEqual(['nobody', 'nobody', 'client']);
    expect([readsBefore, bench.secrets.reads.length]).toEqual([2, 3]);
  });

  it('is signed with a key of the tenant alone, also where the secret has none of its own for that', async () => {
    // Prepare
    const secrets = countedSecrets(ACME_SECRET);
    secrets.put('other', ACME_SECRET);
    const bench = credentialsBench([acme, other], { secrets });
    const token = await bench.token(GRANT);
    const claims = { ...decodeJwt(token.slice(4)), aud: 'clarus-bridge/scim/other' };
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'clarus' })
      .sign(Buffer.from(ACME_SECRET.clarus.clientSecret));

    // Act
    const callers = [
      await bench.caller(token),
      await bench.caller(token, 'other'),
      await bench.caller(`cib_${forged}`, 'other'),
    ];

    // Assess
    expect(callers.map(({ kind }) => kind)).toEqual(['client', 'nobody', 'nobody']);
  });
});

describe('for what no client was given', () => {
  it('nothing is read: not for a made-up, an old, a foreign or an altered token, nor for a name nobody knows', async () => {
    // Prepare
    const bench = credentialsBench([acme, other]);
    const token = await bench.token(GRANT);
    const [header = '', claims = '', signature = ''] = token.slice(4).split('.');
    const { credential: _, ...rest } = decodeJwt(token.slice(4));
    const altered = (change: object, headerChange: object = {}) =>
      `cib_${encoded({ ...decodeProtectedHeader(token.slice(4)), ...headerChange })}.${encoded({ ...decodeJwt(token.slice(4)), ...change })}.${signature}`;
    const readsBefore = bench.secrets.reads.length;
    const at = Math.floor(bench.clock() / 1000);

    // Act
    const callers = await Promise.all([
      ...[
        '',
        'cib_',
        'cib_x.y',
        'cib_e30.e30.',
        `cib_${header}.${claims}`,
        `cib_${header}.${encoded(rest)}.${signature}`,
        altered({ exp: at - 1, iat: at - 3601 }),
        altered({ exp: at + 3600 * 24 }),
        altered({ exp: at + 7200, iat: at + 3600 }),
        altered({ aud: 'clarus-bridge/scim/other' }),
        altered({ iss: 'else' }),
        altered({ sub: 'scim-okta' }),
        altered({ credential: '0'.repeat(16) }),
        altered({}, { alg: 'none' }),
        altered({}, { alg: 'HS512' }),
        altered({}, { typ: 'JWT' }),
        `cib_${'x'.repeat(2000)}`,
      ].map((presented) => bench.caller(`Bearer ${presented}`)),
      bench.caller(token, 'other'),
      bench.caller(token, 'nowhere'),
      bench.caller(altered({ aud: 'clarus-bridge/scim/nowhere' }), 'nowhere'),
    ]);

    // Assess
    expect(new Set(callers.map(({ kind }) => kind))).toEqual(new Set(['nobody']));
    expect(bench.secrets.reads.length).toBe(readsBefore);
  });

  it.each([
    ['is missing', new BridgeError('secret_missing', 'no secret', { retryable: true }), 'secret_missing'],
    ['holds keys that are none', { ...ACME_SECRET, scim: { signingKeys: [] } }, 'secret_incomplete'],
    [
      'holds a short key',
      { ...ACME_SECRET, scim: { signingKeys: [{ kid: '2', key: 'short' }] } },
      'secret_incomplete',
    ],
  ])(
    'a tenant whose secret %s lets nobody in, and only whoever holds a token of its own is told why',
    async (_name, secret, code) => {
      // Prepare
      const token = await credentialsBench([acme]).token(GRANT);
      const bench = credentialsBench([acme], { secrets: countedSecrets(secret) });

      // Act
      const nobody = await bench.caller('cib_e30.e30.x');
      const readsOfNobody = bench.secrets.reads.length;
      const failures = [
        await failureOf(() => bench.caller(token)),
        await failureOf(() => bench.caller(token)),
      ];

      // Assess
      expect([nobody.kind, readsOfNobody]).toEqual(['nobody', 0]);
      expect(failures.map((failure) => failure.code)).toEqual([code, code]);
      expect(bench.secrets.reads).toEqual(['acme']);
    },
  );

  it('a token is not refused because Secrets Manager does not answer', async () => {
    // Prepare
    const bench = credentialsBench([acme]);
    const token = await bench.token(GRANT);
    await bench.caller(token);
    bench.secrets.put('acme', UNAVAILABLE);
    bench.secrets.forget('acme', await bench.secrets.load('acme'));
    const fresh = credentialsBench([acme], { secrets: countedSecrets(UNAVAILABLE) });

    // Act
    const known = await bench.caller(token);
    const unknown = [fresh.caller(token), fresh.caller(token)];

    // Assess
    expect(known.kind).toBe('client');
    for (const caller of unknown) await expect(caller).rejects.toMatchObject({ code: 'secret_unavailable' });
  });
});

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
