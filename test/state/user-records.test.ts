import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SOURCES } from '../../functions/identity/change.ts';
import {
  ATTRIBUTE_NAMES,
  ATTRIBUTE_TYPES,
  type AttributeName,
  type AttributeValue,
} from '../../functions/identity/clarus-attributes.ts';
import { type UserStore, update } from '../../functions/identity/converge.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import { createUserRecords } from '../../functions/state/user-records.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';

let bench: TableBench;
let users: UserStore;

beforeAll(async () => {
  bench = await startTable();
  users = createUserRecords(bench.table);
});
afterAll(() => bench.stop());

function renamed(record: UserRecord, value: string): UserRecord {
  const name = { value, at: NOW, eventId: 'event-1', origin: 'okta' } as const;
  return { ...record, desired: { ...record.desired, name } };
}

describe('the record of a Clarus user', () => {
  it('is a new one, of revision 0, before it is stored', async () => {
    expect(await users.load('new', '1')).toEqual(newUserRecord('new', '1'));
  });

  it('is stored with a revision one higher', async () => {
    // Act
    const saved = await users.save(renamed(newUserRecord('stored', '1'), 'Lea'));

    // Assess
    expect(saved).toBe('saved');
    expect(await users.load('stored', '1')).toEqual({
      ...renamed(newUserRecord('stored', '1'), 'Lea'),
      revision: 1,
    });
  });

  it.each([
    ['another user of the tenant', 'apart', '2'],
    ['the same id at another tenant', 'apart2', '1'],
  ])('is apart from that of %s', async (_, tenant, id) => {
    // Prepare
    await users.save(renamed(await users.load('apart', '1'), 'Lea'));

    // Act
    const other = await users.load(tenant, id);

    // Assess
    expect(other).toEqual(newUserRecord(tenant, id));
  });

  it('comes back as it was stored, whatever it holds', async () => {
    const aText = fc.string({ unit: 'binary', maxLength: 30 });
    const anId = fc.stringMatching(/^[\w.:@-]{1,40}$/);
    const someValue: Record<'boolean' | 'number' | 'string', fc.Arbitrary<AttributeValue>> = {
      boolean: fc.boolean(),
      number: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      string: aText,
    };
    const all = <Member>(member: (name: AttributeName) => fc.Arbitrary<Member>) =>
      fc.record(Object.fromEntries(ATTRIBUTE_NAMES.map((name) => [name, member(name)])), {
        requiredKeys: [],
      });
    const values = all((name) => someValue[ATTRIBUTE_TYPES[name]]);
    const anOwnership = fc.record({
      subjectId: anId,
      eventId: anId,
      former: fc.array(anId, { maxLength: 3 }),
    });
    const aRecord = fc.record({
      owners: fc.record(Object.fromEntries(SOURCES.map((source) => [source, anOwnership])), {
        requiredKeys: [],
      }),
      desired: all((name) =>
        fc.record({
          value: someValue[ATTRIBUTE_TYPES[name]],
          at: fc.integer({ min: -8.64e15, max: 8.64e15 }),
          eventId: anId,
          origin: fc.constantFrom(...SOURCES),
        }),
      ),
      applied: values,
      refused: values,
    });
    let count = 0;

    await fc.assert(
      fc.asyncProperty(aRecord, async (content) => {
        const record: UserRecord = { ...newUserRecord('any', String(++count)), ...content };

        await users.save(record);

        expect(await users.load('any', record.clarusUserId)).toEqual({ ...record, revision: 1 });
      }),
      { numRuns: 100 },
    );
  });
});

describe('of writers that started from the same revision', () => {
  it('one wins, whether the record is new', async () => {
    // Prepare
    const start = await users.load('race', '1');

    // Act
    const ends = await Promise.all(['a', 'b', 'c'].map((name) => users.save(renamed(start, name))));

    // Assess
    expect(ends.toSorted()).toEqual(['conflict', 'conflict', 'saved']);
    expect((await users.load('race', '1')).revision).toBe(1);
  });

  it('or has been stored before; and what the loser wanted is not there', async () => {
    // Prepare
    await users.save(await users.load('race', '2'));
    const start = await users.load('race', '2');

    // Act
    const ends = [await users.save(renamed(start, 'first')), await users.save(renamed(start, 'second'))];

    // Assess
    expect(ends).toEqual(['saved', 'conflict']);
    expect(await users.load('race', '2')).toMatchObject({
      revision: 2,
      desired: { name: { value: 'first' } },
    });
  });

  it('none wins from a revision that does not exist yet', async () => {
    // Act
    const ends = [
      await users.save({ ...newUserRecord('race', '3'), revision: 1 }),
      await users.save(newUserRecord('race', '3')),
      await users.save({ ...newUserRecord('race', '3'), revision: 2 }),
    ];

    // Assess
    expect(ends).toEqual(['conflict', 'saved', 'conflict']);
  });

  it('all get through in the end, and nothing is lost', async () => {
    // Prepare
    const writers = Array.from({ length: 8 }, (_, index) => `00u${index}`);

    // Act
    await Promise.all(
      writers.map((subjectId) =>
        update(users, 'race', '4', (record) => ({
          ...record,
          owners: {
            okta: {
              subjectId,
              eventId: 'event-1',
              former: [...(record.owners.okta?.former ?? []), subjectId],
            },
          },
        })),
      ),
    );

    // Assess
    const { revision, owners } = await users.load('race', '4');
    expect(revision).toBe(8);
    expect(owners.okta?.former.toSorted()).toEqual(writers);
  });
});

describe('a record that cannot be had', () => {
  const whole = { revision: 1, owners: {}, desired: {}, applied: {}, refused: {} };

  it.each<[string, Record<string, unknown>]>([
    ['no revision', { ...whole, revision: undefined }],
    ['a revision that is none', { ...whole, revision: 1.5 }],
    ['no owners', { ...whole, owners: undefined }],
    ['a text for a flag', { ...whole, applied: { is_active: 'false' } }],
    ['a value without its time', { ...whole, desired: { name: { value: 'Lea' } } }],
    [
      'a source that does not exist',
      { ...whole, desired: { name: { value: 'Lea', at: 1, eventId: 'e', origin: 'ldap' } } },
    ],
    ['an owner without an id', { ...whole, owners: { okta: { former: [] } } }],
  ])('because it has %s is permanent, and its content is not quoted', async (_, item) => {
    // Prepare
    await bench.putItem({ pk: 'USER#odd#1', sk: 'RECORD', ...item });

    // Act
    const failure = await failureOf(() => users.load('odd', '1'));

    // Assess
    expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
    expect(failure.message).toContain('Clarus user 1');
    expect(failure.message).not.toContain('Lea');
  });

  it('or written, because DynamoDB does not answer, is retryable', async () => {
    // Prepare
    const unreachable = createUserRecords(unreachableTable());

    // Act
    const failures = [
      await failureOf(() => unreachable.load('acme', '1')),
      await failureOf(() => unreachable.save(newUserRecord('acme', '1'))),
    ];

    // Assess
    for (const failure of failures) {
      expect(failure).toMatchObject({ code: 'state_unavailable', retryable: true });
    }
  });
});
