import { describe, expect, it } from 'vitest';
import { EVENT_TYPES, type Meaning, type Scope } from '../../../functions/sources/okta/event-types.ts';
import { type Ignored, readEvent } from '../../../functions/sources/okta/read-event.ts';
import { NOW } from '../../support/changes.ts';
import { APP, APP_USER, anOktaEvent, GROUP, LEA } from '../../support/okta-events.ts';
import { anOktaTenant } from '../../support/tenants.ts';

const TABLE: [string, Meaning, Scope][] = [
  ['user.lifecycle.deactivate', 'disable', 'any'],
  ['user.lifecycle.suspend', 'disable', 'any'],
  ['user.lifecycle.delete.initiated', 'disable', 'any'],
  ['user.lifecycle.activate', 'enable', 'any'],
  ['user.lifecycle.reactivate', 'enable', 'any'],
  ['user.lifecycle.unsuspend', 'enable', 'any'],
  ['user.lifecycle.create', 'thin', 'any'],
  ['user.account.update_profile', 'thin', 'any'],
  ['user.account.lock', 'disable', 'lock'],
  ['user.account.unlock', 'enable', 'lock'],
  ['user.account.unlock_by_admin', 'enable', 'lock'],
  ['application.user_membership.add', 'enable', 'app'],
  ['application.user_membership.remove', 'disable', 'app'],
  ['application.user_membership.update', 'thin', 'app'],
  ['group.user_membership.add', 'enable', 'group'],
  ['group.user_membership.remove', 'disable', 'group'],
];

/** What a meaning is on the queue; thin news says nothing of the user. */
const USER = { disable: { active: false }, enable: { active: true }, thin: undefined };

const EVERYTHING = anOktaTenant({ apps: [APP.id], groups: [GROUP.id], locks: true });

function theEvent(eventType: string): Record<string, unknown> {
  return anOktaEvent({ eventType, target: [APP_USER, GROUP, APP, LEA] });
}

describe('the Okta event types that concern an account', () => {
  it('are these and no others', () => {
    expect(Object.keys(EVENT_TYPES).toSorted()).toEqual(TABLE.map(([type]) => type).toSorted());
  });

  it.each(TABLE)('%s: %s (scope: %s)', (eventType, meaning) => {
    const changes = readEvent(theEvent(eventType), EVERYTHING, NOW);

    expect(changes).toHaveLength(1);
    expect(changes).toMatchObject([{ eventType, subject: { id: LEA.id } }]);
    expect(Object(changes)[0].user).toEqual(USER[meaning]);
  });

  it.each(TABLE.filter(([, , scope]) => scope === 'any'))('%s counts for every tenant', (eventType) => {
    expect(readEvent(theEvent(eventType), anOktaTenant(), NOW)).toHaveLength(1);
  });

  const outside: Record<Exclude<Scope, 'any'>, Ignored> = {
    app: 'other_app',
    group: 'other_group',
    lock: 'locks_not_followed',
  };

  it.each(TABLE.flatMap(([type, , scope]) => (scope === 'any' ? [] : [[type, outside[scope]] as const])))(
    '%s counts only for what the tenant names, else it is %s',
    (eventType, reason) => {
      expect(readEvent(theEvent(eventType), anOktaTenant(), NOW)).toBe(reason);
    },
  );

  it.each([
    'user.lifecycle.delete.completed',
    'user.session.start',
    'user.account.update_password',
    'application.user_membership.change_password',
    'group.lifecycle.delete',
    'USER.LIFECYCLE.DEACTIVATE',
    'user.lifecycle.deactivate ',
    '',
    'constructor',
    'toString',
    'hasOwnProperty',
    '__proto__',
  ])('do not include "%s"', (eventType) => {
    expect(readEvent(theEvent(eventType), EVERYTHING, NOW)).toBe('type_not_mapped');
  });
});
