import { describe, expect, it } from 'vitest';
import { RUN, shortForm } from '../../../functions/identity/access/short-form.ts';
import { standing } from '../../../functions/identity/access/standing.ts';
import type { Word } from '../../../functions/identity/access/word.ts';
import { foundIn, foundOut, gave, took } from '../../support/words.ts';

function ids(words: readonly Word[]): string[] {
  return words.map(({ id }) => id);
}

/** So many statements, one after the other. */
function row(make: (at: number) => Word, from: number, count: number): Word[] {
  return Array.from({ length: count }, (_, index) => make(from + index));
}

describe('the short form', () => {
  it.each<[string, Word[], string[]]>([
    ['nothing of nothing', [], []],
    ['in order', [took(2), gave(1)], ['in@1', 'out@2']],
    [
      'the two latest runs and the word before them',
      [took(1), gave(2), took(3), took(4), gave(5), gave(6), took(7), took(8)],
      ['out@4', 'in@5', 'in@6', 'out@7', 'out@8'],
    ],
    ['of the run before, its ends', [gave(1), gave(2), gave(3), took(4)], ['in@1', 'in@3', 'out@4']],
    [
      'the last stated giving, however old',
      [gave(1), took(2), foundIn(3), took(4), foundIn(5), took(6)],
      ['in@1', 'out@4', 'found in@5', 'out@6'],
    ],
    [
      'of a run that a comparison began, what was stated first and last',
      [gave(1), foundOut(2), foundOut(3), took(4), took(5), took(6), foundOut(7), gave(8)],
      ['in@1', 'found out@2', 'out@4', 'out@6', 'found out@7', 'in@8'],
    ],
  ])('keeps %s', (_, words, expected) => {
    expect(ids(shortForm(words))).toEqual(expected);
  });

  it('keeps each register by itself', () => {
    const locked = [took(1, { id: 'lock', register: 'lock' }), gave(3, { id: 'unlock', register: 'lock' })];
    const member = [gave(2, { id: 'member', register: 'g1' })];

    expect(ids(shortForm([...locked, gave(4), ...member]))).toEqual(['lock', 'member', 'unlock', 'in@4']);
  });

  it('says of a word after others that are left out since when', () => {
    const short = shortForm([gave(1), gave(2), gave(3), took(4)]);

    expect(short.map(({ gap }) => gap)).toEqual([undefined, 1, undefined]);
  });

  it('leaves a run of the limit alone, and cuts a longer one', () => {
    const [first, ...rest] = row(gave, 1, RUN);

    expect(shortForm([...(first ? [first] : []), ...rest])).toHaveLength(RUN);
    const cut = shortForm(row(gave, 1, RUN + 3));
    expect(cut).toHaveLength(RUN);
    expect(ids(cut).slice(0, 2)).toEqual(['in@1', 'in@5']);
    expect(cut.map(({ gap }) => gap)).toEqual([undefined, 1, ...Array(RUN - 2).fill(undefined)]);
  });

  it('is no shorter when it is made again, and keeps the widest gap', () => {
    const once = shortForm(row(gave, 1, RUN + 3));
    const twice = shortForm(once);
    const more = shortForm([...once, gave(50)]);

    expect(twice).toEqual(once);
    expect(more[1]).toMatchObject({ id: 'in@6', gap: 1 });
  });

  it('keeps the last stated giving of a long run of readings, and says that words before it are lost', () => {
    const words = [...row(foundIn, 1, 4), gave(5), ...row(foundIn, 6, RUN + 4)];

    const short = shortForm(words);

    expect(short.slice(0, 3)).toMatchObject([
      { id: 'found in@1' },
      { id: 'in@5', gap: 1 },
      { id: 'found in@11', gap: 5 },
    ]);
  });
});

describe('a word that comes late and belongs among those left out', () => {
  it('dates a giving early', () => {
    const short = shortForm(row(gave, 10, RUN + 5));

    expect(standing([...short, took(12)])).toMatchObject({ access: 'in', since: 12 });
  });

  it('at the same instant as the first one too', () => {
    const short = shortForm(row(gave, 10, RUN + 5));

    expect(standing([...short, took(10)])).toMatchObject({ access: 'in', since: 10 });
  });

  it('dates a giving that was read early', () => {
    const short = shortForm([took(5), ...row(foundIn, 10, RUN + 5)]);

    expect(standing([...short, took(12)])).toMatchObject({ access: 'in', since: 12 });
  });

  it('dates a taking late', () => {
    const short = shortForm(row(took, 10, RUN + 5));

    const late = standing([...short, gave(12)]);

    expect(late.access).toBe('out');
    expect(late.since).toBeGreaterThan(12);
  });

  it.each([
    ['where a word with a gap goes, too', RUN],
    ['where it stays', 2],
  ])('and so it does when another one has come late: %s', (_, more) => {
    // Words from 11 to 17 are lost; of one that comes late nobody knows whether some of them are before it.
    const short = shortForm([gave(10), ...row(foundIn, 11, RUN + 6)]);
    const late = shortForm([...short, foundIn(12.5), gave(12)]);
    const shorter = shortForm([...late, ...row(foundIn, 100, more)]);

    expect(standing([...shorter, took(11)])).toMatchObject({ access: 'in', since: 11 });
  });

  it('changes nothing where it belongs before them', () => {
    const short = shortForm(row(gave, 10, RUN + 5));

    expect(standing([...short, took(9)])).toMatchObject({ access: 'in', since: 10 });
  });
});
