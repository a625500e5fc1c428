import type { SourceName } from '../../../functions/identity/access/account.ts';
import {
  MARGIN,
  type Register,
  reading,
  SKEW,
  STALE_FOR,
  type Word,
} from '../../../functions/identity/access/word.ts';
import type { Random } from '../random.ts';
import type { Mode } from './modes.ts';

/** From when on something is so in a directory. */
interface Turn {
  at: number;
  gives: boolean;
  register: Register;
}

/** An account as it is in its directory. Times are milliseconds of one true clock; -1 is before the bridge. */
export interface DirectoryAccount {
  person: string;
  source: SourceName;
  account: string;
  turns: Turn[];
  /** When it was made. */
  born: number;
  /** The address is no longer its person's. */
  isFormer: boolean;
  /** The client has given it up for another id. */
  isDead: boolean;
}

/** A word and when it arrives. */
export interface Heard {
  arrives: number;
  source: SourceName;
  account: string;
  word: Word;
}

export const SECOND = 1000;
/** When the bridge began. */
export const BEGAN = 1000 * SECOND;
/** The register of signing in, by the name that turns have for it. */
export const SIGN_IN = '';
export const GROUPS: readonly Register[] = ['g1', 'g2'];

/** Whether a source sends events of its own, with its own times. */
export function isHook(source: SourceName): boolean {
  return source.startsWith('okta');
}

export function isScim(source: SourceName): boolean {
  return source === 'scim';
}

/** What a directory says of a register at a time: nobody is locked, and nobody in a group, unless it says so. */
export function isSo({ turns }: Pick<DirectoryAccount, 'turns'>, register: Register, at: number): boolean {
  const last = turns.findLast((turn) => turn.register === register && turn.at <= at);
  return last?.gives ?? !GROUPS.includes(register);
}

/** What an account has besides signing in. */
export function furtherRegisters(mode: Mode, source: SourceName): readonly Register[] {
  if (!isHook(source)) return [];
  const takers = [...(mode.locks ? ['lock'] : []), ...(mode.mapped ? ['mapped'] : [])];
  return mode.groups === undefined ? takers : [...takers, ...GROUPS];
}

/** Directories in which things become so, and what they let be heard of it. */
export interface Directories {
  accounts: readonly DirectoryAccount[];
  add(account: Pick<DirectoryAccount, 'person' | 'source' | 'account' | 'born'>): DirectoryAccount;
  /** Something becomes so, or is said once more. */
  turn(it: DirectoryAccount, register: Register, gives: boolean, at: number): void;
  /** Somebody who is out is deleted. */
  delete(it: DirectoryAccount, at: number): void;
  /** The bridge reads one account, or all of them. */
  read(it: DirectoryAccount, at: number): void;
  readAll(at: number): void;
  /** All that was heard, in order of arrival. */
  heard(): Heard[];
}

interface Reading {
  it: DirectoryAccount;
  at: number;
  /** What it shows may have been so some time ago. */
  asOf: number;
  news: boolean;
}

export function createDirectories(random: Random, mode: Mode): Directories {
  const accounts: DirectoryAccount[] = [];
  const statements: Heard[] = [];
  const readings: Reading[] = [];
  const skews = new Map(
    mode.sources.map((source) => [source, isScim(source) ? 0 : random.below(2 * SKEW + 1) - SKEW]),
  );
  const skewOf = (source: SourceName) => skews.get(source) ?? 0;

  function add(account: Parameters<Directories['add']>[0]): DirectoryAccount {
    const it = { ...account, turns: [], isFormer: false, isDead: false };
    accounts.push(it);
    return it;
  }

  function turn(it: DirectoryAccount, register: Register, gives: boolean, at: number): void {
    it.turns.push({ at, gives, register });
    if (at < BEGAN) return;
    const isStated = it.source !== 'entra' && register !== 'mapped';
    if (isStated) state(it, at, { gives, ...(register !== SIGN_IN && { register }) });
    if (isStated && random.chance(0.7)) return;
    look(it, at + random.below(30) * SECOND, true);
    look(it, at + MARGIN + STALE_FOR + random.below(60) * SECOND, true);
  }

  function state(it: DirectoryAccount, at: number, said: Pick<Word, 'gives'> & Partial<Word>): void {
    const { source, account } = it;
    if (mode.takesOnly && isHook(source) && said.gives) return;
    const id = `e${statements.length}`;
    const word = { id, at: at + skewOf(source), seen: 0, kind: 'stated' as const, ...said };
    const isTimeless = mode.timeless === true && isHook(source) && random.chance(0.15);
    for (const arrives of arrivals(source, at)) {
      // Without a time it takes as of when it is heard, and gives only once it is read.
      if (isTimeless && said.gives) look(it, arrives, true);
      else
        statements.push({
          arrives,
          source,
          account,
          word: isTimeless ? { ...word, at: arrives + SKEW } : word,
        });
    }
  }

  /** Hooks are late, doubled and in disorder, but their times are the source's. */
  function arrivals(source: SourceName, at: number): number[] {
    const times = random.chance(0.2) ? [at, at] : [at];
    if (isScim(source)) return times;
    return times.map((time) => time + random.below(random.chance(0.2) ? 3600 : 20) * SECOND);
  }

  function look(it: DirectoryAccount, at: number, news: boolean): void {
    if (mode.reads === false || isScim(it.source)) return;
    readings.push({ it, at, asOf: at - random.below(STALE_FOR + 1), news });
  }

  return {
    accounts,
    add,
    turn,
    delete(it, at) {
      if (it.source !== 'entra') state(it, at, { gives: false, gone: true });
      look(it, at, true);
    },
    read: (it, at) => look(it, at, true),
    readAll(at) {
      for (const it of accounts) look(it, at + random.below(1000 * SECOND), false);
    },
    heard() {
      const shown = readings.flatMap((it, index) => shownBy(it, `r${index}`, mode, skewOf(it.it.source)));
      return inTheirSets([...statements, ...shown]);
    },
  };
}

/** What a reading showed: one word for each register. */
function shownBy({ it, at, asOf, news }: Reading, id: string, mode: Mode, skew: number): Heard[] {
  const { source, account, born } = it;
  if (!it.turns.some((turn) => turn.at <= asOf)) return [];
  return [SIGN_IN, ...furtherRegisters(mode, source)].map((register) => {
    const isStatus = isHook(source) && (register === SIGN_IN || register === 'lock');
    const found = {
      id: `${id}${register}`,
      gives: isSo(it, register, asOf),
      readAt: at,
      register: register === SIGN_IN ? undefined : register,
      changedAt: isStatus ? byClock(statusChanged(it, asOf), skew) : undefined,
      createdAt: register === SIGN_IN ? byClock(born, skew) : undefined,
      news,
    };
    return { arrives: at, source, account, word: reading(found, BEGAN) };
  });
}

function byClock(at: number, skew: number): number {
  return at < BEGAN ? at : at + skew;
}

/** When the status last changed that a directory shows: it has one for signing in and for locks. */
function statusChanged(it: DirectoryAccount, asOf: number): number {
  const turns = it.turns.filter(
    ({ register, at }) => (register === SIGN_IN || register === 'lock') && at <= asOf,
  );
  const changed = turns.findLast(({ register, gives, at }) => isSo(it, register, at - 1) !== gives);
  return changed?.at ?? it.born;
}

/** Of words with the same id the first one that arrives stays. */
function inTheirSets(heard: readonly Heard[]): Heard[] {
  const sorted = heard.toSorted((a, b) => a.arrives - b.arrives);
  const sets = Map.groupBy(sorted, ({ source, account, word }) => `${source} ${account} ${word.id}`);
  return [...sets.values()].flatMap((same) =>
    same.slice(0, 1).map((it) => ({ ...it, word: { ...it.word, seen: it.arrives } })),
  );
}
