import type { Receipt, Step } from '../functions/identity/receipt.ts';

/** The source of receipts about what operators do. */
export const OPERATOR = 'operator';

interface Deed {
  tenant: string;
  clarusUserId: string;
  /** What was done, in one word. */
  what: 'lift' | 'unlink';
  at: number;
  step: Step;
}

/** The receipt of what an operator did to a Clarus user. What follows in Clarus is decided when that is looked after. */
export function operatorReceipt({ tenant, clarusUserId, what, at, step }: Deed): Receipt {
  return {
    tenant,
    source: OPERATOR,
    eventId: `${what}:${at}`,
    eventType: `operator.${what}`,
    subjectId: clarusUserId,
    clarusUserId,
    outcome: 'no_change',
    reason: what,
    attributes: [],
    occurredAt: at,
    receivedAt: at,
    settledAt: at,
    steps: [step],
  };
}
