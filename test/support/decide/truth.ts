import type { SourceName } from '../../../functions/identity/access/account.ts';
import type { Decision, Taking } from '../../../functions/identity/access/decide.ts';
import type { Register } from '../../../functions/identity/access/word.ts';
import { BEGAN, type DirectoryAccount, GROUPS, isHook, isSo, SIGN_IN } from './directories.ts';
import type { History } from './history.ts';
import type { Mode } from './modes.ts';

/** How a decision can be wrong, by what directories and Clarus' administrators did, and by nothing else. */
export type Wrong =
  /** Somebody is in whom a directory says is out, or whom nobody let in. */
  | 'left on'
  /** Somebody is out whom all say is in, and nobody else's word is named that keeps them out. */
  | 'locked out'
  /** Somebody is out whom all say is in, for a reason that is named. */
  | 'explained'
  /** Somebody has access with what a leaver's Clarus user had. */
  | "a leaver's role";

export function wrong(history: History, decision: Decision): Wrong | undefined {
  const isToBeIn = truth(history);
  const isIn = decision.access !== 'out';
  if (isToBeIn === undefined) return undefined;
  if (isIn && !isToBeIn) return 'left on';
  if (!isIn && isToBeIn) return isExplained(history, decision) ? 'explained' : 'locked out';
  return isIn && history.holder !== 'Lea' && !decision.newcomer ? "a leaver's role" : undefined;
}

/** Whether the holder is to have access; undefined when nobody has the address. */
export function truth(history: History): boolean | undefined {
  const { accounts, hand, liftedAt, mode, sources, wasOff } = history;
  if (history.holder === undefined) return undefined;
  const counted = accountsOf(history).filter(({ source }) => sources.includes(source));
  const lifted = liftedAt ?? Number.NEGATIVE_INFINITY;
  // Of two accounts in one source: out if one left after the other came, in again when one comes after that.
  const outs = counted.filter((it) => {
    const since = outSince(it, mode);
    const after = counted.filter((other) => other.source === it.source && isIn(other, mode, END));
    return (
      since !== undefined && !after.some((other) => cameIn(other, mode) > since) && lastTaken(it) > lifted
    );
  });
  if (outs.length > 0) return false;
  const given = accounts
    .filter((it) => sources.includes(it.source) && !it.isDead)
    .map((it) => lastGiven(it, mode));
  const gave = Math.max(Number.NEGATIVE_INFINITY, ...given);
  if (hand?.active === false && gave <= hand.doneAt && lifted <= hand.doneAt) return false;
  return !wasOff || gave >= BEGAN || hand?.active === true || liftedAt !== undefined;
}

const END = Number.POSITIVE_INFINITY;

function accountsOf({ accounts, holder }: History): DirectoryAccount[] {
  return accounts.filter(({ person, isDead }) => person === holder && !isDead);
}

/** Whether what gives access does so; locks and the mapping only take. */
function isGiven(it: DirectoryAccount, mode: Mode, at: number): boolean {
  const needsGroup = mode.groups && isHook(it.source);
  return isSo(it, SIGN_IN, at) && (!needsGroup || GROUPS.some((group) => isSo(it, group, at)));
}

function isIn(it: DirectoryAccount, mode: Mode, at: number): boolean {
  return isGiven(it, mode, at) && [SIGN_IN, 'lock', 'mapped'].every((register) => isSo(it, register, at));
}

function giversOf(source: SourceName, { groups }: Mode): readonly Register[] {
  return groups && isHook(source) ? [SIGN_IN, ...GROUPS] : [SIGN_IN];
}

/** The beginning of being out; undefined for who is in. */
function outSince(it: DirectoryAccount, mode: Mode): number | undefined {
  if (isIn(it, mode, END)) return undefined;
  const times = it.turns.map(({ at }) => at);
  return times.findLast((at) => !isIn(it, mode, at) && (at === -1 || isIn(it, mode, at - 1)));
}

function cameIn(it: DirectoryAccount, mode: Mode): number {
  const times = it.turns.map(({ at }) => at);
  return times.findLast((at) => isGiven(it, mode, at) && !(at > it.born && isGiven(it, mode, at - 1))) ?? -1;
}

function lastTaken({ turns }: DirectoryAccount): number {
  return turns.findLast(({ gives }) => !gives)?.at ?? -1;
}

/** A directory without events says something new only when it changes. */
function lastGiven(it: DirectoryAccount, mode: Mode): number {
  const givers = giversOf(it.source, mode);
  const given = it.turns.filter(
    ({ gives, register, at }) => gives && at >= BEGAN && givers.includes(register),
  );
  const isNew = ({ at, register }: { at: number; register: Register }) =>
    it.source !== 'entra' || at === it.born || !isSo(it, register, at - 1);
  return given.findLast(isNew)?.at ?? Number.NEGATIVE_INFINITY;
}

/** Who keeps the holder out is named, and it is not the holder's one account that says in. */
function isExplained(history: History, { takings }: Decision): boolean {
  const { mode } = history;
  if (mode.takesOnly || mode.timeless) return true;
  // How Clarus stood when first met is named beside whoever keeps the person out.
  const [taking, ...more] = takings.filter(({ by }, _, { length }) => by !== 'first_look' || length === 1);
  return taking !== undefined && [taking, ...more].every((it) => isOthers(history, it));
}

function isOthers(history: History, { by, account, removed }: Taking): boolean {
  if (by === 'clarus' || removed === true) return true;
  // What is so for less than the time in which readings are stale may be seen by nobody.
  if (by === 'first_look') return history.sources.includes('entra');
  const own = accountsOf(history).filter(({ source }) => source === by);
  const isHeardAfterLift = history.heard.some(
    ({ source, word, arrives }) => source === by && !word.gives && arrives > (history.liftedAt ?? END),
  );
  return (
    own.length > 1 || isHeardAfterLift || (account !== undefined && !own.some((it) => it.account === account))
  );
}
