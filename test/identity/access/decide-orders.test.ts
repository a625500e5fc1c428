import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Account } from '../../../functions/identity/access/account.ts';
import { decide, type Testimony } from '../../../functions/identity/access/decide.ts';
import { shortForm } from '../../../functions/identity/access/short-form.ts';
import type { Word } from '../../../functions/identity/access/word.ts';
import { runs, seeded } from '../../support/random.ts';

/** Words that collide: few instants, few accounts, all registers. */
const someWord: fc.Arbitrary<{ account: string; word: Omit<Word, 'id' | 'seen'> }> = fc.record({
  account: fc.constantFrom('A', 'A', 'B'),
  word: fc.record(
    {
      at: fc.integer({ min: 0, max: 30 }),
      kind: fc.constantFrom('stated', 'stated', 'read'),
      gives: fc.boolean(),
      register: fc.constantFrom('lock', 'mapped', 'g1', 'g2'),
      changed: fc.constant(true),
      news: fc.constant(true),
      gone: fc.constant(true),
      born: fc.integer({ min: 2, max: 30 }),
    },
    { requiredKeys: ['at', 'kind', 'gives'] },
  ),
});

interface Said {
  account: string;
  word: Word;
}

const someWords: fc.Arbitrary<Said[]> = fc
  .array(someWord, { minLength: 1, maxLength: 60 })
  .map((words) =>
    words.map(({ account, word }, n) => ({ account, word: { id: `e${n}`, seen: word.at, ...word } })),
  );

const someMore: fc.Arbitrary<Omit<Testimony, 'accounts'>> = fc.record(
  {
    first: fc.record({ active: fc.boolean() }),
    hand: fc.record({ at: fc.integer({ min: 0, max: 30 }), active: fc.boolean() }),
    liftedAt: fc.integer({ min: 0, max: 30 }),
  },
  { requiredKeys: [] },
);

const someSettings = fc.constantFrom(
  { sources: ['okta'] },
  { sources: ['okta'], byMembership: ['okta'] },
  { sources: [] },
);

/** The accounts when the words arrive in this order and each card is left in this form. */
function accounts(said: readonly Said[], form: (words: readonly Word[]) => readonly Word[]): Account[] {
  const cards = new Map<string, readonly Word[]>();
  for (const { account, word } of said) cards.set(account, form([...(cards.get(account) ?? []), word]));
  return [...cards].map(([account, words]) => ({ source: 'okta', account, rev: 0, words }));
}

const whole = (words: readonly Word[]) => words;

it('the same words in any order decide the same', () => {
  fc.assert(
    fc.property(someWords, someMore, someSettings, fc.integer(), (said, more, settings, seed) => {
      const other = accounts(seeded(seed).shuffled(said), whole);

      expect(decide({ ...more, accounts: other }, settings)).toEqual(
        decide({ ...more, accounts: accounts(said, whole) }, settings),
      );
    }),
    { numRuns: runs(1000) },
  );
});

it('words shortened after every arrival, in any order, never give what all of them do not', () => {
  fc.assert(
    fc.property(someWords, someMore, someSettings, fc.integer(), (said, more, settings, seed) => {
      const truth = decide({ ...more, accounts: accounts(said, whole) }, settings);
      fc.pre(truth.access === 'out');
      const short = accounts(seeded(seed).shuffled(said), shortForm);

      expect(decide({ ...more, accounts: short }, settings).access).toBe('out');
    }),
    { numRuns: runs(1000) },
  );
});

it('words shortened once decide the same in all', () => {
  fc.assert(
    fc.property(someWords, someMore, someSettings, (said, more, settings) => {
      const full = accounts(said, whole);
      const short = full.map((it) => ({ ...it, words: shortForm(it.words) }));

      expect(decide({ ...more, accounts: short }, settings)).toEqual(
        decide({ ...more, accounts: full }, settings),
      );
    }),
    { numRuns: runs(1000) },
  );
});
