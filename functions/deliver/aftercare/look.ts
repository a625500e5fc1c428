import { desired } from '../../identity/access/desired.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type Converged, converge } from '../../identity/converge.ts';
import { leftBehind, withoutLapsed } from '../../identity/pending.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { LOOK_DELAY } from '../../queue/message.ts';
import type { UserRecordStore } from '../../state/user-records.ts';
import type { TenantServices } from '../services.ts';

export interface LookPorts {
  records: UserRecordStore;
  clock: () => number;
  /** Has a Clarus user looked after once any request now under way has landed or died. */
  lookAgain(tenant: string, clarusUserId: string): Promise<void>;
}

/** A look that is so long overdue is lost, in milliseconds: another one is queued. */
const LOST = 60 * 60_000;

/**
 * Notes that a request may be under way whose end nobody heard. However many there are, one look is queued; it waits
 * until the last of them has landed or died.
 */
export async function doubt(
  { records, clock, lookAgain }: LookPorts,
  tenant: string,
  id: string,
): Promise<void> {
  const now = clock();
  const { lookAt } = await records.load(tenant, id);
  if (lookAt === undefined || lookAt < now - LOST) await lookAgain(tenant, id);
  await records.update(tenant, id, (record) => ({ ...record, lookAt: now + LOOK_DELAY * 1000 }));
}

/**
 * Looks after a user: a command of a SCIM client that died is dropped, and where a request may have landed late all is
 * sent again. What is settled causes no request. Throws a retryable BridgeError when it is too early.
 */
export async function look(
  ports: LookPorts,
  services: TenantServices,
  clarusUserId: string,
): Promise<Converged | 'settled'> {
  const { tenant, clarus } = services;
  const { records, clock } = ports;
  const now = clock();
  const stored = await records.load(tenant.tenant, clarusUserId);
  const until = Math.max(stored.lookAt ?? 0, stored.pending?.until ?? 0);
  if (until > now) throw tooEarly(until - now);
  const settings = await services.settings();
  const before = leftBehind(stored, now);
  const want = (record: UserRecord) => ({ ...before, ...desired(record, settings).attributes });
  const isDoubtful = stored.lookAt !== undefined || stored.pending !== undefined;
  if (!isDoubtful && Object.keys(stored.open).length === 0) return 'settled';
  const looked = {
    load: async (name: string, id: string) => lookedAfter(await records.load(name, id), now),
    save: (record: UserRecord) => records.save(record),
  };
  try {
    const ports = { records: looked, clarus, clock };
    const converged = await converge(ports, lookedAfter(stored, now), { want, whole: isDoubtful });
    // Where there was nothing to send nothing has been stored.
    if (converged.record.revision > stored.revision) return converged;
    const record = await records.update(stored.tenant, clarusUserId, (newest) => lookedAfter(newest, now));
    return { ...converged, record };
  } catch (error) {
    // In doubt again: this look comes again, and has to wait for its own request in turn.
    if (error instanceof BridgeError && error.outcomeUnknown) throw error.after(LOOK_DELAY * 1000);
    throw error;
  }
}

/** The record without what this look ends: a command that died, and the doubt about requests that have landed by now. */
function lookedAfter(record: UserRecord, now: number): UserRecord {
  const after = withoutLapsed(record, now);
  if (after.lookAt === undefined || after.lookAt > now) return after;
  const { lookAt: _, ...rest } = after;
  return rest;
}

function tooEarly(wait: number): BridgeError {
  return new BridgeError(
    'look_too_early',
    'A request to Clarus may still be under way. The user is looked after when it has landed or died.',
    { retryable: true, retryAfter: wait },
  );
}
