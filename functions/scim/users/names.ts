import { BridgeError } from '../../identity/bridge-error.ts';
import { folded } from '../../identity/folded.ts';
import type { NameClaim, ScimNameStore } from '../../state/scim-names.ts';
import type { ScimUserStore } from '../../state/scim-users.ts';

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

/** Longer than API Gateway lets a request live (30 s): then whoever had the name is gone. */
const LEASE = 40_000;

/**
 * Claims a userName so that of any number of requests at a time one has it; undefined when a user has it, or
 * another request. A claim names the user before the user is stored under the name, so that whatever dies
 * meanwhile, somebody who has a name is found by it: what a claim says counts only as far as the user agrees.
 */
export async function claimName(
  { names, scimUsers }: { names: ScimNameStore; scimUsers: ScimUserStore },
  tenant: string,
  userName: string,
  { token, now, clarusUserId }: Claimant,
): Promise<ClaimedName | undefined> {
  const current = await names.find(tenant, userName);
  const holder = current?.clarusUserId;
  if (current !== undefined && (holder === undefined || holder !== clarusUserId)) {
    if (holder !== undefined && (await hasName(scimUsers, tenant, holder, userName))) return undefined;
    if (current.until > now) return undefined;
  }
  // Who had it last stays in the claim, so as not to be forgotten when this request dies.
  const named = clarusUserId ?? holder;
  const until = now + LEASE;
  const claim: NameClaim = { token, until, ...(named !== undefined && { clarusUserId: named }) };
  if ((await names.put(tenant, userName, claim, current?.token)) === 'conflict') return undefined;
  const doubtful = current !== undefined && current.until > 0;
  return { userName, token, until, doubtful, ...(holder !== undefined && { formerly: holder }) };
}

/** Whether a user is there and has the name, in any letter case. */
async function hasName(
  scimUsers: ScimUserStore,
  tenant: string,
  clarusUserId: string,
  userName: string,
): Promise<boolean> {
  const user = await scimUsers.find(tenant, clarusUserId);
  return user?.deleted === false && folded(String(user.attributes.userName)) === folded(userName);
}

/** Says for whom the name is, before that user is stored under it. A conflict: the claim has lapsed. */
export function giveName(
  names: ScimNameStore,
  tenant: string,
  { userName, token, until }: ClaimedName,
  clarusUserId: string,
): Promise<'saved' | 'conflict'> {
  return names.put(tenant, userName, { token, clarusUserId, until }, token);
}

/** Ends a claim whose user is stored under the name. */
export function settleName(
  names: ScimNameStore,
  tenant: string,
  { userName, token }: ClaimedName,
  clarusUserId: string,
): Promise<void> {
  return end(names, tenant, userName, { token, clarusUserId, until: 0 });
}

/** Gives the name back; `doubtful` when a user may have been created that nobody here knows. */
export function releaseName(
  names: ScimNameStore,
  tenant: string,
  { userName, token, formerly }: ClaimedName,
  doubtful: boolean,
): Promise<void> {
  const claim = { token, until: doubtful ? 1 : 0, ...(formerly !== undefined && { clarusUserId: formerly }) };
  return end(names, tenant, userName, claim);
}

/** A claim that is not ended lapses by itself. */
async function end(names: ScimNameStore, tenant: string, userName: string, claim: NameClaim): Promise<void> {
  try {
    await names.put(tenant, userName, claim, claim.token);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}
