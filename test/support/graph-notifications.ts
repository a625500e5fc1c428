/** The directory of the tests' tenant, one of its subscriptions, and what Graph shows with each notification. */
export const DIRECTORY = '0a0a0a0a-1111-4222-8333-444444444444';
export const SUBSCRIPTION = '5b5b5b5b-1111-4222-8333-444444444444';
export const CLIENT_STATE = 'k4FQ0vVdQn0yGzOZ9cVxw1T3r8uYb6sE';

/** The object id of the person of that number. */
export function objectId(person: number): string {
  return `00000000-0000-4000-8000-${String(person).padStart(12, '0')}`;
}

export const LEA_ID = objectId(1);

/** An element of `value[]` in which Graph says that Lea was updated, unless said otherwise. */
export function aNotification(but: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    subscriptionId: SUBSCRIPTION,
    subscriptionExpirationDateTime: '2026-03-20T00:00:00+00:00',
    clientState: CLIENT_STATE,
    changeType: 'updated',
    resource: `Users/${LEA_ID}`,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.User',
      '@odata.id': `Users/${LEA_ID}`,
      id: LEA_ID,
      organizationId: DIRECTORY,
      eventTime: '2026-03-02T09:14:50.1234567Z',
      sequenceNumber: 639032046721234567n.toString(),
    },
    tenantId: DIRECTORY,
    ...but,
  };
}

/** A lifecycle notification. */
export function aLifecycleNotification(lifecycleEvent: string): Record<string, unknown> {
  const { subscriptionId, subscriptionExpirationDateTime, clientState, tenantId } = aNotification();
  return { subscriptionId, subscriptionExpirationDateTime, clientState, tenantId, lifecycleEvent };
}
