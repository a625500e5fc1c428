import { BridgeError } from './bridge-error.ts';
import { type AttributeName, type ClarusAttributes, entriesIn, namesIn } from './clarus-attributes.ts';
import type { Desired, UserRecord } from './user-record.ts';

/** Where records live. Both throw a retryable BridgeError when the store does not answer. */
export interface UserStore {
  /** The stored record as of now, or one with revision 0. */
  load(tenant: string, clarusUserId: string): Promise<UserRecord>;
  /** Stores the record if the stored revision is still `record.revision`; the stored one is then one more. */
  save(record: UserRecord): Promise<'saved' | 'conflict'>;
}

/** What Clarus made of a patch. */
export type PatchAnswer =
  | { kind: 'applied'; status: number }
  /** Clarus understood and will not take these values (400, 409, 422), now or later. */
  | { kind: 'refused'; status: number; error: BridgeError };

export interface UserPatcher {
  /** One `PATCH /api/users/{id}`. Throws a BridgeError for everything but an answer about the values. */
  patch(clarusUserId: string, attributes: Partial<ClarusAttributes>): Promise<PatchAnswer>;
}

export interface ConvergePorts {
  users: UserStore;
  clarus: UserPatcher;
}

/** How a convergence ended. */
export interface Converged {
  record: UserRecord;
  /** Attributes Clarus confirmed in this convergence. */
  sent: ReadonlySet<AttributeName>;
  /** Why Clarus refused an attribute in this convergence. */
  refusals: ReadonlyMap<AttributeName, BridgeError>;
  /** Clarus' last HTTP status, if a request was made. */
  status?: number;
}

/** Each conflict means that another worker got further, so this is reached only by a broken store. */
const ROUNDS = 50;

/**
 * Makes a change to the stored record and returns what was stored: `step` is applied to the newest record
 * again for as long as other workers come first. A step that returns its argument stores nothing. `announce`
 * is told what is about to be stored, for what has to be safe even if this worker dies right after.
 */
export async function update(
  users: UserStore,
  tenant: string,
  clarusUserId: string,
  step: (record: UserRecord) => UserRecord,
  announce: (record: UserRecord) => Promise<void> = async () => {},
): Promise<UserRecord> {
  for (let round = 0; round < ROUNDS; round++) {
    const before = await users.load(tenant, clarusUserId);
    const after = step(before);
    if (after === before) return before;
    await announce(after);
    if ((await users.save(after)) === 'saved') return { ...after, revision: after.revision + 1 };
  }
  throw contention(clarusUserId);
}

/**
 * Brings Clarus to the record's desired state: patches what is desired and not applied, then stores what
 * was applied. `whole` sends all that is desired whatever was applied, for an attempt that follows one that
 * may have died between its PATCH and its store.
 *
 * When the record has moved meanwhile, the attributes just sent are sent again with their newest values,
 * because this worker's PATCH may have landed after another worker's newer one:
 *
 *     A  load r1 ── PATCH x=1 ─────────────────(slow)──► lands ─ save r1: conflict ─ load r3 ─ PATCH x=2 ─ save
 *     B       merge x=2, r2 ── PATCH x=2 ── save r3
 */
export async function converge(ports: ConvergePorts, start: UserRecord, whole: boolean): Promise<Converged> {
  const sent = new Set<AttributeName>();
  const refusals = new Map<AttributeName, BridgeError>();
  let status: number | undefined;
  let record = start;
  let again: ReadonlySet<AttributeName> = new Set(whole ? namesIn(start.desired) : []);

  for (let round = 0; round < ROUNDS; round++) {
    const patch = outstanding(record, again);
    const names = namesIn(patch);
    if (names.length === 0) return { record, sent, refusals, ...(status !== undefined && { status }) };

    const attempt = await send(ports.clarus, record.clarusUserId, patch);
    status = attempt.status ?? status;
    for (const name of namesIn(attempt.applied)) sent.add(name);
    for (const [name, error] of attempt.refusals) refusals.set(name, error);

    const after = withAttempt(record, attempt);
    const saved = after === record ? 'saved' : await ports.users.save(after);
    if (attempt.failure !== undefined) throw attempt.failure;
    if (saved === 'saved') record = { ...after, revision: after.revision + 1 };
    else record = await ports.users.load(record.tenant, record.clarusUserId);
    again = new Set(saved === 'saved' ? [] : names);
  }
  throw contention(start.clarusUserId);
}

/** What has to be sent: desired and not applied, or in `again`; never a value Clarus has refused. */
export function outstanding(
  record: UserRecord,
  again: ReadonlySet<AttributeName> = new Set(),
): Partial<ClarusAttributes> {
  const patch: Partial<ClarusAttributes> = {};
  for (const [name, { value }] of entriesIn<Desired>(record.desired)) {
    if (value === record.refused[name]) continue;
    if (value !== record.applied[name] || again.has(name)) Object.assign(patch, { [name]: value });
  }
  return patch;
}

interface Attempt {
  applied: Partial<ClarusAttributes>;
  refused: Partial<ClarusAttributes>;
  refusals: Map<AttributeName, BridgeError>;
  status?: number;
  /** What stopped the attempt; the parts before it stand. */
  failure?: unknown;
}

/**
 * Sends a patch in as few requests as safety allows: a revocation alone and first, so that nothing can keep
 * a leaver in; then the rest together, and one by one if Clarus refuses them together, so that one bad value
 * keeps none of the others out.
 */
async function send(
  clarus: UserPatcher,
  clarusUserId: string,
  patch: Partial<ClarusAttributes>,
): Promise<Attempt> {
  const attempt: Attempt = { applied: {}, refused: {}, refusals: new Map() };
  const parts = inParts(patch);
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const names = namesIn(part);
    try {
      const answer = await clarus.patch(clarusUserId, part);
      attempt.status = answer.status;
      if (answer.kind === 'applied') Object.assign(attempt.applied, part);
      else if (names.length > 1) parts.unshift(...names.map((name) => only(part, name)));
      else {
        Object.assign(attempt.refused, part);
        for (const name of names) attempt.refusals.set(name, answer.error);
      }
    } catch (failure) {
      attempt.failure = failure;
      break;
    }
  }
  return attempt;
}

function inParts(patch: Partial<ClarusAttributes>): Partial<ClarusAttributes>[] {
  const { is_active, ...rest } = patch;
  if (is_active !== false) return [patch];
  return namesIn(rest).length === 0 ? [patch] : [{ is_active }, rest];
}

function only(part: Partial<ClarusAttributes>, name: AttributeName): Partial<ClarusAttributes> {
  return { [name]: part[name] };
}

function withAttempt(record: UserRecord, { applied, refused }: Attempt): UserRecord {
  if (namesIn(applied).length + namesIn(refused).length === 0) return record;
  const stillRefused = { ...record.refused, ...refused };
  for (const name of namesIn(applied)) delete stillRefused[name];
  return { ...record, applied: { ...record.applied, ...applied }, refused: stillRefused };
}

function contention(clarusUserId: string): BridgeError {
  return new BridgeError(
    'contention',
    `The record of Clarus user ${clarusUserId} changed ${ROUNDS} times while it was being written. ` +
      'The event goes back to the queue; if this repeats, look for a loop of writers.',
    { retryable: true },
  );
}
