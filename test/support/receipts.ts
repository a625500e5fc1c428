import type { Receipt } from '../../functions/identity/receipt.ts';
import { NOW } from './changes.ts';

/** The receipt of Lea's deactivation, applied, unless said otherwise. */
export function aReceipt(but: Partial<Receipt> = {}): Receipt {
  return {
    tenant: 'acme',
    source: 'okta',
    eventId: 'event-1',
    eventType: 'user.lifecycle.deactivate',
    subjectId: '00uLEAVER',
    clarusUserId: '42',
    outcome: 'applied',
    attributes: ['is_active'],
    isActive: false,
    clarusStatus: 200,
    occurredAt: NOW,
    receivedAt: NOW + 2_000,
    settledAt: NOW + 3_000,
    appliedAt: NOW + 3_000,
    steps: [],
    ...but,
  };
}
