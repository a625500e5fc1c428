import { type Change, isEnabling, isRevocation } from '../identity/change.ts';
import { type UserStore, update } from '../identity/converge.ts';
import type { Mapping } from '../identity/mapping.ts';
import { type Claim, claim } from '../identity/ownership.ts';
import type { UserRecord } from '../identity/user-record.ts';
import type { DepartureStore } from '../state/departures.ts';
import type { LinkStore } from '../state/links.ts';
import { type Wanted, want, withWanted } from './wanted.ts';

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
 * Claims a Clarus user for the person of a change and stores what the change wants. `linked` tells that an
 * earlier event of the person led here.
 *
 * News that takes access away may come before older news that gives it. So the one notes the departure and
 * then looks whose the user is; the other takes the user and then looks for a departure. Whichever comes
 * second sees the first, and the person who has left stays out.
 */
export async function claimUser(
  ports: ClaimPorts,
  change: Change,
  clarusUserId: string,
  linked: boolean,
  wanted: Wanted,
  map: Mapping,
): Promise<Claimed> {
  const { tenant, source, subject } = change;
  const claimed = await claimAndStore(ports.users, change, clarusUserId, wanted);
  if (claimed.kind === 'former_owner') {
    if (linked || !isRevocation(change)) return claimed;
    await noteDeparture(ports, change);
    return claimAndStore(ports.users, change, clarusUserId, wanted);
  }
  if (linked) return claimed;
  // Before Clarus hears of it: later events must find this user even when its address changes.
  await ports.links.put(tenant, source, subject.id, clarusUserId);
  const departure = isEnabling(change) ? await departureSince(ports, change) : undefined;
  if (departure === undefined) return claimed;
  const gone = await want(map, [{ at: departure.at, user: { active: false } }]);
  const origin = { source, eventId: departure.eventId };
  const record = await update(ports.users, tenant, clarusUserId, (stored) =>
    withWanted(stored, origin, gone),
  );
  return { ...claimed, record };
}

/** Remembers that the person of this change has lost access, for older news that may still come. */
export function noteDeparture(
  { departures }: Pick<ClaimPorts, 'departures'>,
  { tenant, source, subject, occurredAt, eventId }: Change,
): Promise<void> {
  return departures.note(tenant, source, subject.id, { at: occurredAt, eventId });
}

/** The departure of the change's person, if it is not older than the change. */
export async function departureSince(
  { departures }: Pick<ClaimPorts, 'departures'>,
  { tenant, source, subject, occurredAt }: Change,
): ReturnType<DepartureStore['find']> {
  const departure = await departures.find(tenant, source, subject.id);
  return departure !== undefined && departure.at >= occurredAt ? departure : undefined;
}

async function claimAndStore(
  users: UserStore,
  change: Change,
  clarusUserId: string,
  wanted: Wanted,
): Promise<Claimed> {
  let kind: Claim['kind'] = 'former_owner';
  const record = await update(users, change.tenant, clarusUserId, (stored) => {
    const claimed = claim(stored, change);
    kind = claimed.kind;
    return claimed.kind === 'former_owner' ? stored : withWanted(claimed.record, change, wanted);
  });
  return { kind, record };
}
