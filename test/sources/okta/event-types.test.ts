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
  ['user.lifecycle.delete.completed', 'disable', 'any'],
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
  ['application.lifecycle.deactivate', 'everybody', 'app'],
  ['application.lifecycle.delete', 'everybody', 'app'],
  ['group.application_assignment.remove', 'everybody', 'app'],
  ['group.lifecycle.delete', 'everybody', 'group'],
  ['system.import.group.delete', 'everybody', 'group'],
];

const OF_SOMEBODY = TABLE.filter(([, meaning]) => meaning !== 'everybody');

/** What a meaning is on the queue; thin news says nothing of the user. */
const USER = {
  disable: { active: false },
  enable: { active: true },
  thin: undefined,
  everybody: undefined,
};

/** What of access an event is about that states something, by its scope. */
const REGISTER = { any: undefined, lock: 'lock', app: APP.id, group: GROUP.id };

const EVERYTHING = anOktaTenant({ apps: [APP.id], groups: [GROUP.id], locks: true });

function theEvent(eventType: string): Record<string, unknown> {
  return anOktaEvent({ eventType, target: [APP_USER, GROUP, APP, LEA] });
}

describe('the Okta event types that concern an account', () => {
  it('are these and no others', () => {
    expect(Object.keys(EVENT_TYPES).toSorted()).toEqual(TABLE.map(([type]) => type).toSorted());
  });

  it.each(OF_SOMEBODY)('%s: %s (scope: %s)', (eventType, meaning, scope) => {
    const changes = readEvent(theEvent(eventType), EVERYTHING, NOW);

    expect(changes).toHaveLength(1);
    expect(changes).toMatchObject([{ eventType, subject: { id: LEA.id } }]);
    expect(Object(changes)[0].user).toEqual(USER[meaning]);
    expect(Object(changes)[0].register).toBe(meaning === 'thin' ? undefined : REGISTER[scope]);
  });

  it.each(TABLE.filter(([, meaning]) => meaning === 'everybody'))(
    '%s is no news of anybody, but has everybody compared',
    (eventType) => {
      expect(readEvent(theEvent(eventType), EVERYTHING, NOW)).toEqual({
        kind: 'attention',
        tenant: 'acme',
        source: 'okta',
        eventId: '6d1b1f0e-1111-11f0-9a9a-0f1e2d3c4b5a',
        event: eventType,
      });
    },
  );

  it.each(TABLE.filter(([, , scope]) => scope === 'any'))('%s counts for every tenant', (eventType) => {
    expect(readEvent(theEvent(eventType), anOktaTenant(), NOW)).toHaveLength(1);
  });

  it.each(OF_SOMEBODY)('%s tells that an account is gone when it is deleted, and only then', (eventType) => {
    const [said] = Object(readEvent(theEvent(eventType), EVERYTHING, NOW));

    expect(said.gone).toBe(eventType.startsWith('user.lifecycle.delete.') ? true : undefined);
  });

  const SUCCESS = { result: 'SUCCESS', reason: null };
  const LOCKED_OUT = { result: 'FAILURE', reason: 'LOCKED_OUT' };

  it.each<[string, Record<string, unknown>, 'counts' | 'does not count']>([
    ['user.account.lock', LOCKED_OUT, 'counts'],
    ['user.account.lock', { result: 'Failure', reason: 'locked_out' }, 'counts'],
    ['user.account.lock', SUCCESS, 'counts'],
    ['user.account.lock', { result: 'FAILURE', reason: 'INVALID_CREDENTIALS' }, 'does not count'],
    ['user.account.lock', { result: 'FAILURE', reason: null }, 'does not count'],
    ['user.account.lock', { result: 'DENY', reason: 'LOCKED_OUT' }, 'does not count'],
    ['user.account.unlock', LOCKED_OUT, 'does not count'],
    ['user.account.unlock_by_admin', SUCCESS, 'counts'],
    ['user.lifecycle.deactivate', LOCKED_OUT, 'does not count'],
    ['user.lifecycle.deactivate', { result: 'Success', reason: 'Done' }, 'counts'],
    ['application.lifecycle.delete', { result: 'FAILURE' }, 'does not count'],
  ])('%s with %j %s', (eventType, outcome, end) => {
    const said = readEvent({ ...theEvent(eventType), outcome }, EVERYTHING, NOW);

    if (end === 'counts') expect(said).toHaveLength(1);
    else expect(said).toBe('outcome_not_success');
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
    'user.session.start',
    'user.account.update_password',
    'application.user_membership.change_password',
    'group.lifecycle.create',
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
