import type { Card, Held } from '../functions/identity/card.ts';
import type { Receipt } from '../functions/identity/receipt.ts';
import { liftTakings } from './lift.ts';
import type { OperatorPorts } from './ports.ts';

export interface DiscardOptions {
  tenant: string;
  account: string;
  /** Where two sources have an account with this id. */
  source?: string | undefined;
  /** Stands in the receipts: an operator's ARN. */
  who: string;
  receiptDays: number;
}

/** What was discarded. */
export type Discarded =
  | { kind: 'discarded'; card: Card; held: Held }
  | { kind: 'not_held' }
  | { kind: 'ambiguous'; sources: readonly string[] };

/**
 * Ends a change that the brake holds: the operator decides that the person stays as they are. A held taking is lifted, so
 * that nothing concludes it again; a role is decided anew by whatever comes next. Throws BridgeError.
 */
export async function discard(ports: OperatorPorts, options: DiscardOptions): Promise<Discarded> {
  const { tenant, account, source, who, receiptDays } = options;
  const { cards, openItems, receipts, clock } = ports;
  const found = (await openItems.held(tenant)).filter(
    (it) => it.account === account && (source === undefined || it.source === source),
  );
  const [only, another] = found;
  if (another !== undefined) return { kind: 'ambiguous', sources: found.map((it) => it.source) };
  // The list is some moments late, the card is not.
  const card = only && (await cards.find(only));
  if (card?.held === undefined) return { kind: 'not_held' };
  const { held } = card;
  const at = clock();
  if (held.by === 'takings' && card.link !== undefined) await liftTakings(ports, tenant, card.link, at);
  const receipt = await receipts.find(card, held.change.eventId);
  if (receipt !== undefined) await receipts.put(discardedReceipt(receipt, at, who), receiptDays);
  await cards.clear(card, ['held']);
  return { kind: 'discarded', card, held };
}

function discardedReceipt(receipt: Receipt, at: number, who: string): Receipt {
  const steps = [{ at, step: 'discarded' as const, who }];
  return { ...receipt, outcome: 'no_change', reason: 'discarded', settledAt: at, steps };
}
