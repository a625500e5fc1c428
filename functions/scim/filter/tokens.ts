import { badRequest, type ScimType } from '../protocol/error.ts';
import type { Leniencies } from '../schema/leniencies.ts';

/** A piece of a filter or a path; `spaced` tells that white space comes before it. */
export type Token = { text: string; spaced: boolean } & (
  | { kind: 'word' | '(' | ')' | '[' | ']' }
  | { kind: 'string'; value: string }
);

/** Longer than any filter that a client has a use for, and well under what a URL may hold. */
const MAX_LENGTH = 4096;

/** Sticky, and none can match in two ways: time is linear in the length. */
const SPACE = /[ \t\r\n]*/y;
const WORD = /[^\s"()[\]]+/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;
/** As scripts write a text. What is in it stands for itself; it ends where a token may. */
const SINGLE_QUOTED = /'[^']*'(?=[\s()[\]]|$)/y;

/** Takes a filter or path apart. Throws ScimError of `scimType` for what has no such parts. */
export function tokens(text: string, scimType: ScimType, { looseTexts }: Leniencies): Token[] {
  if (text.length > MAX_LENGTH) {
    throw badRequest(scimType, `It is longer than ${MAX_LENGTH} characters.`);
  }
  const found: Token[] = [];
  for (let at = 0; ; ) {
    const spaces = match(SPACE, text, at);
    const start = at + spaces.length;
    if (start === text.length) return found;
    const spaced = spaces !== '';
    const loose = looseTexts && spaced ? match(SINGLE_QUOTED, text, start) : '';
    const token: Token =
      loose === ''
        ? read(text, start, spaced, scimType)
        : { kind: 'string', text: loose, value: loose.slice(1, -1), spaced };
    found.push(token);
    at = start + token.text.length;
  }
}

function read(text: string, at: number, spaced: boolean, scimType: ScimType): Token {
  const first = text[at];
  if (first === '(' || first === ')' || first === '[' || first === ']')
    return { kind: first, text: first, spaced };
  const word = match(WORD, text, at);
  if (word !== '') return { kind: 'word', text: word, spaced };
  const quoted = match(STRING, text, at);
  const value = stringOf(quoted);
  if (value !== undefined) return { kind: 'string', text: quoted, value, spaced };
  throw badRequest(
    scimType,
    `At character ${at + 1} there should be a JSON string, but it does not end or is none.`,
  );
}

/** What is there of a pattern; empty if it is not. */
function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function stringOf(quoted: string): string | undefined {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}
