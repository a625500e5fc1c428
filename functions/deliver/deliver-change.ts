import { BridgeError } from '../identity/bridge-error.ts';
import type { Change } from '../identity/change.ts';
import { type AttributeName, type ClarusAttributes, namesIn } from '../identity/clarus-attributes.ts';
import { type Converged, converge, type UserStore, update } from '../identity/converge.ts';
import { merge } from '../identity/merge.ts';
import { type Claim, claim } from '../identity/ownership.ts';
import type { Outcome, Receipt } from '../identity/receipt.ts';
import type { UserRecord } from '../identity/user-record.ts';
import type { ReadStore } from '../state/reads.ts';
import { createUser } from './create-user.ts';
import { type Brake, mayRevoke } from './may-revoke.ts';
import { type Fact, type Resolved, type ResolvePorts, resolve } from './resolve.ts';
import type { TenantServices } from './services.ts';

export interface DeliverChangePorts extends ResolvePorts {
  users: UserStore;
  reads: ReadStore;
  brake: Brake;
  /** Has a change's person read once more after so many milliseconds. */
  readAgain(change: Change, after: number): Promise<void>;
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

/** What a change wants of Clarus. */
interface Wanted {
  facts: readonly (Fact & { attributes: Partial<ClarusAttributes> })[];
  /** All facts together, the latest last. */
  attributes: Partial<ClarusAttributes>;
  problems: ReadonlyMap<AttributeName, BridgeError>;
}

/**
 * Takes one change all the way: whose is it, what does it say, who owns that Clarus user, what is the state
 * to be, and Clarus follows. `redelivered` tells that an earlier attempt at this change may have died
 * half-way. Throws a BridgeError for what may succeed later, or what failed before the person was known.
 */
export async function deliverChange(
  ports: DeliverChangePorts,
  { tenant, clarus, map }: TenantServices,
  change: Change,
  redelivered: boolean,
): Promise<Delivered> {
  const directory = ports.directories[change.source];
  const { staleFor } = directory ?? {};
  if (staleFor !== undefined && !redelivered && (await isRead(ports, change))) {
    return { outcome: 'no_change', reason: 'already_read', attributes: [], applied: false };
  }
  const resolved = await resolve(ports, tenant, clarus, change);
  if (looksAgain(change, resolved)) await ports.readAgain(change, staleFor ?? SECOND_LOOK);
  const delivered = await carryOut(ports, { tenant, clarus, map }, change, resolved, redelivered);
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

async function carryOut(
  ports: DeliverChangePorts,
  { tenant, clarus, map }: TenantServices,
  change: Change,
  resolved: Resolved,
  redelivered: boolean,
): Promise<Delivered> {
  if (resolved.kind === 'unreadable') {
    return { outcome: 'no_change', reason: resolved.reason, attributes: [], applied: false };
  }
  const { enabling } = resolved;
  const wanted = await want(map, resolved.facts);
  const clarusUserId = resolved.clarusUserId ?? (await create());
  if (clarusUserId === undefined) {
    return { outcome: 'user_not_in_clarus', ...about(wanted.attributes), applied: false };
  }

  const suspect = isConcluded(change, resolved) && wanted.attributes.is_active === false;
  if (suspect && !(await mayRevoke(ports, tenant, change, clarusUserId))) {
    return { outcome: 'held', reason: 'brake', clarusUserId, ...about(wanted.attributes), applied: false };
  }

  let claimed: Claim = { kind: 'former_owner' };
  const record = await update(ports.users, tenant.tenant, clarusUserId, (stored) => {
    claimed = claim(stored, change.source, change.subject.id, isEnabling(enabling, stored));
    return claimed.kind === 'former_owner' ? stored : state(claimed.record, change, wanted);
  });
  // A name of its own: the compiler does not see that `update` calls back before it returns.
  const { kind }: Claim = claimed;
  if (kind === 'former_owner') {
    return { outcome: 'former_owner', clarusUserId, ...about(wanted.attributes), applied: false };
  }
  // Before Clarus hears of it: later events must find this user even when its address changes.
  if (!resolved.linked) await ports.links.put(tenant.tenant, change.source, change.subject.id, clarusUserId);
  try {
    const converged = await converge({ users: ports.users, clarus }, record, redelivered);
    const settled = settle(change, clarusUserId, kind, wanted, converged);
    return { ...reasonOf(resolved), ...settled };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    if (error.outcomeUnknown) await ports.lookAgain(tenant.tenant, clarusUserId);
    if (error.retryable) throw error;
    const status = error.status === undefined ? {} : { clarusStatus: error.status };
    return { ...rejected(error), ...about(wanted.attributes), clarusUserId, ...status };
  }

  async function create(): Promise<string | undefined> {
    const creates = tenant.unknownUser === 'create' && enabling !== 'no';
    return creates ? createUser(clarus, tenant, change, wanted.attributes) : undefined;
  }
}

/** Whether what takes access away is a conclusion of ours, and nobody's word. */
function isConcluded({ foundBy }: Change, { reason }: Extract<Resolved, { kind: 'person' }>): boolean {
  return foundBy === 'resync' || foundBy === 'first' || reason === 'concluded_gone';
}

function reasonOf({ reason }: Extract<Resolved, { kind: 'person' }>): { reason?: string } {
  return reason === undefined ? {} : { reason };
}

function isEnabling(
  enabling: Extract<Resolved, { kind: 'person' }>['enabling'],
  { desired }: UserRecord,
): boolean {
  return enabling === 'yes' || (enabling === 'after_leaver' && desired.is_active?.value === false);
}

/** An end that needs help, as far as the error alone tells. */
export function rejected(problem: BridgeError): Delivered {
  return { outcome: 'rejected', reason: problem.code, problem, attributes: [], applied: false };
}

async function want(map: TenantServices['map'], facts: readonly Fact[]): Promise<Wanted> {
  const mapped = await Promise.all(facts.map(async (fact) => ({ ...fact, ...(await map(fact.user)) })));
  const inOrder = mapped.toSorted((a, b) => a.at - b.at);
  return {
    facts: mapped,
    attributes: Object.assign({}, ...inOrder.map((fact) => fact.attributes)),
    problems: new Map(inOrder.flatMap((fact) => [...fact.problems])),
  };
}

/** The record with what the change says merged in. A value once refused gets another chance when it is said again. */
function state(record: UserRecord, change: Change, { facts }: Wanted): UserRecord {
  let { desired } = record;
  const refused = { ...record.refused };
  for (const { at, attributes } of facts) {
    desired = merge(desired, { at, eventId: change.eventId, origin: change.source, attributes });
    for (const name of namesIn(attributes)) delete refused[name];
  }
  const sameRefused = namesIn(refused).length === namesIn(record.refused).length;
  return desired === record.desired && sameRefused ? record : { ...record, desired, refused };
}

function settle(
  change: Change,
  clarusUserId: string,
  claimed: Claim['kind'],
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
