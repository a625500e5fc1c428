import type { TakingByAccount } from '../../clarus/inventory.ts';
import type { Receipt } from '../../identity/receipt.ts';
import type { ReceiptStore } from '../../state/receipts.ts';
import type { UserRecordStore } from '../../state/user-records.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { Healing } from './suspicions.ts';

export interface HealPorts {
  records: UserRecordStore;
  receipts: ReceiptStore;
  /** Has a Clarus user looked after at once. */
  look(tenant: string, clarusUserId: string): Promise<void>;
}

/** Whom Clarus shows as they are not to be. */
interface Patient {
  clarusUserId: string;
  /** When Clarus showed it, epoch milliseconds. */
  at: number;
  /** Who keeps the person out; absent when Clarus is to give access back. */
  taking: TakingByAccount | undefined;
  /** An earlier try. */
  before: Healing | undefined;
}

/**
 * Has Clarus brought back to what is known: a look sends all of it. The receipt waits until a later look at Clarus
 * proves it. Returns what is to be kept until then.
 */
export async function heal(
  { records, receipts, look }: HealPorts,
  { tenant, receiptDays }: Tenant,
  { clarusUserId, at, taking, before }: Patient,
): Promise<Healing | undefined> {
  // A look sends where a request is in doubt, as it is in effect: Clarus has not what it had confirmed.
  await records.update(tenant, clarusUserId, (record) => ({ ...record, lookAt: at }));
  await look(tenant, clarusUserId);
  if (taking === undefined) return undefined;
  const { by: source, account } = taking;
  const eventId = `healed:${clarusUserId}:${at}`;
  const healing = before ?? { at, source, account, eventId, tries: 0 };
  const tries = healing.tries + 1;
  const receipt = receiptOf(tenant, clarusUserId, healing);
  await receipts.put(
    { ...receipt, settledAt: at, steps: [{ at, step: 'healed', what: 'asked_for', attempt: tries }] },
    receiptDays,
  );
  return { ...healing, tries };
}

/** Writes the proof that somebody who was switched on by hand is off again. */
export async function proveHealed(
  { receipts }: Pick<HealPorts, 'receipts'>,
  { tenant, receiptDays }: Tenant,
  clarusUserId: string,
  healing: Healing,
  at: number,
): Promise<void> {
  const receipt = receiptOf(tenant, clarusUserId, healing);
  const steps = [{ at, step: 'read_back' as const, what: 'out' }];
  await receipts.put({ ...receipt, outcome: 'applied', settledAt: at, appliedAt: at, steps }, receiptDays);
}

/** Of the account that keeps the person out. */
function receiptOf(tenant: string, clarusUserId: string, { at, source, account, eventId }: Healing): Receipt {
  return {
    tenant,
    source,
    eventId,
    eventType: 'drift.healed',
    subjectId: account,
    clarusUserId,
    outcome: 'waiting',
    reason: 'switched_on_in_clarus',
    attributes: ['is_active'],
    isActive: false,
    occurredAt: at,
    receivedAt: at,
    settledAt: at,
    steps: [],
  };
}
