import type { SendMessages } from '../functions/queue/send-messages.ts';
import type { HeldStore } from '../functions/state/held.ts';

/**
 * Lets go what the brake holds for a tenant: each person is read once more and then followed without a limit.
 * Returns how many. A change is forgotten only once it is on the queue, so a second run finishes what a first
 * one that failed began. Throws BridgeError.
 */
export async function release(
  held: HeldStore,
  sendMessages: SendMessages,
  queueUrl: string,
  tenant: string,
): Promise<number> {
  const changes = await held.list(tenant);
  await sendMessages(changes.map((change) => ({ queueUrl, message: { ...change, released: true } })));
  for (const change of changes) await held.remove(change);
  return changes.length;
}
