import { BridgeError } from '../../identity/bridge-error.ts';
import type { Change } from '../../identity/change.ts';
import type { CardStore } from '../../state/cards.ts';
import type { OpenCounts, OpenItems } from '../../state/open-items.ts';
import { type Delivered, ended } from '../delivered.ts';
import { keyOf } from '../steps/note-change.ts';

export interface WaitingPorts {
  cards: CardStore;
  openItems: Pick<OpenItems, 'count'>;
  clock: () => number;
  /** Told how many wait and are held. */
  measureOpen: (tenant: string, counts: OpenCounts, now: number) => void;
}

/** How a try ended that has to be made again. */
export interface FailedTry {
  attempt: number;
  code: string;
  /** Until the next try. */
  seconds: number;
  urgent: boolean;
}

/** A first failure passes within seconds, mostly; from this try on it is listed. */
const LISTED = 2;

/** Whoever asks for a longer wait than this, in seconds, is no passing failure. */
const LONG = 60;

/**
 * Lists what could not be done yet, with a receipt that says so. That this fails as well changes nothing: the message
 * comes again, and the sweep sees to what the queue loses.
 */
export async function keepWaiting(
  ports: WaitingPorts,
  change: Change,
  { attempt, code, seconds, urgent }: FailedTry,
  writeReceipt: (change: Change, delivered: Delivered, attempt: number) => Promise<void>,
): Promise<void> {
  if (attempt < LISTED && seconds <= LONG) return;
  const now = ports.clock();
  const { eventId, receivedAt: since, user } = change;
  const nextAt = now + seconds * 1000;
  const taking = urgent && user?.active !== true;
  try {
    await ports.cards.wait(keyOf(change), { eventId, taking, since, code, tries: attempt, nextAt, change });
    const said =
      user?.active === undefined ? {} : { attributes: ['is_active' as const], isActive: user.active };
    const steps = [{ at: now, step: 'tried' as const, what: code, attempt }];
    await writeReceipt(change, ended('waiting', { reason: code, steps, ...said }), attempt);
    await measureOpenItems(ports, change.tenant);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}

/** Has alarms ring at once for who waits or is held. What cannot be told now the sweep makes good. */
export async function measureOpenItems(
  { openItems, clock, measureOpen }: WaitingPorts,
  tenant: string,
): Promise<void> {
  try {
    measureOpen(tenant, await openItems.count(tenant), clock());
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
  }
}

/** Takes a person off the list once Clarus has all that is known of them. */
export async function stopWaiting(
  { cards }: WaitingPorts,
  change: Change,
  { wasWaiting }: Pick<Delivered, 'wasWaiting'>,
): Promise<void> {
  if (wasWaiting === true) await cards.clear(keyOf(change), ['waiting']);
}

/** Takes off the list what is a dead letter from now on. A revocation stays there until it is done. */
export async function stopTrying({ cards }: Pick<WaitingPorts, 'cards'>, change: Change): Promise<void> {
  const key = keyOf(change);
  const waiting = (await cards.find(key))?.waiting;
  if (waiting?.eventId === change.eventId && !waiting.taking) await cards.clear(key, ['waiting']);
}
