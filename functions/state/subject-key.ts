import type { Source } from '../identity/change.ts';

/** The partition of all that is kept of one person of an identity provider: link and receipts. */
export function subjectKey(tenant: string, source: Source, subjectId: string): string {
  return `SUBJECT#${tenant}#${source}#${subjectId}`;
}
