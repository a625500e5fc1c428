import { AHEAD } from '../../identity/access/word.ts';
import type { Announcement } from '../../identity/change.ts';
import type { SubscriptionNotice } from '../../queue/subscription-notice.ts';
import { GUID } from '../../tenants/entra-settings.ts';
import type { WebhookTenant } from '../../tenants/webhook-tenant.ts';
import { isAccepted } from '../credential.ts';
import { itemSchema, type NotificationItem } from './notification-schema.ts';

/** Why an item says nothing. */
export type Ignored =
  | 'malformed'
  | 'client_state'
  | 'other_directory'
  | 'no_user_id'
  | 'unknown_lifecycle_event';

/** What is said of the subscription instead of a user: https://learn.microsoft.com/graph/change-notifications-lifecycle-events */
const LIFECYCLE_EVENTS = new Set(['reauthorizationRequired', 'subscriptionRemoved', 'missed']);

/**
 * What one element of `value[]` says. Nothing is believed but that a user or the subscription should be looked at:
 * everything else is read in Graph, and that a user is gone for good stands only until a reading speaks against it.
 * `now` is epoch milliseconds.
 */
export function readItem(
  element: unknown,
  tenant: WebhookTenant,
  now: number,
): Announcement | SubscriptionNotice | Ignored {
  const parsed = itemSchema.safeParse(element);
  if (!parsed.success || !GUID.test(parsed.data.subscriptionId)) return 'malformed';
  const item = parsed.data;
  if (!isAccepted(item.clientState ?? undefined, tenant.entra?.clientState.sha256)) return 'client_state';
  if (item.tenantId.toLowerCase() !== tenant.entra?.directoryId) return 'other_directory';
  if (item.lifecycleEvent) return notice(item, item.lifecycleEvent, tenant);

  const id = userId(item);
  if (id === undefined) return 'no_user_id';
  const time = Date.parse(item.resourceData?.eventTime ?? '');
  const timeless = Number.isNaN(time) || time > now + AHEAD || time < 0;
  const occurredAt = timeless ? now : time;
  // Any other word is a reason to look, too: Graph says "updated" when it creates, disables and deletes softly.
  const deleted = item.changeType === 'deleted';
  return {
    tenant: tenant.tenant,
    source: 'entra',
    // Graph leaves the notification's own id out. Of the time, and not of the sequence number beside it, which
    // is larger than a JSON number can hold.
    eventId: `${deleted ? 'deleted' : 'updated'}:${id}:${occurredAt}`,
    eventType: deleted ? 'user.deleted' : 'user.updated',
    occurredAt,
    receivedAt: now,
    ...(timeless && { timeless }),
    subject: { id },
    subscriptionId: item.subscriptionId.toLowerCase(),
    ...(deleted && { gone: true, user: { active: false } }),
  };
}

function notice(
  { subscriptionId }: NotificationItem,
  event: string,
  { tenant }: WebhookTenant,
): SubscriptionNotice | Ignored {
  if (!LIFECYCLE_EVENTS.has(event)) return 'unknown_lifecycle_event';
  return { kind: 'subscription', tenant, subscriptionId: subscriptionId.toLowerCase(), event };
}

/** The user's object id, of which only a GUID ever gets into a URL. In lower case: it is a key. */
function userId({ resource, resourceData }: NotificationItem): string | undefined {
  const named = /^\/?users\/([^/]+)$/i.exec(resource ?? '')?.[1];
  return [resourceData?.id, named].find((id) => id != null && GUID.test(id))?.toLowerCase();
}
