import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aScimBench, type ScimBench } from '../support/scim-bench.ts';
import type { Known } from './scim-foreign-clients/client.ts';
import { OTHER_MAKES } from './scim-foreign-clients/other-makes.ts';
import { VALIDATORS } from './scim-foreign-clients/validators.ts';

/**
 * The life of a person as each client tells it, request by request: the shapes are the clients', the values are not.
 * None of it is a recording.
 */
let bench: ScimBench;

beforeAll(async () => {
  bench = await aScimBench();
});
afterAll(() => bench.stop());

describe.each([...VALIDATORS, ...OTHER_MAKES])('$client', ({ client, steps }) => {
  it('gets what it asks for, and Clarus has it', async () => {
    // Prepare
    const userName = `${client.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@acme.example`;
    let known: Known = { id: '', userName, user: {} };

    for (const { does, send, status, shows, clarus } of steps) {
      // Act
      const [method, path, body] = send(known);
      const reply = await bench.call(method, path, body);
      if (reply.body?.meta?.resourceType === 'User' && reply.status < 300) {
        known = { ...known, id: String(reply.body.id), user: reply.body };
      }

      // Assess
      expect({
        does,
        status: reply.status,
        detail: reply.status === status ? '' : reply.body?.detail,
      }).toEqual({
        does,
        status,
        detail: '',
      });
      if (shows !== undefined)
        expect({ does, shows: reply.body }).toMatchObject({ does, shows: shows(known) });
      if (clarus !== undefined) {
        expect({ does, clarus: bench.clarusUser(known.id) }).toMatchObject({ does, clarus });
      }
    }
  });
});
