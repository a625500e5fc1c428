import type { SourceName } from '../../../functions/identity/access/account.ts';
import { HAND_LATER, type Hand } from '../../../functions/identity/access/decide.ts';
import type { Register } from '../../../functions/identity/access/word.ts';
import { type Random, seeded } from '../random.ts';
import {
  BEGAN,
  createDirectories,
  type Directories,
  type DirectoryAccount,
  furtherRegisters,
  GROUPS,
  type Heard,
  isHook,
  isScim,
  isSo,
  SECOND,
  SIGN_IN,
} from './directories.ts';
import type { Mode } from './modes.ts';

/** All that happened to one Clarus user with one address, which people have in turn, and what the bridge heard. */
export interface History {
  mode: Mode;
  accounts: readonly DirectoryAccount[];
  /** Who has the address in the end. */
  holder: string | undefined;
  heard: readonly Heard[];
  /** Those in the tenant file in the end. */
  sources: readonly SourceName[];
  /** The Clarus user was off when first met. */
  wasOff: boolean;
  /** What Clarus' administrators did last, and when they did it. */
  hand?: Hand & { doneAt: number };
  liftedAt?: number;
}

/** A history under way. */
interface World {
  mode: Mode;
  random: Random;
  directories: Directories;
  now: number;
  holder: string | undefined;
  people: string[];
  hand?: Hand & { doneAt: number };
  liftedAt?: number;
}

/** Makes one history, the same for the same seed. */
export function history(seed: number, mode: Mode): History {
  const random = seeded(seed);
  const directories = createDirectories(random, mode);
  const world: World = { mode, random, directories, now: BEGAN, holder: 'Lea', people: ['Lea'] };
  const wasOff = mode.firstOff === true && random.chance(0.3);
  begin(world, wasOff && random.chance(0.5));
  const acts = 2 + random.below(8);
  for (let act = 0; act < acts; act++) {
    world.now += aWhile(random);
    random.pick(ACTS)(world, mine(world));
    // The first comparison of everybody.
    if (act === 0) directories.readAll(world.now + 3600 * SECOND);
  }
  // In the end the sweep reads everybody twice.
  for (const after of [100_000, 102_000]) directories.readAll(world.now + after * SECOND);
  const { holder, hand, liftedAt } = world;
  return {
    mode,
    accounts: directories.accounts,
    holder,
    heard: directories.heard(),
    sources: mode.removes && random.chance(0.5) ? mode.sources.slice(0, -1) : mode.sources,
    wasOff,
    ...(hand && { hand }),
    ...(liftedAt !== undefined && { liftedAt }),
  };
}

function aWhile(random: Random): number {
  return (random.chance(0.4) ? 5 + random.below(120) : 600 + random.below(40_000)) * SECOND;
}

/** Before the bridge Lea is in everywhere, or has left already. */
function begin(world: World, hasLeft: boolean): void {
  const { mode, random, directories } = world;
  const [first = 'okta'] = mode.sources;
  if (hasLeft) world.holder = undefined;
  else for (const source of mode.sources) join(world, 'Lea', source, idIn(source, 'Lea'), -1);
  if (mode.second && random.chance(0.5)) join(world, 'Lea', first, 'Lea.2', -1);
  if (!mode.oldDouble || random.chance(0.5)) return;
  const old = directories.add({ person: 'Old', source: first, account: 'Old.id', born: -1 });
  directories.turn(old, SIGN_IN, false, -1);
}

function idIn(source: SourceName, person: string): string {
  return `${person}.${source === 'entra' ? 'entra' : 'id'}`;
}

function join({ mode, directories }: World, person: string, source: SourceName, account: string, at: number) {
  const it = directories.add({ person, source, account, born: at });
  directories.turn(it, SIGN_IN, true, at);
  if (mode.groups && isHook(source)) directories.turn(it, 'g1', true, at);
}

function mine({ directories, holder }: World): DirectoryAccount[] {
  return directories.accounts.filter(({ person, isDead }) => person === holder && !isDead);
}

type Act = (world: World, mine: readonly DirectoryAccount[]) => void;

/** One source says something of one account; it may be what it said before. */
const changesItsMind: Act = (world, mine) => {
  const { mode, random, directories, now } = world;
  const [it] = random.shuffled(mine);
  if (it === undefined) return;
  const register = random.pick([SIGN_IN, ...furtherRegisters(mode, it.source)]);
  // Nobody is locked, and of no lock is told, whose account is off.
  if (register === 'lock' && !isSo(it, SIGN_IN, now)) return;
  const isGiven = random.chance(0.4);
  // Nobody joins a group again without leaving it.
  if (GROUPS.includes(register) && isSo(it, register, now) === isGiven) return;
  directories.turn(it, register, isGiven, now);
};

const leaves: Act = (world, mine) => everywhere(world, mine, takes);
const returns: Act = (world, mine) => everywhere(world, mine, gives);

function everywhere(
  world: World,
  accounts: readonly DirectoryAccount[],
  doIt: (world: World, it: DirectoryAccount) => void,
): void {
  for (const it of accounts) {
    doIt(world, it);
    world.now += world.random.below(60) * SECOND;
  }
}

function takes({ mode, random, directories, now }: World, it: DirectoryAccount): void {
  const byGroups = mode.groups !== undefined && isHook(it.source) && random.chance(0.5);
  const registers = byGroups ? GROUPS.filter((group) => isSo(it, group, now)) : [SIGN_IN];
  for (const register of registers) directories.turn(it, register, false, now);
}

function gives({ mode, random, directories, now }: World, it: DirectoryAccount): void {
  const takers: Register[] = ['lock', 'mapped'].filter((taker) => !isSo(it, taker, now));
  const isMember = GROUPS.some((group) => isSo(it, group, now));
  const groups = mode.groups && isHook(it.source) && !isMember ? [random.pick(GROUPS)] : [];
  for (const register of [SIGN_IN, ...takers, ...groups]) directories.turn(it, register, true, now);
}

/** The holder leaves, if that has not happened, and the address goes to somebody new or to somebody from before. */
const passesOn: Act = (world, mine) => {
  const { mode, random, people } = world;
  const isIn = (it: DirectoryAccount) => isSo(it, SIGN_IN, world.now);
  if (!mode.newcomers || (mine.length > 0 && mine.every(isIn))) return;
  everywhere(world, mine.filter(isIn), takes);
  world.now += (600 + random.below(40_000)) * SECOND;
  for (const it of mine) it.isFormer = true;
  const next = people.length > 1 && random.chance(0.3) ? random.pick(people) : `N${people.length}`;
  world.holder = next;
  if (people.includes(next)) comesBack(world, next);
  else comesNew(world, next);
};

function comesBack(world: World, person: string): void {
  const back = world.directories.accounts.filter((it) => it.person === person && !it.isDead);
  for (const it of back) it.isFormer = false;
  everywhere(world, back, gives);
  if (back.length === 0) comesNew(world, person);
}

function comesNew(world: World, person: string): void {
  const { mode, random, people } = world;
  if (!people.includes(person)) people.push(person);
  const some = mode.sources.filter(() => !mode.partial || random.chance(0.7));
  for (const source of some.length > 0 ? some : mode.sources.slice(0, 1)) {
    join(world, person, source, idIn(source, person), world.now);
    world.now += random.below(60) * SECOND;
  }
}

const isDeletedLate: Act = ({ random, directories, now }) => {
  const gone = directories.accounts.filter((it) => it.isFormer && !it.isDead && !isSo(it, SIGN_IN, now));
  const [it] = random.shuffled(gone);
  if (it !== undefined) directories.delete(it, now);
};

const getsAnotherId: Act = (world, mine) => {
  const it = mine.find(({ source }) => isScim(source));
  if (!world.mode.newIds || it === undefined || !isSo(it, SIGN_IN, world.now)) return;
  world.directories.turn(it, SIGN_IN, false, world.now);
  it.isDead = true;
  world.now += 5 * SECOND;
  join(world, it.person, it.source, `${it.account}'`, world.now);
};

/** The inventory finds it within a quarter of an hour. */
const isSwitchedByHand: Act = (world, mine) => {
  const { mode, random, now, hand } = world;
  if (!mode.hands || mine.length === 0) return;
  const active = hand?.active === false && random.chance(0.5);
  const look = now + random.below(900) * SECOND;
  world.hand = { at: active ? look : look + HAND_LATER, active, doneAt: now };
};

const isLifted: Act = (world, mine) => {
  if (world.mode.lifts && mine.length > 0) world.liftedAt = world.now;
};

const isRead: Act = ({ random, directories, now }) => {
  const [it] = random.shuffled(directories.accounts);
  if (it !== undefined) directories.read(it, now);
};

/** As often as they stand here. */
const ACTS: readonly Act[] = [
  ...[changesItsMind, changesItsMind, changesItsMind, leaves, leaves, returns, passesOn, passesOn],
  ...[isDeletedLate, getsAnotherId, isSwitchedByHand, isLifted, isRead, isRead],
];
