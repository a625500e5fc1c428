import { createHash } from 'node:crypto';
import type { AccountKey } from '../../identity/access/account.ts';

/** How a text of a person stands in a key. What is to be found in any letter case is folded before. */
export function keyHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** A Clarus id in a sort key: padded, so that DynamoDB's order is the order of the numbers. */
export function padded(clarusId: string): string {
  return clarusId.padStart(16, '0');
}

/** The partition of all that is kept of one account: its card and its receipts. */
export function accountPartition({ tenant, source, account }: AccountKey): string {
  return `ACCOUNT#${tenant}#${source}#${account}`;
}

/** Neither a tenant's, nor a source's, nor an account's name has the sign in it. */
export function accountIn(partition: string): AccountKey {
  const [, tenant = '', source = '', account = ''] = partition.split('#');
  return { tenant, source, account };
}

/** A time as it stands in keys, which puts texts in the order of times. */
export function iso(time: number): string {
  return new Date(time).toISOString();
}
