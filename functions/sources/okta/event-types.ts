/** What an event type means for the user it targets, or for everybody when it is `everybody`. */
export type Meaning = 'disable' | 'enable' | 'thin' | 'everybody';

/** When it means that: always, or only for what the tenant names or switches on. */
export type Scope = 'any' | 'app' | 'group' | 'lock';

export interface EventType {
  meaning: Meaning;
  scope: Scope;
  /** The account is gone for good. */
  gone?: true;
}

/**
 * The Okta event types that concern an account, out of those an event hook can subscribe to (Okta's event
 * type catalogue 2026.08.1) and `delete.completed`, which the System Log alone has. Every other type is
 * acknowledged and counted.
 */
export const EVENT_TYPES: Readonly<Record<string, EventType>> = {
  'user.lifecycle.deactivate': { meaning: 'disable', scope: 'any' },
  'user.lifecycle.suspend': { meaning: 'disable', scope: 'any' },
  'user.lifecycle.delete.initiated': { meaning: 'disable', scope: 'any', gone: true },
  'user.lifecycle.delete.completed': { meaning: 'disable', scope: 'any', gone: true },
  'user.lifecycle.activate': { meaning: 'enable', scope: 'any' },
  'user.lifecycle.reactivate': { meaning: 'enable', scope: 'any' },
  'user.lifecycle.unsuspend': { meaning: 'enable', scope: 'any' },
  'user.lifecycle.create': { meaning: 'thin', scope: 'any' },
  'user.account.update_profile': { meaning: 'thin', scope: 'any' },
  'user.account.lock': { meaning: 'disable', scope: 'lock' },
  'user.account.unlock': { meaning: 'enable', scope: 'lock' },
  'user.account.unlock_by_admin': { meaning: 'enable', scope: 'lock' },
  'application.user_membership.add': { meaning: 'enable', scope: 'app' },
  'application.user_membership.remove': { meaning: 'disable', scope: 'app' },
  'application.user_membership.update': { meaning: 'thin', scope: 'app' },
  'group.user_membership.add': { meaning: 'enable', scope: 'group' },
  'group.user_membership.remove': { meaning: 'disable', scope: 'group' },
  // Whether Okta tells of each member then is not documented.
  'application.lifecycle.deactivate': { meaning: 'everybody', scope: 'app' },
  'application.lifecycle.delete': { meaning: 'everybody', scope: 'app' },
  'group.application_assignment.remove': { meaning: 'everybody', scope: 'app' },
  'group.lifecycle.delete': { meaning: 'everybody', scope: 'group' },
  'system.import.group.delete': { meaning: 'everybody', scope: 'group' },
};

/** What Okta says of how something ended. */
export interface Outcome {
  result: string;
  reason?: string;
}

const SUCCESS: Outcome = { result: 'SUCCESS' };

/** With which outcomes an event type counts where it is not only with success. */
const OUTCOMES: Readonly<Record<string, readonly Outcome[]>> = {
  // What failed is the sign-in by which the account was locked; the lock is the news.
  'user.account.lock': [SUCCESS, { result: 'FAILURE', reason: 'LOCKED_OUT' }],
};

/** Whether something has happened that counts. Okta is known to write "Success", too. */
export function counts(
  eventType: string,
  outcome: { result?: string | null | undefined; reason?: string | null | undefined },
): boolean {
  const [result, reason] = [outcome.result?.toUpperCase(), outcome.reason?.toUpperCase()];
  const outcomes = OUTCOMES[eventType] ?? [SUCCESS];
  return outcomes.some((it) => it.result === result && (it.reason === undefined || it.reason === reason));
}
