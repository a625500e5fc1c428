import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBrake } from '../../functions/state/brake.ts';
import { createHeld } from '../../functions/state/held.ts';
import { createKnownSubjects } from '../../functions/state/known-subjects.ts';
import { createLinks } from '../../functions/state/links.ts';
import { createReads } from '../../functions/state/reads.ts';
import { createReceipts } from '../../functions/state/receipts.ts';
import { createIsSettled } from '../../functions/state/settled.ts';
import { createSubscriptions } from '../../functions/state/subscriptions.ts';
import { aThinChange, NOW } from '../support/changes.ts';
import { startTable, type TableBench } from '../support/dynamodb.ts';
import { objectId } from '../support/graph-notifications.ts';
import { aReceipt } from '../support/receipts.ts';

let bench: TableBench;
beforeAll(async () => {
  bench = await startTable();
});
afterAll(() => bench.stop());

describe('the brake', () => {
  it('lets as many go as its limit, whoever asks at the same time, and each of them again', async () => {
    const brake = createBrake(bench.table);
    const take = (person: number) => brake.take('a', objectId(person), 3, NOW);

    const taken = await Promise.all([1, 2, 3, 4, 5, 6].map(take));
    const allowed = [1, 2, 3, 4, 5, 6].filter((_, index) => taken[index]);

    expect(allowed).toHaveLength(3);
    expect(await Promise.all(allowed.map(take))).toEqual([true, true, true]);
  });

  it('begins a new hour with the first one after it', async () => {
    const brake = createBrake(bench.table);
    const at = (minutes: number, person: number) =>
      brake.take('b', objectId(person), 1, NOW + minutes * 60_000);

    expect([await at(0, 1), await at(59, 2), await at(60, 2), await at(61, 3)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it('keeps what it holds until it is let go, one change a person', async () => {
    const brake = createBrake(bench.table);
    const held = createHeld(bench.table);
    const one = aThinChange({
      tenant: 'c',
      source: 'entra',
      subject: { id: objectId(1) },
      foundBy: 'resync',
    });
    await brake.hold({ ...one, eventId: 'earlier' });
    await brake.hold(one);
    await brake.hold({ ...one, subject: { id: objectId(2) } });

    const listed = await held.list('c');
    for (const change of listed) await held.remove(change);

    expect(listed).toEqual([
      { kind: 'change', ...one },
      { kind: 'change', ...one, subject: { id: objectId(2) } },
    ]);
    expect(await held.list('c')).toEqual([]);
  });
});

describe('what the sweep and deliver remember', () => {
  it('the time of a reading, by person', async () => {
    const reads = createReads(bench.table);
    await reads.put('a', 'entra', objectId(1), NOW);

    expect(await reads.last('a', 'entra', objectId(1))).toBe(NOW);
    expect(await reads.last('a', 'okta', objectId(1))).toBeUndefined();
  });

  it('the subscriptions, by tenant', async () => {
    const subscriptions = createSubscriptions(bench.table);
    const current = { id: objectId(1), renewedAt: NOW, expiresAt: NOW + 1, clientState: 'hash' };
    await subscriptions.save('a', { current, known: [objectId(1), objectId(2)] });

    expect(await subscriptions.load('a')).toEqual({ current, known: [objectId(1), objectId(2)] });
    expect(await subscriptions.load('b')).toEqual({ known: [] });
  });

  it('whom it knows, by tenant and source', async () => {
    const links = createLinks(bench.table);
    await links.put('a', 'entra', objectId(1), '41');
    await links.put('a', 'entra', objectId(2), '42');
    await links.put('a', 'okta', '00u3', '43');
    await links.put('b', 'entra', objectId(4), '44');

    expect((await createKnownSubjects(bench.table)('a', 'entra')).sort()).toEqual([objectId(1), objectId(2)]);
  });

  it('which event has its receipt', async () => {
    const isSettled = createIsSettled(bench.table);
    await createReceipts(bench.table).put(aReceipt({ tenant: 'a', eventId: 'done', foundBy: 'sweep' }), 1);
    const change = aThinChange({ tenant: 'a', eventId: 'done' });

    expect([await isSettled(change), await isSettled({ ...change, eventId: 'new' })]).toEqual([true, false]);
    expect(await createReceipts(bench.table).ofTenant('a')).toMatchObject([{ foundBy: 'sweep' }]);
  });

  it.each([
    ['READ', () => createReads(bench.table).last('x', 'entra', 'p')],
    ['entra', () => createSubscriptions(bench.table).load('x')],
    ['WINDOW', () => createBrake(bench.table).take('x', 'p', 1, NOW)],
  ])('is refused where the bridge cannot have written it: %s', async (sk, look) => {
    const pk = { READ: 'SUBJECT#x#entra#p', entra: 'SUBSCRIPTION#x', WINDOW: 'BRAKE#x' }[sk];
    await bench.putItem({ pk, sk, nonsense: true });

    await expect(look()).rejects.toMatchObject({ code: 'state_malformed' });
  });
});
