import { expect, it } from 'vitest';
import { aPerson, aScimBench } from '../support/scim-bench.ts';

it('a request that takes too long is a 503 of SCIM and not of the gateway', async () => {
  // Prepare
  const bench = await aScimBench({}, { scimTimeout: 700 });
  bench.stack.clarus.addFault({ path: '/graphql', delayMs: 5_000, count: 1 });

  // Act
  const { status, headers, body } = await bench.call('POST', '/Users', aPerson());

  // Assess
  expect(status).toBe(503);
  expect(headers.get('content-type')).toBe('application/scim+json');
  expect(headers.get('retry-after')).toMatch(/^\d+$/);
  expect(body).toMatchObject({ status: '503', detail: expect.stringContaining('Send it again') });
  await bench.stop();
});
