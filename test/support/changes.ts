import fc from 'fast-check';
import type { Change } from '../../functions/identity/change.ts';
import type { ClarusAttributes } from '../../functions/identity/clarus-attributes.ts';
import type { MappedChange } from '../../functions/identity/merge.ts';

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

/** Few values for each attribute, so that changes meet. */
export const someAttributes: fc.Arbitrary<Partial<ClarusAttributes>> = fc.record(
  {
    is_active: fc.boolean(),
    name: fc.constantFrom('Lea', 'Lea Ver'),
    role_id: fc.constantFrom(1, 2, 3),
    string1: fc.constantFrom('', 'Picking'),
  },
  { requiredKeys: [] },
);

/** Changes that collide: few instants, few ids. */
export const someMappedChange: fc.Arbitrary<MappedChange> = fc.record({
  at: fc.integer({ min: 1, max: 4 }),
  eventId: fc.constantFrom('a', 'b', 'c'),
  origin: fc.constantFrom('okta', 'entra', 'scim'),
  attributes: someAttributes,
});
