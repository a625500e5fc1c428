import { BridgeError } from '../identity/bridge-error.ts';
import { type Change, isEnabling, isRevocation } from '../identity/change.ts';
import { type AttributeName, type ClarusAttributes, namesIn } from '../identity/clarus-attributes.ts';
import { type Converged, converge } from '../identity/converge.ts';
import type { Outcome, Receipt } from '../identity/receipt.ts';
import type { UserRecord } from '../identity/user-record.ts';
import { type Claimed, type ClaimPorts, claimUser, departureSince, noteDeparture } from './claim-user.ts';
import { createUser } from './create-user.ts';
import { type Person, type ResolvePorts, resolve } from './resolve.ts';
import type { TenantServices } from './services.ts';
import { type Wanted, want } from './wanted.ts';

export interface DeliverChangePorts extends ResolvePorts, ClaimPorts {
  /** Has a Clarus user converged once more after any request now under way has landed or died. */
  lookAgain(tenant: string, clarusUserId: string): Promise<void>;
}

/** What became of a change: all of its receipt but the times, and why it needs help if it does. */
export interface Delivered {
  outcome: Outcome;
  attributes: readonly AttributeName[];
  isActive?: boolean;
  refused?: readonly AttributeName[];
  reason?: string;
  clarusUserId?: string;
  clarusStatus?: number;
  /** Whether Clarus was made to change. */
  applied: boolean;
  problem?: BridgeError;
}

/**
 * Takes one change all the way: whose is it, what does it say, who owns that Clarus user, what is the state
 * to be, and Clarus follows. `redelivered` tells that an earlier attempt at this change may have died
 * half-way. A link that leads to somebody else's user, or to one that is gone, is followed by one more
 * attempt by address (`byLink` false): the person may have come back as another Clarus user. Throws a BridgeError for what may succeed later, or what failed before the person was known.
 */
export async function deliverChange(
  ports: DeliverChangePorts,
  services: TenantServices,
  change: Change,
  redelivered: boolean,
  byLink = true,
): Promise<Delivered> {
  const { tenant, clarus, map } = services;
  const resolved = await resolve(ports, tenant, clarus, change, byLink);
  if (resolved.kind === 'unreadable') {
    return { outcome: 'no_change', reason: resolved.reason, attributes: [], applied: false };
  }
  const wanted = await want(map, resolved.facts);
  const found = await findOrCreate(ports, services, change, resolved, wanted);
  if (typeof found === 'string') return { outcome: found, ...about(wanted.attributes), applied: false };

  const { clarusUserId, linked } = found;
  const { kind, record } = await claimUser(ports, change, clarusUserId, linked, wanted, map);
  if (kind === 'former_owner') {
    if (resolved.linked && byLink) return deliverChange(ports, services, change, redelivered, false);
    return { outcome: 'former_owner', clarusUserId, ...about(wanted.attributes), applied: false };
  }
  try {
    const converged = await converge({ users: ports.users, clarus }, record, redelivered);
    return settle(change, clarusUserId, kind, wanted, converged);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    if (error.outcomeUnknown) await ports.lookAgain(tenant.tenant, clarusUserId);
    if (error.retryable) throw error;
    if (error.code === 'clarus_user_missing' && resolved.linked && byLink) {
      return deliverChange(ports, services, change, redelivered, false);
    }
    const status = error.status === undefined ? {} : { clarusStatus: error.status };
    return { ...rejected(error), ...about(wanted.attributes), clarusUserId, ...status };
  }
}

/** An end that needs help, as far as the error alone tells. */
export function rejected(problem: BridgeError): Delivered {
  return { outcome: 'rejected', reason: problem.code, problem, attributes: [], applied: false };
}

/** The person's Clarus user, found or created; else how the change ends without one. */
async function findOrCreate(
  ports: DeliverChangePorts,
  { tenant, clarus }: TenantServices,
  change: Change,
  { clarusUserId, linked }: Person,
  { attributes }: Wanted,
): Promise<{ clarusUserId: string; linked: boolean } | 'user_not_in_clarus' | 'superseded'> {
  if (clarusUserId !== undefined) return { clarusUserId, linked };
  if (isRevocation(change)) {
    // Noted first and looked for again second: see claimUser.
    await noteDeparture(ports, change);
    const created = await ports.links.find(tenant.tenant, change.source, change.subject.id);
    return created === undefined ? 'user_not_in_clarus' : { clarusUserId: created, linked: true };
  }
  if (tenant.unknownUser !== 'create' || !isEnabling(change)) return 'user_not_in_clarus';
  if ((await departureSince(ports, change)) !== undefined) return 'superseded';
  const created = await createUser(clarus, tenant, change, attributes);
  return created === undefined ? 'user_not_in_clarus' : { clarusUserId: created, linked };
}

function settle(
  change: Change,
  clarusUserId: string,
  claimed: Claimed['kind'],
  wanted: Wanted,
  { record, sent, refusals, status }: Converged,
): Delivered {
  const names = namesIn(wanted.attributes);
  const won = names.filter((name) => isOf(change, record, name));
  const problems = new Map([...wanted.problems, ...[...refusals].filter(([name]) => won.includes(name))]);
  const applied = won.some((name) => sent.has(name));
  const common = {
    clarusUserId,
    ...about(wanted.attributes),
    applied,
    ...(status !== undefined && { clarusStatus: status }),
  };
  const [problem] = problems.values();
  if (problem !== undefined) {
    return { outcome: 'rejected', reason: problem.code, refused: [...problems.keys()], problem, ...common };
  }
  if (claimed === 'taken_over') return { outcome: 'taken_over', ...common };
  if (applied) return { outcome: 'applied', ...common };
  return { outcome: names.length > 0 && won.length === 0 ? 'superseded' : 'no_change', ...common };
}

/** Whether the state of the attribute is the one this very change asked for. */
function isOf({ eventId, source }: Change, record: UserRecord, name: AttributeName): boolean {
  const desired = record.desired[name];
  return desired?.eventId === eventId && desired.origin === source;
}

/** What a receipt says of attributes: their names, and the one value that is no personal data. */
export function about(attributes: Partial<ClarusAttributes>): Pick<Receipt, 'attributes' | 'isActive'> {
  const { is_active } = attributes;
  return { attributes: namesIn(attributes), ...(is_active !== undefined && { isActive: is_active }) };
}
