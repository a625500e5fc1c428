import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Source } from '../../functions/identity/change.ts';
import { createLinks, type LinkStore } from '../../functions/state/links.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';

let bench: TableBench;
let links: LinkStore;

beforeAll(async () => {
  bench = await startTable();
  links = createLinks(bench.table);
});
afterAll(() => bench.stop());

it('a person who was never met has no link', async () => {
  expect(await links.find('acme', 'okta', '00uNOBODY')).toBeUndefined();
});

it('leads from a person to their Clarus user, and the latest link counts', async () => {
  // Act
  await links.put('acme', 'okta', '00uLEA', '42');
  const first = await links.find('acme', 'okta', '00uLEA');
  await links.put('acme', 'okta', '00uLEA', '43');
  const second = await links.find('acme', 'okta', '00uLEA');

  // Assess
  expect([first, second]).toEqual(['42', '43']);
});

it.each<[string, string, Source, string]>([
  ['at another tenant', 'globex', 'okta', '00uJO'],
  ['of another identity provider', 'acme', 'entra', '00uJO'],
  ['with another id', 'acme', 'okta', '00uJOY'],
  ['with an id that only looks alike', 'acme', 'okta', '00ujo'],
])('does not lead from a person %s', async (_, tenant, source, subjectId) => {
  // Prepare
  await links.put('acme', 'okta', '00uJO', '7');

  // Act
  const found = await links.find(tenant, source, subjectId);

  // Assess
  expect(found).toBeUndefined();
});

it.each([undefined, 42, null])(
  'that was not written by the bridge (%s) is permanent',
  async (clarusUserId) => {
    // Prepare
    await bench.putItem({ pk: 'SUBJECT#acme#okta#00uODD', sk: 'LINK', clarusUserId });

    // Act
    const failure = await failureOf(() => links.find('acme', 'okta', '00uODD'));

    // Assess
    expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
    expect(failure.message).toContain('okta user 00uODD');
  },
);

it('is retryable while DynamoDB does not answer', async () => {
  // Prepare
  const unreachable = createLinks(unreachableTable());

  // Act
  const failures = [
    await failureOf(() => unreachable.find('acme', 'okta', '00uLEA')),
    await failureOf(() => unreachable.put('acme', 'okta', '00uLEA', '42')),
  ];

  // Assess
  for (const failure of failures) {
    expect(failure).toMatchObject({ code: 'state_unavailable', retryable: true });
  }
});
