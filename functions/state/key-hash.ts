import { createHash } from 'node:crypto';

/** How a text of a person stands in a key. What is to be found in any letter case is folded before. */
export function keyHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** A Clarus id in a sort key: padded, so that DynamoDB's order is the order of the numbers. */
export function padded(clarusId: string): string {
  return clarusId.padStart(16, '0');
}
