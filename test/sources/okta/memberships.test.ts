import { describe, expect, it } from 'vitest';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import { createOktaDirectory } from '../../../functions/sources/okta/okta-directory.ts';
import { aClock } from '../../support/clock.ts';
import { failureOf } from '../../support/failure.ts';
import { type Answer, json, type ScriptedServer, scriptedServer, text } from '../../support/http-server.ts';
import { anOktaUser } from '../../support/okta-users.ts';
import { ACME_SECRET, secretsOf } from '../../support/secrets.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const USER = 'GET /api/v1/users/00uLEAVER';
const APP_1 = 'GET /api/v1/apps/0oa1/users/00uLEAVER';
const APP_2 = 'GET /api/v1/apps/0oa2/users/00uLEAVER';
const GROUPS = 'GET /api/v1/users/00uLEAVER/groups';

const assigned = json(200, { id: '00uLEAVER', status: 'ACTIVE' });
const notFound = json(404, { errorCode: 'E0000007' });
const forbidden = json(403, { errorCode: 'E0000006' });
const refused = json(401, { errorCode: 'E0000011' });

function groups(...ids: string[]): Answer {
  return json(
    200,
    ids.map((id) => ({ id, type: 'OKTA_GROUP' })),
  );
}

async function aDirectory(okta: { apps?: string[]; groups?: string[] }) {
  const server = await scriptedServer();
  const directory = createOktaDirectory({ send: createHttpSend(), clock: aClock(), timeout: 2_000 });
  const tenant = anOktaTenant({ orgUrl: server.url, ...okta });
  return { server, read: () => directory.readUser(tenant, secretsOf(ACME_SECRET), '00uLEAVER') };
}

/** A page with the address of the next one, beside that of itself. */
function page(server: ScriptedServer, answer: Answer, next: string): Answer {
  return (response, request) => {
    response.setHeader('link', [`<${server.url}${request.path}>; rel="self"`, `<${next}>; rel="next"`]);
    answer(response, request);
  };
}

describe("of the tenant's apps and groups a reading tells", () => {
  it.each<[string, { apps?: string[]; groups?: string[] }, Record<string, Answer>, unknown]>([
    ['an assignment', { apps: ['0oa1'] }, { [APP_1]: assigned }, { '0oa1': true }],
    ['that there is none', { apps: ['0oa1'] }, { [APP_1]: notFound }, { '0oa1': false }],
    [
      'several apps, each by itself',
      { apps: ['0oa1', '0oa2'] },
      { [APP_1]: assigned, [APP_2]: notFound },
      { '0oa1': true, '0oa2': false },
    ],
    [
      'all groups at once',
      { groups: ['00g1', '00g2'] },
      { [GROUPS]: groups('00g0', '00g2') },
      { '00g1': false, '00g2': true },
    ],
    [
      'apps and groups',
      { apps: ['0oa1'], groups: ['00g1'] },
      { [APP_1]: notFound, [GROUPS]: groups('00g1') },
      { '0oa1': false, '00g1': true },
    ],
    ['nothing of an app it may not see', { apps: ['0oa1'] }, { [APP_1]: forbidden }, undefined],
    ['nothing of an app it is refused', { apps: ['0oa1'] }, { [APP_1]: refused }, undefined],
    ['nothing of groups it may not see', { groups: ['00g1'] }, { [GROUPS]: forbidden }, undefined],
    [
      'of one of several only that somebody is a member: who is not may be in the rest',
      { apps: ['0oa1', '0oa2'], groups: ['00g1'] },
      { [APP_1]: assigned, [APP_2]: notFound, [GROUPS]: forbidden },
      { '0oa1': true },
    ],
    [
      'nothing where somebody is in none of those that are told',
      { apps: ['0oa1'], groups: ['00g1'] },
      { [APP_1]: forbidden, [GROUPS]: groups() },
      undefined,
    ],
  ])('%s', async (_, okta, answers, memberships) => {
    // Prepare
    const { server, read } = await aDirectory(okta);
    server.answers(USER, json(200, anOktaUser()));
    for (const [route, answer] of Object.entries(answers)) server.always(route, answer);

    // Act
    const answer = await read();

    // Assess
    expect(answer).toMatchObject({ kind: 'found', signsIn: true });
    expect(Object(answer).memberships).toEqual(memberships);
  });

  it('all pages of groups', async () => {
    const { server, read } = await aDirectory({ groups: ['00g1', '00g2', '00g3'] });
    server.answers(USER, json(200, anOktaUser()));
    server.answers(
      GROUPS,
      page(server, groups('00g1'), `${server.url}/api/v1/users/00uLEAVER/groups?after=x`),
    );
    server.answers(`${GROUPS}?after=x`, groups('00g3'));

    expect(Object(await read()).memberships).toEqual({ '00g1': true, '00g2': false, '00g3': true });
  });

  it.each<[string, Answer, Record<string, unknown>]>([
    ['429', json(429, {}, { 'x-rate-limit-reset': '1' }), { code: 'okta_throttled', retryable: true }],
    ['503', text(503, ''), { code: 'okta_unavailable', retryable: true }],
    ['a page that was not found', text(404, '<html>'), { code: 'okta_unavailable', retryable: true }],
    ['400', json(400, { errorCode: 'E0000001' }), { retryable: false }],
  ])('nothing, and no user either, when it is answered %s', async (_, answer, expected) => {
    for (const { route, ...okta } of [
      { apps: ['0oa1'], route: APP_1 },
      { groups: ['00g1'], route: GROUPS },
    ]) {
      const { server, read } = await aDirectory(okta);
      server.answers(USER, json(200, anOktaUser()));
      server.answers(route, answer);

      expect(await failureOf(read)).toMatchObject(expected);
    }
  });

  it.each([
    ['another host', 'https://evil.example/api/v1/users/00uLEAVER/groups'],
    ['another list', '/api/v1/users/00uOTHER/groups'],
    ['itself', '/api/v1/users/00uLEAVER/groups?after=x'],
  ])('nothing when a page goes on at %s, and nobody else is asked', async (_, link) => {
    const { server, read } = await aDirectory({ groups: ['00g1'] });
    server.answers(USER, json(200, anOktaUser()));
    const next = link.startsWith('/') ? `${server.url}${link}` : link;
    server.answers(GROUPS, page(server, groups('00g1'), next));
    if (link.endsWith('x')) server.answers(`${GROUPS}?after=x`, page(server, groups('00g1'), next));

    expect(await failureOf(read)).toMatchObject({ code: 'okta_response_malformed' });
  });

  it('nothing when Okta does not take its own address of a page', async () => {
    const { server, read } = await aDirectory({ groups: ['00g1'] });
    server.answers(USER, json(200, anOktaUser()));
    server.answers(GROUPS, page(server, groups(), `${server.url}/api/v1/users/00uLEAVER/groups?after=x`));
    server.answers(`${GROUPS}?after=x`, json(400, { errorCode: 'E0000031' }));

    expect(await failureOf(read)).toMatchObject({ code: 'okta_response_malformed' });
  });

  it('that who is gone is gone', async () => {
    const { server, read } = await aDirectory({ apps: ['0oa1'], groups: ['00g1'] });
    for (const route of [USER, APP_1, GROUPS]) server.answers(route, notFound);

    expect(await read()).toEqual({ kind: 'gone' });
  });
});
