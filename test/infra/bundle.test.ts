import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle, entryOf } from '../../infra/bundle.ts';
import { temporaryDirectory } from './synthesized.ts';

const KB = 1000;
const TENANTS = new Map([
  ['globex', { tenant: 'globex' }],
  ['acme', { tenant: 'acme' }],
]);

function built(name: string) {
  return bundle(entryOf(name), temporaryDirectory(), TENANTS);
}

const receive = built('receive');
const deliver = built('deliver');
const scim = built('scim');
const sweep = built('sweep');

describe.each([
  { name: 'receive', first: receive, budget: 440 * KB },
  { name: 'deliver', first: deliver, budget: 680 * KB },
  { name: 'scim', first: scim, budget: 700 * KB },
  { name: 'sweep', first: sweep, budget: 680 * KB },
])('the bundle of $name', ({ name, first, budget }) => {
  it('is within its budget, because every kilobyte is read at a cold start', () => {
    // Assess
    expect(first.bytes).toBeLessThanOrEqual(budget);
  });

  it('is the code and the tenants, nothing else', () => {
    // Act
    const files = readdirSync(first.directory).sort();
    const tenants = readFileSync(join(first.directory, 'tenants.json'), 'utf8');

    // Assess
    expect(files).toEqual(['index.mjs', 'tenants.json']);
    expect(tenants).toBe('{"acme":{"tenant":"acme"},"globex":{"tenant":"globex"}}');
  });

  it('is the same, byte by byte, when it is built again', () => {
    // Act
    const again = built(name);

    // Assess
    for (const file of ['index.mjs', 'tenants.json']) {
      const [one, other] = [first, again].map(({ directory }) => readFileSync(join(directory, file)));
      expect(one?.equals(other ?? Buffer.of())).toBe(true);
    }
  });

  it("has no credentials provider but Lambda's", () => {
    // Act
    const providers = [...first.sources.keys()].filter((path) => path.includes('/credential-provider-'));

    // Assess
    expect(providers).toEqual([]);
    expect(first.sources.get('infra/lambda-credentials.ts')).toBeGreaterThan(0);
  });
});

describe('the bundle of receive', () => {
  it.each(['client-dynamodb', 'lib-dynamodb', 'client-secrets-manager', 'jsonata', 'oauth4webapi'])(
    'leaves %s out',
    (dependency) => {
      // Act
      const kept = [...receive.sources.keys()].filter((path) => path.includes(`/${dependency}/`));

      // Assess
      expect(kept).toEqual([]);
    },
  );
});

describe('what a bundle calls of AWS', () => {
  // People list receipts; deliver only carries the code to.
  const NOT_GRANTED = 'QueryCommand in functions/state/receipts.ts';

  it.each([
    { name: 'receive', sources: receive.sources, calls: ['SendMessageBatchCommand'] },
    {
      name: 'deliver',
      sources: deliver.sources,
      calls: [
        'ChangeMessageVisibilityCommand',
        'GetCommand',
        'GetSecretValueCommand',
        'PutCommand',
        'SendMessageBatchCommand',
        'SendMessageCommand',
      ],
    },
    {
      name: 'scim',
      sources: scim.sources,
      calls: ['GetCommand', 'GetSecretValueCommand', 'PutCommand', 'QueryCommand', 'SendMessageBatchCommand'],
    },
    {
      name: 'sweep',
      sources: sweep.sources,
      calls: ['GetCommand', 'GetSecretValueCommand', 'PutCommand', 'QueryCommand', 'SendMessageBatchCommand'],
    },
  ])('is what the role of $name allows', ({ sources, calls }) => {
    // Act
    const found = [...sources.keys()]
      .filter((path) => path.startsWith('functions/'))
      .flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/new (\w+Command)\(/g)].map(([, call]) => ({ path, call })),
      )
      .filter(({ path, call }) => `${call} in ${path}` !== NOT_GRANTED);

    // Assess
    expect([...new Set(found.map(({ call }) => call))].sort()).toEqual(calls);
  });
});
