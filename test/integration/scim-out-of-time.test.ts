import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aPerson, aScimBench } from '../support/scim-bench.ts';

it('a request that takes too long is a 503 of SCIM and not of the gateway', async () => {
  // Prepare
  const requestLog = join(mkdtempSync(join(tmpdir(), 'requests-')), 'requests.jsonl');
  const bench = await aScimBench({}, { scimTimeout: 700, requestLog });
  bench.stack.clarus.addFault({ path: '/graphql', delayMs: 5_000, count: 1 });

  // Act
  const { status, headers, body } = await bench.call('POST', '/Users', aPerson());

  // Assess
  expect(status).toBe(503);
  expect(headers.get('content-type')).toBe('application/scim+json');
  expect(headers.get('retry-after')).toMatch(/^\d+$/);
  const id = headers.get('x-request-id');
  expect(body).toMatchObject({
    status: '503',
    detail: expect.stringContaining(`Send it again. Request ${id}.`),
  });
  const lines = readFileSync(requestLog, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ requestId: id, op: 'users.create', status: 503, outcome: 'failed' }),
  ]);
  await bench.stop();
});
