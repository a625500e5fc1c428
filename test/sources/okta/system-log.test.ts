import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpSend } from '../../../functions/platform/http-send.ts';
import { createReadLog } from '../../../functions/sources/okta/system-log.ts';
import { DEMO_API_TOKEN, startOktaSimulator } from '../../../local/simulators/okta/okta-simulator.ts';
import { NOW } from '../../support/changes.ts';
import { aClock } from '../../support/clock.ts';
import { failureOf } from '../../support/failure.ts';
import { type Answer, json, scriptedServer, text } from '../../support/http-server.ts';
import { anOktaEvent } from '../../support/okta-events.ts';
import { ACME_SECRET, secretsOf } from '../../support/secrets.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const secrets = secretsOf({ clarus: ACME_SECRET.clarus, okta: { apiToken: DEMO_API_TOKEN } });
const readLog = createReadLog({ send: createHttpSend(), clock: aClock(), timeout: 2_000 });

async function anOrg() {
  const okta = await startOktaSimulator({ clock: aClock() });
  onTestFinished(() => okta.stop());
  return { okta, tenant: anOktaTenant({ orgUrl: okta.url }) };
}

function events(from: number, count: number) {
  return Array.from({ length: count }, (_, n) => anOktaEvent({ uuid: `e-${from + n}` }));
}

describe("Okta's System Log", () => {
  it('is read from a time, and then for ever from page to page', async () => {
    const { okta, tenant } = await anOrg();
    okta.addToLog([...events(0, 201), anOktaEvent({ eventType: 'user.session.start' })]);

    const pages: Record<string, unknown>[] = [];
    let from: number | string = NOW - 3_600_000;
    for (let reads = 0; reads < 4; reads++) {
      if (reads === 3) okta.addToLog(events(201, 1));
      const page: Record<string, unknown> = { ...(await readLog(tenant, secrets, from)) };
      pages.push(page);
      from = String(page.next);
    }

    expect(pages.map(({ kind, events: all }) => [kind, Object(all).length])).toEqual([
      ['page', 200],
      ['page', 1],
      ['page', 0],
      ['page', 1],
    ]);
  });

  it.each([
    ['another org', 'https://other.okta.example/api/v1/logs?after=1'],
    ['nowhere', 'x'],
  ])('is lost at a position of %s, and nobody is asked there', async (_, position) => {
    const { okta, tenant } = await anOrg();

    expect(await readLog(tenant, secrets, position)).toEqual({ kind: 'lost' });
    expect(okta.requests()).toEqual([]);
  });

  it.each([400, 404])('is lost at a position that Okta answers %i to', async (status) => {
    const server = await scriptedServer();
    server.answers('GET /api/v1/logs?after=1', json(status, { errorCode: 'E0000031' }));
    const tenant = anOktaTenant({ orgUrl: server.url });

    expect(await readLog(tenant, secrets, `${server.url}/api/v1/logs?after=1`)).toEqual({ kind: 'lost' });
  });

  it('cannot be read without credentials', async () => {
    const { tenant } = await anOrg();

    const page = await readLog(tenant, secretsOf({ clarus: ACME_SECRET.clarus }), NOW);

    expect(page).toEqual({ kind: 'no_credentials' });
  });

  it('is read with the next token when one is refused', async () => {
    const { okta, tenant } = await anOrg();
    const old = { clarus: ACME_SECRET.clarus, okta: { apiToken: 'old' } };

    const page = await readLog(tenant, secretsOf(old, await secrets.load('acme')), NOW);

    expect(page.kind).toBe('page');
    expect(okta.requests().map(({ status }) => status)).toEqual([401, 200]);
  });

  it.each<[string, Answer, Record<string, unknown>]>([
    ['403', json(403, {}), { code: 'okta_credentials_refused', status: 403 }],
    ['404', json(404, {}), { code: 'okta_response_malformed' }],
    ['no list', json(200, {}), { code: 'okta_response_malformed' }],
    ['no next page', json(200, []), { code: 'okta_response_malformed' }],
    [
      'a next page elsewhere',
      json(200, [], { link: '<https://evil.example/api/v1/logs?a>; rel="next"' }),
      { code: 'okta_response_malformed' },
    ],
    [
      'a next page of another list',
      json(200, [], { link: '</api/v1/users>; rel="next"' }),
      { code: 'okta_response_malformed' },
    ],
    ['a page', text(200, '<html>'), { code: 'okta_unavailable', retryable: true }],
  ])('that is answered by %s is a typed error', async (_, answer, expected) => {
    const server = await scriptedServer();
    const tenant = anOktaTenant({ orgUrl: server.url });
    server.answers(`GET ${await pathOfStart()}`, answer);

    expect(await failureOf(() => readLog(tenant, secrets, NOW))).toMatchObject(expected);
  });
});

/** The path of a reading from NOW on. */
async function pathOfStart(): Promise<string> {
  const { okta, tenant } = await anOrg();
  await readLog(tenant, secrets, NOW);
  return okta.requests()[0]?.path ?? '';
}
