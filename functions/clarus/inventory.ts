import { type AccessSettings, decide, type Taking } from '../identity/access/decide.ts';
import type { Shown, UserRecord } from '../identity/user-record.ts';
import type { FoundUser } from './clarus-directory.ts';

/** A taking by an account: of a source, of the tenant file or gone from it, and not by a hand or a first look. */
export type TakingByAccount = Taking & { account: string };

/** In what Clarus differs from what is known of a user. */
export type Drift =
  | { kind: 'none' }
  /** Something of ours is under way, so nothing can be concluded. */
  | { kind: 'busy' }
  /** Off, though the words say in and Clarus had confirmed it. Only a second look tells that from a late request. */
  | { kind: 'off' }
  /** Off, though the words say in: it was the bridge that switched it off, and the giving never got through. */
  | { kind: 'owed' }
  /** On, and nobody keeps the person out but a hand in Clarus or the first look: a hand has switched it on again. */
  | { kind: 'on_again' }
  /** On, though Clarus had confirmed that access had ended. */
  | { kind: 'on'; taking: TakingByAccount }
  /** On, and Clarus was never made to end the access. */
  | { kind: 'never_taken'; taking: TakingByAccount };

/** An event that joined so long ago and never ended is not under way any more: it is tried every half hour or is gone. */
const NEVER_ENDS = 60 * 60_000;

/** A look at a user that is so long overdue is lost, in milliseconds. */
const LOST = 60 * 60_000;

/** What a look at Clarus showed. */
export function shownOf({ email, name, isActive, roleId }: FoundUser, at: number): Shown {
  return {
    at,
    email,
    ...(name !== undefined && { name }),
    ...(isActive !== undefined && { active: isActive }),
    ...(roleId !== undefined && { roleId }),
  };
}

/** Whether two looks showed the same, whenever they were. */
export function isSameShown(a: Shown | undefined, b: Shown): boolean {
  if (a === undefined) return false;
  return a.email === b.email && a.name === b.name && a.active === b.active && a.roleId === b.roleId;
}

/** Holds how Clarus shows a user against what the record says. Pure. */
export function driftOf(record: UserRecord, { at, active }: Shown, settings: AccessSettings): Drift {
  if (active === undefined) return { kind: 'none' };
  if (isBusy(record, at)) return { kind: 'busy' };
  const { access, takings } = decide(record, settings);
  const confirmed = record.applied.is_active;
  if (!active) {
    if (access !== 'in' || confirmed === undefined) return { kind: 'none' };
    return { kind: confirmed ? 'off' : 'owed' };
  }
  if (access !== 'out') return { kind: 'none' };
  const taking = takings.find((it): it is TakingByAccount => it.account !== undefined);
  if (taking === undefined) return { kind: record.hand?.active === true ? 'none' : 'on_again' };
  return { kind: confirmed === false ? 'on' : 'never_taken', taking };
}

/** Whether a request of ours may be under way, or is going to be made. */
function isBusy(record: UserRecord, now: number): boolean {
  const isOpen = Object.values(record.open).some((since) => now - since < NEVER_ENDS);
  const due = lookDue(record);
  return isOpen || (due !== undefined && !isLookLost(record, now));
}

/** Whether somebody was to look after the user, and has not. */
export function isLookLost(record: UserRecord, now: number): boolean {
  const due = lookDue(record);
  return due !== undefined && now - due >= LOST;
}

/** When a request in doubt, or a command that has begun, is to be looked after. */
function lookDue({ lookAt, pending }: UserRecord): number | undefined {
  return lookAt === undefined && pending === undefined
    ? undefined
    : Math.max(lookAt ?? 0, pending?.until ?? 0);
}
