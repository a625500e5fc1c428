import type { Change, Source } from './change.ts';
import type { DesiredAttributes, UserRecord } from './user-record.ts';

/** How many earlier owners are remembered: enough for an address that is re-used every month for years. */
const FORMER_OWNERS = 50;

/** What a person's change may do to a Clarus user, and the record as it stands after that. */
export type Claim =
  | { kind: 'owner' | 'claimed' | 'taken_over'; record: UserRecord }
  /** Somebody else's: nothing may change. */
  | { kind: 'former_owner' };

/**
 * One owner per source and Clarus user. Addresses are re-used, so a Clarus user found by its address may
 * still belong to a leaver: the newcomer's first *enabling* change takes it over, together with a clean
 * slate (what the source said of the leaver does not bind the newcomer). Whoever was owner before changes
 * nothing any more, and a change that disables or only hints never takes over.
 */
export function claim(record: UserRecord, change: Change, enabling: boolean): Claim {
  const { source, eventId, subject } = change;
  const ownership = record.owners[source];
  if (ownership === undefined) return { kind: 'claimed', record: own(record, change, []) };
  if (ownership.subjectId === subject.id) {
    // The event that took the user over, delivered again, still is that event.
    const again = ownership.eventId === eventId && ownership.former.length > 0;
    return { kind: again ? 'taken_over' : 'owner', record };
  }
  if (!enabling || ownership.former.includes(subject.id)) return { kind: 'former_owner' };
  const former = [ownership.subjectId, ...ownership.former].slice(0, FORMER_OWNERS);
  const desired = withoutOrigin(record.desired, source);
  return { kind: 'taken_over', record: { ...own(record, change, former), desired } };
}

function own(
  record: UserRecord,
  { source, eventId, subject }: Change,
  former: readonly string[],
): UserRecord {
  const ownership = { subjectId: subject.id, eventId, former };
  return { ...record, owners: { ...record.owners, [source]: ownership } };
}

function withoutOrigin(desired: DesiredAttributes, origin: Source): DesiredAttributes {
  return Object.fromEntries(Object.entries(desired).filter(([, value]) => value.origin !== origin));
}
