import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aPerson,
  aScimBench,
  operations,
  SCIM_TOKEN,
  type ScimBench,
  type ScimReply,
} from '../support/scim-bench.ts';
import { sha256 } from '../support/tenants.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let bench: ScimBench;
let requestLog: string;

beforeAll(async () => {
  requestLog = join(await mkdtemp(join(tmpdir(), 'requests-')), 'requests.jsonl');
  bench = await aScimBench({ scim: { sha256: [sha256(SCIM_TOKEN)], expires: '2099-01-01' } }, { requestLog });
});
afterAll(() => bench.stop());

/** What stands in the request log of a request. */
function lineOf({ headers }: ScimReply): ReturnType<typeof Object> | undefined {
  const lines = readFileSync(requestLog, 'utf8').trimEnd().split('\n');
  return lines
    .map((line) => Object(JSON.parse(line)))
    .find((it) => it.requestId === headers.get('x-request-id'));
}

async function status(token = SCIM_TOKEN, method = 'GET'): Promise<ScimReply> {
  const url = `${bench.stack.url}/scim/acme/status`;
  const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

describe('a request', () => {
  it('has an id in its answer, in the detail of a refusal, in its receipt and in the request log', async () => {
    // Prepare
    const { body: user } = await bench.call('POST', '/Users', aPerson());

    // Act
    const done = await bench.call(
      'PATCH',
      `/Users/${user.id}`,
      operations({ op: 'replace', path: 'active', value: false }),
    );
    const refused = await bench.call(
      'PATCH',
      `/Users/${user.id}`,
      operations({ op: 'replace', path: 'nothing', value: 1 }),
    );
    const nobody = await bench.call('GET', '/Users', undefined, { token: 'wrong' });
    const empty = await bench.call('DELETE', `/Users/${user.id}`);

    // Assess
    const ids = [done, refused, nobody, empty].map(({ headers }) => headers.get('x-request-id'));
    for (const id of ids) expect(id).toMatch(ID);
    expect(new Set(ids).size).toBe(4);
    for (const reply of [refused, nobody]) {
      expect(reply.body.detail).toMatch(new RegExp(`\\. Request ${reply.headers.get('x-request-id')}\\.$`));
    }
    const receipts = await bench.stack.receipts('acme');
    expect(receipts.map(({ eventId }) => eventId)).toContain(ids[0]);
    const common = { tenant: 'acme', client: 'scim', op: 'users.patch', on: user.id };
    expect(lineOf(done)).toMatchObject({ ...common, status: 200, outcome: 'done', active: false });
    expect(lineOf(refused)).toMatchObject({ ...common, status: 400, outcome: 'refused', why: 'invalidPath' });
    expect(lineOf(nobody)).toMatchObject({ op: 'users.list', status: 401, why: 'not_a_client' });
    expect(readFileSync(requestLog, 'utf8')).not.toContain(user.userName);
  });

  it('for a token has one too', async () => {
    // Act
    const response = await fetch(`${bench.stack.url}/scim/acme/oauth/token`, { method: 'POST' });

    // Assess
    const reply = { status: response.status, headers: response.headers, body: await response.json() };
    expect(lineOf(reply)).toMatchObject({ op: 'token.grant', status: 400, why: 'invalid_request' });
  });
});

describe('the status of a client', () => {
  it('tells whether it is connected, when it was there and what it was refused, and nothing of any person', async () => {
    // Prepare
    const person = aPerson();
    await bench.call('POST', '/Users', person);
    const refused = await bench.call('POST', '/Users', person);

    // Act
    const { status: code, headers, body } = await status();

    // Assess
    expect([code, headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(body).toEqual({
      tenant: 'acme',
      client: 'scim',
      connected: true,
      scope: ['users', 'groups'],
      readOnly: false,
      expires: '2099-01-01T00:00:00.000Z',
      lastRequest: expect.stringMatching(/Z$/),
      lastRefusal: {
        at: expect.stringMatching(/Z$/),
        requestId: refused.headers.get('x-request-id'),
        op: 'users.create',
        status: 409,
        why: 'uniqueness',
      },
    });
  });

  it('tells why Clarus does not answer the bridge', async () => {
    // Prepare
    bench.stack.clarus.addFault({ path: '/graphql', status: 503, count: 1 });

    // Act & assess
    expect((await status()).body).toMatchObject({ connected: false, why: 'clarus_unavailable' });
  });

  it.each([
    ['nobody else', 'wrong', 'GET', 401],
    ['nobody who wants to change it', SCIM_TOKEN, 'POST', 405],
  ])('is for %s', async (_name, token, method, expected) => {
    expect((await status(token, method)).status).toBe(expected);
  });
});
