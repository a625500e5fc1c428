import type { ProfileAttributes } from '../../identity/access/account.ts';
import { type DecideSettings, desired } from '../../identity/access/desired.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type Converged, converge, outstanding, type RecordStore } from '../../identity/converge.ts';
import { hadBefore } from '../../identity/pending.ts';
import { type AttributeName, namesIn } from '../../identity/profile/clarus-attributes.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { LOOK_DELAY } from '../../queue/message.ts';
import type { CommandPorts, ScimTenant } from '../ports.ts';
import type { Aim } from './aim.ts';
import { allOrNothing, type Tally } from './all-or-nothing.ts';
import { busy } from './busy.ts';
import { committed, dropped, type Intent, markOf, saying, type Told } from './intent.ts';

/** A command that has begun. */
export interface Course extends Pick<Aim, 'settings' | 'own' | 'always'> {
  told: Told;
  intent: Intent;
  /** What a command that died before is to have left behind. */
  before: ProfileAttributes;
}

/** Brings Clarus to what a command says and ends it in the record, or takes it out of the record again. */
export async function follow(
  ports: Pick<CommandPorts, 'records' | 'clock'>,
  scim: ScimTenant,
  record: UserRecord,
  course: Course,
): Promise<Converged> {
  const { told, intent, settings, own, always, before } = course;
  const { clock } = ports;
  const clarus = allOrNothing(scim.clarus, own);
  const mark = markOf(told, intent);
  const want = (it: UserRecord) => {
    return { ...before, ...desired(committed(it, told, intent), settings).attributes };
  };
  try {
    const records = ending(ports.records, course, mark);
    const converged = await converge({ records, clarus, clock }, record, { mark, want, always, again: own });
    return { ...converged, record: committed(converged.record, told, intent) };
  } catch (error) {
    await dropAndRestore(ports, scim, record, course, clarus);
    throw error;
  }
}

/** The store by which a command ends: as ended once its mark goes, and not at all when it has failed. */
function ending(records: RecordStore, { told, intent }: Course, mark: string): RecordStore {
  return {
    async load(tenant, clarusUserId) {
      const record = await records.load(tenant, clarusUserId);
      // Somebody has taken it for dead.
      if (record.pending?.eventId !== told.command.eventId) throw busy(clarusUserId);
      return record;
    },
    save: async (record) =>
      record.open[mark] === undefined ? records.save(committed(record, told, intent)) : 'saved',
  };
}

/** Takes a command that failed out of the record. Where that cannot be done now, the look that is queued sees to it. */
async function dropAndRestore(
  { records, clock }: Pick<CommandPorts, 'records' | 'clock'>,
  { clarus }: ScimTenant,
  { tenant, clarusUserId }: UserRecord,
  { told, intent, settings, before }: Course,
  tally: Tally,
): Promise<void> {
  try {
    const lookAt = clock() + LOOK_DELAY * 1000;
    const doubtful = [
      ...tally.doubtful,
      ...namesIn(before).filter((name) => tally.taken[name] === undefined),
    ];
    const record = await records.update(tenant, clarusUserId, (stored) => {
      const base = dropped(stored, told, intent, { taken: tally.taken, doubtful });
      const said = desired(base, settings).attributes;
      const had = Object.entries(hadBefore(stored, [...namesIn(tally.taken), ...doubtful]));
      const unsaid = Object.fromEntries(had.filter(([name]) => !Object.hasOwn(said, name)));
      const after = saying(base, told, intent, unsaid);
      const isOpen = doubtful.length > 0 || toRestore(after, settings, tally).length > 0;
      return isOpen ? { ...after, lookAt: Math.max(after.lookAt ?? 0, lookAt) } : after;
    });
    // Some of it Clarus took before it refused the rest.
    if (toRestore(record, settings, tally).length === 0) return;
    const want = (it: UserRecord) => desired(it, settings).attributes;
    await converge({ records, clarus, clock }, record, { want });
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}

/** What Clarus took of the command and is not to have after all. */
function toRestore(record: UserRecord, settings: DecideSettings, { taken }: Tally): AttributeName[] {
  const toSend = outstanding(record, desired(record, settings).attributes);
  return namesIn(taken).filter((name) => toSend[name] !== undefined);
}
