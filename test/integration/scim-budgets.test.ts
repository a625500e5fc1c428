import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OTHER_TOKEN, operations } from '../support/scim-bench.ts';
import { type Acme, anAcme } from './scim-acme.ts';

let acme: Acme;

beforeAll(async () => {
  acme = await anAcme();
});
afterAll(() => acme.stop());

describe('a look-up', () => {
  it.each([
    ['%@acme.example', [['%@acme.example']]],
    ['p_@acme.example', [['p_@acme.example']]],
    ['%', []],
  ])('by %s finds nobody whose name is another, and asks Clarus for no pattern', async (userName, texts) => {
    // Prepare
    const before = acme.stack.clarus.requests().length;

    // Act
    const filter = encodeURIComponent(`userName eq "${userName}"`);
    const { status, body } = await acme.call('GET', `/Users?filter=${filter}`);

    // Assess
    expect({ status, found: body.totalResults }).toEqual({ status: 200, found: 0 });
    const asked = acme.stack.clarus
      .requests()
      .slice(before)
      .filter(({ path }) => path === '/graphql')
      .map((request) => JSON.stringify(Object(request.body).variables.filter));
    // What Clarus does not know of a user is asked for once more without it.
    expect([...new Set(asked)]).toEqual(texts.map((text) => JSON.stringify({ user_email: { in: text } })));
  });
});

describe('the Retry-After of Clarus', () => {
  it('is a 429 with the rest of the wait, without asking, until it is over', async () => {
    // Prepare
    const { id } = await acme.created();
    const { id: leaver } = await acme.created();
    acme.stack.clarus.addFault({ path: `/api/users/${id}`, status: 429, retryAfter: 60, count: 1 });
    const rename = () =>
      acme.call('PATCH', `/Users/${id}`, operations({ op: 'replace', path: 'displayName', value: 'X' }));
    const filter = encodeURIComponent('userName eq "p7@acme.example"');

    // Act
    acme.forget();
    const first = await rename();
    const more = [await rename(), await acme.call('GET', `/Users?filter=${filter}`), await rename()];
    const stored = await acme.call('GET', `/Users/${id}`);
    const asked = acme.clarusCalls();
    const left = await acme.call(
      'PATCH',
      `/Users/${leaver}`,
      operations({ op: 'replace', path: 'active', value: false }),
    );
    const other = await acme.call('GET', `/Users?filter=${filter}`, undefined, {
      tenant: 'other',
      token: OTHER_TOKEN,
    });

    // Assess
    expect({ status: first.status, wait: first.headers.get('retry-after') }).toEqual({
      status: 429,
      wait: '60',
    });
    for (const { status, headers } of more) {
      expect(status).toBe(429);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(30);
    }
    expect(asked).toEqual([`PATCH /api/users/${id}`]);
    // What asks Clarus for nothing is served, and so are others.
    expect([stored.status, other.status]).toEqual([200, 200]);
    // Who leaves is queued, and is out as soon as deliver gets through.
    expect(left.status).toBe(429);
    await expect.poll(() => acme.clarusUser(leaver)?.is_active, { timeout: 15_000 }).toBe(false);
  });
});
