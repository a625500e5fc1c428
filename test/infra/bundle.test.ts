import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { INDEXES } from '../../functions/state/table-definition.ts';
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
  // jose is 23 KB of it: tokens that are signed here and elsewhere. Foreign clients, matching and roles are nine.
  { name: 'scim', first: scim, budget: 755 * KB },
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

/** What the functions' own code in a bundle names, each with its file. */
function namedIn({ sources }: ReturnType<typeof built>, what: RegExp): { path: string; name: string }[] {
  return [...sources.keys()]
    .filter((path) => path.startsWith('functions/'))
    .flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(what)].map(([, name = '']) => ({ path, name })),
    );
}

function namesOf(found: readonly { name: string }[]): string[] {
  return [...new Set(found.map(({ name }) => name))].sort();
}

const STATE = ['BatchGetCommand', 'GetCommand', 'PutCommand', 'QueryCommand', 'UpdateCommand'];

describe('what a bundle calls of AWS', () => {
  it.each([
    { name: 'receive', of: receive, calls: ['SendMessageBatchCommand'] },
    {
      name: 'deliver',
      of: deliver,
      calls: [
        ...STATE,
        'ChangeMessageVisibilityCommand',
        'GetSecretValueCommand',
        'SendMessageBatchCommand',
        'SendMessageCommand',
      ],
    },
    { name: 'scim', of: scim, calls: [...STATE, 'GetSecretValueCommand', 'SendMessageBatchCommand'] },
    { name: 'sweep', of: sweep, calls: [...STATE, 'GetSecretValueCommand', 'SendMessageBatchCommand'] },
  ])('is what the role of $name allows', ({ of, calls }) => {
    expect(namesOf(namedIn(of, /new (\w+Command)\(/g))).toEqual(calls.sort());
  });

  /** What of the state's ports a function has to call to query an index. */
  const QUERIES = {
    accountsByAddress: /(accountsByAddress)\(/g,
    held: /openItems\.(count|held)\(/g,
    users: /records\.(list)\(/g,
    waiting: /openItems\.(count|waiting)\(/g,
    receiptsByTenant: /receipts\.(ofTenant)\(/g,
    receiptsByUser: /receipts\.(ofUser)\(/g,
  } satisfies Record<keyof typeof INDEXES, RegExp>;

  it.each([
    { name: 'deliver', of: deliver, indexes: ['accountsByAddress', 'held', 'waiting'] },
    { name: 'scim', of: scim, indexes: ['users'] },
    { name: 'sweep', of: sweep, indexes: ['accountsByAddress', 'held', 'users', 'waiting'] },
  ])('of indexes is what the role of $name allows', ({ name, of, indexes }) => {
    // Act
    const called = Object.entries(QUERIES).filter(([, query]) =>
      namedIn(of, query).some(({ path }) => path.startsWith(`functions/${name}/`)),
    );

    // Assess
    expect(called.map(([index]) => index)).toEqual(indexes);
  });
});
