import { BridgeError } from '../../identity/bridge-error.ts';
import { folded } from '../../identity/folded.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import type { NameClaim } from '../../state/scim-names.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { nameUnderWay, taken } from './refusals.ts';
import { knownUser } from './resource.ts';

/** A userName that a request has for itself for now. */
export interface ClaimedName {
  userName: string;
  token: string;
  until: number;
  /** The Clarus user that had it last. */
  formerly?: string;
  /** An earlier request had it and never said how it ended: it may have created the user. */
  doubtful: boolean;
}

/** Who wants a name: a request, and the user it is to be for if that is known. */
export interface Claimant {
  token: string;
  now: number;
  clarusUserId?: string;
}

/** What became of a claim. */
export type NameEnd =
  | ({ kind: 'claimed' } & ClaimedName)
  /** A user has the name. */
  | { kind: 'taken'; clarusUserId: string }
  /** Another request has it for itself, and may be so many milliseconds under way. */
  | { kind: 'busy'; wait: number };

type NamePorts = Pick<ScimPorts, 'names' | 'records'>;

/** Longer than API Gateway lets a request live (30 s): then whoever had the name is gone. */
const LEASE = 40_000;

/**
 * Claims a userName so that of any number of requests at a time one has it. A claim names the user before the user is
 * stored under the name, so that whatever dies meanwhile, somebody who has a name is found by it: what a claim says
 * counts only as far as the user agrees.
 */
export async function claimName(
  ports: NamePorts,
  scim: Pick<ScimTenant, 'name' | 'client'>,
  userName: string,
  { token, now, clarusUserId }: Claimant,
): Promise<NameEnd> {
  const { name, client } = scim;
  const current = await ports.names.find(name, client, userName);
  const holder = current?.clarusUserId;
  if (current !== undefined && (holder === undefined || holder !== clarusUserId)) {
    if (holder !== undefined && (await hasName(ports, scim, holder, userName))) {
      return { kind: 'taken', clarusUserId: holder };
    }
    if (current.until > now) return { kind: 'busy', wait: current.until - now };
  }
  // Who had it last stays in the claim, so as not to be forgotten when this request dies.
  const formerly = holder ?? current?.formerly;
  const until = now + LEASE;
  const claim: NameClaim = {
    token,
    until,
    ...(clarusUserId !== undefined && { clarusUserId }),
    ...(formerly !== undefined && { formerly }),
  };
  const end = await ports.names.put(name, client, userName, claim, current?.token);
  if (end === 'conflict') return { kind: 'busy', wait: LEASE };
  const doubtful = current !== undefined && current.until > 0;
  return {
    kind: 'claimed',
    userName,
    token,
    until,
    doubtful,
    ...(formerly !== undefined && { formerly }),
  };
}

/** The claim. Throws ScimError 409 for a name that a user has, and 429 for one that another request may get. */
export function claimed(end: NameEnd): ClaimedName {
  switch (end.kind) {
    case 'claimed':
      return end;
    case 'taken':
      throw taken();
    case 'busy':
      throw nameUnderWay(end.wait);
  }
}

/** Whether a user is there and has the name, in any letter case. */
async function hasName(
  { records }: NamePorts,
  scim: Pick<ScimTenant, 'name' | 'client'>,
  clarusUserId: string,
  userName: string,
): Promise<boolean> {
  const user = knownUser(scim, await records.load(scim.name, clarusUserId));
  return user !== undefined && isSameName(user.side.resource.userName, userName);
}

/** Milliseconds until a command of somebody else is known to have ended, where the record does not tell. */
const SOON = 10_000;

/**
 * How many milliseconds an address in Clarus may yet be another user's, from whom a command is about to take it or could
 * not be seen to: where that comes to nothing the other one gets it back. Undefined for one that is nobody's so.
 */
export async function addressHeld(
  { names, pointers, records, clock }: Pick<ScimPorts, 'names' | 'pointers' | 'records' | 'clock'>,
  { name, client }: Pick<ScimTenant, 'name' | 'client'>,
  clarusUserId: string,
  email: string,
): Promise<number | undefined> {
  const [pointed, named] = await Promise.all([
    pointers.having(name, client, 'emails', email),
    names.find(name, client, email),
  ]);
  const ids = new Set([...pointed, named?.clarusUserId ?? []].flat());
  ids.delete(clarusUserId);
  const others = await records.loadMany(name, [...ids]);
  const holder = others.find((it) => mayGetBack(it, email));
  return holder && Math.max((holder.lookAt ?? 0) - clock(), SOON);
}

function mayGetBack({ accounts, applied, shown, pending, lookAt }: UserRecord, email: string): boolean {
  const isUnsure = lookAt !== undefined && applied.email === undefined;
  if (!isUnsure && pending?.touches?.includes('email') !== true) return false;
  const had = [applied.email, shown?.email, ...accounts.map(({ profile }) => profile?.attributes.email)];
  return had.some((address) => address !== undefined && folded(address) === folded(email));
}

/** Whether two userNames are the same in any letter case. */
export function isSameName(one: unknown, other: string): boolean {
  return folded(String(one)) === folded(other);
}

/** Says for whom the name is, before that user is stored under it. A conflict: the claim has lapsed. */
export function giveName(
  { names }: Pick<ScimPorts, 'names'>,
  { name, client }: Pick<ScimTenant, 'name' | 'client'>,
  { userName, token, until }: ClaimedName,
  clarusUserId: string,
): Promise<'saved' | 'conflict'> {
  return names.put(name, client, userName, { token, clarusUserId, until }, token);
}

/** Ends a claim whose user is stored under the name. */
export function settleName(
  ports: Pick<ScimPorts, 'names'>,
  scim: Pick<ScimTenant, 'name' | 'client'>,
  claim: ClaimedName,
  clarusUserId: string,
): Promise<void> {
  return end(ports, scim, claim, { token: claim.token, clarusUserId, until: 0 });
}

/** Gives the name back; `doubtful` when a user may have been created that nobody here knows. */
export function releaseName(
  ports: Pick<ScimPorts, 'names'>,
  scim: Pick<ScimTenant, 'name' | 'client'>,
  claim: ClaimedName,
  doubtful: boolean,
): Promise<void> {
  const { token, formerly } = claim;
  const back = { token, until: doubtful ? 1 : 0, ...(formerly !== undefined && { clarusUserId: formerly }) };
  return end(ports, scim, claim, back);
}

/** A claim that is not ended lapses by itself. */
async function end(
  { names }: Pick<ScimPorts, 'names'>,
  { name, client }: Pick<ScimTenant, 'name' | 'client'>,
  { userName }: ClaimedName,
  claim: NameClaim,
): Promise<void> {
  try {
    await names.put(name, client, userName, claim, claim.token);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}
