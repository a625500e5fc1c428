import type { Account } from './account.ts';
import { openMark, type Pending, type UserRecord } from './user-record.ts';

/** Milliseconds that a command may be under way: longer than API Gateway lets a request live (30 s). */
export const LEASE = 40_000;

/** Whether a command is under way, as opposed to one that ended or died. */
export function isLive(pending: Pending | undefined, now: number): pending is Pending {
  return pending !== undefined && pending.until > now;
}

/** The record without a command that has died: what it was to bring has never been, but for a revocation. */
export function withoutLapsed(record: UserRecord, now: number): UserRecord {
  if (record.pending === undefined || isLive(record.pending, now)) return record;
  const { pending: _, ...rest } = record;
  return rest;
}

/**
 * Whether the command that a queued revocation stands for has come to its end by itself: its word is in the record,
 * its mark is not, and Clarus has confirmed that the person is out.
 */
export function isCarriedOut(
  { accounts, open, applied }: UserRecord,
  account: Pick<Account, 'source' | 'account'>,
  eventId: string,
): boolean {
  const own = accounts.filter(({ source }) => source === account.source);
  const isThere = own.some(({ words }) => words.some(({ id }) => id === eventId));
  const isOpen = own.some((it) => open[openMark(it, eventId)] !== undefined);
  return isThere && !isOpen && applied.is_active === false;
}
