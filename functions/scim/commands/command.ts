import type { ClarusAttributes } from '../../identity/profile/clarus-attributes.ts';

/** A client's command about one user: ids and times for state and receipts. */
export interface Command {
  eventId: string;
  /** Such as `scim.user.patch`. */
  eventType: string;
  /** When it came in, epoch milliseconds. */
  at: number;
  /** It says in so many words that access ends: that happens whatever becomes of the rest. */
  takes?: boolean;
  /** It is meant for one version of the user, so that nothing happens before that is known to be met. */
  conditional?: boolean;
  /** What the Clarus user was created with just now, for this command. */
  created?: Partial<ClarusAttributes>;
}

/** Whether what it takes away is to happen before anything is known of the user. */
export function standsAlone({ takes, conditional }: Command): boolean {
  return takes === true && conditional !== true;
}
