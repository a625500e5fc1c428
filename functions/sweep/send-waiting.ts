import type { Announcement, Change } from '../identity/change.ts';
import type { MeasureOpen } from '../platform/metrics.ts';
import { sideBySide } from '../platform/side-by-side.ts';
import type { CardStore } from '../state/cards.ts';
import type { OpenItems } from '../state/open-items.ts';

export interface WaitingPorts {
  cards: CardStore;
  openItems: OpenItems;
  announce(changes: readonly Announcement[]): Promise<void>;
  clock: () => number;
  measureOpen: MeasureOpen;
}

/** What is overdue for so long is lost to the queue, in milliseconds. */
const OVERDUE = 60 * 60_000;

/** In a run; the others come with the next one. */
const MOST = 1000;

/** Requests to DynamoDB at the same time. */
const WIDTH = 10;

/**
 * Measures what is not done for a tenant, and sends again what should have been tried an hour ago and was not: the list
 * is the truth, and a queue may lose its message. Its next try is written down first, so that it is sent once an hour at
 * the most, whoever dies here. Returns how many were sent.
 */
export async function sendWaiting(
  { cards, openItems, announce, clock, measureOpen }: WaitingPorts,
  tenant: string,
): Promise<number> {
  const now = clock();
  measureOpen(tenant, await openItems.count(tenant), now);
  const listed = await openItems.waiting(tenant, MOST);
  const lost = await sideBySide(
    listed,
    async (card): Promise<Announcement[]> => {
      const { waiting } = card;
      if (waiting === undefined || waiting.nextAt > now - OVERDUE) return [];
      await cards.wait(card, { ...waiting, nextAt: now + OVERDUE });
      return [{ ...announcementOf(waiting.change), resent: true }];
    },
    WIDTH,
  );
  const changes = lost.flat();
  if (changes.length > 0) await announce(changes);
  return changes.length;
}

/** A queue carries of a user whether they are active, and nothing else. */
function announcementOf({ user, ...change }: Change): Announcement {
  return user?.active === undefined ? change : { ...change, user: { active: user.active } };
}
