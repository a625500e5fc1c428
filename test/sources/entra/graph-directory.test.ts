import { describe, expect, it } from 'vitest';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import { createGraphDirectory } from '../../../functions/sources/entra/graph-directory.ts';
import { createGraphRequest } from '../../../functions/sources/entra/graph-request.ts';
import { aClock } from '../../support/clock.ts';
import { failureOf, toldBy } from '../../support/failure.ts';
import { DIRECTORY, LEA_ID, objectId } from '../../support/graph-notifications.ts';
import { type Answer, json, scriptedServer, text } from '../../support/http-server.ts';
import { ACME_SECRET, secretsOf } from '../../support/secrets.ts';
import { anEntraFile, aTenant } from '../../support/tenants.ts';

const SELECT =
  'id,accountEnabled,userPrincipalName,mail,displayName,givenName,surname,jobTitle,department,companyName,' +
  'employeeId,employeeType,preferredLanguage,createdDateTime';
const USER = `GET /v1.0/users/${LEA_ID}?$select=${SELECT}`;
const ITEM = `GET /v1.0/directory/deletedItems/${LEA_ID}`;
const TOKEN = `POST /${DIRECTORY}/oauth2/v2.0/token`;
const secret = { ...ACME_SECRET, entra: { clientId: 'app-1', clientSecret: 'graph~secret' } };
const notFound = json(404, { error: { code: 'Request_ResourceNotFound' } });

const lea = {
  id: LEA_ID,
  accountEnabled: true,
  userPrincipalName: 'lea.ver@acme.example',
  mail: 'lea@acme.example',
  displayName: 'Lea Ver',
  givenName: 'Lea',
  surname: 'Ver',
  department: 'Outbound',
  employeeId: '',
  jobTitle: null,
  createdDateTime: '2025-01-02T08:00:00Z',
};
const MARK = LEA_ID.replaceAll('-', '');

async function aDirectory(secrets = secretsOf(secret)) {
  const server = await scriptedServer();
  const clock = aClock();
  const http = { send: createHttpSend(), clock, timeout: 2_000 };
  server.always(TOKEN, json(200, { access_token: 'token-1', token_type: 'Bearer', expires_in: 3599 }));
  const directory = createGraphDirectory(createGraphRequest(http));
  const tenant = aTenant({ entra: anEntraFile({ graphUrl: server.url, loginUrl: server.url }) });
  return { server, clock, read: (id = LEA_ID) => directory.readUser(tenant, secrets, id) };
}

describe('a user in Microsoft Graph', () => {
  it.each([true, false])(
    'is read with the properties that tell, accountEnabled (%s) among them',
    async (enabled) => {
      const { server, read } = await aDirectory();
      server.answers(USER, json(200, { ...lea, accountEnabled: enabled }));

      expect(await read()).toEqual({
        kind: 'found',
        signsIn: enabled,
        createdAt: Date.UTC(2025, 0, 2, 8),
        addresses: ['lea@acme.example', 'lea.ver@acme.example'],
        user: {
          active: enabled,
          userName: 'lea.ver@acme.example',
          displayName: 'Lea Ver',
          name: { givenName: 'Lea', familyName: 'Ver' },
          emails: [{ value: 'lea@acme.example', type: 'work', primary: true }],
          'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Outbound' },
        },
      });
      const [token] = server.requestsTo(TOKEN);
      expect(Object.fromEntries(new URLSearchParams(token?.body))).toMatchObject({
        grant_type: 'client_credentials',
        client_id: 'app-1',
        scope: `${server.url}/.default`,
      });
    },
  );

  it.each<[string, Record<string, unknown>, string[]]>([
    ['without mail by the user principal name', { mail: null }, ['lea.ver@acme.example']],
    ['without a user principal name by the mail', { userPrincipalName: '' }, ['lea@acme.example']],
    ['without either by nothing', { mail: undefined, userPrincipalName: undefined }, []],
    [
      'by no address that people set themselves',
      { otherMails: ['boss@acme.example'] },
      ['lea@acme.example', 'lea.ver@acme.example'],
    ],
  ])('is known %s', async (_, but, addresses) => {
    const { server, read } = await aDirectory();
    server.answers(USER, json(200, { ...lea, ...but }));

    expect(await read()).toMatchObject({ kind: 'found', addresses });
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'by the mail and the user principal name from before',
      { mail: 'lea@acme.example', userPrincipalName: `${MARK}lea.ver@acme.example` },
      { addresses: ['lea@acme.example', 'lea.ver@acme.example'] },
    ],
    [
      'by that alone, of somebody without mail',
      { mail: null, userPrincipalName: `${MARK}lea.ver@acme.example` },
      { addresses: ['lea.ver@acme.example'] },
    ],
    [
      'whatever the letter case of the id before it',
      { userPrincipalName: `${MARK.toUpperCase()}lea.ver@acme.example` },
      { addresses: ['lea.ver@acme.example'] },
    ],
    [
      'by a name that has no id before it',
      { userPrincipalName: 'lea.ver@acme.example' },
      { addresses: ['lea.ver@acme.example'] },
    ],
    ['by nothing', {}, { addresses: [] }],
    [
      'as of when it was deleted',
      { deletedDateTime: '2026-03-02T09:00:00Z' },
      { addresses: [], changedAt: Date.UTC(2026, 2, 2, 9) },
    ],
    ['as of no time that is none', { deletedDateTime: 'yesterday' }, { addresses: [] }],
  ])('in the recycle bin is deleted, and known %s', async (_, item, expected) => {
    const { server, read } = await aDirectory();
    server.answers(USER, notFound);
    server.answers(ITEM, json(200, { id: LEA_ID, ...item }));

    expect(await read()).toEqual({ kind: 'deleted', ...expected });
  });

  it('that is nowhere is gone', async () => {
    const { server, read } = await aDirectory();
    server.answers(USER, notFound);
    server.answers(ITEM, notFound);

    expect(await read()).toEqual({ kind: 'gone' });
  });

  it.each(['../me', 'lea.ver@acme.example', '', `${LEA_ID}/manager`])(
    'by %j is not asked for',
    async (id) => {
      const server = await scriptedServer();
      const directory = createGraphDirectory(
        createGraphRequest({ send: createHttpSend(), clock: aClock(), timeout: 2_000 }),
      );
      const tenant = aTenant({ entra: anEntraFile({ graphUrl: server.url, loginUrl: server.url }) });

      expect(await failureOf(() => directory.readUser(tenant, secretsOf(secret), id))).toMatchObject({
        code: 'change_malformed',
      });
      expect(server.requests).toEqual([]);
    },
  );

  it('cannot be read without credentials, or without Entra in the tenant file', async () => {
    const directory = createGraphDirectory(
      createGraphRequest({ send: createHttpSend(), clock: aClock(), timeout: 2_000 }),
    );

    expect(
      await directory.readUser(aTenant({ entra: anEntraFile() }), secretsOf(ACME_SECRET), LEA_ID),
    ).toEqual({
      kind: 'no_credentials',
    });
    expect(await directory.readUser(aTenant(), secretsOf(secret), LEA_ID)).toEqual({
      kind: 'no_credentials',
    });
  });
});

describe('a token', () => {
  it('is bought once, kept, and renewed before it ends', async () => {
    const { server, clock, read } = await aDirectory();
    server.always(USER, json(200, lea));

    await Promise.all([read(), read(), read()]);
    clock.advance(54 * 60_000);
    await read();
    const kept = server.requestsTo(TOKEN).length;
    clock.advance(2 * 60_000);
    await read();

    expect(kept).toBe(1);
    expect(server.requestsTo(TOKEN)).toHaveLength(2);
  });

  it('that Graph refuses is bought anew, once', async () => {
    const { server, read } = await aDirectory();
    server.answers(USER, json(401, {}), json(200, lea));

    expect((await read()).kind).toBe('found');
    expect(server.requestsTo(TOKEN)).toHaveLength(2);
  });

  const rotated = { ...secret, entra: { clientId: 'app-1', clientSecret: 'graph~rotated' } };

  it.each<[string, Record<string, Answer[]>, string[]]>([
    [
      'Graph refuses twice',
      { [USER]: [json(401, {}), json(401, {}), json(200, lea)] },
      ['graph~secret', 'graph~secret', 'graph~rotated'],
    ],
    [
      'its client secret does not buy any more',
      { [TOKEN]: [json(401, { error: 'invalid_client' })], [USER]: [json(200, lea)] },
      ['graph~secret', 'graph~rotated'],
    ],
  ])('that %s is bought with the secret read anew', async (_, answers, presented) => {
    const { server, read } = await aDirectory(secretsOf(secret, rotated));
    for (const [route, all] of Object.entries(answers)) server.answers(route, ...all);

    expect((await read()).kind).toBe('found');
    const bought = server.requestsTo(TOKEN).map(({ body }) => new URLSearchParams(body).get('client_secret'));
    expect(bought).toEqual(presented);
  });

  it('cannot be bought when the secret has lost its credentials', async () => {
    const { server, read } = await aDirectory(secretsOf(secret, ACME_SECRET));
    server.answers(USER, json(401, {}), json(401, {}));

    expect(await failureOf(() => read())).toMatchObject({ code: 'entra_credentials_refused', status: 401 });
  });
});

describe('an answer of which nothing can be concluded', () => {
  it.each<[string, Answer, Record<string, unknown>]>([
    [
      '429',
      json(429, {}, { 'retry-after': '17' }),
      { code: 'entra_throttled', retryable: true, retryAfter: 17_000 },
    ],
    [
      '503',
      json(503, {}, { 'retry-after': '5' }),
      { code: 'entra_unavailable', retryable: true, retryAfter: 5_000 },
    ],
    ['403', json(403, {}), { code: 'entra_credentials_refused', retryable: false, status: 403 }],
    // Something stands in between, and goes away again: nobody is gone by that.
    ['a redirect', text(302, '', { location: '/' }), { code: 'entra_unavailable', retryable: true }],
    ['a page', text(200, '<html>'), { code: 'entra_unavailable', retryable: true }],
    ['a page that forbids', text(403, '<html>'), { code: 'entra_unavailable', retryable: true }],
    ['a page that was not found', text(404, '<html>'), { code: 'entra_unavailable', retryable: true }],
    ['nothing', text(200, ''), { code: 'entra_unavailable', retryable: true }],
    [
      'no accountEnabled',
      json(200, { ...lea, accountEnabled: undefined }),
      { code: 'entra_response_malformed' },
    ],
    ['another user', json(200, { ...lea, id: objectId(2) }), { code: 'entra_response_malformed' }],
    ['400', json(400, {}), { code: 'entra_response_malformed' }],
  ])('%s', async (_, answer, expected) => {
    const { server, read } = await aDirectory();
    server.answers(USER, answer);

    const failure = await failureOf(() => read());

    expect(failure).toMatchObject(expected);
    expect(toldBy(failure)).not.toContain('graph~secret');
  });

  it('a token endpoint that refuses', async () => {
    const { server, read } = await aDirectory();
    server.answers(
      TOKEN,
      json(401, { error: 'invalid_client', error_description: 'AADSTS7000222 graph~secret' }),
    );
    server.always(TOKEN, json(401, {}));

    const failures = [await failureOf(() => read()), await failureOf(() => read())];

    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'entra_credentials_refused', status: 401 });
      expect(toldBy(failure)).not.toContain('graph~secret');
    }
  });
});
