import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
