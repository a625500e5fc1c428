import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import type { Directory } from '../../../functions/sources/directory.ts';
import { createOktaDirectory } from '../../../functions/sources/okta/okta-directory.ts';
import type { Tenant } from '../../../functions/tenants/tenant-schema.ts';
import type { TenantSecret } from '../../../functions/tenants/tenant-secret.ts';
import { NOW } from '../../support/changes.ts';
import { aClock } from '../../support/clock.ts';
import { failureOf, toldBy } from '../../support/failure.ts';
import {
  type Answer,
  json,
  reset,
  type ScriptedServer,
  scriptedServer,
  silence,
  text,
} from '../../support/http-server.ts';
import { anOktaUser } from '../../support/okta-users.ts';
import { ACME_SECRET, secretsOf } from '../../support/secrets.ts';
import { anOktaTenant, aTenant } from '../../support/tenants.ts';

const ROUTE = 'GET /api/v1/users/00uLEAVER';
const { okta: _, ...withoutOkta } = aTenant();

interface DirectoryBench {
  directory: Directory;
  server: ScriptedServer;
  tenant: Tenant;
}

async function aDirectory(timeout = 2_000): Promise<DirectoryBench> {
  const server = await scriptedServer();
  const directory = createOktaDirectory({ send: createHttpSend(), clock: aClock(), timeout });
  return { directory, server, tenant: anOktaTenant({ orgUrl: server.url }) };
}

describe("a user in Okta's Users API", () => {
  it("is read with the tenant's API token", async () => {
    // Prepare
    const { directory, server, tenant } = await aDirectory();
    server.answers(ROUTE, json(200, anOktaUser()));

    // Act
    const answer = await directory.readUser(tenant, secretsOf(ACME_SECRET), '00uLEAVER');

    // Assess
    expect(answer).toEqual({
      kind: 'found',
      signsIn: true,
      changedAt: Date.UTC(2025, 0, 2, 8, 5),
      createdAt: Date.UTC(2025, 0, 2, 8),
      addresses: ['lea@acme.example', 'lea.ver@acme.example'],
      user: {
        userName: 'lea.ver@acme.example',
        active: true,
        name: { givenName: 'Lea', familyName: 'Ver' },
        emails: [{ value: 'lea@acme.example', type: 'work', primary: true }],
      },
    });
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `SSWS ${ACME_SECRET.okta.apiToken}`,
      accept: 'application/json',
    });
  });

  it('is read elsewhere when something stands in for the org', async () => {
    // Prepare
    const server = await scriptedServer();
    const directory = createOktaDirectory(
      { send: createHttpSend(), clock: aClock(), timeout: 2_000 },
      server.url,
    );
    server.answers(ROUTE, json(200, anOktaUser()));

    // Act
    const answer = await directory.readUser(anOktaTenant(), secretsOf(ACME_SECRET), '00uLEAVER');

    // Assess
    expect(answer.kind).toBe('found');
  });

  it.each([
    ['lea.ver@acme.example', '/api/v1/users/lea.ver%40acme.example'],
    ['a/b', '/api/v1/users/a%2Fb'],
    ['../apps', '/api/v1/users/..%2Fapps'],
    ['a?b#c', '/api/v1/users/a%3Fb%23c'],
  ])('stays one segment of the path: %s', async (id, path) => {
    // Prepare
    const { directory, server, tenant } = await aDirectory();
    server.answers(`GET ${path}`, json(200, anOktaUser()));

    // Act
    const answer = await directory.readUser(tenant, secretsOf(ACME_SECRET), id);

    // Assess
    expect(answer.kind).toBe('found');
  });

  it('who is not there any more is gone', async () => {
    // Prepare
    const { directory, server, tenant } = await aDirectory();
    server.answers(ROUTE, json(404, { errorCode: 'E0000007' }));

    // Act
    const answer = await directory.readUser(tenant, secretsOf(ACME_SECRET), '00uLEAVER');

    // Assess
    expect(answer).toEqual({ kind: 'gone' });
  });

  it.each<[string, Tenant, TenantSecret]>([
    ['no token', anOktaTenant(), { clarus: ACME_SECRET.clarus }],
    ['an Okta entry without a token', anOktaTenant(), { clarus: ACME_SECRET.clarus, okta: {} }],
    ['no Okta', withoutOkta, ACME_SECRET],
  ])('cannot be read for a tenant with %s, and nobody is asked', async (_name, tenant, secret) => {
    // Prepare
    const server = await scriptedServer();
    const directory = createOktaDirectory(
      { send: createHttpSend(), clock: aClock(), timeout: 2_000 },
      server.url,
    );

    // Act
    const answer = await directory.readUser(tenant, secretsOf(secret), '00uLEAVER');

    // Assess
    expect(answer).toEqual({ kind: 'no_credentials' });
    expect(server.requests).toEqual([]);
  });
});

describe('an answer that is no user', () => {
  it.each<[string, Answer, Partial<BridgeError>]>([
    ['401', json(401, { errorCode: 'E0000011' }), { code: 'okta_credentials_refused', retryable: false }],
    ['403', json(403, {}), { code: 'okta_credentials_refused', retryable: false, status: 403 }],
    ['400', json(400, {}), { retryable: false, status: 400 }],
    // Something stands in between, and goes away again: nobody is gone by that.
    [
      'a redirect',
      text(302, '', { location: '/login' }),
      { code: 'okta_unavailable', retryable: true, status: 302 },
    ],
    ['a page', text(200, '<html></html>'), { code: 'okta_unavailable', retryable: true }],
    ['a page that forbids', text(403, '<html></html>'), { code: 'okta_unavailable', retryable: true }],
    ['a page that was not found', text(404, '<html></html>'), { code: 'okta_unavailable', retryable: true }],
    ['nothing', text(200, ''), { code: 'okta_unavailable', retryable: true }],
    ['null', json(200, null), { code: 'okta_unavailable', retryable: true }],
    ['a list', json(200, []), { code: 'okta_response_malformed', retryable: false }],
    ['no status', json(200, anOktaUser({ status: undefined })), { code: 'okta_response_malformed' }],
    ['no profile', json(200, anOktaUser({ profile: null })), { code: 'okta_response_malformed' }],
    [
      '429 with the end of the window',
      json(429, {}, { 'x-rate-limit-reset': String(NOW / 1000 + 42) }),
      { code: 'okta_throttled', retryable: true, retryAfter: 42_000 },
    ],
    [
      '429 with a window that has ended',
      json(429, {}, { 'x-rate-limit-reset': String(NOW / 1000 - 5) }),
      { code: 'okta_throttled', retryAfter: 0 },
    ],
    ['429 with nothing', json(429, {}), { code: 'okta_throttled', retryAfter: undefined }],
    ['429 with nonsense', json(429, {}, { 'x-rate-limit-reset': 'soon' }), { retryAfter: undefined }],
    ['500', text(500, ''), { code: 'okta_unavailable', retryable: true, status: 500 }],
    ['503', text(503, ''), { code: 'okta_unavailable', retryable: true }],
    ['a broken connection', reset, { code: 'okta_unavailable', retryable: true }],
  ])('%s', async (_name, answer, expected) => {
    // Prepare
    const { directory, server, tenant } = await aDirectory();
    server.answers(ROUTE, answer);

    // Act
    const failure = await failureOf(() => directory.readUser(tenant, secretsOf(ACME_SECRET), '00uLEAVER'));

    // Assess
    expect(failure).toMatchObject(expected);
    expect(toldBy(failure)).not.toContain(ACME_SECRET.okta.apiToken);
  });

  it('in time is tried again', async () => {
    // Prepare
    const { directory, server, tenant } = await aDirectory(50);
    server.answers(ROUTE, silence);

    // Act
    const failure = await failureOf(() => directory.readUser(tenant, secretsOf(ACME_SECRET), '00uLEAVER'));

    // Assess
    expect(failure).toMatchObject({ code: 'okta_unavailable', retryable: true });
  });

  it('or is one: whatever Okta says is a user or a BridgeError', async () => {
    const { directory, server, tenant } = await aDirectory();
    const almostAUser = fc.record(
      {
        status: fc.oneof(fc.constant('ACTIVE'), fc.jsonValue()),
        transitioningToStatus: fc.jsonValue(),
        profile: fc.oneof(
          fc.dictionary(
            fc.oneof(fc.constantFrom('login', 'email', 'constructor'), fc.string()),
            fc.jsonValue(),
          ),
          fc.jsonValue(),
        ),
      },
      { requiredKeys: [] },
    );

    await fc.assert(
      fc.asyncProperty(fc.oneof(almostAUser, fc.jsonValue()), async (body) => {
        server.always(ROUTE, json(200, body));

        const read = directory.readUser(tenant, secretsOf(ACME_SECRET), '00uLEAVER');
        const end = await read.catch((error: unknown) => error);

        if (!(end instanceof BridgeError)) expect(end).toHaveProperty('kind', 'found');
      }),
      { numRuns: 200 },
    );
  });
});
