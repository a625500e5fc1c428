import type { Meant } from './scene.ts';
import { type Account, BEFORE, isIn, since } from './world/account.ts';
import type { ClarusUser } from './world/clarus.ts';
import { HOUR, MINUTE } from './world/time.ts';
import type { World } from './world/world.ts';

/** What is wrong with a Clarus user in the end. */
export interface Finding {
  kind: 'LEFT_ON' | 'LOCKED_OUT' | 'GIVEN' | 'NOT_CREATED' | 'STUCK';
  user?: ClarusUser;
  /** Of somebody without a user: who. */
  person?: string;
  why: string;
}

/** How a Clarus user must stand, by the directories and the hands in Clarus alone. */
export interface Must {
  is: 'on' | 'off' | 'either';
  why: string;
}

/** Holds Clarus against the directories: nothing else counts, and nothing of the bridge's own. */
export function findings(world: World, meant: Meant): Finding[] {
  const users = world.clarus.users.flatMap((user): Finding[] => {
    const { is, why } = must(world, meant, user);
    if (is === 'off' && user.is_active) return [{ kind: isOut(why) ? 'LEFT_ON' : 'GIVEN', user, why }];
    return is === 'on' && !user.is_active ? [{ kind: 'LOCKED_OUT', user, why }] : [];
  });
  return [...users, ...uncreated(world, meant)];
}

function isOut(why: string): boolean {
  return why.startsWith('out');
}

/** What it must be for everybody whose it may be; where they differ, nobody can say. */
export function must(world: World, meant: Meant, user: ClarusUser): Must {
  const all = holders(world, meant, user).map((person) => mustFor(world, meant, user, person));
  const [first, ...others] = all;
  if (first === undefined) return { is: 'either', why: 'nobody has it' };
  const differs = others.find(({ is }) => is !== first.is);
  return differs === undefined ? first : { is: 'either', why: `${first.why}, but ${differs.why}` };
}

function mustFor(world: World, meant: Meant, user: ClarusUser, name: string): Must {
  const accounts = accountsOf(world, name);
  if (accounts.every((account) => isIn(account) === undefined))
    return { is: 'either', why: 'nobody knows them' };
  const outs = world.mode.sources.filter((source) => {
    const latest = latestOf(accounts.filter((it) => it.source === source));
    return latest !== undefined && isIn(latest) === false;
  });
  const hand = meant.hands.findLast((it) => it.user === user);
  if (isClose(accounts)) return { is: 'either', why: 'two accounts of Entra change at once' };
  if (outs.length > 0) return { is: 'off', why: `out: ${name} by ${outs.join(' and ')}` };
  const givings = accounts.flatMap((account) => givingsOf(world, account));
  const given = Math.max(BEFORE, ...givings.filter(({ isSure }) => isSure).map(({ at }) => at));
  if (hand !== undefined && !hand.active && given < hand.at + 15 * MINUTE)
    return { is: 'either', why: 'by hand' };
  // Their accounts are linked to the user who was theirs, until an operator unlinks them.
  const isGivenAway = [...meant.recycled].some(([id, earlier]) => id !== user.id && earlier.includes(name));
  if (isGivenAway) return { is: 'either', why: `${name} had a user who was given to somebody else` };
  if (given > BEFORE) return { is: 'on', why: `in: ${name} everywhere` };
  const wasOn = hand?.active ?? meant.initially.get(user.id);
  if (wasOn === undefined) return { is: 'either', why: 'made by the bridge' };
  if (!wasOn && givings.length > 0) return { is: 'either', why: 'given back what nobody saw taken' };
  return { is: wasOn ? 'on' : 'off', why: `as found: nobody gave or took anything of ${name}` };
}

/** Where a client's ids are a directory's, what it said of an earlier id is about somebody else. */
function accountsOf(world: World, name: string): Account[] {
  const { idOf } = world.mode;
  const all = world.accounts().filter(({ person, source }) => person === name && isOf(world, source));
  const now = all.findLast(({ source }) => source === idOf);
  return all.filter(
    ({ source, id }) => source !== 'scim' || idOf === undefined || now === undefined || id === now.id,
  );
}

interface Giving {
  at: number;
  /** The bridge must have seen it. */
  isSure: boolean;
}

/**
 * Entra shows how an account stands and not what happened: what is taken and given back between two looks is unseen. So
 * is what a SCIM client wants no more before it has said so.
 */
const UNSEEN: Readonly<Record<string, number>> = { entra: 15 * MINUTE, scim: HOUR };

function givingsOf({ mode, sweep }: World, { source, moves }: Account): Giving[] {
  return moves.flatMap(({ at, isIn: gives }, index): Giving[] => {
    if (!gives || at === BEFORE) return [];
    const before = moves[index - 1];
    const isSeen =
      source === 'okta' || before === undefined || (!mode.rough && at - before.at > (UNSEEN[source] ?? 0));
    const isFollowed = source !== 'entra' || at > sweep.followsSince();
    return [{ at, isSure: isSeen && isFollowed }];
  });
}

function isOf({ mode }: World, source: string): boolean {
  return mode.sources.some((it) => it === source);
}

/** Within a source the latest transition counts. Before the bridge all are equal, and one that is in is enough. */
function latestOf(accounts: readonly Account[]): Account | undefined {
  return accounts
    .filter((account) => isIn(account) !== undefined)
    .reduce<Account | undefined>((a, b) => (a === undefined || isLater(b, a) ? b : a), undefined);
}

function isLater(a: Account, b: Account): boolean {
  if (since(a) !== since(b)) return since(a) > since(b);
  return since(a) === BEFORE ? isIn(a) === true : isIn(a) === false;
}

/**
 * Reads of Graph may be so late that nobody can tell which of two came last. Nor can anybody of one that was let in for so
 * short a time that no reading showed it: then the other one has been the last to be given access all along.
 */
function isClose(accounts: readonly Account[]): boolean {
  const entra = accounts.filter(({ source }) => source === 'entra');
  return entra.some((a) =>
    entra.some(
      (b) =>
        a !== b &&
        isIn(a) !== isIn(b) &&
        (Math.abs(since(a) - since(b)) < 12 * MINUTE || wasInUnseen(a) || wasInUnseen(b)),
    ),
  );
}

function wasInUnseen({ source, moves }: Account): boolean {
  const [before, last] = moves.slice(-2);
  if (before === undefined || last === undefined) return false;
  return before.isIn && !last.isIn && last.at - before.at < (UNSEEN[source] ?? 0);
}

/** Who has the user by the directories: whose it was made, and who is in with its address now. */
export function holders(world: World, meant: Meant, user: ClarusUser): string[] {
  const accounts = world.accounts().filter(({ source }) => isOf(world, source));
  const isClaimed = ({ isGone, email, login }: Account) => !isGone && [email, login].includes(user.email);
  const owner = meant.owners.get(user.id) ?? created(world, user);
  const claimants = accounts.filter((it) => isClaimed(it) && isIn(it) && it.person !== owner);
  const isOwners = accounts.some((it) => it.person === owner && (isClaimed(it) || isIn(it)));
  const isElsewhere =
    owner !== undefined &&
    meant.recycled.has(user.id) &&
    !accounts.some((it) => it.person === owner && isClaimed(it));
  const first = owner !== undefined && (claimants.length === 0 || (isOwners && !isElsewhere)) ? [owner] : [];
  return [...new Set([...first, ...claimants.map(({ person }) => person)])];
}

/** Who had the address when the bridge made the user. */
function created(world: World, user: ClarusUser): string | undefined {
  const creation = world.creations.find((it) => it.user === user);
  const had = world
    .accounts()
    .filter(({ addresses }) =>
      addresses.some(({ address, at }) => address === creation?.email && at <= creation.at),
    );
  return (had.findLast((account) => isIn(account)) ?? had.at(-1))?.person;
}

/** People who were given access everywhere and have no user, where the bridge creates users. */
function uncreated(world: World, { people }: Meant): Finding[] {
  if (!world.mode.create) return [];
  return people.flatMap(({ name, email }) => {
    const accounts = world.accounts().filter(({ person, source }) => person === name && isOf(world, source));
    const isInEverywhere = accounts.length > 0 && accounts.every((account) => isIn(account));
    const isGiven = accounts.some((account) => givingsOf(world, account).some(({ isSure }) => isSure));
    const isThere = world.clarus.withAddress(email) !== undefined;
    return isInEverywhere && isGiven && !isThere
      ? [{ kind: 'NOT_CREATED' as const, person: name, why: `${name} is in everywhere and has no user` }]
      : [];
  });
}
