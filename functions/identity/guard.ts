import type { SourceName } from './account.ts';
import { sameAddress } from './addresses.ts';
import type { Desired } from './desired.ts';
import type { UserRecord } from './user-record.ts';

/** What a tenant keeps the bridge from doing. Role ids, not names. */
export interface Guards {
  /** Clarus users that are never changed, by id; the API account is one of them. */
  users: readonly string[];
  emails: readonly string[];
  roles: readonly number[];
}

/** What an event may do with what was decided. */
export type Verdict =
  | { kind: 'pass' }
  | { kind: 'protected'; by: 'user' | 'email' | 'role' }
  /** Nobody stated it: it goes on only as long as few such things happen. */
  | { kind: 'brake'; what: 'takings' | 'promotions' };

export interface Case {
  record: UserRecord;
  desired: Desired;
  guards: Guards;
  /** By source, the roles it may give, the most important first. */
  roles: Readonly<Record<SourceName, readonly number[]>>;
  /** Whether the event itself states what it says, as opposed to a comparison, an absence, or no new word at all. */
  stated: boolean;
}

/** Holds what was decided against the tenant's guard rails. */
export function guard({ record, desired, guards, roles, stated }: Case): Verdict {
  const by = protectedBy(record, guards);
  if (by !== undefined) return { kind: 'protected', by };
  if (stated) return { kind: 'pass' };
  if (takes(record, desired)) return { kind: 'brake', what: 'takings' };
  return promotes(record, desired, roles) ? { kind: 'brake', what: 'promotions' } : { kind: 'pass' };
}

/** What of the tenant's settings protects a user, by what Clarus showed and confirmed of it. */
export function protectedBy(
  record: Pick<UserRecord, 'clarusUserId' | 'applied' | 'shown'>,
  { users, emails, roles }: Guards,
): 'user' | 'email' | 'role' | undefined {
  const { clarusUserId, applied, shown } = record;
  if (users.includes(clarusUserId)) return 'user';
  const addresses = [applied.email, shown?.email].filter((it) => it !== undefined);
  if (addresses.some((it) => emails.some((email) => sameAddress(email, it)))) return 'email';
  const role = roleNow(record);
  return role !== undefined && roles.includes(role) ? 'role' : undefined;
}

/** Whether access would end that Clarus is not known to have ended. */
function takes({ applied, shown }: UserRecord, { attributes }: Desired): boolean {
  return attributes.is_active === false && (applied.is_active ?? shown?.active) !== false;
}

/** Whether a role would be given that stands before the present one in its source's order. */
function promotes(record: UserRecord, { attributes, origins }: Desired, roles: Case['roles']): boolean {
  const { role_id: role } = attributes;
  const now = roleNow(record);
  const source = origins.role_id;
  const order = source === undefined ? undefined : roles[source];
  if (role === undefined || role === now || order === undefined) return false;
  const present = now === undefined ? -1 : order.indexOf(now);
  return present === -1 || order.indexOf(role) < present;
}

function roleNow({ applied, shown }: Pick<UserRecord, 'applied' | 'shown'>): number | undefined {
  return applied.role_id ?? (shown?.roleId === undefined ? undefined : Number(shown.roleId));
}
