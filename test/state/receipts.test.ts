import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FOUND_BY } from '../../functions/identity/change.ts';
import { ATTRIBUTE_NAMES } from '../../functions/identity/profile/clarus-attributes.ts';
import { OPEN_OUTCOMES, OUTCOMES, type Receipt, STEPS, type Step } from '../../functions/identity/receipt.ts';
import { createReceipts, inWriting } from '../../functions/state/receipts.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { aReceipt } from '../support/receipts.ts';
import { describeStores } from './driver.ts';

const KEEP_DAYS = 400;

/** Whose receipt it is, as it is asked for. */
function keyOf({ tenant, source, subjectId }: Receipt) {
  return { tenant, source, account: subjectId };
}

function aTry(attempt: number): Step {
  return { at: NOW + attempt * 1_000, step: 'tried', what: 'clarus_unavailable', attempt };
}

/** A receipt without the proof. */
function unproved(but: Partial<Receipt> = {}): Receipt {
  const { appliedAt: _, ...receipt } = aReceipt(but);
  return receipt;
}

describeStores('a receipt', (stores) => {
  it('comes back as it was put, whatever it holds', async () => {
    const aTime = fc.integer({ min: 0, max: Date.UTC(9998, 0) });
    const anId = fc.stringMatching(/^[\w.:@-]{1,40}$/);
    const names = fc.uniqueArray(fc.constantFrom(...ATTRIBUTE_NAMES));
    const aStep: fc.Arbitrary<Step> = fc.record(
      { at: aTime, step: fc.constantFrom(...STEPS.filter((it) => it !== 'tried')), what: anId, who: anId },
      { requiredKeys: ['at', 'step'] },
    );
    const anyReceipt: fc.Arbitrary<Receipt> = fc.record(
      {
        tenant: fc.constant('any'),
        source: fc.constantFrom('okta', 'entra', 'hr-system'),
        eventId: anId,
        eventType: fc.string(),
        subjectId: fc.uuid(),
        actor: anId,
        foundBy: fc.constantFrom(...FOUND_BY),
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
        steps: fc.uniqueArray(aStep, { maxLength: 5, selector: ({ at }) => at }),
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
          'steps',
        ],
      },
    );

    await fc.assert(
      fc.asyncProperty(anyReceipt, async (receipt) => {
        const { receipts } = stores();
        await receipts.put(receipt, KEEP_DAYS);

        const whole = { ...receipt, steps: receipt.steps.toSorted((a, b) => a.at - b.at) };
        expect(await receipts.find(keyOf(receipt), receipt.eventId)).toEqual(whole);
        expect(await receipts.ofSubject('any', receipt.source, receipt.subjectId)).toEqual([whole]);
      }),
      { numRuns: 50 },
    );
  });

  it('is not there before it was put', async () => {
    expect(await stores().receipts.find(keyOf(aReceipt({ tenant: 'nobody' })), 'event-1')).toBeUndefined();
  });

  it('is one for each of the people an event is about', async () => {
    const both = ['00uLEAVER', '00uJOINER'].map((subjectId) => aReceipt({ tenant: 'both', subjectId }));

    for (const receipt of both) await stores().receipts.put(receipt, KEEP_DAYS);

    expect(await stores().receipts.ofTenant('both')).toHaveLength(2);
    expect(await stores().receipts.ofSubject('both', 'okta', '00uJOINER')).toEqual([both[1]]);
  });
});

describeStores('an event that comes again', (stores) => {
  const fates = OUTCOMES.map((outcome) => [outcome, OPEN_OUTCOMES.has(outcome)] as const);

  it.each(fates)('after "%s" replaces what waited, and nothing settled: %s', async (outcome, isReplaced) => {
    const { receipts } = stores();
    const tenant = `again-${outcome.replaceAll('_', '-')}`;
    const first = unproved({ tenant, outcome, reason: 'first' });
    const { clarusUserId: _, ...second } = unproved({
      tenant,
      outcome: 'no_change',
      settledAt: NOW + 60_000,
    });
    await receipts.put(first, KEEP_DAYS);

    await receipts.put(second, KEEP_DAYS);

    const all = await receipts.ofSubject(tenant, 'okta', '00uLEAVER');
    expect(all).toEqual([isReplaced ? second : first]);
    expect(await receipts.ofTenant(tenant)).toEqual(all);
    expect(await receipts.ofUser(tenant, '42')).toEqual(isReplaced ? [] : all);
  });

  it.each(fates)('with the proof replaces "%s", and never the other way round', async (outcome) => {
    const { receipts } = stores();
    const tenant = `proof-${outcome.replaceAll('_', '-')}`;
    const proof = aReceipt({ tenant, settledAt: NOW + 9 });
    await receipts.put(unproved({ tenant, outcome }), KEEP_DAYS);

    await receipts.put(proof, KEEP_DAYS);
    await receipts.put(unproved({ tenant, outcome, settledAt: NOW + 99 }), KEEP_DAYS);

    expect(await receipts.ofTenant(tenant)).toEqual([proof]);
  });

  it.each(['waiting', 'rejected', 'held', 'user_not_in_clarus'] as const)(
    'leaves the proof where only a part is done, which is "%s"',
    async (outcome) => {
      const { receipts } = stores();
      const tenant = `part-${outcome.replaceAll('_', '-')}`;
      const part = aReceipt({ tenant, outcome });
      const whole = aReceipt({ tenant, appliedAt: NOW + 50 });

      await receipts.put(part, KEEP_DAYS);
      await receipts.put(unproved({ tenant, outcome: 'no_change' }), KEEP_DAYS);
      const between = await receipts.ofTenant(tenant);
      await receipts.put(whole, KEEP_DAYS);

      expect(between).toEqual([part]);
      expect(await receipts.ofTenant(tenant)).toEqual([whole]);
    },
  );

  it('also when the sender did not say its time, so that each delivery of it has another', async () => {
    const first = aReceipt({ tenant: 'timeless', occurredAt: NOW });
    const second = aReceipt({ tenant: 'timeless', occurredAt: NOW + 60_000, outcome: 'superseded' });

    for (const receipt of [first, second]) await stores().receipts.put(receipt, KEEP_DAYS);

    expect(await stores().receipts.ofSubject('timeless', 'okta', '00uLEAVER')).toEqual([first]);
  });

  it('adds its steps in any case, each once, in the order in which they happened', async () => {
    const { receipts } = stores();
    const received: Step = { at: NOW, step: 'received' };
    const sent: Step = { at: NOW + 1, step: 'tried', what: 'clarus_unavailable' };
    const again: Step = { at: NOW + 2, step: 'received' };
    const receipt = aReceipt({ tenant: 'story', steps: [sent, received] });

    await receipts.put(receipt, KEEP_DAYS);
    await receipts.put(
      unproved({ tenant: 'story', outcome: 'no_change', steps: [again, received] }),
      KEEP_DAYS,
    );

    expect(await receipts.ofTenant('story')).toEqual([{ ...receipt, steps: [received, sent, again] }]);
  });
});

describeStores('the story of an event', (stores) => {
  it('goes on after it was settled', async () => {
    const { receipts } = stores();
    const receipt = aReceipt({ tenant: 'later', steps: [{ at: NOW, step: 'received' }] });
    const look: Step = { at: NOW + 60_000, step: 'read_back', what: 'out' };
    const hand: Step = { at: NOW + 90_000, step: 'redriven', who: 'arn:aws:iam::123456789012:user/kim' };
    await receipts.put(receipt, KEEP_DAYS);

    await receipts.append(keyOf(receipt), 'event-1', [hand, look]);
    await receipts.append(keyOf(receipt), 'event-1', []);

    expect(await receipts.ofTenant('later')).toEqual([{ ...receipt, steps: [...receipt.steps, look, hand] }]);
  });

  it('is not begun by a step', async () => {
    const { receipts } = stores();
    const key = keyOf(aReceipt({ tenant: 'fragment' }));

    await receipts.append(key, 'event-1', [{ at: NOW, step: 'read_back' }]);

    expect(await receipts.find(key, 'event-1')).toBeUndefined();
  });

  it('at one instant is told in the order in which things are done', async () => {
    const steps = STEPS.map((step): Step => ({ at: NOW, step }));
    const twice: Step[] = ['entra', 'okta'].map((what) => ({ at: NOW, step: 'read', what }));

    await stores().receipts.put(
      aReceipt({ tenant: 'instant', steps: [...twice, ...steps].toReversed() }),
      KEEP_DAYS,
    );

    const [receipt] = await stores().receipts.ofTenant('instant');
    const told = receipt?.steps.map(({ step, what }) => what ?? step);
    expect(told).toEqual(STEPS.flatMap((step) => (step === 'read' ? ['read', 'entra', 'okta'] : [step])));
  });

  it.each<[string, number[], number[], number | undefined]>([
    ['few', range(1, 40), range(1, 40), undefined],
    ['one too many', range(1, 41), [...range(1, 20), ...range(22, 41)], 1],
    ['a hundred', range(1, 100), [...range(1, 20), ...range(81, 100)], 60],
    ['some that came twice', [...range(1, 50), 45, 50], [...range(1, 20), ...range(31, 50)], 10],
  ])(
    'has the first and the last twenty tries, and how many are left out: %s',
    async (name, tries, kept, leftOut) => {
      const { receipts } = stores();
      const tenant = `tries-${name.replaceAll(' ', '-')}`;

      for (const attempt of tries) {
        await receipts.put(unproved({ tenant, outcome: 'waiting', steps: [aTry(attempt)] }), KEEP_DAYS);
      }
      await receipts.put(aReceipt({ tenant, steps: [{ at: NOW + 999_999, step: 'confirmed' }] }), KEEP_DAYS);

      const [receipt] = await receipts.ofTenant(tenant);
      expect(receipt?.steps.flatMap(({ attempt }) => attempt ?? [])).toEqual(kept);
      expect(receipt?.steps.at(-1)?.step).toBe('confirmed');
      expect(receipt?.triesLeftOut).toBe(leftOut);
    },
  );

  it('may be put as a whole', async () => {
    const steps = range(1, 60).map(aTry);
    await stores().receipts.put(aReceipt({ tenant: 'whole', steps, triesLeftOut: 7 }), KEEP_DAYS);

    const [receipt] = await stores().receipts.ofTenant('whole');

    expect(receipt?.steps.map(({ attempt }) => attempt)).toEqual([...range(1, 20), ...range(41, 60)]);
    expect(receipt?.triesLeftOut).toBe(20);
  });
});

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

describeStores('receipts are listed', (stores) => {
  it('by person, the latest event first, and nobody else among them', async () => {
    const { receipts, cards } = stores();
    const tenant = 'by-person';
    const at = (occurredAt: number, eventId: string) => aReceipt({ tenant, occurredAt, eventId });
    for (const receipt of [at(NOW + 5, 'b'), at(NOW, 'z'), at(NOW + 90_000, 'a')]) {
      await receipts.put(receipt, KEEP_DAYS);
    }
    await receipts.put(aReceipt({ tenant, subjectId: '00uLEAVER2' }), KEEP_DAYS);
    await receipts.put(aReceipt({ tenant, source: 'scim' }), KEEP_DAYS);
    await cards.link({ tenant, source: 'okta', account: '00uLEAVER' }, '42');

    const found = await receipts.ofSubject(tenant, 'okta', '00uLEAVER');

    expect(found.map(({ eventId }) => eventId)).toEqual(['a', 'b', 'z']);
  });

  it('by Clarus user, from whichever source, the latest written first', async () => {
    const { receipts } = stores();
    const tenant = 'by-user';
    const by = (source: string, settledAt: number) =>
      aReceipt({ tenant, source, settledAt, eventId: source });
    for (const receipt of [by('okta', NOW), by('entra', NOW + 2), by('scim', NOW + 1)]) {
      await receipts.put(receipt, KEEP_DAYS);
    }
    await receipts.put(aReceipt({ tenant, clarusUserId: '4', eventId: 'of-another' }), KEEP_DAYS);

    const found = await receipts.ofUser(tenant, '42');

    expect(found.map(({ source }) => source)).toEqual(['entra', 'scim', 'okta']);
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
    const { receipts } = stores();
    const tenant = `by-tenant-${expected.length}-${name.length}`;
    for (const [index, eventId] of ['e1', 'e2', 'e3'].entries()) {
      const [occurredAt, settledAt] = [NOW - index * 60_000, NOW + index * 1_000];
      await receipts.put(aReceipt({ tenant, eventId, occurredAt, settledAt }), KEEP_DAYS);
    }
    await receipts.put(aReceipt({ tenant: `${tenant}-2`, settledAt: NOW + 500 }), KEEP_DAYS);

    const found = await receipts.ofTenant(tenant, from, until);

    expect(found.map(({ eventId }) => eventId)).toEqual(expected);
  });

  it('to the last one, beyond the megabyte that DynamoDB gives at a time', async () => {
    const { receipts } = stores();
    const reason = 'x'.repeat(200_000);
    const eventIds = Array.from({ length: 12 }, (_, index) => `event-${String.fromCharCode(97 + index)}`);
    for (const eventId of eventIds) {
      await receipts.put(aReceipt({ tenant: 'large', eventId, reason }), KEEP_DAYS);
    }

    const [ofSubject, ofTenant] = await Promise.all([
      receipts.ofSubject('large', 'okta', '00uLEAVER'),
      receipts.ofTenant('large'),
    ]);

    expect(ofSubject.map(({ eventId }) => eventId)).toEqual(eventIds.toReversed());
    expect(ofTenant.map(({ eventId }) => eventId)).toEqual(eventIds.toReversed());
  });
});

it('a receipt in writing has the times of those that are known', () => {
  const receipt = unproved({ outcome: 'no_change', steps: [{ at: NOW, step: 'received' }] });

  expect(inWriting(receipt)).toEqual({
    ...receipt,
    occurredAt: '2026-03-02T09:15:00.000Z',
    receivedAt: '2026-03-02T09:15:02.000Z',
    settledAt: '2026-03-02T09:15:03.000Z',
    steps: [{ at: '2026-03-02T09:15:00.000Z', step: 'received' }],
  });
});

describe('a receipt in the table', () => {
  let bench: TableBench;
  beforeAll(async () => {
    bench = await startTable();
  });
  afterAll(() => bench.stop());

  it('is as an auditor reads it, with the end of its life in whole seconds', async () => {
    const steps: Step[] = [
      { at: NOW, step: 'received' },
      { at: NOW + 5, step: 'read', what: 'found' },
      aTry(2),
    ];
    await createReceipts(bench.table).put(
      aReceipt({ tenant: 'stored', settledAt: NOW + 3_999, steps, actor: '00uADMIN' }),
      KEEP_DAYS,
    );

    const [received, read, tried] = steps.map((step) => ({ ...step, at: new Date(step.at).toISOString() }));
    expect(await bench.itemAt('ACCOUNT#stored#okta#00uLEAVER', 'RECEIPT#event-1')).toEqual({
      pk: 'ACCOUNT#stored#okta#00uLEAVER',
      sk: 'RECEIPT#event-1',
      tenant: 'stored',
      source: 'okta',
      eventId: 'event-1',
      eventType: 'user.lifecycle.deactivate',
      subjectId: '00uLEAVER',
      actor: '00uADMIN',
      clarusUserId: '42',
      outcome: 'applied',
      attributes: ['is_active'],
      isActive: false,
      clarusStatus: 200,
      occurredAt: '2026-03-02T09:15:00.000Z',
      receivedAt: '2026-03-02T09:15:02.000Z',
      settledAt: '2026-03-02T09:15:03.999Z',
      appliedAt: '2026-03-02T09:15:03.000Z',
      's#2026-03-02T09:15:00.000Z#received': received,
      's#2026-03-02T09:15:00.005Z#read#found': read,
      's#tried#2': tried,
      receiptTenant: 'stored',
      receiptUser: 'stored#42',
      receiptTime: '2026-03-02T09:15:03.999Z#event-1',
      expiresAt: NOW / 1000 + 3 + KEEP_DAYS * 86_400,
    });
  });

  it('costs one call, and two where the event has its receipt already', async () => {
    const receipts = createReceipts(bench.table);
    const receipt = aReceipt({ tenant: 'calls', steps: [{ at: NOW, step: 'received' }] });
    bench.calls.length = 0;

    await receipts.put(receipt, KEEP_DAYS);
    const first = bench.calls.splice(0);
    await receipts.put(receipt, KEEP_DAYS);

    expect(first).toEqual(['UpdateItem']);
    expect(bench.calls).toEqual(['UpdateItem', 'UpdateItem']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['an outcome that does not exist', { outcome: 'ok' }],
    ['no time', { settledAt: undefined }],
    ['an attribute that Clarus does not have', { attributes: ['phone'] }],
    ['a time that is none', { occurredAt: 'yesterday' }],
    ['a step that there is not', { 's#1': { at: '2026-03-02T09:15:00.000Z', step: 'guessed' } }],
  ])('is permanent where it has %s', async (_, but) => {
    const { steps: __, ...receipt } = inWriting(aReceipt({ tenant: 'odd' }));
    await bench.putItem({ pk: 'ACCOUNT#odd#okta#00uODD', sk: 'RECEIPT#1', ...receipt, ...but });

    const failure = await failureOf(() => createReceipts(bench.table).ofSubject('odd', 'okta', '00uODD'));

    expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
  });

  it('is retryable while DynamoDB does not answer', async () => {
    const receipts = createReceipts(unreachableTable());

    for (const act of [
      () => receipts.put(aReceipt(), KEEP_DAYS),
      () => receipts.append(keyOf(aReceipt()), 'event-1', [aTry(1)]),
      () => receipts.ofSubject('acme', 'okta', '00uLEAVER'),
      () => receipts.ofTenant('acme'),
    ]) {
      expect(await failureOf(act)).toMatchObject({ code: 'state_unavailable', retryable: true });
    }
  });
});
