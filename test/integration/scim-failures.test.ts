import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPerson } from '../support/scim-bench.ts';
import { type Acme, anAcme } from './scim-acme.ts';

let bench: Acme;

beforeAll(async () => {
  bench = await anAcme();
});
afterAll(() => bench.stop());

describe('Clarus failing', () => {
  it.each([
    ['the look for the address', '/graphql', 503],
    ['the creation', '/api/users', 500],
    ['the creation, throttled', '/api/users', 429],
  ])('at %s is told, and the same POST succeeds later', async (_name, path, status) => {
    // Prepare
    const person = aPerson();
    bench.stack.clarus.addFault({ path, status, count: 1 });

    // Act
    const first = await bench.call('POST', '/Users', person);
    const second = await bench.call('POST', '/Users', person);

    // Assess
    expect(first.status).toBe(status === 429 ? 429 : 503);
    expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(second.status).toBe(201);
  });

  it('with an answer that never came: the repeated POST takes the user that was created', async () => {
    // Prepare
    const person = aPerson();
    bench.stack.clarus.setUsers([
      ...bench.stack.clarus.users(),
      { id: 5000, email: 'unrelated@acme.example' },
    ]);
    bench.stack.clarus.addFault({ path: '/api/users', drop: true, count: 1 });

    // Act
    const first = await bench.call('POST', '/Users', person);
    bench.stack.clarus.setUsers([...bench.stack.clarus.users(), { id: 5001, email: person.userName }]);
    const second = await bench.call('POST', '/Users', person);

    // Assess
    expect([first.status, second.status, second.body.id]).toEqual([503, 201, '5001']);
    expect(bench.clarusUser('5001')?.name).toBe(person.displayName);
  });
});
