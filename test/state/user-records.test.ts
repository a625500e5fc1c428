import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { BatchGetCommandInput, DynamoDBDocumentClient, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, Profile } from '../../functions/identity/access/account.ts';
import type { Word } from '../../functions/identity/access/word.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import type { Table } from '../../functions/state/table.ts';
import { createUserRecords } from '../../functions/state/user-records.ts';
import { NOW } from '../support/changes.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { anyContent } from './any-record.ts';
import { describeStores } from './driver.ts';

function aWord(id: string, but: Partial<Word> = {}): Word {
  return { id, at: NOW, seen: NOW + 5, kind: 'stated', gives: false, ...but };
}

function aProfile(name: string, at = NOW): Profile {
  return { at, eventId: `named-${name}`, attributes: { name } };
}

function anAccount(rev: number, but: Partial<Account> = {}): Account {
  return { source: 'okta', account: '00uLEA', rev, words: [aWord(`word-${rev}`)], ...but };
}

function renamed(record: UserRecord, name: string): UserRecord {
  return { ...record, applied: { ...record.applied, name } };
}

describeStores('the record of a Clarus user', (stores) => {
  it('is a new one, of revision 0, before it is stored', async () => {
    expect(await stores().records.load('new', '1')).toEqual(newUserRecord('new', '1'));
  });

  it('is stored with a revision one higher', async () => {
    const record = renamed(newUserRecord('stored', '1'), 'Lea');

    const saved = await stores().records.save(record);

    expect(saved).toBe('saved');
    expect(await stores().records.load('stored', '1')).toEqual({ ...record, revision: 1 });
  });

  it.each([
    ['another user of the tenant', 'apart', '2'],
    ['the same id at another tenant', 'apart2', '1'],
  ])('is apart from that of %s', async (_, tenant, id) => {
    const { records } = stores();
    await records.save(renamed(await records.load('apart', '1'), 'Lea'));

    expect(await records.load(tenant, id)).toEqual(newUserRecord(tenant, id));
  });

  it('comes back as it was stored, whatever it holds', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(anyContent, async (content) => {
        const record: UserRecord = { ...newUserRecord('any', String(++count)), ...content };

        await stores().records.save(record);

        const nameOf = ({ source, account }: Account) => `${source}#${account}`;
        const accounts = record.accounts.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
        expect(await stores().records.load('any', record.clarusUserId)).toEqual({
          ...record,
          accounts,
          revision: 1,
        });
      }),
      { numRuns: 100 },
    );
  });

  it('loses in storing what it lacks', async () => {
    const { records } = stores();
    const side = { resource: { userName: 'lea' }, created: NOW, lastModified: NOW, deleted: false };
    const whole: UserRecord = {
      ...newUserRecord('lacks', '1'),
      accounts: [anAccount(1, { profile: aProfile('Lea') }), anAccount(1, { source: 'entra' })],
      scim: { scim: side },
      open: { a: NOW, b: NOW },
      applied: { name: 'Lea' },
      pending: { eventId: 'e', client: 'scim', until: NOW, after: side },
      hand: { at: NOW, active: false },
      liftedAt: NOW,
      lookAt: NOW,
    };
    await records.save(whole);

    const left = { ...newUserRecord('lacks', '1'), accounts: [anAccount(2)], open: { b: NOW }, revision: 1 };
    await records.save(left);

    expect(await records.load('lacks', '1')).toEqual({ ...left, revision: 2 });
  });

  it('keeps of each source the twenty accounts that spoke last', async () => {
    const { records } = stores();
    const people = Array.from({ length: 25 }, (_, index) =>
      anAccount(1, {
        account: `00u${index}`,
        words: [aWord('first', { at: 0 }), aWord('last', { at: NOW + ((index * 7) % 25) })],
        profile: aProfile('Lea'),
      }),
    );
    const other = anAccount(1, { source: 'entra', words: [] });
    await records.save({ ...newUserRecord('crowd', '1'), accounts: [...people, other] });

    const { accounts } = await records.load('crowd', '1');

    const times = accounts.filter(({ source }) => source === 'okta').map(({ words }) => words[1]?.at ?? 0);
    expect(times.toSorted()).toEqual(Array.from({ length: 20 }, (_, index) => NOW + 5 + index));
    expect(accounts.filter(({ source }) => source === 'entra')).toEqual([other]);
    expect(accounts.filter(({ profile }) => profile !== undefined).map(({ words }) => words[1]?.at)).toEqual(
      expect.arrayContaining([NOW + 22, NOW + 23, NOW + 24]),
    );
    expect(accounts.filter(({ profile }) => profile !== undefined)).toHaveLength(3);
  });
});

describeStores('of writers that started from the same revision', (stores) => {
  it('one wins, whether the record is new', async () => {
    const { records } = stores();
    const start = await records.load('race', '1');

    const ends = await Promise.all(['a', 'b', 'c'].map((name) => records.save(renamed(start, name))));

    expect(ends.toSorted()).toEqual(['conflict', 'conflict', 'saved']);
    expect((await records.load('race', '1')).revision).toBe(1);
  });

  it('or has been stored before; and what the loser wanted is not there', async () => {
    const { records } = stores();
    await records.save(await records.load('race', '2'));
    const start = await records.load('race', '2');

    const ends = [await records.save(renamed(start, 'first')), await records.save(renamed(start, 'second'))];

    expect(ends).toEqual(['saved', 'conflict']);
    expect(await records.load('race', '2')).toMatchObject({ revision: 2, applied: { name: 'first' } });
  });

  it('none wins from a revision that does not exist yet', async () => {
    const { records } = stores();

    const ends = [
      await records.save({ ...newUserRecord('race', '3'), revision: 1 }),
      await records.save(newUserRecord('race', '3')),
      await records.save({ ...newUserRecord('race', '3'), revision: 2 }),
    ];

    expect(ends).toEqual(['conflict', 'saved', 'conflict']);
  });

  it('all get through in the end, and nothing is lost', async () => {
    const { records } = stores();
    const writers = Array.from({ length: 8 }, (_, index) => `mark-${index}`);

    await Promise.all(
      writers.map((mark) =>
        records.update('race', '4', (record) => ({ ...record, open: { ...record.open, [mark]: NOW } })),
      ),
    );

    const { revision, open } = await records.load('race', '4');
    expect(revision).toBe(8);
    expect(Object.keys(open).sort()).toEqual(writers);
  });

  it('who changes nothing stores nothing', async () => {
    const { records } = stores();
    await records.save(renamed(newUserRecord('race', '5'), 'Lea'));

    const [same, next] = [
      await records.update('race', '5', (record) => record),
      await records.update('race', '5', (record) => renamed(record, 'Leo')),
    ];

    expect(same.revision).toBe(1);
    expect(next).toEqual(await records.load('race', '5'));
    expect(next).toMatchObject({ revision: 2, applied: { name: 'Leo' } });
  });
});

describeStores('a join', (stores) => {
  const join = (id: string, mark: string, account: Account, now = NOW) =>
    stores().records.join('join', id, { account, mark, now });

  it('puts the account, the mark and how Clarus stands into a new record', async () => {
    const account = anAccount(1, { profile: aProfile('Lea') });
    const shown = { at: NOW, email: 'lea@acme.example', name: 'Lea', active: false, roleId: '3' };

    const record = await stores().records.join('join', '1', {
      account,
      mark: 'okta 00uLEA e1',
      now: NOW,
      shown,
    });

    expect(record).toEqual({
      ...newUserRecord('join', '1'),
      revision: 1,
      accounts: [account],
      open: { 'okta 00uLEA e1': NOW },
      first: { at: NOW, active: false },
      shown,
    });
    expect(await stores().records.load('join', '1')).toEqual(record);
  });

  it('keeps how Clarus stood first, and shows how it stands', async () => {
    const { records } = stores();
    const joined = (rev: number, at: number, active?: boolean) => ({
      account: anAccount(rev),
      mark: `e${rev}`,
      now: NOW,
      shown: { at, ...(active !== undefined && { active }) },
    });

    await records.join('join', '2', joined(1, NOW));
    const record = await records.join('join', '2', joined(2, NOW + 9, true));
    const later = await join('2', 'e3', anAccount(3));

    expect(record).toMatchObject({ first: { at: NOW }, shown: { at: NOW + 9, active: true } });
    expect(record.first).not.toHaveProperty('active');
    expect(later).toMatchObject({ first: { at: NOW }, shown: { at: NOW + 9, active: true } });
  });

  it('replaces an older copy, and leaves alone what else there is', async () => {
    const { records } = stores();
    const side = { resource: { userName: 'lea' }, created: NOW, lastModified: NOW, deleted: false };
    const entra = anAccount(7, { source: 'entra' });
    const start = { ...newUserRecord('join', '3'), accounts: [entra, anAccount(1)], scim: { scim: side } };
    await records.save(renamed(start, 'Lea'));

    const record = await join('3', 'e2', anAccount(2));

    expect(record).toEqual({
      ...renamed(start, 'Lea'),
      accounts: [entra, anAccount(2)],
      open: { e2: NOW },
      revision: 2,
    });
  });

  it.each([
    ['the same', 5],
    ['an older', 4],
  ])('of %s copy keeps the one that is there, and still sets the mark', async (_, rev) => {
    const id = `4${rev}`;
    const newest = anAccount(5, { profile: aProfile('Lea') });
    await join(id, 'e5', newest);

    const record = await stores().records.join('join', id, {
      account: anAccount(rev, { words: [aWord('other')] }),
      mark: `late-${rev}`,
      now: NOW + 9,
      shown: { at: NOW, active: true },
    });

    expect(record).toEqual({
      ...newUserRecord('join', id),
      accounts: [newest],
      open: { e5: NOW, [`late-${rev}`]: NOW + 9 },
      first: { at: NOW, active: true },
      revision: 2,
    });
  });

  it.each<[string, [number, number], [number, number], [number, number]]>([
    ['a newer profile and an older copy', [2, 1], [1, 2], [2, 2]],
    ['an older profile and a newer copy', [1, 2], [2, 1], [2, 2]],
    ['both newer', [1, 1], [2, 2], [2, 2]],
    ['both older', [2, 2], [1, 1], [2, 2]],
    ['a newer copy and a profile of the same time', [1, 1], [2, 1], [2, 1]],
  ])('takes each part by itself: %s', async (name, before, after, expected) => {
    const id = String(100 + name.length);
    const of = ([rev, at]: [number, number]) => anAccount(rev, { profile: aProfile(`at-${at}`, NOW + at) });
    await join(id, 'e1', of(before));

    const record = await join(id, 'e2', of(after));

    expect(record.accounts).toEqual([of(expected)]);
    expect(record.open).toEqual({ e1: NOW, e2: NOW });
    expect(await stores().records.load('join', id)).toEqual(record);
  });

  it('without a profile leaves the one that is there', async () => {
    await join('6', 'e1', anAccount(1, { profile: aProfile('Lea') }));

    const record = await join('6', 'e2', anAccount(2));

    expect(record.accounts).toEqual([anAccount(2, { profile: aProfile('Lea') })]);
  });

  it('of many at the same time loses none, and a save that overlaps is a conflict', async () => {
    const { records } = stores();
    const start = await records.load('join', '7');
    const joins = Array.from({ length: 10 }, (_, index) =>
      join('7', `e${index}`, anAccount(index + 1, { account: `00u${index % 3}` })),
    );

    const [saved] = await Promise.all([records.save(renamed(start, 'Lea')), ...joins]);

    const { accounts, open, applied, revision } = await records.load('join', '7');
    expect(accounts.map(({ account, rev }) => [account, rev])).toEqual([
      ['00u0', 10],
      ['00u1', 8],
      ['00u2', 9],
    ]);
    expect(Object.keys(open)).toHaveLength(10);
    expect(revision).toBeGreaterThanOrEqual(10);
    expect(applied).toEqual(saved === 'saved' ? { name: 'Lea' } : {});
    expect(await records.save(renamed(start, 'Leo'))).toBe('conflict');
  });

  it.each([0, 1, 2, 3])('between loading and saving is a conflict, after %i saves too', async (saves) => {
    const { records } = stores();
    const id = `8${saves}`;
    for (let n = 0; n < saves; n++) await records.save(await records.load('join', id));
    const start = await records.load('join', id);

    await join(id, 'e1', anAccount(1));
    const late = await join(id, 'e2', anAccount(1));

    expect(await records.save(renamed(start, 'Lea'))).toBe('conflict');
    expect(await records.save(renamed(late, 'Lea'))).toBe('saved');
  });
});

describeStores('users of a tenant', (stores) => {
  it('are listed in the order of numbers, page by page', async () => {
    // Prepare
    const { records } = stores();
    const ids = Array.from({ length: 60 }, (_, index) => String((index * index * 37) % 12_011 || 9));
    await Promise.all([...new Set(ids)].map((id) => records.save(newUserRecord('listed', id))));
    await records.save(newUserRecord('listed-2', '1'));
    const inOrder = [...new Set(ids)].sort((a, b) => Number(a) - Number(b));

    // Act
    const pages: string[][] = [];
    let after: string | undefined;
    do {
      const page = await records.list('listed', after, 7);
      pages.push(page);
      after = page.at(-1);
    } while (after !== undefined);

    // Assess
    expect(new Set(inOrder.map(({ length }) => length)).size).toBeGreaterThan(3);
    expect(pages.flat()).toEqual(inOrder);
    expect(pages.slice(0, -2).every(({ length }) => length === 7)).toBe(true);
    expect(await records.list('listed', undefined, 1000)).toEqual(inOrder);
    expect(await records.list('listed', '10', 3)).toEqual(
      inOrder.filter((id) => Number(id) > 10).slice(0, 3),
    );
    expect(await records.list('listed', undefined, 0)).toEqual([]);
    expect(await records.list('nobody', undefined, 10)).toEqual([]);
  });

  it('are listed from the moment they are joined', async () => {
    const { records } = stores();
    await records.join('joined', '77', { account: anAccount(1), mark: 'm', now: NOW });

    expect(await records.list('joined', undefined, 10)).toEqual(['77']);
  });

  it('are loaded together, in the order asked for, each once', async () => {
    const { records } = stores();
    const ids = Array.from({ length: 130 }, (_, index) => String(1000 - index));
    await Promise.all(ids.slice(1).map((id) => records.save(renamed(newUserRecord('many', id), id))));

    const loaded = await records.loadMany('many', [...ids, '900']);

    expect(loaded.map(({ clarusUserId }) => clarusUserId)).toEqual(ids);
    expect(loaded.map(({ revision }) => revision)).toEqual(ids.map((_, index) => Number(index > 0)));
    expect(loaded[7]?.applied).toEqual({ name: '993' });
    expect(await records.loadMany('many', [])).toEqual([]);
  });
});

describe('a record in the table', () => {
  let bench: TableBench;
  beforeAll(async () => {
    bench = await startTable();
  });
  afterAll(() => bench.stop());

  it('is as it is documented', async () => {
    const side = { resource: { userName: 'lea' }, created: NOW, lastModified: NOW, deleted: false };
    await createUserRecords(bench.table).save({
      ...newUserRecord('raw', '42'),
      accounts: [anAccount(3, { words: [aWord('e1', { register: 'lock' })], profile: aProfile('Lea') })],
      scim: { scim: side },
      open: { 'okta 00uLEA e1': NOW },
      pending: { eventId: 'e2', client: 'scim', until: NOW, after: side },
    });

    const stored = { ...side, resource: '{"userName":"lea"}' };
    expect(await bench.itemAt('USER#raw#42', 'RECORD')).toEqual({
      pk: 'USER#raw#42',
      sk: 'RECORD',
      revision: 1,
      'a#okta#00uLEA': { rev: 3, words: [`${NOW.toString(36)} 5 s- e1 lock`] },
      'p#okta#00uLEA': aProfile('Lea'),
      'c#scim': stored,
      'o#okta 00uLEA e1': NOW,
      applied: {},
      refused: {},
      pending: { eventId: 'e2', client: 'scim', until: NOW, after: stored },
      userBucket: expect.stringMatching(/^raw#(\d|1[0-5])$/),
      userSort: '0000000000000042',
    });
  });

  it.each<[string, string[], (records: ReturnType<typeof createUserRecords>) => Promise<unknown>]>([
    ['a join', ['UpdateItem'], (records) => join(records, 1)],
    ['a join that is late', ['UpdateItem', 'UpdateItem'], (records) => join(records, 1)],
    [
      'a join of which a part is late',
      ['UpdateItem', 'UpdateItem', 'UpdateItem'],
      (records) => join(records, 1, aProfile('Lea')),
    ],
    ['a load', ['GetItem'], (records) => records.load('calls', '1')],
    ['a save', ['PutItem'], (records) => records.save(newUserRecord('calls', '2'))],
    ['an update', ['GetItem', 'PutItem'], (records) => records.update('calls', '1', (it) => ({ ...it }))],
    [
      'loading 130',
      ['BatchGetItem', 'BatchGetItem'],
      (records) =>
        records.loadMany(
          'calls',
          Array.from({ length: 130 }, (_, index) => String(index)),
        ),
    ],
    ['a list', Array(16).fill('Query'), (records) => records.list('calls', undefined, 100)],
  ])('costs so many calls: %s', async (_, expected, act) => {
    bench.calls.length = 0;

    await act(createUserRecords(bench.table));

    expect(bench.calls).toEqual(expected);
  });

  function join(records: ReturnType<typeof createUserRecords>, rev: number, profile?: Profile) {
    const account = anAccount(rev, profile && { profile });
    return records.join('calls', '1', { account, mark: 'm', now: NOW });
  }

  it('may have attributes that this code does not know', async () => {
    await bench.putItem({ pk: 'USER#future#1', sk: 'RECORD', revision: 3, 'z#later': { any: 'thing' } });

    const record = await createUserRecords(bench.table).load('future', '1');

    expect(record).toEqual({ ...newUserRecord('future', '1'), revision: 3 });
  });

  it.each<[string, Record<string, unknown>]>([
    ['no revision', { revision: undefined }],
    ['a revision that is none', { revision: 1.5 }],
    ['a text for a flag', { applied: { is_active: 'false' } }],
    ['a copy without its words', { 'a#okta#00uLEA': { rev: 1 } }],
    ['a word that is none', { 'a#okta#00uLEA': { rev: 1, words: ['Lea'] } }],
    [
      'a profile without its time',
      { 'a#okta#1': { rev: 1, words: [] }, 'p#okta#1': { attributes: { name: 'Lea' } } },
    ],
    [
      'a resource that is none',
      { 'c#scim': { resource: '["Lea"]', created: 1, lastModified: 1, deleted: false } },
    ],
    [
      'a resource that is no JSON',
      { 'c#scim': { resource: 'Lea', created: 1, lastModified: 1, deleted: false } },
    ],
    ['a mark without its time', { 'o#mark': 'Lea' }],
  ])('is permanent where it has %s, and its content is not quoted', async (_, but) => {
    await bench.putItem({ pk: 'USER#odd#1', sk: 'RECORD', revision: 1, ...but });

    const failure = await failureOf(() => createUserRecords(bench.table).load('odd', '1'));

    expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
    expect(failure.message).toContain('Clarus user 1');
    expect(failure.message).not.toContain('Lea');
  });

  it('is asked for again where DynamoDB leaves it out, as long as it gives any', async () => {
    const asked: number[] = [];
    const records = createUserRecords(
      tableThat((keys) => keys.slice(0, asked.push(keys.length) > 2 ? 0 : 60)),
    );

    const failure = await failureOf(() => records.loadMany('acme', range(130)));

    // 100 and 30 side by side, then the 40 that were left out.
    expect(asked).toEqual([100, 30, 40]);
    expect(failure).toMatchObject({ code: 'state_unavailable', retryable: true });
    expect(failure.message).toContain('40 records');
  });

  it('is complete where what was left out comes later', async () => {
    const records = createUserRecords(tableThat((keys) => keys.slice(0, 7)));

    expect(await records.loadMany('acme', range(20))).toMatchObject(
      range(20).map((clarusUserId) => ({ clarusUserId, revision: 1 })),
    );
  });

  it.each<[string, (records: ReturnType<typeof createUserRecords>) => Promise<unknown>]>([
    ['updated', (records) => records.update('acme', '1', (it) => ({ ...it }))],
    ['joined', (records) => records.join('acme', '1', { account: anAccount(1), mark: 'm', now: NOW })],
  ])('is given up where it cannot be %s for ever', async (_, act) => {
    const records = createUserRecords(tableThat((keys) => keys));

    const failure = await failureOf(() => act(records));

    expect(failure).toMatchObject({ code: 'contention', retryable: true });
  });

  it('is retryable while DynamoDB does not answer', async () => {
    const records = createUserRecords(unreachableTable());

    for (const act of [
      () => records.load('acme', '1'),
      () => records.save(newUserRecord('acme', '1')),
      () => records.join('acme', '1', { account: anAccount(1), mark: 'm', now: NOW }),
      () => records.list('acme', undefined, 1),
      () => records.loadMany('acme', ['1']),
    ]) {
      expect(await failureOf(act)).toMatchObject({ code: 'state_unavailable', retryable: true });
    }
  });
});

/** A table that refuses every condition, and that gives those of the keys asked for together. */
function tableThat(gives: (keys: { pk: string; sk: string }[]) => { pk: string; sk: string }[]): Table {
  async function send({ input }: { input: UpdateCommandInput & BatchGetCommandInput }) {
    if ('ConditionExpression' in input)
      throw new ConditionalCheckFailedException({ message: '', $metadata: {} });
    const keys: { pk: string; sk: string }[] = Object(input.RequestItems?.state).Keys ?? [];
    const given = gives(keys);
    return {
      Attributes: { revision: 1 },
      Responses: { state: given.map((key) => ({ ...key, revision: 1 })) },
      UnprocessedKeys: { state: { Keys: keys.slice(given.length) } },
    };
  }
  // What the stores use of it.
  return { client: { send } as unknown as DynamoDBDocumentClient, name: 'state' };
}

function range(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}
