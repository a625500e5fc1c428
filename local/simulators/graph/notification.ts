import type { HeldSubscription } from './subscriptions.ts';

/** The body in which Graph tells a subscription of one user, as Graph documents it. */
export function entraNotification(
  { id, expirationDateTime, clientState }: HeldSubscription,
  userId: string,
  { changeType = 'updated', tenantId = DEMO_DIRECTORY, at = Date.now() } = {},
): { value: Record<string, unknown>[] } {
  const item = {
    subscriptionId: id,
    subscriptionExpirationDateTime: expirationDateTime,
    clientState,
    changeType,
    resource: `Users/${userId}`,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.User',
      '@odata.id': `Users/${userId}`,
      id: userId,
      organizationId: tenantId,
      eventTime: new Date(at).toISOString(),
    },
    tenantId,
  };
  return { value: [item] };
}

export const DEMO_DIRECTORY = '11111111-2222-4333-8444-555555555555';
