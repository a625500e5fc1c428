import { type AccessSettings, decide, HAND_LATER, type Taking } from '../functions/identity/access/decide.ts';
import type { UserRecord } from '../functions/identity/user-record.ts';
import { changeAndLookAfter } from './look-after.ts';
import { operatorReceipt } from './operator-receipt.ts';
import type { OperatorPorts } from './ports.ts';

export interface LiftOptions {
  tenant: string;
  clarusUserId: string;
  /** Stands in the receipts: an operator's ARN. */
  who: string;
  settings: AccessSettings;
  receiptDays: number;
}

/** What was lifted. */
export type Lifted = { kind: 'lifted'; takings: readonly Taking[] } | { kind: 'unknown_user' };

/**
 * Lifts all takings that have been heard of, of whichever source: the person has access until a source takes it anew,
 * and Clarus follows. Throws BridgeError.
 */
export async function lift(ports: OperatorPorts, options: LiftOptions): Promise<Lifted> {
  const { tenant, clarusUserId, who, settings, receiptDays } = options;
  const { records, receipts, clock } = ports;
  const record = await records.load(tenant, clarusUserId);
  if (record.revision === 0) return { kind: 'unknown_user' };
  const { takings } = decide(record, settings);
  const at = clock();
  await liftTakings(ports, tenant, clarusUserId, at);
  const step = { at, step: 'lifted', who } as const;
  await receipts.put(operatorReceipt({ tenant, clarusUserId, what: 'lift', at, step }), receiptDays);
  for (const { by: source, account, eventId } of takings) {
    if (account !== undefined && eventId !== undefined) {
      await receipts.append({ tenant, source, account }, eventId, [step]);
    }
  }
  return { kind: 'lifted', takings };
}

/** The lift itself, without receipts. */
export function liftTakings(
  ports: Pick<OperatorPorts, 'records' | 'sendMessages' | 'queues'>,
  tenant: string,
  clarusUserId: string,
  at: number,
): Promise<void> {
  return changeAndLookAfter(ports, tenant, clarusUserId, at, (record) => ({
    ...record,
    liftedAt: Math.max(at, lastHeard(record)),
  }));
}

/** The operator's clock may be behind, and what is lifted is what has been heard. */
function lastHeard({ accounts, hand }: UserRecord): number {
  const words = accounts.flatMap((account) => account.words.map(({ seen }) => seen));
  return Math.max(0, ...words, hand === undefined ? 0 : hand.at - HAND_LATER);
}
