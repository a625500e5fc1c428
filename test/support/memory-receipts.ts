import { OPEN_OUTCOMES, type Receipt, type Step } from '../../functions/identity/receipt.ts';
import { inTime, leftOut, stepAttributes, stepSchema } from '../../functions/state/items/steps.ts';
import type { ReceiptStore } from '../../functions/state/receipts.ts';

/** Receipts in memory, with the same promises as those in DynamoDB. */
export interface MemoryReceipts {
  receipts: ReceiptStore;
  /** Every receipt, in the order in which events got theirs. */
  written: readonly Receipt[];
}

export function memoryReceipts(): MemoryReceipts {
  const written: Receipt[] = [];

  function indexOf(tenant: string, source: string, subjectId: string, eventId: string): number {
    return written.findIndex(
      (it) =>
        it.tenant === tenant && it.source === source && it.subjectId === subjectId && it.eventId === eventId,
    );
  }

  const latestWritten = (a: Receipt, b: Receipt) =>
    b.settledAt - a.settledAt || (a.eventId < b.eventId ? 1 : -1);

  const receipts: ReceiptStore = {
    async put(receipt) {
      const index = indexOf(receipt.tenant, receipt.source, receipt.subjectId, receipt.eventId);
      const there = written[index];
      if (there === undefined) written.push(withSteps(receipt, []));
      else
        written[index] = withSteps(mayReplace(there, receipt) ? receipt : there, there.steps, receipt.steps);
    },
    async append({ tenant, source, account }, eventId, steps) {
      const index = indexOf(tenant, source, account, eventId);
      const there = written[index];
      if (there !== undefined) written[index] = withSteps(there, there.steps, steps);
    },
    find: async ({ tenant, source, account }, eventId) =>
      structuredClone(written[indexOf(tenant, source, account, eventId)]),
    ofSubject: async (tenant, source, subjectId) =>
      structuredClone(written)
        .filter((it) => it.tenant === tenant && it.source === source && it.subjectId === subjectId)
        .sort((a, b) => b.occurredAt - a.occurredAt || (a.eventId < b.eventId ? 1 : -1)),
    ofTenant: async (tenant, from = 0, until = Number.POSITIVE_INFINITY) =>
      structuredClone(written)
        .filter((it) => it.tenant === tenant && it.settledAt >= from && it.settledAt < until)
        .sort(latestWritten),
    ofUser: async (tenant, clarusUserId) =>
      structuredClone(written)
        .filter((it) => it.tenant === tenant && it.clarusUserId === clarusUserId)
        .sort(latestWritten),
  };
  return { receipts, written };
}

function mayReplace(there: Receipt, { appliedAt }: Receipt): boolean {
  const isOpen = OPEN_OUTCOMES.has(there.outcome);
  const lacksProof = there.appliedAt === undefined;
  return appliedAt === undefined ? isOpen && lacksProof : isOpen || lacksProof;
}

/** The receipt with these steps, and those that came now. */
function withSteps(receipt: Receipt, before: readonly Step[], now: readonly Step[] = receipt.steps): Receipt {
  const { triesLeftOut: _, ...rest } = structuredClone(receipt);
  const { set, remove } = stepAttributes(now);
  const attributes = { ...stepAttributes(before).set, ...set };
  for (const name of remove) delete attributes[name];
  const steps = inTime(Object.values(attributes).map((step) => stepSchema.parse(step)));
  const triesLeftOut = leftOut(steps);
  return { ...rest, steps, ...(triesLeftOut > 0 && { triesLeftOut }) };
}
