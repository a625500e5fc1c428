import * as z from 'zod';
import type { Word } from '../../identity/access/word.ts';

/**
 * Words in a record, a text each: 60 accounts with 33 words have to fit there, and as maps they took twice as much.
 * `<at> <seen - at> <kind and marks> [G<gap>] [B<born>] <id> [<register>]`, numbers to base 36; neither an id nor a
 * register has a space in it.
 */
export function wordText({
  id,
  at,
  seen,
  kind,
  gives,
  register,
  changed,
  born,
  news,
  gone,
  gap,
}: Word): string {
  const marks = [
    kind === 'read' ? 'r' : 's',
    gives ? '+' : '-',
    changed === true ? 'c' : '',
    news === true ? 'n' : '',
    gone === true ? 'g' : '',
  ].join('');
  return [
    digits(at),
    digits(seen - at),
    marks,
    ...(gap === undefined ? [] : [`G${digits(gap)}`]),
    ...(born === undefined ? [] : [`B${digits(born)}`]),
    id,
    ...(register === undefined ? [] : [register]),
  ].join(' ');
}

const TEXT =
  /^(?<at>-?[\da-z]+) (?<after>-?[\da-z]+) (?<marks>[sr][+-]c?n?g?)(?: G(?<gap>-?[\da-z]+))?(?: B(?<born>-?[\da-z]+))? (?<id>\S+)(?: (?<register>\S+))?$/;

/** That text as a word. */
export const wordSchema = z.string().transform((text, context): Word => {
  const { at, after, marks, gap, born, id, register } = TEXT.exec(text)?.groups ?? {};
  if (at === undefined || after === undefined || marks === undefined || id === undefined) {
    context.addIssue('not a word');
    return z.NEVER;
  }
  const since = number(at);
  return {
    id,
    at: since,
    seen: since + number(after),
    kind: marks.startsWith('r') ? 'read' : 'stated',
    gives: marks[1] === '+',
    ...(register !== undefined && { register }),
    ...(marks.includes('c') && { changed: true as const }),
    ...(born !== undefined && { born: number(born) }),
    ...(marks.includes('n') && { news: true as const }),
    ...(marks.includes('g') && { gone: true as const }),
    ...(gap !== undefined && { gap: number(gap) }),
  };
});

function digits(time: number): string {
  return Math.trunc(time).toString(36);
}

function number(digits: string): number {
  return Number.parseInt(digits, 36);
}
