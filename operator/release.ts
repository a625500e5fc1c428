import type { Card } from '../functions/identity/card.ts';
import { sideBySide } from '../functions/platform/side-by-side.ts';
import { laneOf } from '../functions/queue/lane.ts';
import type { OperatorPorts } from './ports.ts';

/** Requests to DynamoDB at the same time. */
const WIDTH = 10;

/**
 * Lets go what the brake holds for a tenant: each person is read once more and then followed without a limit.
 * Returns how many. A change is forgotten only once it is on the queue, so a second run finishes what a first one that
 * failed began. `who` stands in the receipts. Throws BridgeError.
 */
export async function release(
  ports: Pick<OperatorPorts, 'cards' | 'openItems' | 'receipts' | 'sendMessages' | 'queues' | 'clock'>,
  tenant: string,
  who: string,
): Promise<number> {
  const { cards, openItems, receipts, sendMessages, queues, clock } = ports;
  const held = (await openItems.held(tenant)).flatMap((card) => (card.held ? [{ card, ...card.held }] : []));
  await sendMessages(
    held.map(({ change: { user, ...change } }) => {
      const said = user?.active === undefined ? {} : { user: { active: user.active } };
      const message = { kind: 'change' as const, ...change, ...said, released: true };
      return { queueUrl: queues[laneOf(message)], message };
    }),
  );
  const at = clock();
  await sideBySide(
    held,
    async ({ card, change }) => {
      await receipts.append(card, change.eventId, [{ at, step: 'released', who }]);
      await forget(card, change.eventId);
    },
    WIDTH,
  );
  return held.length;

  /** What the brake has begun to hold meanwhile stays. */
  async function forget(card: Card, eventId: string): Promise<void> {
    if ((await cards.find(card))?.held?.change.eventId === eventId) await cards.clear(card, ['held']);
  }
}
