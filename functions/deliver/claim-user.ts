import type { Change } from '../identity/change.ts';
import { type UserStore, update } from '../identity/converge.ts';
import type { Mapping } from '../identity/mapping.ts';
import { type Claim, claim } from '../identity/ownership.ts';
import type { UserRecord } from '../identity/user-record.ts';
import type { DepartureStore } from '../state/departures.ts';
import type { LinkStore } from '../state/links.ts';
import type { Person } from './resolve.ts';
import { decidedAt, type Wanted, want, withWanted } from './wanted.ts';

export interface ClaimPorts {
  users: UserStore;
  links: LinkStore;
  departures: DepartureStore;
}

/** Whether the change may speak for the Clarus user, and the stored record with what it says merged in. */
export interface Claimed {
  kind: Claim['kind'];
  record: UserRecord;
}

/**
 * Claims a Clarus user for the person of a change and stores what the change wants.
 *
 * News that takes access away may come before older news that gives it. So the one notes the departure and
 * then looks whose the user is; the other takes the user and then looks for a departure. Whichever comes
 * second sees the first, and the person who has left stays out.
 */
export async function claimUser(
  ports: ClaimPorts,
  change: Change,
  { clarusUserId, linked, enabling }: Pick<Person, 'linked' | 'enabling'> & { clarusUserId: string },
  wanted: Wanted,
  map: Mapping,
): Promise<Claimed> {
  const { tenant, source, subject } = change;
  const claimed = await claimAndStore();
  if (claimed.kind === 'former_owner') {
    if (linked || wanted.attributes.is_active !== false) return claimed;
    await noteDeparture(ports, change, wanted);
    return claimAndStore();
  }
  if (linked) return claimed;
  // Before Clarus hears of it: later events must find this user even when its address changes.
  await ports.links.put(tenant, source, subject.id, clarusUserId);
  const departure = enabling === 'no' ? undefined : await departureSince(ports, change, wanted);
  if (departure === undefined) return claimed;
  const gone = await want(map, [{ at: departure.at, user: { active: false } }]);
  const origin = { source, eventId: departure.eventId };
  const record = await update(ports.users, tenant, clarusUserId, (stored) =>
    withWanted(stored, origin, gone),
  );
  return { ...claimed, record };

  async function claimAndStore(): Promise<Claimed> {
    let kind: Claim['kind'] = 'former_owner';
    const record = await update(ports.users, tenant, clarusUserId, (stored) => {
      const claimed = claim(stored, change, mayTakeOver(enabling, stored));
      kind = claimed.kind;
      return claimed.kind === 'former_owner' ? stored : withWanted(claimed.record, change, wanted);
    });
    return { kind, record };
  }
}

/** Who is only known to be there may follow a leaver, but not push out somebody who has access. */
function mayTakeOver(enabling: Person['enabling'], { desired }: UserRecord): boolean {
  return enabling === 'yes' || (enabling === 'after_leaver' && desired.is_active?.value === false);
}

/** Remembers that the person of this change has lost access, for older news that may still come. */
export function noteDeparture(
  { departures }: Pick<ClaimPorts, 'departures'>,
  change: Change,
  wanted: Wanted,
): Promise<void> {
  const { tenant, source, subject, eventId } = change;
  return departures.note(tenant, source, subject.id, { at: decidedAt(wanted, change), eventId });
}

/** The departure of the change's person, if it is not older than the change. */
export async function departureSince(
  { departures }: Pick<ClaimPorts, 'departures'>,
  change: Change,
  wanted: Wanted,
): ReturnType<DepartureStore['find']> {
  const departure = await departures.find(change.tenant, change.source, change.subject.id);
  return departure !== undefined && departure.at >= decidedAt(wanted, change) ? departure : undefined;
}
