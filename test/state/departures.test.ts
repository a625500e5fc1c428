import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDepartures, type DepartureStore } from '../../functions/state/departures.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';

let bench: TableBench;
let departures: DepartureStore;

beforeAll(async () => {
  bench = await startTable();
  departures = createDepartures(bench.table);
});
afterAll(() => bench.stop());

it('a person of whom nothing is noted has not left', async () => {
  expect(await departures.find('acme', 'okta', '00uNOBODY')).toBeUndefined();
});

it.each([
  ['in order', [1, 2]],
  ['out of order', [2, 1]],
  ['twice', [2, 2]],
])('the latest departure is kept: %s', async (name, times) => {
  // Prepare
  const subjectId = `00u-${name}`;

  // Act
  for (const time of times) {
    await departures.note('acme', 'okta', subjectId, { at: NOW + time, eventId: `event-${time}` });
  }

  // Assess
  const kept = await departures.find('acme', 'okta', subjectId);
  expect(kept).toEqual({ at: NOW + 2, eventId: 'event-2' });
  expect(await departures.find('globex', 'okta', subjectId)).toBeUndefined();
});

it('an item that the bridge did not write is permanent', async () => {
  await bench.putItem({ pk: 'SUBJECT#acme#okta#00uODD', sk: 'DEPARTURE', at: 'yesterday', eventId: 'e' });

  const failure = await failureOf(() => departures.find('acme', 'okta', '00uODD'));

  expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
});

it('a table that does not answer is tried again', async () => {
  const unreachable = createDepartures(unreachableTable());

  const failure = await failureOf(() =>
    unreachable.note('acme', 'okta', '00uLEA', { at: NOW, eventId: 'e' }),
  );

  expect(failure).toMatchObject({ code: 'state_unavailable', retryable: true });
});
