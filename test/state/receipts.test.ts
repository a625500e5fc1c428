import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOURCES } from '../../functions/identity/change.ts';
import { ATTRIBUTE_NAMES } from '../../functions/identity/clarus-attributes.ts';
import { OUTCOMES, type Outcome, type Receipt } from '../../functions/identity/receipt.ts';
import { createReceipts, inWriting, type ReceiptStore } from '../../functions/state/receipts.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { aReceipt } from '../support/receipts.ts';

const KEEP_DAYS = 400;

let bench: TableBench;
let receipts: ReceiptStore;

beforeAll(async () => {
  bench = await startTable();
  receipts = createReceipts(bench.table);
});
afterAll(() => bench.stop());

async function itemOf(receipt: Receipt): Promise<Record<string, unknown> | undefined> {
  const { tenant, source, subjectId, eventId } = receipt;
  const Key = { pk: `SUBJECT#${tenant}#${source}#${subjectId}`, sk: `RECEIPT#${eventId}` };
  const { client, name } = bench.table;
  const { Item } = await client.send(new GetCommand({ TableName: name, Key }));
  return Item;
}

describe('a receipt', () => {
  it('is stored as an auditor reads it, with the end of its life in whole seconds', async () => {
    // Prepare
    const receipt = aReceipt({ tenant: 'stored', settledAt: NOW + 3_999 });

    // Act
    await receipts.put(receipt, KEEP_DAYS);

    // Assess
    expect(await itemOf(receipt)).toEqual({
      pk: 'SUBJECT#stored#okta#00uLEAVER',
      sk: 'RECEIPT#event-1',
      tenant: 'stored',
      source: 'okta',
      eventId: 'event-1',
      eventType: 'user.lifecycle.deactivate',
      subjectId: '00uLEAVER',
      clarusUserId: '42',
      outcome: 'applied',
      attributes: ['is_active'],
      isActive: false,
      clarusStatus: 200,
      occurredAt: '2026-03-02T09:15:00.000Z',
      receivedAt: '2026-03-02T09:15:02.000Z',
      settledAt: '2026-03-02T09:15:03.999Z',
      appliedAt: '2026-03-02T09:15:03.000Z',
      receiptTenant: 'stored',
      receiptTime: '2026-03-02T09:15:03.999Z#event-1',
      expiresAt: NOW / 1000 + 3 + KEEP_DAYS * 86_400,
    });
  });

  it('comes back as it was put, whatever it holds', async () => {
    const aTime = fc.integer({ min: 0, max: Date.UTC(9998, 0) });
    const anId = fc.stringMatching(/^[\w.:@-]{1,40}$/);
    const names = fc.uniqueArray(fc.constantFrom(...ATTRIBUTE_NAMES));
    const anyReceipt: fc.Arbitrary<Receipt> = fc.record(
      {
        tenant: fc.constant('any'),
        source: fc.constantFrom(...SOURCES),
        eventId: anId,
        eventType: fc.string(),
        subjectId: fc.uuid(),
        clarusUserId: anId,
        outcome: fc.constantFrom(...OUTCOMES),
        reason: fc.string(),
        attributes: names,
        isActive: fc.boolean(),
        refused: names,
        clarusStatus: fc.integer({ min: 100, max: 599 }),
        occurredAt: aTime,
        receivedAt: aTime,
        settledAt: aTime,
        appliedAt: aTime,
      },
      {
        requiredKeys: [
          'tenant',
          'source',
          'eventId',
          'eventType',
          'subjectId',
          'outcome',
          'attributes',
          'occurredAt',
          'receivedAt',
          'settledAt',
        ],
      },
    );

    await fc.assert(
      fc.asyncProperty(anyReceipt, async (receipt) => {
        await receipts.put(receipt, KEEP_DAYS);

        expect(await receipts.ofSubject('any', receipt.source, receipt.subjectId)).toEqual([receipt]);
      }),
      { numRuns: 50 },
    );
  });

  it('in writing has the times of those that are known', () => {
    const { appliedAt: _, ...receipt } = aReceipt({ outcome: 'no_change' });

    expect(inWriting(receipt)).toEqual({
      ...receipt,
      occurredAt: '2026-03-02T09:15:00.000Z',
      receivedAt: '2026-03-02T09:15:02.000Z',
      settledAt: '2026-03-02T09:15:03.000Z',
    });
  });
});

describe('an event has one receipt', () => {
  const replaced = new Set<Outcome>(['rejected', 'held', 'user_not_in_clarus']);

  it.each(OUTCOMES.map((outcome) => [outcome, replaced.has(outcome) ? 'is replaced' : 'stays'] as const))(
    '"%s" %s when the event comes again',
    async (outcome, fate) => {
      // Prepare
      const tenant = `again-${outcome.replaceAll('_', '-')}`;
      const first = aReceipt({ tenant, outcome });
      const second = aReceipt({ tenant, outcome: 'no_change', settledAt: NOW + 60_000, isActive: true });
      await receipts.put(first, KEEP_DAYS);

      // Act
      await receipts.put(second, KEEP_DAYS);

      // Assess
      const all = await receipts.ofSubject(tenant, 'okta', '00uLEAVER');
      expect(all).toEqual([fate === 'stays' ? first : second]);
      expect(await receipts.ofTenant(tenant)).toEqual(all);
    },
  );

  it('also when the sender did not say its time, so that each delivery of it has another', async () => {
    // Prepare
    const first = aReceipt({ tenant: 'timeless', occurredAt: NOW });
    const second = aReceipt({ tenant: 'timeless', occurredAt: NOW + 60_000, outcome: 'superseded' });

    // Act
    for (const receipt of [first, second]) await receipts.put(receipt, KEEP_DAYS);

    // Assess
    expect(await receipts.ofSubject('timeless', 'okta', '00uLEAVER')).toEqual([first]);
  });

  it('for each of the people it is about', async () => {
    // Prepare
    const both = ['00uLEAVER', '00uJOINER'].map((subjectId) => aReceipt({ tenant: 'both', subjectId }));

    // Act
    for (const receipt of both) await receipts.put(receipt, KEEP_DAYS);

    // Assess
    expect(await receipts.ofTenant('both')).toHaveLength(2);
    expect(await receipts.ofSubject('both', 'okta', '00uJOINER')).toEqual([both[1]]);
  });
});

describe('receipts are listed', () => {
  it('by person, the latest event first, and nobody else among them', async () => {
    // Prepare
    const tenant = 'by-person';
    const at = (occurredAt: number, eventId: string) => aReceipt({ tenant, occurredAt, eventId });
    for (const receipt of [at(NOW + 5, 'b'), at(NOW, 'z'), at(NOW + 90_000, 'a')]) {
      await receipts.put(receipt, KEEP_DAYS);
    }
    await receipts.put(aReceipt({ tenant, subjectId: '00uLEAVER2' }), KEEP_DAYS);
    await receipts.put(aReceipt({ tenant, source: 'scim' }), KEEP_DAYS);
    await bench.putItem({ pk: `SUBJECT#${tenant}#okta#00uLEAVER`, sk: 'LINK', clarusUserId: '42' });

    // Act
    const found = await receipts.ofSubject(tenant, 'okta', '00uLEAVER');

    // Assess
    expect(found.map(({ eventId }) => eventId)).toEqual(['a', 'b', 'z']);
  });

  it.each<[string, number | undefined, number | undefined, string[]]>([
    ['of all times', undefined, undefined, ['e3', 'e2', 'e1']],
    ['from a time on, that included', NOW + 1_000, undefined, ['e3', 'e2']],
    ['until a time, that not included', undefined, NOW + 1_000, ['e1']],
    ['between two times', NOW + 1, NOW + 2_000, ['e2']],
    ['of no time', NOW + 1_000, NOW + 1_000, []],
    ['of a time before them', 0, NOW, []],
    ['of a time that ends before it begins', NOW + 2_000, NOW, []],
  ])('by tenant, the latest written first: %s', async (name, from, until, expected) => {
    // Prepare
    const tenant = `by-tenant-${expected.length}-${name.length}`;
    for (const [index, eventId] of ['e1', 'e2', 'e3'].entries()) {
      const occurredAt = NOW - index * 60_000;
      await receipts.put(
        aReceipt({ tenant, eventId, occurredAt, settledAt: NOW + index * 1_000 }),
        KEEP_DAYS,
      );
    }
    await receipts.put(aReceipt({ tenant: `${tenant}-2`, settledAt: NOW + 500 }), KEEP_DAYS);

    // Act
    const found = await receipts.ofTenant(tenant, from, until);

    // Assess
    expect(found.map(({ eventId }) => eventId)).toEqual(expected);
  });

  it('to the last one, beyond the megabyte that DynamoDB gives at a time', async () => {
    // Prepare
    const reason = 'x'.repeat(200_000);
    const eventIds = Array.from({ length: 12 }, (_, index) => `event-${String.fromCharCode(97 + index)}`);
    for (const eventId of eventIds) {
      await receipts.put(aReceipt({ tenant: 'large', eventId, reason }), KEEP_DAYS);
    }

    // Act
    const [ofSubject, ofTenant] = await Promise.all([
      receipts.ofSubject('large', 'okta', '00uLEAVER'),
      receipts.ofTenant('large'),
    ]);

    // Assess
    expect(ofSubject.map(({ eventId }) => eventId)).toEqual(eventIds.toReversed());
    expect(ofTenant.map(({ eventId }) => eventId)).toEqual(eventIds.toReversed());
  });
});

describe('receipts that cannot be had', () => {
  it.each<[string, Record<string, unknown>]>([
    ['an outcome that does not exist', { outcome: 'ok' }],
    ['no time', { settledAt: undefined }],
    ['an attribute that Clarus does not have', { attributes: ['phone'] }],
    ['a time that is none', { occurredAt: 'yesterday' }],
  ])('because one has %s are permanent', async (_, but) => {
    // Prepare
    const receipt = inWriting(aReceipt({ tenant: 'odd' }));
    await bench.putItem({ pk: 'SUBJECT#odd#okta#00uODD', sk: 'RECEIPT#1', ...receipt, ...but });

    // Act
    const failure = await failureOf(() => receipts.ofSubject('odd', 'okta', '00uODD'));

    // Assess
    expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
  });

  it('or written, because DynamoDB does not answer, are retryable', async () => {
    // Prepare
    const unreachable = createReceipts(unreachableTable());

    // Act
    const failures = [
      await failureOf(() => unreachable.put(aReceipt(), KEEP_DAYS)),
      await failureOf(() => unreachable.ofSubject('acme', 'okta', '00uLEAVER')),
      await failureOf(() => unreachable.ofTenant('acme')),
    ];

    // Assess
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'state_unavailable', retryable: true });
    }
  });
});
