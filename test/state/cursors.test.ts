import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CursorStore, createCursors } from '../../functions/state/cursors.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { describeStores } from './driver.ts';

describeStores('a cursor', (stores) => {
  it('is not there before it is put', async () => {
    expect(await stores().cursors.find('acme', 'never')).toBeUndefined();
  });

  it('is the last position put, whatever text that is', async () => {
    const { cursors } = stores();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (position) => {
        await cursors.put('acme', 'okta-log', position);

        expect(await cursors.find('acme', 'okta-log')).toBe(position);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['another feed', 'acme', 'feed-2'],
    ["another tenant's feed", 'globex', 'feed-1'],
  ])('says nothing of %s', async (_, tenant, feed) => {
    // Prepare
    await stores().cursors.put('acme', 'feed-1', 'here');

    // Act
    const found = await stores().cursors.find(tenant, feed);

    // Assess
    expect(found).toBeUndefined();
  });
});

let bench: TableBench;
let cursors: CursorStore;

beforeAll(async () => {
  bench = await startTable();
  cursors = createCursors(bench.table);
});
afterAll(() => bench.stop());

it('a cursor that was not written by the bridge is permanent', async () => {
  // Prepare
  await bench.putItem({ pk: 'CURSOR#acme', sk: 'odd', position: 5 });

  // Act
  const failure = await failureOf(() => cursors.find('acme', 'odd'));

  // Assess
  expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
  expect(failure.message).toContain('The cursor odd of tenant acme');
});

it('a cursor is retryable while DynamoDB does not answer', async () => {
  // Prepare
  const unreachable = createCursors(unreachableTable());

  // Act
  const failures = [
    await failureOf(() => unreachable.find('acme', 'okta-log')),
    await failureOf(() => unreachable.put('acme', 'okta-log', 'here')),
  ];

  // Assess
  for (const failure of failures) {
    expect(failure).toMatchObject({ code: 'state_unavailable', retryable: true });
  }
});
