import { AsyncLocalStorage } from 'node:async_hooks';
import { folded } from '../../identity/folded.ts';
import { badRequest } from './error.ts';
import { MAX_CHARACTERS, MAX_COMPARED } from './limits.ts';

/**
 * What a request has had the bridge do so far. There is one account a request, whatever the work is for: limits of
 * each filter, list and text by itself would multiply.
 */
export interface Work {
  /** Values that were held against a term of a filter or against another value, or were written anew. */
  compared: number;
  /** Characters of texts that were dear to fold, each text once. */
  characters: number;
  /** These texts, and what they are folded. */
  readonly folded: Map<string, string>;
}

const requests = new AsyncLocalStorage<Work>();

export function newWork(): Work {
  return { compared: 0, characters: 0, folded: new Map() };
}

/** Serves a request whose work is counted, and which is refused when there is too much of it. */
export function counting<Answer>(work: Work, serve: () => Answer): Answer {
  return requests.run(work, serve);
}

/** Says that so many values are about to be looked at. Throws ScimError `tooMany`. */
export function countCompared(values: number): void {
  const work = requests.getStore();
  if (work === undefined) return;
  work.compared += values;
  if (work.compared > MAX_COMPARED) throw tooMuch(`${MAX_COMPARED} values to compare`);
}

/** Cheaper to fold than to look up: a list of all users holds such texts by the hundred thousand. */
const CHEAP = /^[ -~]{0,64}$/;

/** Characters of a long text that are one more value to compare. */
const LONG = 1000;

/** The text as it compares where letter case does not count. Throws ScimError `tooMany`. */
export function foldedOnce(text: string): string {
  const work = requests.getStore();
  if (CHEAP.test(text)) return text.toLowerCase();
  if (work === undefined) return folded(text);
  countCompared(Math.floor(text.length / LONG));
  const known = work.folded.get(text);
  if (known !== undefined) return known;
  work.characters += text.length;
  if (work.characters > MAX_CHARACTERS) throw tooMuch(`${MAX_CHARACTERS} characters to compare`);
  const made = folded(text);
  work.folded.set(text, made);
  return made;
}

function tooMuch(what: string) {
  return badRequest(
    'tooMany',
    `This comes to more than ${what}. Send fewer operations at a time, or a filter of fewer terms.`,
  );
}
