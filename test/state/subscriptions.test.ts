import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSubscriptions } from '../../functions/state/subscriptions.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { objectId } from '../support/graph-notifications.ts';
import { describeStores } from './driver.ts';

describeStores('the subscriptions of a tenant', (stores) => {
  it('are those that were saved last', async () => {
    const { subscriptions } = stores();
    const current = { id: objectId(1), renewedAt: NOW, expiresAt: NOW + 1, clientState: 'hash' };
    await subscriptions.save('a', { known: [objectId(3)] });
    await subscriptions.save('a', { current, known: [objectId(1), objectId(2)] });

    expect(await subscriptions.load('a')).toEqual({ current, known: [objectId(1), objectId(2)] });
    expect(await subscriptions.load('b')).toEqual({ known: [] });
  });
});

let bench: TableBench;
beforeAll(async () => {
  bench = await startTable();
});
afterAll(() => bench.stop());

it('subscriptions that the bridge did not write are permanent', async () => {
  await bench.putItem({ pk: 'SUBSCRIPTION#odd', sk: 'entra', nonsense: true });

  const failure = await failureOf(() => createSubscriptions(bench.table).load('odd'));

  expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
});
