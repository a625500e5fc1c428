import { type AccessSettings, decide, type Taking } from '../functions/identity/access/decide.ts';
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
  settings: AccessSettings;
  receiptDays: number;
}

/** What was discarded. */
export type Discarded =
  /** `out`: the person has lost access since, by what was stated, and stays without. */
  | { kind: 'discarded'; card: Card; held: Held; out: boolean }
  /** More than the held change keeps the person out, or is about to: that is for `lift` to overrule, and nobody else. */
  | { kind: 'taken'; takings: readonly Taking[] }
  | { kind: 'not_held' }
  | { kind: 'ambiguous'; sources: readonly string[] };

/**
 * Ends a change that the brake holds: the operator decides that the person stays as they are. A held taking is lifted, so
 * that nothing concludes it again, unless access has ended since; a role is decided anew by whatever comes next. What
 * was stated since, or another source says, is not the operator's to end by this. Throws BridgeError.
 */
export async function discard(ports: OperatorPorts, options: DiscardOptions): Promise<Discarded> {
  const { tenant, account, source, who, settings, receiptDays } = options;
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
  const { out, takings } = held.by === 'takings' ? await accessOf(ports, card, settings) : NOTHING;
  const others = takings.filter((it) => it.by !== card.source || it.account !== card.account);
  if (!out && (others.length > 0 || card.waiting?.taking === true)) return { kind: 'taken', takings };
  if (!out && takings.length > 0 && card.link !== undefined) {
    await liftTakings(ports, tenant, card.link, at);
  }
  const receipt = await receipts.find(card, held.change.eventId);
  if (receipt !== undefined) await receipts.put(discardedReceipt(receipt, at, who), receiptDays);
  await cards.clear(card, ['held']);
  return { kind: 'discarded', card, held, out };
}

const NOTHING = { out: false, takings: [] } as const;

/** Whether Clarus is known to have the person out, and who keeps them out. */
async function accessOf(
  { records }: Pick<OperatorPorts, 'records'>,
  { tenant, link }: Card,
  settings: AccessSettings,
): Promise<{ out: boolean; takings: readonly Taking[] }> {
  if (link === undefined) return NOTHING;
  const record = await records.load(tenant, link);
  return { out: record.applied.is_active === false, takings: decide(record, settings).takings };
}

function discardedReceipt(receipt: Receipt, at: number, who: string): Receipt {
  const steps = [{ at, step: 'discarded' as const, who }];
  return { ...receipt, outcome: 'no_change', reason: 'discarded', settledAt: at, steps };
}
