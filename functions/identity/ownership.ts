import type { Source } from './change.ts';
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
export function claim(record: UserRecord, source: Source, subjectId: string, enabling: boolean): Claim {
  const ownership = record.owners[source];
  if (ownership === undefined) {
    return { kind: 'claimed', record: own(record, source, subjectId, []) };
  }
  if (ownership.subjectId === subjectId) return { kind: 'owner', record };
  if (!enabling || ownership.former.includes(subjectId)) return { kind: 'former_owner' };
  const former = [ownership.subjectId, ...ownership.former].slice(0, FORMER_OWNERS);
  const desired = withoutOrigin(record.desired, source);
  return { kind: 'taken_over', record: { ...own(record, source, subjectId, former), desired } };
}

function own(record: UserRecord, source: Source, subjectId: string, former: readonly string[]): UserRecord {
  return { ...record, owners: { ...record.owners, [source]: { subjectId, former } } };
}

function withoutOrigin(desired: DesiredAttributes, origin: Source): DesiredAttributes {
  return Object.fromEntries(Object.entries(desired).filter(([, value]) => value.origin !== origin));
}
