import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBeginnings } from '../../functions/state/beginnings.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { describeStores } from './driver.ts';

describeStores('when the bridge began to hear of a source', (stores) => {
  it('is when somebody first asked, by tenant and source', async () => {
    const { beginnings } = stores();

    const answers = [
      await beginnings.began('acme', 'okta', NOW),
      await beginnings.began('acme', 'okta', NOW + 1),
      await beginnings.began('acme', 'entra', NOW + 2),
      await beginnings.began('globex', 'okta', NOW + 3),
    ];

    expect(answers).toEqual([NOW, NOW, NOW + 2, NOW + 3]);
  });
});

let bench: TableBench;
beforeAll(async () => {
  bench = await startTable();
});
afterAll(() => bench.stop());

it('it is asked for once by each instance, and the same for all', async () => {
  const [one, other] = [createBeginnings(bench.table), createBeginnings(bench.table)];
  bench.calls.length = 0;

  const answers = [
    await one.began('acme', 'okta', NOW),
    await one.began('acme', 'okta', NOW + 1),
    await other.began('acme', 'okta', NOW + 2),
  ];

  expect(answers).toEqual([NOW, NOW, NOW]);
  expect(bench.calls).toEqual(['UpdateItem', 'UpdateItem']);
});

it('it is permanent where the bridge cannot have written it, and retryable while DynamoDB does not answer', async () => {
  await bench.putItem({ pk: 'BEGAN#odd', sk: 'okta', at: 'yesterday' });

  const odd = await failureOf(() => createBeginnings(bench.table).began('odd', 'okta', NOW));
  const none = await failureOf(() => createBeginnings(unreachableTable()).began('acme', 'okta', NOW));

  expect(odd).toMatchObject({ code: 'state_malformed', retryable: false });
  expect(none).toMatchObject({ code: 'state_unavailable', retryable: true });
});
