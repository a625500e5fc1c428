import { inOrder, type Word } from './word.ts';

/** Words of a run that are kept: the first, and so many less one of its end. */
export const RUN = 16;

/**
 * The words that decide: for each register the two latest runs of equal words, the word before them, and the last
 * stated giving. Older ones decide nothing ever after, whatever comes. Of a run above `RUN`, and of the one before it,
 * the first and the last ones stay: an opposite word that comes late and belongs between them dates a taking late and
 * a giving early, never the other way about. The result is in order.
 */
export function shortForm(words: readonly Word[]): Word[] {
  const registers = Map.groupBy(words, ({ register }) => register ?? '');
  return [...registers.values()].flatMap(shortened).sort(inOrder);
}

function shortened(words: readonly Word[]): Word[] {
  const all = words.toSorted(inOrder);
  const latest = beginningOfRun(all, all.length);
  const before = beginningOfRun(all, latest);
  const given = all.findLast(({ gives, kind }) => gives && kind === 'stated');
  const old = all.slice(0, before);
  return [
    ...old.filter((word, index) => word === given || index === before - 1),
    ...thinned(all.slice(before, latest), 1, given),
    ...thinned(all.slice(latest), RUN - 1, given),
  ];
}

/** Where the run begins that ends before `end`. */
function beginningOfRun(words: readonly Word[], end: number): number {
  const last = words[end - 1];
  return words.slice(0, end).findLastIndex(({ gives }) => gives !== last?.gives) + 1;
}

/**
 * A run's first word, its last ones, and what dates it or gives. A word before which others are left out says since
 * when.
 */
function thinned(run: readonly Word[], last: number, given: Word | undefined): Word[] {
  // What was merely met as out is dated by the first statement; whether it was lifted tells the last one.
  const taken = run.filter(({ gives, kind }) => !gives && kind === 'stated');
  const stays = [given, taken.at(0), taken.at(-1)];
  let gap: number | undefined;
  let kept: Word | undefined;
  return run.flatMap((word, index) => {
    if (kept !== undefined && !stays.includes(word) && index < run.length - last) {
      gap = Math.min(gap ?? kept.at, word.gap ?? kept.at);
      return [];
    }
    const lost = gap;
    [kept, gap] = [word, undefined];
    return lost === undefined ? [word] : [{ ...word, gap: Math.min(word.gap ?? lost, lost) }];
  });
}
