import type { NameClaim, ScimNameStore } from '../state/scim-names.ts';

/** A userName that a request has for itself for now. */
export interface ClaimedName {
  userName: string;
  token: string;
  /** The Clarus user that had it last. */
  formerly?: string;
  /** An earlier request had it and never said how it ended: it may have created the user. */
  doubtful: boolean;
}

/** Somebody has it: a user, or a request under way. */
export type Claiming = { kind: 'claimed'; claim: ClaimedName } | { kind: 'taken'; clarusUserId?: string };

/** Longer than API Gateway lets a request live (30 s): then whoever had the name is gone. */
const LEASE = 40_000;

/**
 * Claims a userName so that of any number of requests at a time one has it. `isFree` says whether the user
 * that has the name gives it up (deleted, or renamed by a request that died before it said so).
 */
export async function claimName(
  names: ScimNameStore,
  tenant: string,
  userName: string,
  { token, now }: { token: string; now: number },
  isFree: (clarusUserId: string) => Promise<boolean>,
): Promise<Claiming> {
  const current = await names.find(tenant, userName);
  const holder = current?.clarusUserId;
  if (holder !== undefined && !(await isFree(holder))) return { kind: 'taken', clarusUserId: holder };
  if (current !== undefined && current.until > now) return { kind: 'taken' };
  // The holder stays in the claim until it is settled, so that it is not forgotten when this request dies.
  const claim: NameClaim = {
    token,
    until: now + LEASE,
    ...(holder !== undefined && { clarusUserId: holder }),
  };
  if ((await names.put(tenant, userName, claim, current?.token)) === 'conflict') return { kind: 'taken' };
  const doubtful = current !== undefined && current.until > 0;
  return {
    kind: 'claimed',
    claim: { userName, token, doubtful, ...(holder !== undefined && { formerly: holder }) },
  };
}

/** Gives the name to a user for good. */
export async function settleName(
  names: ScimNameStore,
  tenant: string,
  { userName, token }: ClaimedName,
  clarusUserId: string,
): Promise<void> {
  await names.put(tenant, userName, { token, clarusUserId, until: 0 }, token);
}

/** Gives the name back; `doubtful` when nobody knows what became of the request that had it. */
export async function releaseName(
  names: ScimNameStore,
  tenant: string,
  { userName, token, formerly }: ClaimedName,
  doubtful: boolean,
): Promise<void> {
  const claim = { token, until: doubtful ? 1 : 0, ...(formerly !== undefined && { clarusUserId: formerly }) };
  await names.put(tenant, userName, claim, token);
}
