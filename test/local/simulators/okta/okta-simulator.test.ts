import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  DEMO_API_TOKEN,
  type OktaSimulator,
  startOktaSimulator,
} from '../../../../local/simulators/okta/okta-simulator.ts';

describe('the Okta simulator', () => {
  let now = 90_000;
  let okta: OktaSimulator;

  beforeAll(async () => {
    okta = await startOktaSimulator({
      users: [
        {
          id: '00uLEAVER',
          status: 'DEPROVISIONED',
          profile: { login: 'lea.ver@acme.example', department: 'Out' },
        },
      ],
      rateLimit: 3,
      clock: () => now,
    });
  });
  beforeEach(() => {
    now = 90_000;
    okta.reset();
  });
  afterAll(() => okta.stop());

  function read(key: string, token = DEMO_API_TOKEN): Promise<Response> {
    return fetch(`${okta.url}/api/v1/users/${key}`, { headers: { authorization: `SSWS ${token}` } });
  }

  it('shows a user with status and whole profile', async () => {
    const response = await read('00uLEAVER');

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      id: '00uLEAVER',
      status: 'DEPROVISIONED',
      profile: { login: 'lea.ver@acme.example', department: 'Out' },
      lastUpdated: expect.any(String),
    });
  });

  it('finds a user by login too', async () => {
    expect(await (await read('lea.ver%40acme.example')).json()).toMatchObject({ id: '00uLEAVER' });
  });

  it.each([
    { why: 'a wrong token', key: '00uLEAVER', token: 'guess', status: 401, code: 'E0000011' },
    { why: 'an unknown user', key: '00uNOBODY', token: DEMO_API_TOKEN, status: 404, code: 'E0000007' },
  ])('answers $status $code to $why', async ({ key, token, status, code }) => {
    const response = await read(key, token);

    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      errorCode: code,
      errorSummary: expect.any(String),
      errorLink: code,
      errorId: expect.stringMatching(/^oae/),
      errorCauses: [],
    });
  });

  it('counts down the rate limit, answers 429 beyond it, and starts again after a minute', async () => {
    const answers = [await read('00uLEAVER'), await read('x'), await read('x'), await read('00uLEAVER')];
    now += 60_000;
    const later = await read('00uLEAVER');

    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 429]);
    expect(answers.map(({ headers }) => headers.get('x-rate-limit-remaining'))).toEqual(['2', '1', '0', '0']);
    expect(answers[3]?.headers.get('x-rate-limit-reset')).toBe('150');
    expect(later.status).toBe(200);
  });

  it('takes other users by control', async () => {
    const users = [{ id: '00uNEW', status: 'SUSPENDED', profile: { login: 'new' } }];

    const put = await fetch(`${okta.url}/_sim/users`, { method: 'PUT', body: JSON.stringify(users) });
    const shown = await fetch(`${okta.url}/_sim/users`);

    expect(put.status).toBe(200);
    expect(await shown.json()).toMatchObject(users);
    expect((await read('00uNEW')).status).toBe(200);
    expect((await read('00uLEAVER')).status).toBe(404);
  });

  it('refuses users it could not show', async () => {
    const body = JSON.stringify([{ id: '00uNEW', status: 'GONE', profile: { login: 'new' } }]);

    expect((await fetch(`${okta.url}/_sim/users`, { method: 'PUT', body })).status).toBe(400);
  });
});
