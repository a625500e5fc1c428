import * as z from 'zod';
import { FOUND_BY } from '../../identity/change.ts';
import { ATTRIBUTE_NAMES } from '../../identity/profile/clarus-attributes.ts';
import { OUTCOMES, type Receipt } from '../../identity/receipt.ts';
import { type Item, type ItemKey, parseItem } from './item.ts';
import { accountPartition, iso } from './keys.ts';
import { prefixed } from './prefixed.ts';
import { inTime, leftOut, stepSchema, time } from './steps.ts';

const text = z.string();

const receiptSchema = z.object({
  tenant: text,
  source: text,
  eventId: text,
  eventType: text,
  subjectId: text,
  actor: text.exactOptional(),
  foundBy: z.enum(FOUND_BY).exactOptional(),
  clarusUserId: text.exactOptional(),
  outcome: z.enum(OUTCOMES),
  reason: text.exactOptional(),
  attributes: z.array(z.enum(ATTRIBUTE_NAMES)),
  isActive: z.boolean().exactOptional(),
  refused: z.array(z.enum(ATTRIBUTE_NAMES)).exactOptional(),
  clarusStatus: z.number().exactOptional(),
  occurredAt: time,
  receivedAt: time,
  settledAt: time,
  appliedAt: time.exactOptional(),
  steps: z.array(stepSchema),
});

export function receiptKey(
  { tenant, source, subjectId }: Pick<Receipt, 'tenant' | 'source' | 'subjectId'>,
  eventId: string,
): ItemKey {
  return { pk: accountPartition({ tenant, source, account: subjectId }), sk: `RECEIPT#${eventId}` };
}

/** The receipt that an item is. Throws BridgeError `state_malformed`. */
export function receiptIn(item: Item): Receipt {
  const steps = prefixed(item, 's#').map(([, step]) => step);
  const receipt = parseItem({ ...item, steps }, receiptSchema, 'A receipt');
  const triesLeftOut = leftOut(receipt.steps);
  return { ...receipt, steps: inTime(receipt.steps), ...(triesLeftOut > 0 && { triesLeftOut }) };
}

/** All but the steps, and by which a receipt is listed and ends. What this one has not is undefined. */
export function summaryAttributes(receipt: Receipt, keepDays: number): Record<string, unknown> {
  const { tenant, clarusUserId, eventId, settledAt } = receipt;
  const { steps: _, triesLeftOut: __, ...summary } = inWriting(receipt);
  return {
    ...NOTHING,
    ...summary,
    receiptTenant: tenant,
    receiptUser: clarusUserId && userKey(tenant, clarusUserId),
    receiptTime: `${summary.settledAt}#${eventId}`,
    // DynamoDB reads a time to live in whole seconds.
    expiresAt: Math.floor(settledAt / 1000) + keepDays * 86_400,
  };
}

/** The partition of the index that lists the receipts of a Clarus user. */
export function userKey(tenant: string, clarusUserId: string): string {
  return `${tenant}#${clarusUserId}`;
}

const NOTHING = {
  actor: undefined,
  foundBy: undefined,
  clarusUserId: undefined,
  reason: undefined,
  isActive: undefined,
  refused: undefined,
  clarusStatus: undefined,
  appliedAt: undefined,
} satisfies { [K in keyof Receipt]?: undefined };

/** The receipt as an auditor reads it: times in ISO 8601, UTC. */
export function inWriting({ occurredAt, receivedAt, settledAt, appliedAt, steps, ...receipt }: Receipt) {
  return {
    ...receipt,
    occurredAt: iso(occurredAt),
    receivedAt: iso(receivedAt),
    settledAt: iso(settledAt),
    ...(appliedAt !== undefined && { appliedAt: iso(appliedAt) }),
    steps: steps.map(({ at, ...step }) => ({ at: iso(at), ...step })),
  };
}
