import type { Account, ProfileAttributes } from './access/account.ts';
import type { AttributeName } from './profile/clarus-attributes.ts';
import { openMark, type Pending, type UserRecord } from './user-record.ts';

/** Milliseconds that a command may be under way: longer than API Gateway lets a request live (30 s). */
export const LEASE = 40_000;

/** The mark of a command in the record's `open`: the revocation that is queued for it has one of its own. */
export function commandMark(account: Pick<Account, 'source' | 'account'>, eventId: string): string {
  return openMark(account, `${eventId}:command`);
}

/** Whether a command is under way, as opposed to one that ended or died. */
export function isLive(pending: Pending | undefined, now: number): boolean {
  return pending !== undefined && pending.until > now;
}

/** The record without a command that has died: what it was to bring has never been, but for a revocation. */
export function withoutLapsed(record: UserRecord, now: number): UserRecord {
  if (record.pending === undefined || isLive(record.pending, now)) return record;
  const { pending: _, ...rest } = record;
  return rest;
}

/**
 * What Clarus is to have again of what a command that died may have changed, as far as that was confirmed or shown:
 * nobody need speak of it.
 */
export function leftBehind(record: UserRecord, now: number): ProfileAttributes {
  const { pending } = record;
  if (pending === undefined || isLive(pending, now)) return {};
  return hadBefore(record, pending.touches ?? []);
}

/** What Clarus had of these attributes, as far as it was confirmed or shown. Access is never gone back to so. */
export function hadBefore(
  { applied, shown }: UserRecord,
  names: readonly AttributeName[],
): ProfileAttributes {
  const { is_active: _, ...confirmed } = applied;
  const had: ProfileAttributes = {
    ...(shown?.email !== undefined && { email: shown.email }),
    ...(shown?.name !== undefined && { name: shown.name }),
    ...(shown?.roleId !== undefined && { role_id: Number(shown.roleId) }),
    ...confirmed,
  };
  const touched: readonly string[] = names;
  return Object.fromEntries(Object.entries(had).filter(([name]) => touched.includes(name)));
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
  const isOpen = own.some((it) => open[commandMark(it, eventId)] !== undefined);
  return isThere && !isOpen && applied.is_active === false;
}
