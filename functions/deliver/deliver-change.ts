import { BridgeError } from '../identity/bridge-error.ts';
import type { Change } from '../identity/change.ts';
import { converge } from '../identity/converge.ts';
import type { ReadStore } from '../state/reads.ts';
import { type ClaimPorts, claimUser, departureSince, noteDeparture } from './claim-user.ts';
import { createUser } from './create-user.ts';
import { about, type Delivered, rejected, settle, unchanged } from './delivered.ts';
import { type Brake, mayRevoke } from './may-revoke.ts';
import { type Person, type Resolved, type ResolvePorts, resolve } from './resolve.ts';
import type { TenantServices } from './services.ts';
import { type Wanted, want } from './wanted.ts';

export interface DeliverChangePorts extends ResolvePorts, ClaimPorts {
  reads: ReadStore;
  brake: Brake;
  /** Has a change's person read once more after so many milliseconds. */
  readAgain(change: Change, after: number): Promise<void>;
  /** Has a Clarus user converged once more after any request now under way has landed or died. */
  lookAgain(tenant: string, clarusUserId: string): Promise<void>;
}

/**
 * Takes one change all the way: whose is it, what does it say, who owns that Clarus user, what is the state
 * to be, and Clarus follows. `redelivered` tells that an earlier attempt at this change may have died
 * half-way. Throws a BridgeError for what may succeed later, or what failed before the person was known.
 */
export async function deliverChange(
  ports: DeliverChangePorts,
  services: TenantServices,
  change: Change,
  redelivered: boolean,
): Promise<Delivered> {
  const { tenant, clarus } = services;
  const { staleFor } = ports.directories[change.source] ?? {};
  if (staleFor !== undefined && !redelivered && (await isRead(ports, change))) {
    return unchanged('no_change', {}, { reason: 'already_read' });
  }
  let resolved = await resolve(ports, tenant, clarus, change);
  if (looksAgain(change, resolved)) await ports.readAgain(change, staleFor ?? SECOND_LOOK);
  let delivered = await carryOut(ports, services, change, resolved, redelivered);
  if (isLinked(resolved) && leadsNowhere(delivered)) {
    // The person may have come back as another Clarus user.
    resolved = await resolve(ports, tenant, clarus, change, false);
    delivered = await carryOut(ports, services, change, resolved, redelivered);
  }
  // Only now, when Clarus has it: news that finds this has nothing left to do.
  const settled = delivered.problem === undefined && delivered.outcome !== 'held';
  if (staleFor !== undefined && settled && resolved.kind === 'person' && resolved.readAt !== undefined) {
    await ports.reads.put(tenant.tenant, change.source, change.subject.id, resolved.readAt);
  }
  return delivered;
}

/** Milliseconds until somebody is read again whom the identity provider shows otherwise than its event said. */
const SECOND_LOOK = 90_000;

/** Whether the person was read after this news of them, so that there is nothing more to find. */
async function isRead(ports: DeliverChangePorts, change: Change): Promise<boolean> {
  if (change.user !== undefined || change.released === true) return false;
  const last = await ports.reads.last(change.tenant, change.source, change.subject.id);
  return last !== undefined && last >= (change.readAfter ?? change.receivedAt);
}

/** A webhook's news is read a second time, because the first read may have been too early; a sweep's is not news. */
function looksAgain(change: Change, resolved: Resolved): boolean {
  if (change.readAfter !== undefined || resolved.kind === 'unreadable') return false;
  if (resolved.reason === 'not_confirmed') return true;
  return change.source === 'entra' && change.foundBy === undefined && resolved.readAt !== undefined;
}

function isLinked(resolved: Resolved): boolean {
  return resolved.kind === 'person' && resolved.linked;
}

/** Whether the link led to somebody else's Clarus user, or to one that is gone. */
function leadsNowhere({ outcome, reason }: Delivered): boolean {
  return outcome === 'former_owner' || reason === 'clarus_user_missing';
}

async function carryOut(
  ports: DeliverChangePorts,
  services: TenantServices,
  change: Change,
  resolved: Resolved,
  redelivered: boolean,
): Promise<Delivered> {
  if (resolved.kind === 'unreadable') return unchanged('no_change', {}, { reason: resolved.reason });
  const { tenant, clarus, map } = services;
  const wanted = await want(map, resolved.facts);
  const { attributes } = wanted;
  const found = await findOrCreate(ports, services, change, resolved, wanted);
  if (typeof found === 'string') return unchanged(found, attributes);

  const { clarusUserId } = found;
  const suspect = isConcluded(change, resolved) && attributes.is_active === false;
  if (suspect && !(await mayRevoke(ports, tenant, change, clarusUserId))) {
    return unchanged('held', attributes, { reason: 'brake', clarusUserId });
  }
  const { kind, record } = await claimUser(ports, change, found, wanted, map);
  if (kind === 'former_owner') return unchanged('former_owner', attributes, { clarusUserId });
  try {
    const converged = await converge({ users: ports.users, clarus }, record, redelivered);
    const reason = resolved.reason === undefined ? {} : { reason: resolved.reason };
    return { ...reason, ...settle(change, clarusUserId, kind, wanted, converged) };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    if (error.outcomeUnknown) await ports.lookAgain(tenant.tenant, clarusUserId);
    if (error.retryable) throw error;
    const status = error.status === undefined ? {} : { clarusStatus: error.status };
    return { ...rejected(error), ...about(attributes), clarusUserId, ...status };
  }
}

/** Whether what takes access away is a conclusion of ours, and nobody's word. */
function isConcluded({ foundBy }: Change, { reason }: Person): boolean {
  return foundBy === 'resync' || foundBy === 'first' || reason === 'concluded_gone';
}

type Found = Pick<Person, 'linked' | 'enabling'> & { clarusUserId: string };

/** The person's Clarus user, found or created; else how the change ends without one. */
async function findOrCreate(
  ports: DeliverChangePorts,
  { tenant, clarus }: TenantServices,
  change: Change,
  { clarusUserId, linked, enabling }: Person,
  wanted: Wanted,
): Promise<Found | 'user_not_in_clarus' | 'superseded'> {
  if (clarusUserId !== undefined) return { clarusUserId, linked, enabling };
  if (wanted.attributes.is_active === false) {
    // Noted first and looked for again second: see claimUser.
    await noteDeparture(ports, change, wanted);
    const created = await ports.links.find(tenant.tenant, change.source, change.subject.id);
    return created === undefined ? 'user_not_in_clarus' : { clarusUserId: created, linked: true, enabling };
  }
  if (tenant.unknownUser !== 'create' || enabling === 'no') return 'user_not_in_clarus';
  if ((await departureSince(ports, change, wanted)) !== undefined) return 'superseded';
  const created = await createUser(clarus, tenant, change, wanted.attributes);
  return created === undefined ? 'user_not_in_clarus' : { clarusUserId: created, linked, enabling };
}
