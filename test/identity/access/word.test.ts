import { describe, expect, it } from 'vitest';
import {
  AHEAD,
  type Finding,
  inOrder,
  MARGIN,
  reading,
  SKEW,
  STALE_FOR,
  type Word,
} from '../../../functions/identity/access/word.ts';
import { gave, took } from '../../support/words.ts';

const BEGAN = 1_000_000;
const READ = 5_000_000;

function found(but: Partial<Finding> = {}): Finding {
  return { id: 'read', gives: true, readAt: READ, news: false, ...but };
}

describe('a reading as a word', () => {
  it.each<[string, Partial<Finding>, Partial<Word>]>([
    ['takes as of when it was read', { gives: false }, { at: READ }],
    ['gives as of before it can be stale', { gives: true }, { at: READ - MARGIN }],
    [
      "both as of the directory's own time",
      { gives: false, changedAt: 4_000_000 },
      { at: 4_000_000, changed: true },
    ],
    ['giving too', { changedAt: 4_000_000 }, { at: 4_000_000, changed: true }],
    [
      'out before the bridge began: since ever',
      { gives: false, changedAt: BEGAN - 1 },
      { at: 0, changed: true },
    ],
    ['in before the bridge began: a moment later', { changedAt: BEGAN - 1 }, { at: 1, changed: true }],
    ['at the moment the bridge began', { gives: false, changedAt: BEGAN }, { at: BEGAN, changed: true }],
    ['a clock ahead as far as clocks go', { changedAt: READ + AHEAD }, { at: READ + AHEAD, changed: true }],
    ['a clock further ahead is not believed', { changedAt: READ + AHEAD + 1 }, { at: READ - MARGIN }],
    ['an account made since the bridge began', { createdAt: BEGAN }, { at: READ - MARGIN, born: BEGAN }],
    ['one made before', { createdAt: BEGAN - 1 }, { at: READ - MARGIN }],
    [
      'one made since whose change is dated',
      { createdAt: BEGAN, changedAt: BEGAN + 5 },
      { at: BEGAN + 5, changed: true, born: BEGAN },
    ],
    ['made by news', { news: true }, { at: READ - MARGIN, news: true }],
    ['of a lock', { register: 'lock' }, { at: READ - MARGIN, register: 'lock' }],
  ])('%s', (_, but, expected) => {
    const common = { id: 'read', seen: READ, kind: 'read', gives: but.gives ?? true };

    expect(reading(found(but), BEGAN)).toStrictEqual({ ...common, ...expected });
  });
});

it('readings are stale for 90 s, clocks differ by a minute, and one five minutes ahead is wrong', () => {
  expect({ STALE_FOR, SKEW, MARGIN, AHEAD }).toEqual({
    STALE_FOR: 90_000,
    SKEW: 60_000,
    MARGIN: 210_000,
    AHEAD: 300_000,
  });
});

describe('the order of words', () => {
  it.each<[string, Word, Word]>([
    ['by time', took(1), gave(2)],
    ['at the same instant the taking last', gave(1), took(1)],
    ['else by id', gave(1, { id: 'a' }), gave(1, { id: 'b' })],
  ])('%s', (_, first, second) => {
    expect(inOrder(first, second)).toBeLessThan(0);
    expect(inOrder(second, first)).toBeGreaterThan(0);
  });

  it('is none between a word and itself', () => {
    expect(inOrder(gave(1), gave(1))).toBe(0);
  });
});
