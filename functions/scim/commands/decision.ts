import {
  type AttributeName,
  type AttributeValue,
  type ClarusAttributes,
  namesIn,
} from '../../identity/clarus-attributes.ts';
import { merge } from '../../identity/merge.ts';
import {
  type Desired,
  type DesiredAttributes,
  type UserRecord,
  withDesired,
} from '../../identity/user-record.ts';
import type { Command } from './command.ts';

/** What a command has decided about a Clarus user, in the record and not yet in Clarus. */
export interface Decision {
  wanted: Partial<ClarusAttributes>;
  command: Command;
  /** The record before. */
  before: UserRecord;
  /** The record as it was stored. */
  record: UserRecord;
  /** What Clarus showed of a user whom SCIM does not know yet. */
  found: Partial<ClarusAttributes>;
  /** What it does to the user itself. */
  life: Life;
}

/** A command may change a user that is there, delete one, or create one that was deleted anew. */
export type Life = 'change' | 'delete' | 'create';

/** The time of what a command says: later than all that is known of these attributes, whatever other clocks say. */
export function saidAt({ desired }: UserRecord, names: readonly AttributeName[], at: number): number {
  return Math.max(at, ...names.map((name) => (desired[name]?.at ?? 0) + 1));
}

/**
 * The record with what a command wants. A command that begins anew is later than other clients' words of a
 * profile, which SCIM stores as well and where the last to write wins. Taking access away is later than anything;
 * giving it is never later than news of access that came meanwhile.
 */
export function withWishes(
  record: UserRecord,
  wanted: Partial<ClarusAttributes>,
  { eventId }: Command,
  at: number,
): UserRecord {
  const names = namesIn(wanted);
  if (names.length === 0) return record;
  const { is_active, ...profile } = wanted;
  const ours = namesIn(profile).filter((name) => record.desired[name]?.origin === 'scim');
  const said = { eventId, origin: 'scim' } as const;
  const access = {
    at: is_active === false ? saidAt(record, ['is_active'], at) : at,
    attributes: is_active === undefined ? {} : { is_active },
  };
  const about = { at: saidAt(record, ours, at), attributes: profile };
  const desired = merge(merge(record.desired, { ...said, ...access }), { ...said, ...about });
  const refused = { ...record.refused };
  for (const name of names) delete refused[name];
  return { ...withDesired(record, desired), refused };
}

/**
 * The record without what a command decided, as if it had never come; only a revocation stands. It goes back to
 * what SCIM shows, which is what the last command wrote that got through, and to what another source has said.
 * Of `untouched` attributes Clarus has told that it did not take them: then it has what it had. Otherwise that is to
 * be sent, because the command may have landed.
 */
export function withoutDecision(
  record: UserRecord,
  decision: Decision,
  shown: Partial<ClarusAttributes>,
  untouched: ReadonlySet<AttributeName>,
): UserRecord {
  const { wanted, before } = decision;
  const desired: DesiredAttributes = { ...record.desired };
  const applied: Partial<ClarusAttributes> = { ...record.applied };
  for (const name of namesIn(wanted)) {
    const mine = desired[name];
    if (mine === undefined || !isOf(mine, decision) || mine.value === false) continue;
    const back = previously(decision, name, mine, shown[name]);
    // The same again says no less for coming later.
    if (back?.value === mine.value) continue;
    if (back === undefined) delete desired[name];
    else Object.assign(desired, { [name]: back });
    const known = before.applied[name];
    const isKnown = untouched.has(name) && applied[name] !== mine.value && known !== undefined;
    if (isKnown) Object.assign(applied, { [name]: known });
  }
  const deleted = decision.life === 'create' ? before.deleted : record.deleted;
  return { ...record, desired, applied, deleted };
}

function isOf({ eventId, origin }: Desired, { command }: Decision): boolean {
  return origin === 'scim' && eventId === command.eventId;
}

/** A client's word in the record may be one that comes to nothing too; what is shown is not. */
function previously(
  { before }: Decision,
  name: AttributeName,
  mine: Desired,
  shown: AttributeValue | undefined,
): Desired | undefined {
  const recorded = before.desired[name];
  if (recorded !== undefined && recorded.origin !== 'scim') return recorded;
  // Groups give roles that are not shown among the attributes.
  if (name === 'role_id' && recorded !== undefined) return recorded;
  if (name === 'is_active' && recorded !== undefined) {
    // Access is only gone back to when Clarus had confirmed it: whoever gave it before may have failed as well.
    return before.applied.is_active === true ? mine : { ...mine, value: false };
  }
  return shown === undefined ? recorded : { ...mine, value: shown };
}
