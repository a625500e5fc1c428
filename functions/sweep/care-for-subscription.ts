import { createHash } from 'node:crypto';
import { BridgeError } from '../identity/bridge-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { GraphAccess, GraphRequest } from '../sources/entra/graph-request.ts';
import {
  createSubscription,
  deleteSubscription,
  type GraphSubscription,
  listSubscriptions,
  renewSubscription,
} from '../sources/entra/graph-subscriptions.ts';
import { ATTENTION, type CursorStore } from '../state/cursors.ts';
import type { Subscription, SubscriptionStore } from '../state/subscriptions.ts';

export interface CarePorts {
  graph: GraphRequest;
  subscriptions: SubscriptionStore;
  cursors: CursorStore;
  clock: Clock;
}

export interface Care {
  subscription: Subscription;
  /** What was done. A subscription that had to be made leaves a gap before it. */
  done: 'nothing' | 'renewed' | 'created';
}

/** Under Graph's maximum for users, 41,760 minutes (29 days). */
const LIFE = 28 * 86_400_000;

/** Notifications of earlier subscriptions may still be on their way. */
const REMEMBERED = 10;

/**
 * Sees to it that there is one subscription of the tenant at this URL with the clientState of the secret, and
 * that it has at least half its life left. What stands there and is not the one the bridge made is replaced,
 * because nobody can tell its clientState. Throws BridgeError.
 */
export async function careForSubscription(
  ports: CarePorts,
  access: GraphAccess,
  notificationUrl: string,
): Promise<Care> {
  const { graph, subscriptions, cursors, clock } = ports;
  const { tenant } = access;
  const { clientState, hash } = clientStateOf(access);
  const { current, known } = await subscriptions.load(tenant);
  const listed = await listSubscriptions(graph, access, notificationUrl);
  const ours = listed.find(({ id }) => id === current?.id && current.clientState === hash);
  for (const { id } of listed.filter((it) => it !== ours)) await deleteSubscription(graph, access, id);

  const now = clock();
  if (current !== undefined && ours !== undefined) {
    const attention = Number((await cursors.find(tenant, ATTENTION)) ?? 0);
    const halfLife = (current.renewedAt + ours.expirationDateTime) / 2;
    if (now < halfLife && attention <= current.renewedAt) return { subscription: current, done: 'nothing' };
    const renewed = await renewSubscription(graph, access, ours.id, now + LIFE);
    if (renewed !== undefined) return { subscription: await keep(renewed), done: 'renewed' };
  }
  const options = { notificationUrl, clientState, expiresAt: now + LIFE };
  return { subscription: await keep(await createSubscription(graph, access, options)), done: 'created' };

  async function keep({ id, expirationDateTime: expiresAt }: GraphSubscription): Promise<Subscription> {
    const subscription = { id, renewedAt: now, expiresAt, clientState: hash };
    const others = known.filter((other) => other !== id);
    await subscriptions.save(tenant, { current: subscription, known: [id, ...others].slice(0, REMEMBERED) });
    return subscription;
  }
}

/** How much of a subscription's life is over, in percent: what the alarm watches. */
export function lifeUsed({ renewedAt, expiresAt }: Subscription, now: number): number {
  return Math.min(100, Math.max(0, (100 * (now - renewedAt)) / Math.max(1, expiresAt - renewedAt)));
}

function clientStateOf({ entra, credentials }: GraphAccess): { clientState: string; hash: string } {
  const { clientState } = credentials;
  const hash = createHash('sha256')
    .update(clientState ?? '')
    .digest('hex');
  if (clientState !== undefined && entra.clientState.sha256.includes(hash)) return { clientState, hash };
  throw new BridgeError(
    'entra_subscription_refused',
    "No subscription was made: the secret's entra.clientState is not one whose SHA-256 hash stands in the tenant " +
      'file (entra.clientState.sha256), so every notification would be dropped. Put its hash there and deploy.',
    { retryable: false },
  );
}
