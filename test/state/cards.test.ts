import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountKey } from '../../functions/identity/access/account.ts';
import { shortForm } from '../../functions/identity/access/short-form.ts';
import type { Word } from '../../functions/identity/access/word.ts';
import { createCards } from '../../functions/state/cards.ts';
import { changeText } from '../../functions/state/items/change.ts';
import { keyHash } from '../../functions/state/items/keys.ts';
import { aChange, NOW } from '../support/changes.ts';
import { startTable, type TableBench, unreachableTable } from '../support/dynamodb.ts';
import { failureOf } from '../support/failure.ts';
import { describeStores, storesOn } from './driver.ts';

const LOOK = JSON.stringify({ kind: 'look', tenant: 'acme', clarusUserId: '42' });

/** Each test has an account of its own. */
function lea(account: string, but: Partial<AccountKey> = {}): AccountKey {
  return { tenant: 'acme', source: 'okta', account, ...but };
}

function aWord(id: string, but: Partial<Word> = {}): Word {
  return { id, at: NOW, seen: NOW, kind: 'stated', gives: false, ...but };
}

const CHANGE = aChange({
  tenant: 'acme',
  account: 'of-the-record',
  register: 'lock',
  gone: true,
  actor: '00uADMIN',
  resent: true,
  timeless: true,
});
const WAITING = {
  eventId: 'event-1',
  taking: true,
  since: NOW,
  code: 'clarus_unavailable',
  tries: 1,
  nextAt: NOW + 1_000,
  clarusUserId: '42',
  change: CHANGE,
};

describeStores('a card', (stores) => {
  it('is not there before anything was noted', async () => {
    expect(await stores().cards.find(lea('nobody'))).toBeUndefined();
  });

  it('has what was noted, and comes back whole', async () => {
    // Prepare
    const words = [
      aWord('a', { register: 'lock', gone: true }),
      aWord('b', { kind: 'read', gives: true, changed: true, born: NOW - 9, news: true, gap: NOW - 10 }),
    ];

    // Act
    const card = await stores().cards.note(lea('whole'), {
      words,
      addresses: ['b@acme.example', 'a@acme.example', 'b@acme.example'],
      at: NOW,
    });

    // Assess
    const { words: noted, ...rest } = card;
    expect(noted).toHaveLength(2);
    expect(noted).toEqual(expect.arrayContaining(words));
    expect(rest).toEqual({
      ...lea('whole'),
      rev: 1,
      addresses: [
        { address: 'b@acme.example', at: NOW },
        { address: 'a@acme.example', at: NOW - 1 },
      ],
    });
    expect(await stores().cards.find(lea('whole'))).toEqual(card);
  });

  it('keeps a word as it was first heard, and each note adds to its revision', async () => {
    const { cards } = stores();
    await cards.note(lea('twice'), { words: [aWord('a')], at: NOW });

    const card = await cards.note(lea('twice'), {
      words: [aWord('a', { seen: NOW + 5, gives: true })],
      at: NOW,
    });

    expect(card).toMatchObject({ rev: 2, words: [aWord('a')] });
  });

  it.each([
    ['another tenant', { tenant: 'globex' }],
    ['another source', { source: 'entra' }],
    ['another id', { account: '00ulea' }],
  ])('is apart from that of %s', async (_, but) => {
    await stores().cards.note(lea('00uLEA'), { words: [aWord('a')], at: NOW });

    expect(await stores().cards.find(lea('00uLEA', but))).toBeUndefined();
  });

  it('takes more words than fit into one update', async () => {
    const words = Array.from({ length: 250 }, (_, index) =>
      aWord(`member-${index}`, { register: `app-${index}` }),
    );

    const card = await stores().cards.note(lea('many'), { words, addresses: ['m@acme.example'], at: NOW });

    expect(card.words).toHaveLength(250);
    expect(card.addresses).toEqual([{ address: 'm@acme.example', at: NOW }]);
  });

  it('loses no word of many who write at the same time', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `word-${index}`);

    await Promise.all(ids.map((id) => stores().cards.note(lea('race'), { words: [aWord(id)], at: NOW })));

    const card = await stores().cards.find(lea('race'));
    expect(card?.rev).toBe(20);
    expect(card?.words.map(({ id }) => id).sort()).toEqual(ids.toSorted());
  });
});

describeStores("a card's addresses", (stores) => {
  it('are in the order in which they were last heard of, and the current one leads to the account', async () => {
    const { cards, accountsByAddress } = stores();
    await cards.note(lea('moved'), { words: [], addresses: ['old@acme.example', 'login'], at: NOW });
    await cards.note(lea('moved'), { words: [], addresses: ['new@acme.example', 'login'], at: NOW + 10 });
    await cards.note(lea('other', { tenant: 'globex' }), {
      words: [],
      addresses: ['new@acme.example'],
      at: NOW,
    });

    expect((await cards.find(lea('moved')))?.addresses.map(({ address }) => address)).toEqual([
      'new@acme.example',
      'login',
      'old@acme.example',
    ]);
    expect(await accountsByAddress('acme', 'new@acme.example')).toEqual([lea('moved')]);
    expect(await accountsByAddress('acme', 'old@acme.example')).toEqual([]);
  });

  it('of two accounts may be the same', async () => {
    const { cards, accountsByAddress } = stores();
    const [one, two] = [lea('twin', { source: 'okta' }), lea('twin', { source: 'entra' })];
    for (const key of [one, two])
      await cards.note(key, { words: [], addresses: ['twin@acme.example'], at: NOW });

    const found = await accountsByAddress('acme', 'twin@acme.example');

    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining([one, two]));
  });

  it('are not set back by news that comes late', async () => {
    const { cards, accountsByAddress } = stores();
    await cards.note(lea('late'), { words: [], addresses: ['now@acme.example'], at: NOW });

    await cards.note(lea('late'), { words: [], addresses: ['then@acme.example'], at: NOW - 10 });

    expect(await accountsByAddress('acme', 'now@acme.example')).toEqual([lea('late')]);
    expect(await accountsByAddress('acme', 'then@acme.example')).toEqual([]);
  });
});

describeStores('the address with which a Clarus user is asked for', (stores) => {
  it('is kept behind all others, and stays where it is if it is one of them', async () => {
    const { cards } = stores();
    const [other, own] = [lea('asked-by-other'), lea('asked-by-own')];
    for (const key of [other, own])
      await cards.note(key, { words: [], addresses: ['own@acme.example'], at: NOW });

    await cards.create(other, NOW + 1, 'made@acme.example');
    await cards.create(own, NOW + 1, 'own@acme.example');

    expect((await cards.find(other))?.addresses).toEqual([
      { address: 'own@acme.example', at: NOW },
      { address: 'made@acme.example', at: 0 },
    ]);
    expect((await cards.find(own))?.addresses).toEqual([{ address: 'own@acme.example', at: NOW }]);
  });
});

describeStores("a card's link", (stores) => {
  it('is that of who came first: the second takes it', async () => {
    const { cards } = stores();
    await cards.create(lea('linked'), NOW, 'made@acme.example');

    const first = await cards.link(lea('linked'), '42');
    const second = await cards.link(lea('linked'), '43');

    expect([first, second]).toMatchObject([
      { link: '42', rev: 1 },
      { link: '42', rev: 2 },
    ]);
    expect(first).not.toHaveProperty('creating');
  });

  it('is one, whoever asks at the same time', async () => {
    const ids = ['1', '2', '3', '4', '5', '6'];

    const cards = await Promise.all(ids.map((id) => stores().cards.link(lea('contested'), id)));

    expect(new Set(cards.map(({ link }) => link)).size).toBe(1);
  });

  it('comes along with news', async () => {
    const news = { words: [aWord('a')], addresses: ['lea@acme.example'], at: NOW };

    const card = await stores().cards.link(lea('with-news'), '42', news);

    expect(card).toMatchObject({ link: '42', rev: 1, words: [aWord('a')] });
    expect(await stores().accountsByAddress('acme', 'lea@acme.example')).toEqual([lea('with-news')]);
  });

  it('is cleared only while it still is the one that is meant', async () => {
    const { cards } = stores();
    await cards.link(lea('unlinked'), '42');

    await cards.unlink(lea('unlinked'), '41');
    const before = await cards.find(lea('unlinked'));
    await cards.unlink(lea('unlinked'), '42');
    await cards.unlink(lea('nobody-unlinked'), '42');

    expect(before?.link).toBe('42');
    expect(await cards.find(lea('unlinked'))).not.toHaveProperty('link');
    expect(await cards.find(lea('nobody-unlinked'))).toBeUndefined();
  });
});

describeStores('shortening a card', (stores) => {
  async function withWords(account: string, count: number, gives: (index: number) => boolean) {
    const words = Array.from({ length: count }, (_, index) =>
      aWord(`w-${index}`, { at: NOW + index, gives: gives(index) }),
    );
    return stores().cards.note(lea(account), { words, at: NOW });
  }

  it('leaves the words of the short form', async () => {
    const card = await withWords('long', 40, (index) => index < 20);

    await stores().cards.shorten(card);

    const short = await stores().cards.find(lea('long'));
    expect(short?.rev).toBe(1);
    expect(short?.words.length).toBeLessThan(20);
    expect(short?.words.toSorted((a, b) => a.at - b.at)).toEqual(shortForm(card.words));
    expect(short?.words.some(({ gap }) => gap !== undefined)).toBe(true);
  });

  it('leaves alone what somebody else has noted meanwhile', async () => {
    const card = await withWords('meanwhile', 40, () => false);
    await stores().cards.note(lea('meanwhile'), { words: [aWord('new', { at: NOW + 100 })], at: NOW });

    await stores().cards.shorten(card);

    const ids = (await stores().cards.find(lea('meanwhile')))?.words.map(({ id }) => id);
    expect(ids?.toSorted()).toEqual([...shortForm(card.words).map(({ id }) => id), 'new'].sort());
  });

  it.each([
    ['few words', 16],
    ['many words that all count', 17],
  ])('does nothing to %s', async (name, count) => {
    const card = await stores().cards.note(lea(name), {
      words: Array.from({ length: count }, (_, index) => aWord(`w-${index}`, { register: `app-${index}` })),
      at: NOW,
    });

    await stores().cards.shorten(card);

    expect(await stores().cards.find(lea(name))).toEqual(card);
  });
});

describeStores('what is open', (stores) => {
  it('is on the card until it is cleared', async () => {
    const { cards } = stores();
    const key = lea('open', { tenant: 'open' });
    const held = { at: NOW, by: 'takings', change: CHANGE } as const;
    const made = [{ address: 'made@acme.example', at: 0 }];
    await cards.wait(key, WAITING);
    await cards.hold(key, held);
    await cards.create(key, NOW, 'made@acme.example');

    const open = await cards.find(key);
    await cards.clear(key, []);
    await cards.clear(key, ['waiting', 'creating']);
    const half = await cards.find(key);
    await cards.clear(key, ['held']);

    expect(open).toEqual({
      ...key,
      rev: 0,
      words: [],
      addresses: made,
      waiting: WAITING,
      held,
      creating: NOW,
    });
    expect(half).toEqual({ ...key, rev: 0, words: [], addresses: made, held });
    expect(await cards.find(key)).toEqual({ ...key, rev: 0, words: [], addresses: made });
    expect(await stores().openItems.count('open')).toEqual({ waitingRevocations: 0, waiting: 0, held: 0 });
  });

  it('makes no card by being cleared', async () => {
    await stores().cards.clear(lea('never'), ['waiting']);

    expect(await stores().cards.find(lea('never'))).toBeUndefined();
  });

  it('keeps of a profile only whether it is active', async () => {
    const { cards } = stores();
    const change = { ...CHANGE, user: { active: true, displayName: 'Lea Ver' } };
    const { user: _, ...thin } = CHANGE;

    await cards.hold(lea('thin'), { at: NOW, by: 'promotions', change });
    const held = (await cards.find(lea('thin')))?.held?.change;
    await cards.hold(lea('thin'), { at: NOW, by: 'promotions', change: thin });

    expect(held).toEqual({ ...CHANGE, user: { active: true } });
    expect((await cards.find(lea('thin')))?.held?.change).toEqual(thin);
  });

  it.each([
    ['later of the same event', 'event-1', NOW + 5, NOW],
    ['earlier of the same event', 'event-1', NOW - 5, NOW - 5],
    ['of another event meanwhile', 'event-2', NOW + 5, NOW],
  ])('waits since: %s', async (name, eventId, since, expected) => {
    const { cards } = stores();
    const [key, nextAt] = [lea(name), NOW + 99];
    await cards.wait(key, WAITING);

    await cards.wait(key, { ...WAITING, eventId, since, tries: 2, nextAt, code: 'timeout' });

    const waiting = (await cards.find(key))?.waiting;
    expect(waiting).toEqual({ ...WAITING, eventId, since: expected, tries: 2, nextAt, code: 'timeout' });
  });

  it.each([
    ['a revocation, whatever else waits', false, true, true],
    ['a revocation that waits, whatever comes after it', true, false, false],
  ])('waits as %s', async (name, first, second, isSecond) => {
    // Prepare
    const { cards } = stores();
    const before = { ...WAITING, taking: first };
    const after = { ...WAITING, taking: second, eventId: 'event-2', since: NOW + 5 };
    await cards.wait(lea(name), before);

    // Act
    await cards.wait(lea(name), after);

    // Assess
    expect((await cards.find(lea(name)))?.waiting).toEqual(isSecond ? after : before);
  });

  it('is listed, the oldest first, and counted, each tenant its own', async () => {
    // Prepare
    const { cards, openItems } = stores();
    const held = (at: number) => ({ at, by: 'takings', change: CHANGE }) as const;
    for (const [index, taking] of [false, true, true].entries()) {
      const key = lea(`w-${index}`, { tenant: 'listed' });
      await cards.note(key, { words: [aWord('a')], at: NOW });
      await cards.wait(key, { ...WAITING, taking, since: NOW - index });
    }
    await cards.hold(lea('h-1', { tenant: 'listed' }), held(NOW));
    await cards.hold(lea('h-2', { tenant: 'listed', source: 'entra' }), held(NOW - 1));
    await cards.wait(lea('w-9', { tenant: 'listed-2' }), { ...WAITING, since: NOW - 99 });

    // Act
    const [all, oldest, holds, count, none] = await Promise.all([
      openItems.waiting('listed'),
      openItems.waiting('listed', 1),
      openItems.held('listed'),
      openItems.count('listed'),
      openItems.count('nobody'),
    ]);

    // Assess
    expect(all.map(({ account }) => account)).toEqual(['w-2', 'w-1', 'w-0']);
    expect(oldest).toEqual([await cards.find(lea('w-2', { tenant: 'listed' }))]);
    expect(holds.map(({ source, account }) => [source, account])).toEqual([
      ['entra', 'h-2'],
      ['okta', 'h-1'],
    ]);
    expect(count).toEqual({ waitingRevocations: 2, oldestRevocation: NOW - 2, waiting: 3, held: 2 });
    expect(none).toEqual({ waitingRevocations: 0, waiting: 0, held: 0 });
  });
});

describe('a card in the table', () => {
  let bench: TableBench;
  beforeAll(async () => {
    bench = await startTable();
  });
  afterAll(() => bench.stop());

  it('is as it is documented', async () => {
    const { cards } = storesOn(bench.table);
    const { register, ...word } = aWord('a', { register: 'lock' });
    await cards.note(lea('00uLEA'), {
      words: [{ ...word, register: 'lock' }],
      addresses: ['lea@acme.example'],
      at: NOW,
    });
    await cards.link(lea('00uLEA'), '42');
    await cards.wait(lea('00uLEA'), WAITING);

    const { id, ...said } = word;
    const { change, ...waiting } = WAITING;
    expect(await bench.itemAt('ACCOUNT#acme#okta#00uLEA', 'CARD')).toEqual({
      pk: 'ACCOUNT#acme#okta#00uLEA',
      sk: 'CARD',
      rev: 2,
      [`w#${id}`]: { ...said, register },
      'm#lea@acme.example': NOW,
      link: '42',
      addressKey: `acme#${keyHash('lea@acme.example')}`,
      addressAccount: 'okta#00uLEA',
      waiting: { ...waiting, change: changeText(change) },
      waitingTenant: 'acme',
      waitingSince: '2026-03-02T09:15:00.000Z#00uLEA',
    });
  });

  it.each<[string, string[], (cards: ReturnType<typeof createCards>) => Promise<unknown>]>([
    [
      'a note',
      ['UpdateItem'],
      (cards) => cards.note(lea('c'), { words: [aWord('a')], addresses: ['c'], at: NOW }),
    ],
    ['a link', ['UpdateItem'], (cards) => cards.link(lea('c'), '42')],
    ['a wait', ['UpdateItem'], (cards) => cards.wait(lea('c'), WAITING)],
    ['a find', ['GetItem'], (cards) => cards.find(lea('c'))],
    ['a clear', ['UpdateItem'], (cards) => cards.clear(lea('c'), ['waiting', 'held', 'creating'])],
  ])('costs so many calls: %s', async (_, expected, act) => {
    const cards = createCards(bench.table);
    bench.calls.length = 0;

    await act(cards);

    expect(bench.calls).toEqual(expected);
  });

  it('may have attributes that this code does not know', async () => {
    await bench.putItem({ pk: 'ACCOUNT#acme#okta#future', sk: 'CARD', rev: 3, later: { any: 'thing' } });

    expect(await createCards(bench.table).find(lea('future'))).toEqual({
      ...lea('future'),
      rev: 3,
      words: [],
      addresses: [],
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['a word without a time', { 'w#a': { seen: 1, kind: 'stated', gives: true } }],
    ['a word that is a text', { 'w#a': 'gone' }],
    ['a word of a kind that there is not', { 'w#a': { at: 1, seen: 1, kind: 'said', gives: true } }],
    ['a time that is none', { 'm#lea@acme.example': 'yesterday' }],
    ['a link that is none', { link: 42 }],
    ['a change that is none', { held: { at: 1, by: 'takings', change: '{"kind":"change"}' } }],
    ['another message than a change', { held: { at: 1, by: 'takings', change: LOOK } }],
  ])('is permanent where it cannot have been written by the bridge: %s', async (_, but) => {
    await bench.putItem({ pk: 'ACCOUNT#acme#okta#odd', sk: 'CARD', rev: 1, ...but });

    const failure = await failureOf(() => createCards(bench.table).find(lea('odd')));

    expect(failure).toMatchObject({ code: 'state_malformed', retryable: false });
    expect(failure.message).not.toContain('lea@acme.example');
  });

  it('is retryable while DynamoDB does not answer', async () => {
    const cards = createCards(unreachableTable());

    for (const act of [() => cards.find(lea('a')), () => cards.note(lea('a'), { words: [], at: NOW })]) {
      expect(await failureOf(act)).toMatchObject({ code: 'state_unavailable', retryable: true });
    }
  });
});
