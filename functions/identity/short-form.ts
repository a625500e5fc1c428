import { inOrder, type Word } from './word.ts';

/** Words of a run that are kept: the first, and so many less one of its end. */
export const RUN = 16;

/**
 * The words that decide: for each register the latest run of equal words, the word before it, and the last stated
 * giving. Older ones decide nothing ever after, whatever comes. Of a run above `RUN` the first and the last ones stay:
 * an opposite word that comes late and belongs between them dates a taking late and a giving early, never the other
 * way about. The result is in order.
 */
export function shortForm(words: readonly Word[]): Word[] {
  const registers = Map.groupBy(words, ({ register }) => register ?? '');
  return [...registers.values()].flatMap(shortened).sort(inOrder);
}

function shortened(words: readonly Word[]): Word[] {
  const all = words.toSorted(inOrder);
  const last = all.at(-1);
  const opposite = all.findLastIndex(({ gives }) => gives !== last?.gives);
  const run = capped(all.slice(opposite + 1));
  const before = opposite === -1 ? [] : all.slice(opposite, opposite + 1);
  const given = all.findLast(({ gives, kind }) => gives && kind === 'stated');
  const isKept = given === undefined || run.some(({ id }) => id === given.id) || before.includes(given);
  return [...(isKept ? [] : [given]), ...before, ...run];
}

function capped(run: readonly Word[]): Word[] {
  const [first, ...rest] = run;
  if (first === undefined || run.length <= RUN) return [...run];
  const [second, ...others] = rest.slice(1 - RUN);
  if (second === undefined) return [first];
  const gap = Math.min(second.gap ?? Number.POSITIVE_INFINITY, first.at);
  return [first, { ...second, gap }, ...others];
}
