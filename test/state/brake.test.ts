import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrake } from '../../functions/state/brake.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { objectId } from '../support/graph-notifications.ts';
import { describeStores } from './driver.ts';

const MINUTE = 60_000;

describeStores('the brake', (stores) => {
  it('lets exactly as many go as its limit, of 150 who ask at the same time, and each of them again', async () => {
    const people = Array.from({ length: 150 }, (_, index) => objectId(index + 1));
    const take = (person: string) => stores().brake.take('a', 'takings', person, 100, NOW);

    const answers = await Promise.all(people.map(take));

    const among = people.filter((_, index) => answers[index] === 'among');
    expect(among).toHaveLength(100);
    expect(new Set(await Promise.all(among.map(take)))).toEqual(new Set(['among']));
  });

  it('begins a new hour with the first one after it', async () => {
    const at = (minutes: number, person: number) =>
      stores().brake.take('b', 'takings', objectId(person), 1, NOW + minutes * MINUTE);

    const answers = [
      await at(0, 1),
      await at(59, 2),
      await at(59, 1),
      await at(60, 2),
      await at(61, 1),
      await at(119, 2),
      await at(120, 1),
    ];

    expect(answers).toEqual(['among', 'above', 'among', 'among', 'above', 'among', 'among']);
  });

  it('begins it once, whoever comes first at the same time', async () => {
    const take = (person: number, now: number) =>
      stores().brake.take('c', 'stated', objectId(person), 3, now);
    for (const person of [1, 2, 3]) await take(person, NOW);

    const answers = await Promise.all([4, 5, 6, 7, 8, 9].map((person) => take(person, NOW + 60 * MINUTE)));

    expect(answers.filter((answer) => answer === 'among')).toHaveLength(3);
  });

  it('counts by tenant and by kind', async () => {
    const { brake } = stores();

    const answers = [
      await brake.take('d', 'takings', 'one', 1, NOW),
      await brake.take('d', 'takings', 'two', 1, NOW),
      await brake.take('d', 'promotions', 'two', 1, NOW),
      await brake.take('e', 'takings', 'two', 1, NOW),
    ];

    expect(answers).toEqual(['among', 'above', 'among', 'among']);
  });

  it.each([
    ['nobody', 0, 'above'],
    ['more than before', 2, 'among'],
  ])('goes by the limit of the moment: %s', async (name, limit, expected) => {
    await stores().brake.take(name, 'takings', 'one', 1, NOW);

    expect(await stores().brake.take(name, 'takings', 'two', limit, NOW)).toBe(expected);
  });
});

describe('the brake in the table', () => {
  let bench: TableBench;
  beforeAll(async () => {
    bench = await startTable();
  });
  afterAll(() => bench.stop());

  it.each<[string, string, number, number]>([
    ['two for the first one ever', 'one', NOW, 2],
    ['one for whoever is among the first', 'two', NOW, 1],
    ['one for one of them again', 'one', NOW, 1],
    ['three for one above', 'three', NOW, 3],
    ['two for the first one of an hour', 'three', NOW + 60 * MINUTE, 2],
  ])('costs %s', async (_, account, now, expected) => {
    bench.calls.length = 0;

    await createBrake(bench.table).take('acme', 'takings', account, 2, now);

    expect(bench.calls).toEqual(Array(expected).fill('UpdateItem'));
  });

  it('is retryable while DynamoDB does not answer', async () => {
    const brake = createBrake(unreachableTable());

    const failure = await failureOf(() => brake.take('acme', 'takings', 'one', 1, NOW));

    expect(failure).toMatchObject({ code: 'state_unavailable', retryable: true });
  });
});
