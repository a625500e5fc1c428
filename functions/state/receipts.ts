import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { AccountKey, SourceName } from '../identity/access/account.ts';
import { OPEN_OUTCOMES, type Receipt, type Step } from '../identity/receipt.ts';
import { type Condition, getItem, queryItems, updateItem } from './items/item.ts';
import { accountPartition, iso } from './items/keys.ts';
import { receiptIn, receiptKey, summaryAttributes, userKey } from './items/receipt.ts';
import { stepAttributes } from './items/steps.ts';
import type { Table } from './table.ts';
import { INDEXES } from './table-definition.ts';

export { inWriting } from './items/receipt.ts';

/** One receipt for each event of an account. Throws BridgeError `state_unavailable` and `state_malformed`. */
export interface ReceiptStore {
  /**
   * Sets an event's summary and appends its steps. What is settled stays: only a receipt that waits for somebody or that
   * lacks the proof is replaced, and none that has the proof (`appliedAt`) by one that has not. The steps are appended
   * at any rate.
   */
  put(receipt: Receipt, keepDays: number): Promise<void>;
  /** Appends steps to an event's receipt, if it has one. Of more than 40 tries the first and the last 20 stay. */
  append(key: AccountKey, eventId: string, steps: readonly Step[]): Promise<void>;
  find(key: AccountKey, eventId: string): Promise<Receipt | undefined>;
  /** A person's receipts, latest event first. */
  ofSubject(tenant: string, source: SourceName, subjectId: string): Promise<Receipt[]>;
  /**
   * A tenant's receipts written from `from` until before `until` (epoch milliseconds), latest first, some moments late.
   */
  ofTenant(tenant: string, from?: number, until?: number): Promise<Receipt[]>;
  /** The receipts of a Clarus user, from whichever account, latest first, some moments late. */
  ofUser(tenant: string, clarusUserId: string): Promise<Receipt[]>;
}

export function createReceipts(table: Table): ReceiptStore {
  async function put(receipt: Receipt, keepDays: number): Promise<void> {
    const { set, remove } = stepAttributes(receipt.steps);
    const changes = { set: { ...summaryAttributes(receipt, keepDays), ...set }, remove };
    const end = await updateItem(table, receiptKey(receipt, receipt.eventId), changes, mayReplace(receipt));
    if (end !== 'refused') return;
    await append({ ...receipt, account: receipt.subjectId }, receipt.eventId, receipt.steps);
  }

  async function append(key: AccountKey, eventId: string, steps: readonly Step[]): Promise<void> {
    if (steps.length === 0) return;
    const itemKey = receiptKey({ ...key, subjectId: key.account }, eventId);
    await updateItem(table, itemKey, stepAttributes(steps), { expression: 'attribute_exists(pk)' });
  }

  async function find(key: AccountKey, eventId: string): Promise<Receipt | undefined> {
    const item = await getItem(table, receiptKey({ ...key, subjectId: key.account }, eventId));
    return item && receiptIn(item);
  }

  async function ofSubject(tenant: string, source: SourceName, subjectId: string): Promise<Receipt[]> {
    const pk = accountPartition({ tenant, source, account: subjectId });
    const receipts = await query({
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': 'RECEIPT#' },
      ConsistentRead: true,
    });
    return receipts.sort((a, b) => b.occurredAt - a.occurredAt);
  }

  async function ofTenant(tenant: string, from = 0, until = Date.UTC(9999, 0)): Promise<Receipt[]> {
    // DynamoDB refuses a range that ends before it begins.
    if (until < from) return [];
    return query({
      IndexName: INDEXES.receiptsByTenant.name,
      KeyConditionExpression: 'receiptTenant = :tenant AND receiptTime BETWEEN :from AND :until',
      ExpressionAttributeValues: { ':tenant': tenant, ':from': iso(from), ':until': iso(until) },
    });
  }

  function ofUser(tenant: string, clarusUserId: string): Promise<Receipt[]> {
    return query({
      IndexName: INDEXES.receiptsByUser.name,
      KeyConditionExpression: 'receiptUser = :user',
      ExpressionAttributeValues: { ':user': userKey(tenant, clarusUserId) },
    });
  }

  async function query(input: Omit<QueryCommandInput, 'TableName'>): Promise<Receipt[]> {
    return (await queryItems(table, { ...input, ScanIndexForward: false })).map(receiptIn);
  }

  return { put, append, find, ofSubject, ofTenant, ofUser };
}

/** Of two workers with the same event, the one that made Clarus change has the proof. */
function mayReplace({ appliedAt }: Receipt): Condition {
  const open = [...OPEN_OUTCOMES].map((outcome, index) => [`:open${index}`, outcome] as const);
  const isOpen = `outcome IN (${open.map(([placeholder]) => placeholder)})`;
  const lacksProof = 'attribute_not_exists(appliedAt)';
  return {
    expression: `attribute_not_exists(outcome) OR ${
      appliedAt === undefined ? `(${isOpen} AND ${lacksProof})` : `${isOpen} OR ${lacksProof}`
    }`,
    values: Object.fromEntries(open),
  };
}
