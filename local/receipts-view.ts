import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createReceipts, inWriting } from '../functions/state/receipts.ts';
import { table } from '../functions/state/table.ts';

/** A tenant's receipts as an auditor reads them, newest first. */
export async function viewReceipts(
  client: DynamoDBClient,
  tableName: string,
  tenant: string,
): Promise<ReturnType<typeof inWriting>[]> {
  const receipts = await createReceipts(table(client, tableName)).ofTenant(tenant);
  return receipts.map(inWriting);
}
