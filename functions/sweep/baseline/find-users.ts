import type { FoundUser } from '../../clarus/clarus-directory.ts';
import { shownOf } from '../../clarus/inventory.ts';
import { standing } from '../../identity/access/standing.ts';
import { foldAddress } from '../../identity/profile/addresses.ts';
import type { Shown } from '../../identity/user-record.ts';
import type { SweepServices } from '../services.ts';
import type { NotedPerson } from './note-person.ts';

/** Where a person is in Clarus. */
export type Place =
  | { kind: 'user'; clarusUserId: string; shown?: Shown }
  /** Out, and their address is several users' or only an earlier one of theirs leads to one: deliver sees to it. */
  | { kind: 'unclear' }
  | { kind: 'nobody' };

/** As many addresses as Clarus is asked for at once. */
const AT_ONCE = 100;

/** Finds the Clarus users of people who have no link, by all their addresses at once. In the people's order. */
export async function findPlaces(
  { clarus }: Pick<SweepServices, 'clarus'>,
  people: readonly NotedPerson[],
  clock: () => number,
): Promise<Place[]> {
  const unlinked = people.filter(({ card }) => card.link === undefined);
  const addresses = [...new Set(unlinked.flatMap(addressesOf))];
  const users = new Map<string, FoundUser[]>();
  const at = clock();
  for (let from = 0; from < addresses.length; from += AT_ONCE) {
    for (const user of await clarus.findUsersByEmail(addresses.slice(from, from + AT_ONCE))) {
      const address = foldAddress(user.email);
      users.set(address, [...(users.get(address) ?? []), user]);
    }
  }
  return people.map((person) => placeOf(person, users, at));
}

function addressesOf({ card, current }: NotedPerson): string[] {
  return [...current, ...card.addresses.map(({ address }) => address)];
}

function placeOf(person: NotedPerson, users: ReadonlyMap<string, FoundUser[]>, at: number): Place {
  const { card, current } = person;
  if (card.link !== undefined) return { kind: 'user', clarusUserId: card.link };
  const isOut = standing(card.words).access === 'out';
  for (const address of current) {
    const [first, another] = users.get(address) ?? [];
    if (first === undefined) continue;
    if (another === undefined) return { kind: 'user', clarusUserId: first.id, shown: shownOf(first, at) };
    return { kind: isOut ? 'unclear' : 'nobody' };
  }
  const isKnownByAnother = addressesOf(person).some((address) => users.has(address));
  return { kind: isOut && isKnownByAnother ? 'unclear' : 'nobody' };
}
