import { describe, expect, it } from 'vitest';
import { type Standing, standing } from '../../../functions/identity/access/standing.ts';
import type { Word } from '../../../functions/identity/access/word.ts';
import { foundIn, foundOut, gave, took } from '../../support/words.ts';

const NEVER = Number.NEGATIVE_INFINITY;
const changed = { changed: true } as const;
const lock = { register: 'lock' } as const;
const mapped = { register: 'mapped' } as const;
const g1 = { register: 'g1' } as const;
const g2 = { register: 'g2' } as const;

type Case = [string, Word[], Partial<Standing>];

describe('what is stated', () => {
  it.each<Case>([
    ['nothing', [], { access: undefined, since: NEVER, granted: false, givenAt: NEVER }],
    ['a giving', [gave(5)], { access: 'in', since: 5, granted: true, givenAt: 5 }],
    ['a repeated giving is no newcomer', [gave(5), gave(9)], { access: 'in', since: 5, givenAt: 9 }],
    ['a taking', [took(5)], { access: 'out', since: 5, granted: false, takenAt: 5 }],
    ['a repeated taking is no new one', [took(5), took(9)], { access: 'out', since: 5, takenAt: 9 }],
    ['a taking ends a giving', [gave(5), took(9)], { access: 'out', since: 9, granted: false }],
    ['at the same instant taking wins', [took(5), gave(5)], { access: 'out', since: 5 }],
    ['given back', [gave(1), took(5), gave(9)], { access: 'in', since: 9, granted: true, restored: false }],
    ['met by its deletion: out since ever', [took(5, { gone: true })], { access: 'out', since: 0 }],
    ['deleted by news', [gave(1), took(5, { gone: true })], { access: 'out', since: 5 }],
    ['deleted when out already', [took(5), took(9, { gone: true })], { access: 'out', since: 5 }],
    ['found out, then deleted', [foundOut(5), took(9, { gone: true })], { access: 'out', since: 0 }],
  ])('%s', (_, words, expected) => {
    expect(standing(words)).toMatchObject(expected);
  });

  it('names the word at which the run began', () => {
    expect(standing([took(1), gave(5), gave(9)]).word?.id).toBe('in@5');
    expect(standing([gave(1), took(5), took(9)]).word?.id).toBe('out@5');
  });

  it('tells when the last of what took was heard, late words too', () => {
    const words = [took(5, { seen: 50 }), took(9, { seen: 20 }), took(12, { seen: 30 })];

    expect(standing(words).heardAt).toBe(50);
    expect(standing([took(5, { seen: 70 }), gave(6), took(7, { seen: 8 })]).heardAt).toBe(8);
  });
});

describe('what is read', () => {
  it.each<Case>([
    [
      'met in: a moment after ever, and nobody gave it',
      [foundIn(5)],
      { access: 'in', since: 1, granted: false },
    ],
    [
      "the directory's time of change may be that of a new password",
      [foundIn(5, changed)],
      { since: 1, granted: false },
    ],
    [
      'an account made since the bridge began was given',
      [foundIn(9, { born: 4 })],
      { access: 'in', since: 4, granted: true, givenAt: NEVER },
    ],
    ['as long as it is found so', [foundIn(9, { born: 4 }), foundIn(20)], { access: 'in', since: 4 }],
    ['as of its change', [foundIn(7, { born: 4, ...changed })], { since: 7, granted: true }],
    ['but not before it was made', [foundIn(3, { born: 4, ...changed })], { since: 4, granted: true }],
    [
      'met out by a comparison: out since ever',
      [foundOut(5)],
      { access: 'out', since: 0, takenAt: 0, heardAt: 5 },
    ],
    ['met out by news: since it was read', [foundOut(5, { news: true })], { since: 5 }],
    ["met out, by the directory's own time", [foundOut(5, changed)], { since: 5 }],
    ['met out, and then stated: since the statement', [foundOut(5), took(9)], { since: 9, takenAt: 9 }],
    ['met out after a statement', [took(5), foundOut(9)], { since: 5, takenAt: 5 }],
    [
      'in after out gives',
      [foundOut(5), foundIn(9)],
      { access: 'in', since: 9, granted: true, givenAt: NEVER },
    ],
    ['in after stated out too', [gave(1), took(5), foundIn(9)], { since: 9, granted: true, givenAt: 1 }],
    ['out after in takes', [gave(1), foundOut(9)], { access: 'out', since: 9, granted: false, takenAt: 9 }],
    ['what was known says nothing', [gave(1), foundIn(9)], { access: 'in', since: 1 }],
    [
      'a first look that a statement confirms',
      [foundIn(5), gave(9)],
      { since: 1, granted: true, givenAt: 9 },
    ],
    ['after out by a look and in, out is dated', [foundOut(1), gave(2), foundOut(3), took(4)], { since: 3 }],
  ])('%s', (_, words, expected) => {
    expect(standing(words)).toMatchObject(expected);
  });
});

describe('locks and the mapping take, and give back what they took', () => {
  it.each<Case>([
    ['locked', [gave(1), took(5, lock)], { access: 'out', since: 5, restored: false }],
    [
      'unlocked',
      [gave(1), took(5, lock), gave(9, lock)],
      { access: 'in', since: 1, restored: true, givenAt: 1 },
    ],
    [
      'a lone unlocking gives nothing',
      [gave(9, lock)],
      { access: 'in', since: NEVER, granted: false, restored: false, givenAt: NEVER },
    ],
    [
      'nor does it add to what was merely found',
      [foundIn(1), gave(9, lock)],
      { access: 'in', since: 1, granted: false, restored: false, givenAt: NEVER },
    ],
    [
      'unlocked without more: what was taken, of nobody knows whose',
      [took(5, lock), gave(9, lock)],
      { access: 'in', since: NEVER, granted: false, restored: true },
    ],
    ['out by the mapping', [gave(1), foundOut(5, mapped)], { access: 'out' }],
    [
      'in by the mapping again',
      [foundIn(1), took(5, mapped), foundIn(9, mapped)],
      { access: 'in', since: 1, granted: false, restored: true },
    ],
    ['locked before suspended', [gave(1), took(7), took(5, lock)], { access: 'out', since: 5 }],
    ['unlocked twice', [gave(1, lock), gave(5, lock)], { access: 'in', restored: false }],
    ['unlocked while suspended', [took(1), took(5, lock), gave(9, lock)], { access: 'out', since: 1 }],
    [
      'suspended while locked, then unlocked: out since the lock',
      [took(5, lock), took(7), gave(9, lock)],
      { access: 'out', since: 5, takenAt: 7 },
    ],
    ['unlocked before suspended', [took(5, lock), gave(6, lock), took(7)], { access: 'out', since: 7 }],
    ['at the moment of', [took(5, lock), gave(7, lock), took(7)], { access: 'out', since: 7 }],
    [
      'out in several ways: since the first of them, and as heard last',
      [took(5, { ...lock, seen: 90 }), took(3), took(8, mapped)],
      { access: 'out', since: 3, takenAt: 8, heardAt: 90 },
    ],
  ])('%s', (_, words, expected) => {
    expect(standing(words)).toMatchObject(expected);
  });

  it('names the word that took first, whatever the order they come in', () => {
    const words = [took(5, lock), took(5, mapped)];

    expect(standing(words).word?.register).toBe('lock');
    expect(standing(words.toReversed()).word?.register).toBe('lock');
  });
});

describe('apps and groups', () => {
  it.each<Case>([
    [
      'a member who may sign in',
      [gave(1), gave(5, g1)],
      { access: 'in', since: 5, granted: true, givenAt: 5 },
    ],
    ['a member before', [gave(5, g1), gave(7)], { access: 'in', since: 7 }],
    ['a member who may not', [took(1), gave(5, g1)], { access: 'out', since: 1 }],
    ['no member any more', [gave(1), gave(2, g1), took(5, g1)], { access: 'out', since: 5 }],
    ['never one', [gave(1), foundOut(5, g1), foundOut(6, g2)], { access: 'out', since: 0 }],
    ['one group of two is enough', [gave(1, g1), gave(5, g2), took(9, g2)], { access: 'in', since: 1 }],
    [
      'out of both: since the last',
      [gave(1, g1), took(5, g1), gave(2, g2), took(9, g2)],
      { access: 'out', since: 9 },
    ],
    ['whichever it was', [gave(2, g1), took(9, g1), gave(1, g2), took(5, g2)], { access: 'out', since: 9 }],
    ['a second group is no newcomer', [gave(1, g1), gave(5, g2)], { access: 'in', since: 1, givenAt: 5 }],
    ['whichever came first', [gave(5, g1), gave(1, g2)], { access: 'in', since: 1, givenAt: 5 }],
    ['moved: joined before left', [gave(1, g1), gave(5, g2), took(7, g1)], { access: 'in', since: 1 }],
    ['moved: left before joined', [gave(1, g1), took(5, g1), gave(7, g2)], { access: 'in', since: 7 }],
    ['moved at the same instant', [gave(1, g1), took(5, g1), gave(5, g2)], { access: 'in', since: 5 }],
    [
      'moved on and on',
      [gave(1, g1), gave(5, g2), took(6, g1), gave(7, { register: 'g3' }), took(8, g2)],
      { access: 'in', since: 1 },
    ],
    ['joined again after another one', [took(1, g1), gave(5, g1), gave(3, g2)], { access: 'in', since: 3 }],
    [
      'left one that was merely found, in another one that was',
      [foundIn(1, g1), took(2, g1), foundIn(3, g2)],
      { access: 'in', granted: false },
    ],
    ['a group from long before', [gave(1, g1), took(2, g1), gave(5, g2)], { access: 'in', since: 5 }],
    [
      'what a group gave that is left since counts while another one goes on',
      [foundIn(1, g1), gave(5, g2), took(9, g2)],
      { access: 'in', since: 1, granted: true, givenAt: 5 },
    ],
    [
      'found in one',
      [foundIn(1, g1), foundOut(2, g2)],
      { access: 'in', since: 1, granted: false, givenAt: NEVER },
    ],
    [
      'found in one with what was stated',
      [foundIn(1, g1), gave(2)],
      { access: 'in', since: 2, granted: true },
    ],
    [
      'not before one was a member again',
      [took(1), gave(3), gave(1, g1), took(2, g1), gave(9, g1)],
      { since: 9 },
    ],
  ])('%s', (_, words, expected) => {
    expect(standing(words)).toMatchObject(expected);
  });

  it.each<[string, Word[], string | undefined]>([
    ['signing in before a group', [gave(5, g1), gave(5)], undefined],
    ['the first group by id that was joined', [gave(5, g2), gave(5, g1)], 'g1'],
    ['or left', [took(5, g2), took(5, g1)], 'g1'],
  ])('of what began at the same instant is named %s', (_, words, register) => {
    expect(standing(words).word?.register).toBe(register);
    expect(standing(words.toReversed()).word?.register).toBe(register);
  });

  it('where access depends on them, an account gives none as long as nobody has told of any', () => {
    const nothing = { access: 'in', since: NEVER, granted: false, givenAt: NEVER };

    expect(standing([gave(5)], true)).toMatchObject({ ...nothing, restored: false });
    expect(standing([took(5), gave(9), gave(7, lock)], true)).toMatchObject({ ...nothing, restored: true });
    expect(standing([took(5)], true)).toMatchObject({ access: 'out', since: 5 });
    expect(standing([foundIn(1, g1), gave(5)], true)).toMatchObject({
      access: 'in',
      since: 5,
      granted: true,
    });
  });
});
