/** What an event type means for the user it targets. */
export type Meaning = 'disable' | 'enable' | 'thin';

/** When it means that: always, or only for what the tenant names or switches on. */
export type Scope = 'any' | 'app' | 'group' | 'lock';

/**
 * The Okta event types that concern an account, out of those an event hook can subscribe to (Okta's event
 * type catalogue 2026.08.1). Every other type is acknowledged and counted.
 */
export const EVENT_TYPES: Readonly<Record<string, { meaning: Meaning; scope: Scope }>> = {
  'user.lifecycle.deactivate': { meaning: 'disable', scope: 'any' },
  'user.lifecycle.suspend': { meaning: 'disable', scope: 'any' },
  'user.lifecycle.delete.initiated': { meaning: 'disable', scope: 'any' },
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
};
