import { inOrder, type Word } from './word.ts';

/** How an account stands: what its words come to. */
export interface Standing {
  /** Undefined: nothing was ever said. */
  access: 'in' | 'out' | undefined;
  /** The beginning of the latest run of equal words, by which transitions are compared. */
  since: number;
  /** Whether somebody gave access, and it was not merely found to be there. */
  granted: boolean;
  /** Whether something that takes and never gives of its own accord, such as a lock, has given back what it took. */
  restored: boolean;
  /** The time of the last stated giving. */
  givenAt: number;
  /** Of who is out: the time of the last stated taking, or of the beginning where nobody stated it. */
  takenAt: number;
  /** Of who is out: when the bridge first heard the last of what took, epoch milliseconds. */
  heardAt: number;
  /** The word at which the run began, for receipts. */
  word?: Word;
}

const NEVER = Number.NEGATIVE_INFINITY;

/** What is known of access in one respect. */
interface RegisterState extends Omit<Standing, 'restored'> {
  /** Out by nothing but a first look. */
  looked: boolean;
  /** When the run before began, which was the opposite and ended at `since`. */
  before?: number;
}

/** Registers that give back what they took and no more: an unlocking or a profile says nothing of access. */
const TAKERS = new Set(['lock', 'mapped']);

/**
 * How an account stands by its words, in any order. Each register is folded by itself; out in one is out, and of apps
 * and groups one is enough. What nobody ever spoke of keeps nobody out. `byMembership`: as long as nobody has told of an
 * app or a group, that the account may sign in gives back what it took and no more.
 */
export function standing(words: readonly Word[], byMembership = false): Standing {
  const takers: RegisterState[] = [];
  const givers: RegisterState[] = [];
  const memberships: RegisterState[] = [];
  const registers = [...Map.groupBy(words, ({ register }) => register ?? '')];
  const isTold = registers.some(([name]) => name !== '' && !TAKERS.has(name));
  for (const [name, said] of registers.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isTaker = TAKERS.has(name) || (byMembership && !isTold);
    (isTaker ? takers : name === '' ? givers : memberships).push(fold(said));
  }
  const [one, ...more] = memberships;
  if (one !== undefined) givers.push(anyOf(one, more));
  return outside([...givers, ...takers]) ?? inside(givers, takers);
}

function outside(all: readonly RegisterState[]): Standing | undefined {
  const [first, ...others] = all.filter(({ access }) => access === 'out');
  if (first === undefined) return undefined;
  const { since, word } = others.reduce((a, b) => (b.since < a.since ? b : a), first);
  const over = all.filter(({ access }) => access === 'in');
  return {
    ...SILENT,
    access: 'out',
    since: carriedOn(since, over),
    ...taken([first, ...others]),
    ...(word && { word }),
  };
}

function inside(givers: readonly RegisterState[], takers: readonly RegisterState[]): Standing {
  const restored = takers.some(({ before }) => before !== undefined);
  const [first, ...others] = givers;
  if (first === undefined) return { ...SILENT, ...(takers.length > 0 && { access: 'in' }), restored };
  const { since, word } = others.reduce((a, b) => (b.since > a.since ? b : a), first);
  return { ...SILENT, access: 'in', since, ...given(givers), restored, ...(word && { word }) };
}

const NOTHING = {
  access: undefined,
  since: NEVER,
  granted: false,
  givenAt: NEVER,
  takenAt: NEVER,
  heardAt: NEVER,
};

const SILENT: Standing = { ...NOTHING, restored: false };

function given(states: readonly RegisterState[]): Pick<Standing, 'granted' | 'givenAt'> {
  return {
    granted: states.some(({ granted }) => granted),
    givenAt: Math.max(...states.map(({ givenAt }) => givenAt)),
  };
}

function taken(states: readonly RegisterState[]): Pick<Standing, 'takenAt' | 'heardAt'> {
  return {
    takenAt: Math.max(...states.map(({ takenAt }) => takenAt)),
    heardAt: Math.max(...states.map(({ heardAt }) => heardAt)),
  };
}

/** Apps and groups: a member of one is in, since the first of those that carried on until now. */
function anyOf(first: RegisterState, others: readonly RegisterState[]): RegisterState {
  const all = [first, ...others];
  const [one, ...more] = all.filter(({ access }) => access === 'in');
  if (one === undefined) return others.reduce((a, b) => (b.since > a.since ? b : a), first);
  const earliest = more.reduce((a, b) => (b.since < a.since ? b : a), one);
  const left = all.filter(({ access }) => access === 'out');
  // What was before is that of one group and not of all; what one that is left gave counts as long as others do.
  const { before: _, ...state } = earliest;
  const { granted, givenAt } = given(all);
  return { ...state, since: carriedOn(earliest.since, left), granted: granted || givenAt > NEVER, givenAt };
}

/**
 * Since when it has been so what is so since a time, with those that ended meanwhile: each lasted from `before` to
 * `since`, beyond the beginning of the next.
 */
function carriedOn(from: number, ended: readonly RegisterState[]): number {
  return ended
    .toSorted((a, b) => b.since - a.since)
    .reduce((began, { before = began, since: end }) => (end > began ? Math.min(began, before) : began), from);
}

function fold(words: readonly Word[]): RegisterState {
  let state: RegisterState = { ...NOTHING, looked: false };
  let takenAt = NEVER;
  for (const word of words.toSorted(inOrder)) {
    if (!word.gives) takenAt = word.at;
    const next = word.kind === 'read' ? read(state, word, takenAt) : stated(state, word, takenAt);
    const hasTurned = state.access !== undefined && next.access !== state.access;
    state = hasTurned ? { ...next, before: state.since } : next;
  }
  return state;
}

/** A reading that shows what was known says nothing, unless it is what dates the run. */
function read(state: RegisterState, word: Word, takenAt: number): RegisterState {
  if (state.access === (word.gives ? 'in' : 'out')) {
    return word.gives && isAfterGap(word, takenAt) ? { ...state, since: takenAt } : state;
  }
  const isFirst = state.access === undefined;
  if (!word.gives) {
    // Met out by a comparison of everybody: out since ever.
    const since = isFirst && word.news !== true && word.changed !== true ? 0 : word.at;
    return {
      ...state,
      access: 'out',
      since,
      looked: isFirst,
      granted: false,
      takenAt: since,
      heardAt: word.seen,
      word,
    };
  }
  if (!isFirst) return { ...state, access: 'in', since: runFrom(word, takenAt), granted: true, word };
  // Met in: a moment after ever, unless the account was made since the bridge began. The directory's time of change is
  // that of the status: it may be an unlocking or a new password, by which nobody gave access.
  if (word.born === undefined) return { ...state, access: 'in', since: 1, word };
  const since = word.changed === true ? Math.max(word.born, word.at) : word.born;
  return { ...state, access: 'in', since, granted: true, word };
}

function stated(state: RegisterState, word: Word, takenAt: number): RegisterState {
  if (!word.gives) {
    const heardAt = state.access === 'out' ? Math.max(state.heardAt, word.seen) : word.seen;
    if (state.access === 'out' && !state.looked) return { ...state, takenAt: word.at, heardAt };
    // Met by its deletion: out since ever.
    const since = word.gone === true && state.access !== 'in' ? 0 : word.at;
    return {
      ...state,
      access: 'out',
      since,
      looked: false,
      granted: false,
      takenAt: since,
      heardAt,
      word,
    };
  }
  const goesOn = state.access === 'in' && !isAfterGap(word, takenAt);
  const run = goesOn ? {} : { since: runFrom(word, takenAt), word };
  return { ...state, ...run, access: 'in', granted: true, givenAt: word.at, looked: false };
}

/** A giving dates from the taking before which givings may have been lost from the words: early, and never late. */
function runFrom(word: Word, takenAt: number): number {
  return isAfterGap(word, takenAt) ? takenAt : word.at;
}

/** Whether the last taking fell among words that are left out. At the same instant it comes after the giving. */
function isAfterGap({ gap }: Word, takenAt: number): boolean {
  return gap !== undefined && gap <= takenAt;
}
