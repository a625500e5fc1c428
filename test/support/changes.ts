import type { Change } from '../../functions/identity/change.ts';

/** 2026-03-02T09:15:00Z, when everything in the tests happens. */
export const NOW = Date.UTC(2026, 2, 2, 9, 15);

/** A change as Okta's deactivation of Lea makes it, unless said otherwise. */
export function aChange(but: Partial<Change> = {}): Change {
  return {
    tenant: 'demo',
    source: 'okta',
    eventId: 'event-1',
    eventType: 'user.lifecycle.deactivate',
    occurredAt: NOW,
    receivedAt: NOW + 2_000,
    subject: { id: '00uLEAVER', login: 'lea.ver@acme.example' },
    user: { active: false },
    ...but,
  };
}

/** The same without anything said of the user. */
export function aThinChange(but: Partial<Change> = {}): Change {
  const { user: _, ...thin } = aChange({ eventType: 'user.account.update_profile', ...but });
  return thin;
}
