import { PutCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { FOUND_BY, SOURCES, type Source } from '../identity/change.ts';
import { ATTRIBUTE_NAMES } from '../identity/clarus-attributes.ts';
import { OUTCOMES, type Receipt } from '../identity/receipt.ts';
import { parseItem } from './item.ts';
import { subjectKey } from './subject-key.ts';
import { answered, conditionally, type Table } from './table.ts';

/** The index that lists a tenant's receipts by the time they were written. */
export const RECEIPTS_BY_TENANT = 'receipts-by-tenant';

export interface ReceiptStore {
  /**
   * Writes an event's one receipt. A duplicate of an event does not replace what is proved already; only a
   * receipt that waits for somebody (`rejected`, `held`, `user_not_in_clarus`), or that lacks the proof, is replaced.
   */
  put(receipt: Receipt, keepDays: number): Promise<void>;
  /** A person's receipts, latest event first. */
  ofSubject(tenant: string, source: Source, subjectId: string): Promise<Receipt[]>;
  /** A tenant's receipts written from `from` until before `until` (epoch milliseconds), latest first. */
  ofTenant(tenant: string, from?: number, until?: number): Promise<Receipt[]>;
}

const time = z.iso.datetime().transform((text) => Date.parse(text));

const itemSchema = z.object({
  tenant: z.string(),
  source: z.enum(SOURCES),
  eventId: z.string(),
  eventType: z.string(),
  subjectId: z.string(),
  foundBy: z.enum(FOUND_BY).exactOptional(),
  clarusUserId: z.string().exactOptional(),
  outcome: z.enum(OUTCOMES),
  reason: z.string().exactOptional(),
  attributes: z.array(z.enum(ATTRIBUTE_NAMES)),
  isActive: z.boolean().exactOptional(),
  refused: z.array(z.enum(ATTRIBUTE_NAMES)).exactOptional(),
  clarusStatus: z.number().exactOptional(),
  occurredAt: time,
  receivedAt: time,
  settledAt: time,
  appliedAt: time.exactOptional(),
});

export function createReceipts({ client, name }: Table): ReceiptStore {
  async function put(receipt: Receipt, keepDays: number): Promise<void> {
    const { tenant, source, subjectId, eventId, settledAt } = receipt;
    const stored = inWriting(receipt);
    await conditionally(() =>
      client.send(
        new PutCommand({
          TableName: name,
          Item: {
            pk: subjectKey(tenant, source, subjectId),
            sk: `RECEIPT#${eventId}`,
            ...stored,
            receiptTenant: tenant,
            receiptTime: `${stored.settledAt}#${eventId}`,
            // DynamoDB reads a time to live in whole seconds.
            expiresAt: Math.floor(settledAt / 1000) + keepDays * 86_400,
          },
          ConditionExpression: `attribute_not_exists(pk) OR outcome IN (:rejected, :held, :unknown)${
            // Of two workers with the same event, the one that made Clarus change has the proof.
            stored.appliedAt === undefined ? '' : ' OR attribute_not_exists(appliedAt)'
          }`,
          ExpressionAttributeValues: {
            ':rejected': 'rejected',
            ':held': 'held',
            ':unknown': 'user_not_in_clarus',
          },
        }),
      ),
    );
  }

  async function ofSubject(tenant: string, source: Source, subjectId: string): Promise<Receipt[]> {
    const receipts = await query({
      TableName: name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': subjectKey(tenant, source, subjectId), ':prefix': 'RECEIPT#' },
      ConsistentRead: true,
    });
    return receipts.sort((a, b) => b.occurredAt - a.occurredAt);
  }

  async function ofTenant(tenant: string, from = 0, until = Date.UTC(9999, 0)): Promise<Receipt[]> {
    // DynamoDB refuses a range that ends before it begins.
    if (until < from) return [];
    return query({
      TableName: name,
      IndexName: RECEIPTS_BY_TENANT,
      KeyConditionExpression: 'receiptTenant = :tenant AND receiptTime BETWEEN :from AND :until',
      ExpressionAttributeValues: { ':tenant': tenant, ':from': iso(from), ':until': iso(until) },
    });
  }

  async function query(input: QueryCommandInput): Promise<Receipt[]> {
    const receipts: Receipt[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await answered(() =>
        client.send(new QueryCommand({ ...input, ExclusiveStartKey, ScanIndexForward: false })),
      );
      receipts.push(...(page.Items ?? []).map(parse));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return receipts;
  }

  return { put, ofSubject, ofTenant };
}

/** The receipt as an auditor reads it: times in ISO 8601, UTC. */
export function inWriting({ occurredAt, receivedAt, settledAt, appliedAt, ...receipt }: Receipt) {
  return {
    ...receipt,
    occurredAt: iso(occurredAt),
    receivedAt: iso(receivedAt),
    settledAt: iso(settledAt),
    ...(appliedAt !== undefined && { appliedAt: iso(appliedAt) }),
  };
}

function parse(item: unknown): Receipt {
  return parseItem(item, itemSchema, 'A receipt');
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
