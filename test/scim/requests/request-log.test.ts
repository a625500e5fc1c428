import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createLog } from '../../../functions/platform/logger.ts';
import { entryOf, type RequestEntry } from '../../../functions/scim/requests/entry.ts';
import { requestFile, requestLog } from '../../../functions/scim/requests/log.ts';
import { NOW } from '../../support/changes.ts';
import { aMemoryScim } from '../../support/memory-scim.ts';
import { operations, SCIM_TOKEN } from '../../support/scim-bench.ts';

const LEA = 'lea@acme.example';
const active = (value: unknown) => operations({ op: 'replace', path: 'active', value });

describe('the request log', () => {
  it.each<[string, string, string, unknown, Record<string, string>, Partial<RequestEntry>]>([
    ['a list', 'GET', '/Users', undefined, {}, { op: 'users.list', status: 200, outcome: 'done', found: 1 }],
    [
      'a user',
      'GET',
      '/Users/42',
      undefined,
      {},
      { op: 'users.get', on: '42', outcome: 'done', active: true },
    ],
    [
      'a deactivation',
      'PATCH',
      '/Users/42',
      active(false),
      {},
      { op: 'users.patch', on: '42', status: 200, outcome: 'done', active: false },
    ],
    ['a deletion', 'DELETE', '/Users/42', undefined, {}, { op: 'users.delete', on: '42', status: 204 }],
    [
      'a value that is none',
      'PATCH',
      '/Users/42',
      active('perhaps'),
      {},
      { op: 'users.patch', on: '42', status: 400, outcome: 'refused', why: 'invalidValue' },
    ],
    [
      'a name that is taken',
      'POST',
      '/Users',
      { userName: LEA },
      {},
      { op: 'users.create', status: 409, outcome: 'refused', why: 'uniqueness' },
    ],
    ['an unknown user', 'GET', '/Users/7', undefined, {}, { op: 'users.get', on: '7', status: 404 }],
    [
      'nobody',
      'GET',
      '/Users/42',
      undefined,
      { authorization: 'wrong' },
      { op: 'users.get', on: '42', status: 401, outcome: 'refused', why: 'not_a_client' },
    ],
  ])('has one line for %s', async (_name, method, path, body, headers, expected) => {
    // Prepare
    const scim = aMemoryScim({ defaultRole: 4 });
    await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea Ver', title: 'Boss' });
    scim.entries.length = 0;

    // Act
    const { headers: answered } = await scim.call(method, path, body, headers);

    // Assess
    const isClient = expected.why !== 'not_a_client';
    expect(scim.entries).toEqual([
      expect.objectContaining({
        requestId: answered['x-request-id'],
        tenant: 'acme',
        ...(isClient && { client: 'scim' }),
        ...expected,
      }),
    ]);
    expect(scim.entries[0]).not.toHaveProperty(isClient ? 'nothing' : 'client');
    expect(JSON.stringify(scim.entries)).not.toMatch(/lea|boss/i);
  });

  it('names who was created, and why Clarus did not carry a request out', async () => {
    // Prepare
    const scim = aMemoryScim({ defaultRole: 4 });

    // Act
    const { body } = await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea Ver' });
    scim.fates.push('unavailable');
    await scim.call(
      'PATCH',
      `/Users/${body.id}`,
      operations({ op: 'replace', path: 'displayName', value: 'L' }),
    );

    // Assess
    expect(scim.entries).toMatchObject([
      { op: 'users.create', on: body.id, status: 201, active: true },
      { op: 'users.patch', on: body.id, status: 503, outcome: 'failed', why: 'clarus_unavailable' },
    ]);
  });

  it('does not repeat a name of a tenant that nobody knows', () => {
    // Prepare
    const operation = { name: 'users.list', changes: 'nothing' } as const;
    const heard = { id: 'r', at: NOW, tenant: SCIM_TOKEN, isKnown: false, operation };

    // Act
    const entry = entryOf(heard, { status: 401 }, undefined, NOW);

    // Assess
    expect(entry.tenant).toMatch(/^\?[0-9a-f]{8}$/);
    expect(JSON.stringify(entry)).not.toContain(SCIM_TOKEN);
  });

  const LONGEST: RequestEntry = {
    requestId: '11111111-2222-4333-8444-555555555555',
    tenant: 't'.repeat(63),
    client: `scim-${'c'.repeat(25)}`,
    op: 'groups.replace',
    on: '9'.repeat(16),
    status: 503,
    outcome: 'refused',
    why: 'clarus_credentials_refused',
    ms: 29_000,
  };

  it('has lines of at most 400 bytes, in the log and in a file', () => {
    // Prepare
    const lines: string[] = [];
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'scim');
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const level of ['info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation(
        (line) => void lines.push(JSON.stringify(JSON.parse(line))),
      );
    }
    const path = join(mkdtempSync(join(tmpdir(), 'requests-')), '.bridge', 'requests.jsonl');

    // Act
    requestLog(createLog())(LONGEST);
    const inFile = requestFile(path);
    inFile(LONGEST);
    inFile(LONGEST);

    // Assess
    const written = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect([lines.length, written.length]).toEqual([1, 2]);
    for (const line of [...lines, ...written]) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(400);
      expect(JSON.parse(line)).toMatchObject({ ...LONGEST, message: 'scim', timestamp: expect.any(String) });
    }
  });
});
