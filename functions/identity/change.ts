import type { SourceName } from './access/account.ts';
import type { Register } from './access/word.ts';
import type { ScimUser } from './profile/scim-user.ts';

/** How a change comes to be known without a webhook. */
export const FOUND_BY = ['sweep', 'resync', 'first', 'inventory'] as const;
export type FoundBy = (typeof FOUND_BY)[number];

/** An id from outside that may stand in a key, a path segment after encoding, and a log. */
export const SAFE_ID = /^(?!\.{1,2}$)[\w.:@-]{1,128}$/;

/** A person as the identity provider knows them. */
export interface Subject {
  /** The provider's immutable user id, checked by the source: safe in a path, a key and a log. */
  id: string;
  /** The login at the time of the event; it can change and can be given to somebody else later. */
  login?: string;
  /** Only with enabling news, for a tenant that creates unknown users. */
  displayName?: string;
}

/** One piece of news about one person. Times are epoch milliseconds. */
export interface Change {
  tenant: string;
  source: SourceName;
  /** The provider's id of the event: the same for a duplicate. */
  eventId: string;
  /** The provider's own name of the event, for receipts and logs. */
  eventType: string;
  occurredAt: number;
  receivedAt: number;
  /** The event has no time that can be believed: `occurredAt` is that of receipt. */
  timeless?: boolean;
  subject: Subject;
  /** Of a SCIM client's change, whose subject is the Clarus user: the account in the record. */
  account?: string;
  /** What of access the news is about; absent: that the account may sign in. */
  register?: Register;
  /** The account was deleted. */
  gone?: boolean;
  /** The provider's id of who did it. */
  actor?: string;
  /** The Graph subscription that a notification names: one of the tenant's, or the change is dropped. */
  subscriptionId?: string;
  /**
   * What found the change when no webhook did: a sweep of the feed, or a comparison with the whole directory,
   * `first` when nothing was known before it.
   */
  foundBy?: FoundBy;
  /** For a second look: what was read before this time does not count, because it may have been stale. */
  readAfter?: number;
  /** Somebody has looked at what the brake held, and let it go. */
  released?: boolean;
  /** Sent again by the sweep, because the queue should have tried it long ago and has not. */
  resent?: boolean;
  /** What is news. Absent for a thin event, which only says "go and read this user". */
  user?: ScimUser;
}

/** A change as webhooks announce it and queues carry it: who and whether, never a profile. */
export type Announcement = Change & { user?: { active: boolean } };

/** Whether the change takes access away: such changes ride their own queue and are never held up. */
export function isRevocation(change: Change): boolean {
  return change.user?.active === false;
}

/** Whether the change gives access: only for such a change is a Clarus user created. */
export function isEnabling(change: Change): boolean {
  return change.user?.active === true;
}
