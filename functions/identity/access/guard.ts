import { sameAddress } from '../profile/addresses.ts';
import { openMark, type UserRecord } from '../user-record.ts';
import type { Account, SourceName } from './account.ts';
import type { Taking } from './decide.ts';
import type { Desired } from './desired.ts';

/** What a tenant keeps the bridge from doing. Role ids, not names. */
export interface Guards {
  /** Clarus users that are never changed, by id; the API account is one of them. */
  users: readonly string[];
  emails: readonly string[];
  roles: readonly number[];
}

/** The event whose words are in the record by now, as far as it matters who says what was decided. */
export interface Occasion extends Pick<Account, 'source' | 'account'> {
  eventId: string;
  /** When the message came in, epoch milliseconds: words heard since then are its own. */
  receivedAt: number;
  /** What it states of access, where it is not a reading that tells. */
  active?: boolean | undefined;
  /** Nobody said it: it was concluded from a comparison, an absence or an earlier address. */
  concluded: boolean;
}

export interface Case {
  record: UserRecord;
  desired: Desired;
  guards: Guards;
  /** By source, the roles it may give, the most important first. */
  roles: Readonly<Record<SourceName, readonly number[]>>;
  occasion: Occasion;
}

/** What an event may do with what was decided. */
export type Verdict =
  /** `rings`: somebody loses access because a source said so, which the tenant may want to be told of. */
  | { kind: 'pass'; rings: boolean }
  | { kind: 'protected'; by: 'user' | 'email' | 'role' }
  /** Nobody stated it: it goes on only as long as few such things happen. */
  | { kind: 'brake'; what: 'takings' | 'promotions' };

/**
 * Holds what was decided against the tenant's guard rails. What the event itself says may go on. What was concluded, and
 * what was decided otherwise without a new word, may be our own mistake or a directory's, and one of thousands.
 */
export function guard(it: Case): Verdict {
  const { record, desired, guards } = it;
  const by = protectedBy(record, guards);
  if (by !== undefined) return { kind: 'protected', by };
  if (takes(record, desired)) {
    return isTakingSaid(it) ? { kind: 'pass', rings: true } : { kind: 'brake', what: 'takings' };
  }
  const isHeld = (gives(record, desired) && !isGivingSaid(it)) || (promotes(it) && !isRoleSaid(it));
  return isHeld ? { kind: 'brake', what: 'promotions' } : { kind: 'pass', rings: false };
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
  // Somebody in Clarus may have given another one since.
  const known = [applied.role_id, shown?.roleId].filter((it) => it !== undefined).map(Number);
  return known.some((role) => roles.includes(role)) ? 'role' : undefined;
}

/** Whether access would end that Clarus is not known to have ended. */
function takes(record: UserRecord, { attributes }: Desired): boolean {
  return attributes.is_active === false && activeNow(record) !== false;
}

/** Whether access would come back that Clarus is known to have ended. */
function gives(record: UserRecord, { attributes }: Desired): boolean {
  return attributes.is_active === true && activeNow(record) === false;
}

/** Whether a role would be given that stands before the present one in its source's order, to somebody with access. */
function promotes({ record, desired: { attributes, origins }, roles }: Case): boolean {
  const source = origins.role_id;
  const order: readonly (number | undefined)[] | undefined = source === undefined ? undefined : roles[source];
  if (order === undefined) return false;
  const present = order.indexOf(roleNow(record));
  return present === -1 || order.indexOf(attributes.role_id) < present;
}

function isTakingSaid({ record, desired, occasion }: Case): boolean {
  if (occasion.concluded) return false;
  return (
    isUnderWay(record, occasion) || desired.decision.takings.some((taking) => isOwn(taking, record, occasion))
  );
}

/** Whether the event's source takes: by what it states, or by what it made the bridge read of the account. */
function isOwn({ by, account, eventId }: Taking, record: UserRecord, occasion: Occasion): boolean {
  if (by !== occasion.source) return false;
  return occasion.active === false || (account === occasion.account && isNews(record, occasion, eventId));
}

/** A person who was let in by an operator or by hand is let in by somebody. */
function isGivingSaid({ record, occasion }: Case): boolean {
  if (record.liftedAt !== undefined || record.hand?.active === true) return true;
  return isUnderWay(record, occasion) || occasion.active === true || isNews(record, occasion);
}

/** Whether a word, any that gives or this one, was heard with the event. */
function isNews({ accounts }: UserRecord, { source, account, receivedAt }: Occasion, id?: string): boolean {
  const words = accounts.find((it) => it.source === source && it.account === account)?.words ?? [];
  return words.some((word) => {
    const isMeant =
      id === undefined ? word.gives : word.id === id && (word.kind === 'stated' || word.news === true);
    return isMeant && word.seen >= receivedAt;
  });
}

/** Whether another event about the user has not ended, whose words are new. */
function isUnderWay({ open }: UserRecord, occasion: Occasion): boolean {
  const mark = openMark(occasion, occasion.eventId);
  return Object.keys(open).some((other) => other !== mark);
}

/** Only a SCIM client states a role; of a directory's user the mapping concludes it. */
function isRoleSaid({ record, desired, occasion }: Case): boolean {
  const source = desired.origins.role_id;
  return !occasion.concluded && source === occasion.source && record.scim[source] !== undefined;
}

function activeNow({ applied, shown }: UserRecord): boolean | undefined {
  return applied.is_active ?? shown?.active;
}

function roleNow({ applied, shown }: Pick<UserRecord, 'applied' | 'shown'>): number | undefined {
  return applied.role_id ?? (shown?.roleId === undefined ? undefined : Number(shown.roleId));
}
