import { describe, expect, it } from 'vitest';
import type { Account } from '../../../functions/identity/access/account.ts';
import {
  type AccessSettings,
  type Decision,
  decide,
  HAND_LATER,
  type Taking,
  type Testimony,
} from '../../../functions/identity/access/decide.ts';
import { anAccount, foundIn, foundOut, gave, took } from '../../support/words.ts';

const okta = (account: string, ...words: Parameters<typeof anAccount>[2][]) =>
  anAccount('okta', account, ...words);
const entra = (account: string, ...words: Parameters<typeof anAccount>[2][]) =>
  anAccount('entra', account, ...words);
const scim = (account: string, ...words: Parameters<typeof anAccount>[2][]) =>
  anAccount('scim', account, ...words);

const all: AccessSettings = { sources: ['okta', 'entra', 'scim'] };
const idsShared: AccessSettings = { ...all, idOf: { scim: 'okta' } };
const on = { first: { active: true } };
const off = { first: { active: false } };

function decided(
  accounts: readonly Account[],
  but: Partial<Testimony> = {},
  settings: AccessSettings = all,
): Decision {
  return decide({ accounts, ...but }, settings);
}

function takers({ takings }: Decision): string[] {
  return takings.map(({ by, account, removed }) =>
    [by, account, removed ? 'removed' : undefined].filter((it) => it !== undefined).join(' '),
  );
}

type Access = Decision['access'];

describe('1. every source counts for itself', () => {
  it.each<[string, Account[], Partial<Testimony>, Access]>([
    ['nobody said anything', [], {}, 'unsaid'],
    ['nor of somebody who was on', [], on, 'unsaid'],
    ['one gave', [okta('A', gave(1))], {}, 'in'],
    ['silence of another is no taking', [okta('A', gave(1)), scim('A')], {}, 'in'],
    ['one took', [okta('A', took(1))], {}, 'out'],
    ['one took, another gave later', [okta('A', took(1)), scim('A', gave(9))], {}, 'out'],
    ['what it took it gives back', [okta('A', took(1), gave(2)), scim('A', gave(1))], {}, 'in'],
  ])('%s', (_, accounts, but, expected) => {
    expect(decided(accounts, but).access).toBe(expected);
  });

  it('all who take are named, in the order of the tenant file, with the words', () => {
    const { takings } = decided([scim('S', gave(1)), entra('E', took(3)), okta('O', took(7), took(8))]);

    expect(takings).toEqual<Taking[]>([
      { by: 'okta', account: 'O', since: 7, eventId: 'out@7' },
      { by: 'entra', account: 'E', since: 3, eventId: 'out@3' },
    ]);
  });

  it('who speaks for each source is named in the same order', () => {
    const { holders } = decided([entra('E', took(3)), okta('O', gave(7)), okta('P', gave(6)), scim('S')]);

    expect(holders.map(({ source, account }) => `${source} ${account}`)).toEqual(['okta O', 'entra E']);
  });

  describe('what a source took that has left the tenant file', () => {
    const oktaAlone: AccessSettings = { sources: ['okta'] };

    it.each<[string, Account[], Access]>([
      ['stays', [okta('A', gave(1)), scim('A', took(5))], 'out'],
      ['whatever was stated before', [okta('A', gave(4)), scim('A', took(5))], 'out'],
      ['or at the same instant', [okta('A', gave(5)), scim('A', took(5))], 'out'],
      [
        'until somebody states that the person is in',
        [okta('A', gave(1), gave(6)), scim('A', took(5))],
        'in',
      ],
      ['after its last word', [okta('A', gave(6)), scim('A', took(5), took(7))], 'out'],
      ['a reading is no statement', [okta('A', foundOut(1), foundIn(6)), scim('A', took(5))], 'out'],
      ['and nobody else who is out lifts it', [okta('A', gave(6), took(7)), scim('A', took(5))], 'out'],
      ['what it gave counts no more', [okta('A', foundIn(1)), scim('A', gave(5))], 'unsaid'],
    ])('%s', (_, accounts, expected) => {
      expect(decided(accounts, {}, oktaAlone).access).toBe(expected);
    });

    it('is marked, and comes last, and speaks for nobody', () => {
      const decision = decided(
        [
          anAccount('ad', 'A', took(1)),
          scim('A', took(5)),
          anAccount('ab', 'A', took(1)),
          okta('A', gave(1)),
        ],
        {},
        oktaAlone,
      );

      expect(takers(decision)).toEqual(['ab A removed', 'ad A removed', 'scim A removed']);
      expect(decision.holders.map(({ source }) => source)).toEqual(['okta']);
    });

    it('comes after those that are in it', () => {
      const decision = decided([anAccount('ab', 'A', took(1)), okta('A', took(5))], {}, oktaAlone);

      expect(takers(decision)).toEqual(['okta A', 'ab A removed']);
    });

    it('counts as its own again when the source is added again', () => {
      const accounts = [okta('A', gave(6)), scim('A', took(5))];

      expect(decided(accounts, {}, oktaAlone).access).toBe('in');
      expect(takers(decided(accounts, {}, all))).toEqual(['scim A']);
    });
  });
});

describe('2. who was on and of whom somebody took is given back what Clarus followed', () => {
  it.each<[string, Account[], Partial<Testimony>, Access]>([
    ['an old double is out, the person is in', [entra('Old', foundOut(1)), entra('A', foundIn(2))], on, 'in'],
    ['not who was off', [entra('Old', foundOut(1)), entra('A', foundIn(2))], off, 'out'],
    ['nor where Clarus did not tell', [entra('Old', foundOut(1)), entra('A', foundIn(2))], {}, 'unsaid'],
    [
      'one group said out before another was read',
      [okta('A', took(1, { register: 'g2' }), foundIn(5, { register: 'g1' }))],
      on,
      'in',
    ],
    [
      'an unlocking, where Clarus did not tell',
      [okta('A', took(1, { register: 'lock' }), gave(2, { register: 'lock' }))],
      {},
      'in',
    ],
    ['an unlocking alone gives nothing', [okta('A', gave(2, { register: 'lock' }))], on, 'unsaid'],
  ])('%s', (_, accounts, but, expected) => {
    expect(decided(accounts, but).access).toBe(expected);
  });
});

describe('3. a first look gives nothing', () => {
  it.each<[string, Account[], Partial<Testimony>, Access]>([
    ['off when first met', [okta('A', foundIn(1))], off, 'out'],
    ['off, and nobody is known', [], off, 'out'],
    ['a statement of any time lifts it', [okta('A', gave(-5))], off, 'in'],
    ['in after out lifts it', [entra('A', foundIn(1), foundOut(2), foundIn(3))], off, 'in'],
    ['an account made since the bridge began', [entra('A', foundIn(9, { born: 5 }))], off, 'in'],
    [
      'a statement of who is out by now does not',
      [okta('A', gave(1), took(2)), entra('A', foundIn(1))],
      off,
      'out',
    ],
    [
      'an unlocking does not',
      [okta('A', foundIn(1), took(2, { register: 'lock' }), gave(3, { register: 'lock' }))],
      off,
      'out',
    ],
    [
      'nor does the mapping',
      [okta('A', foundIn(1), took(2, { register: 'mapped' }), foundIn(3, { register: 'mapped' }))],
      off,
      'out',
    ],
    [
      'a hand that switches on does',
      [okta('A', foundIn(1))],
      { ...off, hand: { at: 5, active: true } },
      'in',
    ],
    ['an operator does', [okta('A', foundIn(1))], { ...off, liftedAt: 1 }, 'in'],
  ])('%s', (_, accounts, but, expected) => {
    expect(decided(accounts, but).access).toBe(expected);
  });

  it('is named', () => {
    expect(decided([okta('A', foundIn(1))], off).takings).toEqual([{ by: 'first_look', since: 0 }]);
  });
});

describe('4. within a source the latest transition counts', () => {
  it.each<[string, Account[], Access]>([
    ['two accounts, one leaves', [okta('A', gave(1)), okta('B', gave(2), took(5))], 'out'],
    ['one comes after', [okta('A', took(5)), okta('B', gave(6))], 'in'],
    ['a repeated giving comes not after', [okta('A', gave(1), gave(9)), okta('B', took(5))], 'out'],
    [
      'a late delete is no new taking',
      [okta('A', took(1), took(9, { gone: true })), okta('B', gave(5))],
      'in',
    ],
    ['at the same instant taking wins', [okta('A', gave(5)), okta('B', took(5))], 'out'],
    ['whichever comes first', [okta('B', took(5)), okta('A', gave(5))], 'out'],
    [
      'an unlocking is no transition',
      [
        okta('A', foundIn(1), took(5, { register: 'lock' }), gave(9, { register: 'lock' })),
        okta('B', took(7)),
      ],
      'out',
    ],
    [
      'nor is a move between groups',
      [
        okta('A', gave(1, { register: 'g1' }), gave(6, { register: 'g2' }), took(7, { register: 'g1' })),
        okta('B', took(5)),
      ],
      'out',
    ],
  ])('%s', (_, accounts, expected) => {
    expect(decided(accounts).access).toBe(expected);
  });

  it.each<[string, Account[], string]>([
    ['of two that took at once, the first by id', [okta('B', took(5)), okta('A', took(5))], 'A'],
    ['whatever the order', [okta('A', took(5)), okta('B', took(5))], 'A'],
    ['of two that were given at once likewise', [okta('B', gave(5)), okta('A', gave(5))], 'A'],
  ])('%s', (_, accounts, expected) => {
    expect(decided(accounts).holders[0]?.account).toBe(expected);
  });
});

describe('5. tenure', () => {
  it.each<[string, Account[], Partial<Testimony>, AccessSettings, Access, boolean]>([
    [
      'an account given access after another lost it',
      [okta('X', took(5)), okta('Y', gave(9))],
      {},
      all,
      'in',
      true,
    ],
    ['not one from before', [okta('X', took(5)), okta('Y', gave(1))], {}, all, 'out', false],
    ['two accounts of one person', [okta('A', gave(1)), okta('B', gave(5))], {}, all, 'in', false],
    [
      "another source's older taking binds",
      [okta('X', took(5)), okta('Y', gave(9)), scim('X', took(6))],
      {},
      all,
      'out',
      true,
    ],
    [
      'until it has the newcomer in',
      [okta('X', took(5)), okta('Y', gave(9)), scim('X', took(6)), scim('Y', gave(10))],
      {},
      all,
      'in',
      true,
    ],
    ['off when first met, given since', [okta('A', gave(9))], off, all, 'in', true],
    ['off when first met, and lifted', [okta('A', foundIn(1))], { ...off, liftedAt: 9 }, all, 'in', true],
    [
      'off when first met, and switched on by hand',
      [okta('A', foundIn(1))],
      { ...off, hand: { at: 9, active: true } },
      all,
      'in',
      false,
    ],
    ['off when first met', [okta('A', foundIn(1))], off, all, 'out', false],
    ['lifted, and the same person', [okta('A', took(5))], { liftedAt: 20 }, all, 'in', false],
    [
      'lifted after a newcomer left',
      [okta('X', took(5)), okta('Y', gave(9), took(12))],
      { liftedAt: 20 },
      all,
      'in',
      true,
    ],
  ])('%s', (_, accounts, but, settings, access, newcomer) => {
    expect(decided(accounts, but, settings)).toMatchObject({ access, newcomer });
  });

  describe('where the ids of scim are those of okta', () => {
    it.each<[string, Account[], Access, boolean]>([
      [
        'a taking of X does not bind Y',
        [okta('X', took(5)), okta('Y', gave(9)), scim('X', took(6))],
        'in',
        true,
      ],
      ['nor where okta never had X', [okta('Y', gave(9)), scim('X', took(6))], 'in', true],
      ['the other way about', [okta('X', took(6)), scim('X', took(5)), scim('Y', gave(9))], 'in', true],
      ['nor where scim has Y in', [okta('Y', gave(9)), scim('X', took(6)), scim('Y', gave(3))], 'in', true],
      ['one of them who gave is not another', [okta('Y', gave(9)), scim('X', gave(6))], 'in', false],
      ['nor is one whom a third source has out', [entra('X', took(6)), scim('Y', gave(9))], 'out', false],
      ['it binds X', [okta('X', gave(9)), scim('X', took(6))], 'out', false],
      ['and Y who was there before', [okta('Y', gave(5)), scim('X', took(6))], 'out', false],
      ['or came at the same instant', [okta('Y', gave(6)), scim('X', took(6))], 'out', false],
      [
        'and Y of whom scim says so too',
        [okta('Y', gave(9)), scim('X', took(7)), scim('Y', took(6))],
        'out',
        false,
      ],
      ['not where okta has Y out', [okta('Y', gave(9), took(10)), scim('X', took(6))], 'out', false],
      ['and nobody else', [entra('Y', gave(9)), scim('X', took(6))], 'out', false],
      ['nor what entra says', [okta('Y', gave(9)), entra('X', took(6))], 'out', false],
    ])('%s', (_, accounts, access, newcomer) => {
      expect(decided(accounts, {}, idsShared)).toMatchObject({ access, newcomer });
    });

    it('X speaks for nobody any more', () => {
      const { holders } = decided([okta('Y', gave(9)), scim('X', took(6))], {}, idsShared);

      expect(holders.map(({ account }) => account)).toEqual(['Y']);
    });

    it('counts only while both are in the tenant file', () => {
      const withoutOkta = { ...idsShared, sources: ['scim'] };
      const withoutScim = { ...idsShared, sources: ['okta'] };

      expect(decided([okta('Y', gave(9)), scim('X', took(6))], {}, withoutOkta).access).toBe('out');
      expect(
        takers(decided([okta('Y', foundIn(9, { born: 9 })), scim('X', took(6))], {}, withoutScim)),
      ).toEqual(['scim X removed']);
    });
  });
});

describe('7. apps and groups', () => {
  const member = { register: 'g1' };

  it.each<[string, Account[], Partial<Testimony>, Access]>([
    ['both have to be so', [okta('A', gave(5), took(1, member))], on, 'out'],
    ['in either order', [okta('A', took(5), gave(1, member))], on, 'out'],
    ['a group gives', [okta('A', gave(5, member))], off, 'in'],
    ['to whom may sign in', [okta('A', took(1), gave(5, member))], off, 'out'],
    [
      'who may sign in again is in as a member',
      [okta('A', foundIn(1, member), foundOut(1), gave(5))],
      off,
      'in',
    ],
    ['removed, suspended and unsuspended', [okta('A', took(1, member), took(2), gave(3))], on, 'out'],
    [
      'added to one, removed from another',
      [okta('A', gave(1, { register: 'g2' }), took(2, member))],
      on,
      'in',
    ],
    ['who is in none of them is out', [okta('A', foundOut(1, member), gave(5))], off, 'out'],
    ['activated, where nobody has told of groups', [okta('A', gave(5))], off, 'out'],
    ['not against anybody', [okta('A', gave(5))], on, 'unsaid'],
    ['given back what the account took', [okta('A', took(5), gave(9))], on, 'in'],
    ['elsewhere an account gives', [entra('A', gave(5))], off, 'in'],
  ])('%s', (_, accounts, but, expected) => {
    expect(decided(accounts, but, { ...all, byMembership: ['okta'] }).access).toBe(expected);
  });
});

describe('9. a hand in Clarus', () => {
  const hand = { at: 10 + HAND_LATER, active: false };

  it.each<[string, Account[], Partial<Testimony>, Access]>([
    ['switches off', [okta('A', gave(1))], { hand }, 'out'],
    ['a later statement lifts it', [okta('A', gave(1), gave(hand.at + 1))], { hand }, 'in'],
    ['not one of the same instant', [okta('A', gave(hand.at))], { hand }, 'out'],
    [
      'not one of somebody who is out',
      [okta('A', gave(hand.at + 1)), okta('B', took(hand.at + 2))],
      { hand },
      'out',
    ],
    ['not a reading', [entra('A', foundOut(1), foundIn(hand.at + 1))], { hand }, 'out'],
    [
      'not an unlocking',
      [okta('A', gave(1), took(5, { register: 'lock' }), gave(hand.at + 1, { register: 'lock' }))],
      { hand },
      'out',
    ],
    [
      'a hand that switches on is the last one',
      [okta('A', foundIn(1))],
      { hand: { at: 10, active: true } },
      'in',
    ],
    ['but no source', [okta('A', took(1))], { hand: { at: 10, active: true } }, 'out'],
  ])('%s', (_, accounts, but, expected) => {
    expect(decided(accounts, but).access).toBe(expected);
  });

  it('is named with its time', () => {
    expect(decided([okta('A', gave(1))], { hand }).takings).toEqual([{ by: 'clarus', since: hand.at }]);
  });
});

describe('an operator lifts what was heard', () => {
  const hand = { at: 10 + HAND_LATER, active: false };

  it.each<[string, Account[], Partial<Testimony>, Access]>([
    ['a taking', [okta('A', took(5))], { liftedAt: 9 }, 'in'],
    ['at the same instant', [okta('A', took(5, { seen: 9 }))], { liftedAt: 9 }, 'in'],
    ['by the time it was heard', [okta('A', took(5, { seen: 10 }))], { liftedAt: 9 }, 'out'],
    ['by a clock ahead too', [okta('A', took(20, { seen: 8 }))], { liftedAt: 9 }, 'in'],
    ['not the next taking', [okta('A', took(5), gave(10), took(11))], { liftedAt: 9 }, 'out'],
    ['nor one stated again', [okta('A', took(5), took(11))], { liftedAt: 9 }, 'out'],
    [
      'nor one of a second account',
      [okta('A', took(5)), okta('B', took(4), took(11))],
      { liftedAt: 9 },
      'out',
    ],
    ['a reading that shows the same is none', [entra('A', foundOut(5), foundOut(11))], { liftedAt: 9 }, 'in'],
    [
      'of every source',
      [okta('A', took(5)), scim('A', took(6)), anAccount('ad', 'A', took(1))],
      { liftedAt: 9 },
      'in',
    ],
    ['a hand by the time of its look', [okta('A', gave(1))], { hand, liftedAt: 10 }, 'in'],
    ['not a hand that was found later', [okta('A', gave(1))], { hand, liftedAt: 9 }, 'out'],
  ])('%s', (_, accounts, but, expected) => {
    expect(decided(accounts, but).access).toBe(expected);
  });
});
