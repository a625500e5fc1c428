import { BridgeError } from './bridge-error.ts';
import {
  type AttributeName,
  type AttributeValue,
  type ClarusAttributes,
  entriesIn,
  namesIn,
} from './profile/clarus-attributes.ts';
import type { UserRecord } from './user-record.ts';

/** Where records live. Throws a retryable BridgeError when the store does not answer. */
export interface RecordStore {
  /** The record as of now, or one with revision 0. */
  load(tenant: string, clarusUserId: string): Promise<UserRecord>;
  /**
   * Stores the record if the stored revision is still `record.revision`; the stored one is then one more. Of `open`
   * and `accounts` it takes away what the record lacks.
   */
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
  records: RecordStore;
  clarus: UserPatcher;
  /** The time in epoch milliseconds. */
  clock: () => number;
}

/** What one event wants of a convergence. */
export interface Errand {
  /** Its mark in the record's `open`, taken away once Clarus has what the record says; absent for a look. */
  mark?: string;
  /** What Clarus is to have by the record. */
  want: (record: UserRecord) => Partial<ClarusAttributes>;
  /** Sends all that is wanted whatever was applied: an attempt before may have died between its PATCH and its store. */
  whole?: boolean;
  /** Sent whatever was applied: a new revocation always is. */
  always?: ReadonlySet<AttributeName>;
  /** Sent even if refused before, since somebody states it again. */
  again?: ReadonlySet<AttributeName>;
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

/** Milliseconds after which no request of an event that never ended can be under way any more. */
export const OVER = 10 * 60_000;

/**
 * Brings Clarus to what the record says: patches what is wanted and not applied, then stores what was applied and
 * takes the event's mark away. While other events are marked, what was applied is not believed, since they may be
 * sending or have died; all is sent.
 *
 * When the record has moved meanwhile, all is sent again with its newest values, because this worker's PATCH may have
 * landed after another worker's newer one:
 *
 *     A  join r1 ── PATCH x=1 ─────────────────(slow)──► lands ─ save r1: conflict ─ load r3 ─ PATCH x=2 ─ save
 *     B       join x=2, r2 ── PATCH x=2 ── save r3
 */
export async function converge(ports: ConvergePorts, start: UserRecord, errand: Errand): Promise<Converged> {
  const sent = new Set<AttributeName>();
  const refusals = new Map<AttributeName, BridgeError>();
  let status: number | undefined;
  let record = errand.whole === true ? start : withShown(start);
  let round: Errand = errand;

  for (let rounds = 0; rounds < ROUNDS; rounds++) {
    const attempt = await send(ports.clarus, record.clarusUserId, patchFor(record, round));
    status = attempt.status ?? status;
    for (const name of namesIn(attempt.applied)) sent.add(name);
    for (const [name, error] of attempt.refusals) refusals.set(name, error);

    const stored = await keep(ports, record, attempt, errand.mark);
    if (attempt.failure !== undefined) throw attempt.failure;
    if (stored !== 'conflict') {
      return { record: stored, sent, refusals, ...(status !== undefined && { status }) };
    }
    record = await ports.records.load(record.tenant, record.clarusUserId);
    round = { ...errand, whole: true, again: NONE };
  }
  throw contention(start.clarusUserId);
}

const NONE: ReadonlySet<AttributeName> = new Set();

function patchFor(
  record: UserRecord,
  { mark, want, whole, always, again }: Errand,
): Partial<ClarusAttributes> {
  const wanted = want(record);
  const all = whole === true || hasOthers(record, mark);
  return outstanding(record, wanted, { force: all ? new Set(namesIn(wanted)) : always, again });
}

/** Stores what an attempt came to. Only one that did not fail takes the event's mark away. */
async function keep(
  { records, clock }: ConvergePorts,
  record: UserRecord,
  attempt: Attempt,
  mark: string | undefined,
): Promise<UserRecord | 'conflict'> {
  const ended = attempt.failure === undefined ? { mark, now: clock() } : undefined;
  const after = withAttempt(record, attempt, ended);
  if (after === record) return record;
  const saved = await records.save(after);
  return saved === 'saved' ? { ...after, revision: after.revision + 1 } : 'conflict';
}

/** The record of a user nothing was sent to yet: what Clarus showed of it need not be said again. */
function withShown(record: UserRecord): UserRecord {
  const { applied, shown } = record;
  if (shown === undefined || namesIn(applied).length > 0) return record;
  const { email, name } = shown;
  return {
    ...record,
    applied: { ...(email !== undefined && { email }), ...(name !== undefined && { name }) },
  };
}

/** Whether other events have joined whose end is not stored. */
function hasOthers({ open }: UserRecord, mark: string | undefined): boolean {
  return Object.keys(open).some((other) => other !== mark);
}

interface Force {
  force?: ReadonlySet<AttributeName> | undefined;
  again?: ReadonlySet<AttributeName> | undefined;
}

/**
 * What has to be sent of what is wanted: what is not applied, and all of `force`. A value that Clarus has refused is sent
 * only if it is said `again`, but a revocation is as long as it is wanted: nothing is final while somebody may be in.
 */
export function outstanding(
  { applied, refused }: Pick<UserRecord, 'applied' | 'refused'>,
  wanted: Partial<ClarusAttributes>,
  { force = NONE, again = NONE }: Force = {},
): Partial<ClarusAttributes> {
  const patch: Partial<ClarusAttributes> = {};
  for (const [name, value] of entriesIn<AttributeValue>(wanted)) {
    // Nothing but access is true or false.
    const takes = value === false;
    if (value === refused[name] && !again.has(name) && !takes) continue;
    if (value !== applied[name] || force.has(name)) Object.assign(patch, { [name]: value });
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
  /** What the request that failed was about: it may have landed all the same, whatever Clarus answered. */
  unknown: readonly AttributeName[];
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
  const attempt: Attempt = { applied: {}, refused: {}, refusals: new Map(), unknown: [] };
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
      attempt.unknown = names;
      break;
    }
  }
  return attempt;
}

function inParts(patch: Partial<ClarusAttributes>): Partial<ClarusAttributes>[] {
  const { is_active, ...rest } = patch;
  if (is_active === false && namesIn(rest).length > 0) return [{ is_active }, rest];
  return namesIn(patch).length === 0 ? [] : [patch];
}

function only(part: Partial<ClarusAttributes>, name: AttributeName): Partial<ClarusAttributes> {
  return { [name]: part[name] };
}

/** The record with what an attempt came to. What ended takes its mark with it, and those of events long over. */
function withAttempt(
  record: UserRecord,
  { applied, refused, unknown }: Attempt,
  ended: { mark: string | undefined; now: number } | undefined,
): UserRecord {
  const open = ended === undefined ? record.open : stillOpen(record.open, ended);
  const doubted = unknown.filter((name) => record.applied[name] !== undefined);
  const hasMoved = namesIn(applied).length + namesIn(refused).length + doubted.length > 0;
  if (!hasMoved && open === record.open) return record;
  const nowApplied = { ...record.applied, ...applied };
  const stillRefused = { ...record.refused, ...refused };
  for (const name of namesIn(applied)) delete stillRefused[name];
  // Whether Clarus has the old value or the new one nobody knows.
  for (const name of doubted) delete nowApplied[name];
  return { ...record, open, applied: nowApplied, refused: stillRefused };
}

function stillOpen(
  open: UserRecord['open'],
  { mark, now }: { mark: string | undefined; now: number },
): UserRecord['open'] {
  const kept = Object.entries(open).filter(([other, since]) => other !== mark && now - since < OVER);
  return kept.length === Object.keys(open).length ? open : Object.fromEntries(kept);
}

function contention(clarusUserId: string): BridgeError {
  return new BridgeError(
    'contention',
    `The record of Clarus user ${clarusUserId} changed ${ROUNDS} times while it was being written. ` +
      'The event goes back to the queue; if this repeats, look for a loop of writers.',
    { retryable: true },
  );
}
