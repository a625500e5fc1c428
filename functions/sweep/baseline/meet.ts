import type { Account } from '../../identity/access/account.ts';
import { desired } from '../../identity/access/desired.ts';
import { shortForm } from '../../identity/access/short-form.ts';
import type { Announcement, FoundBy } from '../../identity/change.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { Beginnings } from '../../state/beginnings.ts';
import type { CardStore } from '../../state/cards.ts';
import type { UserRecordStore } from '../../state/user-records.ts';
import type { SweepServices } from '../services.ts';
import { findPlaces, type Place } from './find-users.ts';
import { needsClarus } from './needs.ts';
import { type Listed, type NotedPerson, notePerson } from './note-person.ts';
import { withAccount } from './with-account.ts';

export interface MeetPorts {
  cards: CardStore;
  records: UserRecordStore;
  beginnings: Beginnings;
  announce(changes: readonly Announcement[]): Promise<void>;
  clock: () => number;
}

/** What a comparison with a whole directory is. */
export interface Comparison {
  source: string;
  startedAt: number;
  /** `first` when nothing was known before it. */
  foundBy: Extract<FoundBy, 'first' | 'resync'>;
}

/** What meeting people came to. */
export interface Meeting {
  /** Who is in Clarus, of the people met. */
  linked: number;
  /** Changes for Clarus, which are on the queue. */
  found: number;
}

/** Requests to DynamoDB at the same time: a comparison is no hurry. */
const WIDTH = 10;

/**
 * Meets people before they leave: what the directory shows of them is noted on their cards, they are found in Clarus,
 * linked and joined. Nobody is given access by it, and Clarus is not touched here: where it would have to change, the
 * change is announced, and goes on its way under the brake. People who were met once cost one write each.
 */
export async function meet(
  ports: MeetPorts,
  services: SweepServices,
  comparison: Comparison,
  people: readonly Listed[],
): Promise<Meeting> {
  const { clock, beginnings } = ports;
  const { tenant } = services.tenant;
  const began = await beginnings.began(tenant, comparison.source, clock());
  const noted = await sideBySide(people, (person) => notePerson(ports, services, person, began), WIDTH);
  const known = noted.filter((person) => person !== undefined);
  if (known.length === 0) return { linked: 0, found: 0 };
  const places = await findPlaces(services, known, clock);
  const joined = await join(ports, services, known, places);
  const settings = await services.settings();
  const unclear = known.filter((_, index) => places[index]?.kind === 'unclear');
  const needy = joined.filter(({ record }) => needsClarus(record, desired(record, settings)));
  const changed = [...unclear, ...needy.map(({ person }) => person)].filter(isNotInHand);
  const changes = changed.map(({ card }) => thinChange(comparison, tenant, card.account, clock()));
  if (changes.length > 0) await ports.announce(changes);
  return { linked: joined.length, found: changes.length };
}

interface JoinedPerson {
  person: NotedPerson;
  record: UserRecord;
}

/** Links everybody who is found in Clarus, and then puts their cards into the records: in this order. */
async function join(
  ports: MeetPorts,
  { tenant: { tenant } }: SweepServices,
  people: readonly NotedPerson[],
  places: readonly Place[],
): Promise<JoinedPerson[]> {
  const found = people.flatMap((person, index) => {
    const place = places[index];
    return place?.kind === 'user' ? [{ person, place }] : [];
  });
  const linked = await sideBySide(
    found,
    async ({ person, place }) => ({ person: await linkedTo(ports, person, place.clarusUserId), place }),
    WIDTH,
  );
  const ids = [...new Set(linked.flatMap(({ person }) => person.card.link ?? []))];
  const stored = await ports.records.loadMany(tenant, ids);
  const records = new Map(stored.map((record) => [record.clarusUserId, record]));
  return sideBySide(
    linked,
    async ({ person, place }) => {
      const id = person.card.link ?? place.clarusUserId;
      const shown = id === place.clarusUserId ? place.shown : undefined;
      const step = (record: UserRecord) => withAccount(record, accountOf(person), shown);
      const before = records.get(id);
      const isKnown = before !== undefined && step(before) === before;
      return { person, record: isKnown ? before : await ports.records.update(tenant, id, step) };
    },
    WIDTH,
  );
}

async function linkedTo(
  { cards }: MeetPorts,
  person: NotedPerson,
  clarusUserId: string,
): Promise<NotedPerson> {
  if (person.card.link !== undefined) return person;
  return { ...person, card: await cards.link(person.card, clarusUserId) };
}

function accountOf({ card, profile }: NotedPerson): Account {
  const { source, account, rev, words } = card;
  return { source, account, rev, words: shortForm(words), ...(profile && { profile }) };
}

/** What waits or is held is somebody's already. */
function isNotInHand({ card: { waiting, held } }: NotedPerson): boolean {
  return waiting === undefined && held === undefined;
}

/** Only says "go and read": whoever is found out is read once more before anything follows. */
export function thinChange(
  { source, startedAt, foundBy }: Comparison,
  tenant: string,
  account: string,
  now: number,
): Announcement {
  return {
    tenant,
    source,
    eventId: `baseline:${startedAt}`,
    eventType: 'directory.compared',
    occurredAt: now,
    receivedAt: now,
    subject: { id: account },
    foundBy,
  };
}
