import { inOrder, type Word } from './word.ts';

/** How an account stands: what its words come to. */
export interface Standing {
  /** Undefined: nothing was ever said. */
  access: 'in' | 'out' | undefined;
  /** The beginning of the latest run of equal words, by which transitions are compared. */
  since: number;
  /** Whether somebody gave access, and it was not merely found to be there. */
  granted: boolean;
  /** The time of the last stated giving. */
  givenAt: number;
  /** The word at which the run began, for receipts. */
  word?: Word;
}

const NEVER = Number.NEGATIVE_INFINITY;

/** What is known of access in one respect. */
interface RegisterState extends Standing {
  /** Out by nothing but a first look. */
  looked: boolean;
}

/**
 * How an account stands by its words, in any order. Each register is folded by itself; out in one is out, and of apps
 * and groups one is enough. What nobody ever spoke of keeps nobody out.
 */
export function standing(words: readonly Word[]): Standing {
  const registers = [...Map.groupBy(words, ({ register }) => register ?? '')].map(([name, said]) => ({
    name,
    state: fold(said, name === 'lock'),
  }));
  const apart = registers.filter(({ name }) => NAMED.has(name)).map(({ state }) => state);
  const memberships = registers.filter(({ name }) => !NAMED.has(name)).map(({ state }) => state);
  return combined(memberships.length === 0 ? apart : [...apart, oneOf(memberships)]);
}

const NAMED = new Set(['', 'lock', 'mapped']);

function oneOf(memberships: readonly Standing[]): Standing {
  const members = memberships.filter(({ access }) => access === 'in');
  if (members.length === 0) return memberships.reduce((a, b) => (b.since > a.since ? b : a));
  return members.reduce((a, b) => (b.since < a.since ? joined(b, a) : joined(a, b)));
}

function combined(states: readonly Standing[]): Standing {
  const [first, ...others] = states.filter(({ access }) => access === 'out');
  if (first !== undefined) return others.reduce((a, b) => (b.since < a.since ? b : a), first);
  const [one, ...more] = states;
  if (one === undefined) return { access: undefined, since: NEVER, granted: false, givenAt: NEVER };
  return more.reduce((a, b) => (b.since > a.since ? joined(b, a) : joined(a, b)), one);
}

/** `a`, which tells since when, with what `b` adds. */
function joined(a: Standing, b: Standing): Standing {
  return { ...a, granted: a.granted || b.granted, givenAt: Math.max(a.givenAt, b.givenAt) };
}

/** `givesBack`: a giving there gives no more than what was taken there. */
function fold(words: readonly Word[], givesBack: boolean): RegisterState {
  let state: RegisterState = {
    access: undefined,
    since: NEVER,
    granted: false,
    givenAt: NEVER,
    looked: false,
  };
  let takenAt = NEVER;
  for (const word of words.toSorted(inOrder)) {
    if (!word.gives) takenAt = word.at;
    state = word.kind === 'read' ? read(state, word, takenAt) : stated(state, word, takenAt, givesBack);
  }
  return state;
}

/** A reading that shows what was known says nothing. */
function read(state: RegisterState, word: Word, takenAt: number): RegisterState {
  if (state.access === (word.gives ? 'in' : 'out')) return state;
  const isFirst = state.access === undefined;
  if (!word.gives) {
    // Met out by a comparison of everybody: out since ever.
    const since = isFirst && word.news !== true && word.changed !== true ? 0 : word.at;
    return { ...state, access: 'out', since, looked: isFirst, granted: false, word };
  }
  if (!isFirst) return { ...state, access: 'in', since: runFrom(word, takenAt), granted: true, word };
  // Met in: a moment after ever, unless the directory tells that it was given since the bridge began.
  const since = Math.max(1, word.changed === true ? word.at : (word.born ?? 1));
  return { ...state, access: 'in', since, granted: since > 1, word };
}

function stated(state: RegisterState, word: Word, takenAt: number, givesBack: boolean): RegisterState {
  if (!word.gives) {
    if (state.access === 'out' && !state.looked) return state;
    // Met by its deletion: out since ever.
    const since = word.gone === true && state.access !== 'in' ? 0 : word.at;
    return { ...state, access: 'out', since, looked: false, granted: false, word };
  }
  const isInGap = word.gap !== undefined && word.gap < takenAt;
  const goesOn = state.access === 'in' && !isInGap;
  const run = goesOn
    ? { since: state.since, word: state.word ?? word }
    : { since: runFrom(word, takenAt), word };
  const granted = !givesBack || state.granted || state.access === 'out';
  return { ...state, ...run, access: 'in', granted, givenAt: word.at, looked: false };
}

/** Where a taking may have been lost from the words, a giving dates from it: early, and never late. */
function runFrom({ at, gap }: Word, takenAt: number): number {
  return gap !== undefined && gap < takenAt ? takenAt : at;
}
