import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPerson, operations } from '../support/scim-bench.ts';
import { type Acme, anAcme, ERROR } from './scim-acme.ts';

let bench: Acme;

beforeAll(async () => {
  bench = await anAcme();
});
afterAll(() => bench.stop());

describe('a body', () => {
  it.each([
    ['that is no JSON', '{', {}, 400, 'invalidSyntax'],
    ['that is no object', '[]', {}, 400, 'invalidSyntax'],
    ['that is empty', '', {}, 400, 'invalidSyntax'],
    ['of another type', '<x/>', { 'content-type': 'application/xml' }, 415, undefined],
    ['in another encoding', '{}', { 'content-encoding': 'gzip' }, 415, undefined],
    ['in another charset', '{}', { 'content-type': 'application/json; charset=utf-16' }, 415, undefined],
    ['that is too large', JSON.stringify({ userName: 'x'.repeat(500_000) }), {}, 413, undefined],
    ['without a userName', '{"displayName":"X"}', {}, 400, 'invalidValue'],
    ['without an address', '{"userName":"lea"}', {}, 400, 'invalidValue'],
    [
      'with a role the mapping does not know',
      JSON.stringify(aPerson({ roles: ['Pirate'] })),
      {},
      400,
      'invalidValue',
    ],
  ])('%s is refused', async (_name, body, headers, expected, scimType) => {
    // Act
    const reply = await bench.call('POST', '/Users', body, { headers });

    // Assess
    expect([reply.status, reply.body.scimType]).toEqual([expected, scimType]);
    if (expected === 413) expect(reply.body.detail).toContain('400000');
  });

  it('of any JSON is answered in SCIM and never with a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.constantFrom(['POST', '/Users'], ['POST', '/.search'], ['PATCH', '/Users/1'], ['PUT', '/Users/1']),
        async (value, [method = '', path = '']) => {
          const { status, body } = await bench.call(method, path, JSON.stringify(value));
          expect(status).toBeLessThan(500);
          expect(body.schemas).toEqual([ERROR]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may begin with a byte order mark', async () => {
    // Act
    const { status } = await bench.call('POST', '/Users', `\uFEFF${JSON.stringify(aPerson())}`);

    // Assess
    expect(status).toBe(201);
  });

  it.each([
    ['POST', '/Users', aPerson()],
    ['PATCH', '/Users/7', operations({ op: 'replace', path: 'displayName', value: 'Changed' })],
    ['PUT', '/Users/7', { userName: 'p7@acme.example', displayName: 'Changed' }],
    ['PATCH', '/Groups/2', operations({ op: 'add', path: 'members', value: [{ value: '7' }] })],
  ])('of %s %s changes nothing when the query is wrong', async (method, path, body) => {
    // Prepare
    await bench.call('GET', '/Users?filter=id+eq+%227%22');
    bench.forget();

    // Act
    const { status } = await bench.call(method, `${path}?attributes=title&excludedAttributes=emails`, body);

    // Assess
    expect(status).toBe(400);
    expect(bench.clarusCalls().filter((it) => !it.startsWith('POST /graphql'))).toEqual([]);
  });

  it.each(['application/json', 'application/scim+json', 'application/scim+json; charset=utf-8'])(
    'may be %s',
    async (type) => {
      // Act
      const { status, headers } = await bench.call('POST', '/Users', aPerson(), {
        headers: { 'content-type': type },
      });

      // Assess
      expect([status, headers.get('content-type')]).toEqual([201, 'application/scim+json']);
    },
  );
});
