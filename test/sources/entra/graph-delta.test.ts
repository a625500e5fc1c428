import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import { readDeltaPage } from '../../../functions/sources/entra/graph-delta.ts';
import {
  createGraphRequest,
  type GraphAccess,
  graphAccess,
} from '../../../functions/sources/entra/graph-request.ts';
import { aClock } from '../../support/clock.ts';
import { failureOf } from '../../support/failure.ts';
import { DIRECTORY, LEA_ID, objectId } from '../../support/graph-notifications.ts';
import { type Answer, json, type ScriptedServer, scriptedServer } from '../../support/http-server.ts';
import { ACME_SECRET, secretsOf } from '../../support/secrets.ts';
import { anEntraFile, aTenant } from '../../support/tenants.ts';

const START =
  'GET /v1.0/users/delta?$select=id,accountEnabled,userPrincipalName,mail,displayName,givenName,surname,jobTitle,' +
  'department,companyName,employeeId,employeeType,preferredLanguage,createdDateTime';
const TOKEN = `POST /${DIRECTORY}/oauth2/v2.0/token`;
const secret = { ...ACME_SECRET, entra: { clientId: 'app-1', clientSecret: 'graph~secret' } };

interface Bench {
  server: ScriptedServer;
  access: GraphAccess;
  read(link?: string): ReturnType<typeof readDeltaPage>;
}

async function aDelta(): Promise<Bench> {
  const server = await scriptedServer();
  server.always(TOKEN, json(200, { access_token: 'token-1', token_type: 'Bearer', expires_in: 3599 }));
  const request = createGraphRequest({ send: createHttpSend(), clock: aClock(), timeout: 2_000 });
  const tenant = aTenant({ entra: anEntraFile({ graphUrl: server.url, loginUrl: server.url }) });
  const access = await graphAccess(tenant, secretsOf(secret));
  if (access === undefined) throw new Error('There is no access.');
  return { server, access, read: (link) => readDeltaPage(request, access, link) };
}

function aPage({ url }: ScriptedServer, value: unknown, but: Record<string, unknown> = {}): Answer {
  return json(200, { value, '@odata.deltaLink': `${url}/v1.0/users/delta?$deltatoken=1`, ...but });
}

const lea = { id: LEA_ID, accountEnabled: false, mail: 'lea@acme.example', displayName: 'Lea Ver' };

describe('a page of delta', () => {
  it('tells all of a live user, and of the others whether there is something left to read', async () => {
    const { server, read } = await aDelta();
    const value = [
      lea,
      { id: objectId(2), '@removed': { reason: 'changed' } },
      { id: objectId(3), '@removed': { reason: 'deleted' } },
      // Without accountEnabled nothing could be told.
      { id: objectId(4), mail: 'jo@acme.example' },
    ];
    server.answers(START, aPage(server, value));

    expect(await read()).toEqual({
      kind: 'page',
      items: [
        {
          id: LEA_ID,
          purged: false,
          answer: {
            kind: 'found',
            signsIn: false,
            addresses: ['lea@acme.example'],
            user: {
              active: false,
              displayName: 'Lea Ver',
              emails: [{ value: 'lea@acme.example', type: 'work', primary: true }],
            },
          },
        },
        { id: objectId(2), purged: false },
        { id: objectId(3), purged: true },
        { id: objectId(4), purged: false },
      ],
      malformed: 0,
      deltaLink: `${server.url}/v1.0/users/delta?$deltatoken=1`,
    });
  });

  it('is read where the one before says, and counts what it cannot read', async () => {
    const { server, read } = await aDelta();
    const nextLink = `${server.url}/v1.0/users/delta?$skiptoken=2`;
    server.answers(
      'GET /v1.0/users/delta?$skiptoken=1',
      json(200, { value: [null, 7, { id: '../me' }, lea], '@odata.nextLink': nextLink }),
    );

    expect(await read(`${server.url}/v1.0/users/delta?$skiptoken=1`)).toMatchObject({
      items: [{ id: LEA_ID }],
      malformed: 3,
      nextLink,
    });
  });

  it.each<[string, Answer]>([
    ['410', json(410, {})],
    ['syncStateNotFound', json(400, { error: { code: 'syncStateNotFound' } })],
    ['resyncRequired', json(400, { error: { code: 'resyncRequired' } })],
  ])('at a position that Graph does not know any more is lost: %s', async (_, answer) => {
    const { server, read } = await aDelta();
    server.answers('GET /v1.0/users/delta?$deltatoken=1', answer);

    expect(await read(`${server.url}/v1.0/users/delta?$deltatoken=1`)).toEqual({ kind: 'resync' });
  });

  it('at a position of another cloud is lost, and nobody is asked', async () => {
    const server = await scriptedServer();
    const request = createGraphRequest({ send: createHttpSend(), clock: aClock(), timeout: 2_000 });
    const tenant = aTenant({ entra: anEntraFile({ graphUrl: server.url, loginUrl: server.url }) });
    const access = await graphAccess(tenant, secretsOf(secret));
    if (access === undefined) return expect.unreachable();

    const page = await readDeltaPage(request, access, 'https://graph.example/v1.0/users/delta?$deltatoken=1');

    expect(page).toEqual({ kind: 'resync' });
    expect(server.requests).toEqual([]);
  });

  it.each<[string, (server: ScriptedServer) => Answer]>([
    ['no value', (server) => aPage(server, undefined)],
    ['no link', (server) => aPage(server, [], { '@odata.deltaLink': undefined })],
    ['both links', (server) => aPage(server, [], { '@odata.nextLink': `${server.url}/v1.0/users/delta?x` })],
    [
      'a link that leads elsewhere',
      (server) => aPage(server, [lea], { '@odata.deltaLink': 'https://evil.example/v1.0/users/delta?x' }),
    ],
    [
      'a link that leads elsewhere at Graph',
      (server) => aPage(server, [lea], { '@odata.deltaLink': `${server.url}/beta/users/delta?x` }),
    ],
    ['410 to a beginning', () => json(410, {})],
  ])('with %s is a typed error', async (_, answer) => {
    const { server, read } = await aDelta();
    server.answers(START, answer(server));

    expect(await failureOf(() => read())).toMatchObject({ code: 'entra_response_malformed' });
  });

  it('is read or refused whatever it holds', async () => {
    const { server, read } = await aDelta();
    const item = fc.oneof(
      fc.jsonValue(),
      fc.record({ id: fc.constant(LEA_ID), accountEnabled: fc.jsonValue(), '@removed': fc.jsonValue() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.array(item), fc.jsonValue()), async (value) => {
        server.always(START, aPage(server, value));

        const end = await read().catch((error: unknown) => error);

        if (end instanceof Error) expect(end).toBeInstanceOf(BridgeError);
      }),
      { numRuns: 100 },
    );
  });
});

describe('access to Graph', () => {
  it('is there for who has Entra in the tenant file and credentials in the secret', async () => {
    const tenant = aTenant({ entra: anEntraFile() });

    expect(await graphAccess(tenant, secretsOf(ACME_SECRET))).toBeUndefined();
    expect(await graphAccess(aTenant(), secretsOf(secret))).toBeUndefined();
    expect(await graphAccess(tenant, secretsOf(secret))).toMatchObject({
      tenant: 'acme',
      credentials: secret.entra,
    });
  });
});
