import { randomUUID } from 'node:crypto';
import type { OktaUserInput } from './okta-user.ts';

export interface OktaEventHookOptions {
  /** The org the hook belongs to; the bridge knows it from the tenant file. */
  orgUrl: string;
  user: Pick<OktaUserInput, 'id' | 'profile'>;
  /** One event each, in this order. */
  eventTypes: string | readonly string[];
  /** When it happened in Okta. */
  published?: Date;
  /** The app of `application.…` events. */
  appId?: string;
  /** The group of `group.…` events. */
  groupId?: string;
  /** What an `update_profile` event names as changed. */
  changedAttributes?: string;
}

interface Target {
  id: string;
  type: string;
  alternateId: string;
  displayName: string;
  detailEntry: null;
}

/** A lock is what a failed sign-in came to. */
const OUTCOMES = new Map([['user.account.lock', { result: 'FAILURE', reason: 'LOCKED_OUT' }]]);

/** The body of an Okta event hook call, as Okta documents it. Ids are new with each call. */
export function oktaEventHook(options: OktaEventHookOptions): Record<string, unknown> {
  const { orgUrl, eventTypes, published = new Date() } = options;
  const events = [eventTypes].flat().map((eventType) => logEvent(eventType, published, options));
  return {
    eventType: 'com.okta.event_hook',
    eventTypeVersion: '1.0',
    cloudEventsVersion: '0.1',
    source: `${orgUrl}/api/v1/eventHooks/who1example0000000000`,
    eventId: randomUUID(),
    data: { events },
    // Okta tells of an event a little after it was published.
    eventTime: new Date(published.getTime() + 1200).toISOString(),
    contentType: 'application/json',
  };
}

function logEvent(
  eventType: string,
  published: Date,
  options: OktaEventHookOptions,
): Record<string, unknown> {
  const { changedAttributes } = options;
  return {
    uuid: randomUUID(),
    published: published.toISOString(),
    eventType,
    version: '0',
    displayMessage: eventType,
    severity: 'INFO',
    legacyEventType: null,
    actor: target('00uADMIN', 'User', 'admin@acme.example', 'Ada Min'),
    outcome: OUTCOMES.get(eventType) ?? { result: 'SUCCESS', reason: null },
    target: targets(eventType, options),
    transaction: { type: 'WEB', id: randomUUID(), detail: {} },
    debugContext: { debugData: changedAttributes === undefined ? {} : { changedAttributes } },
    client: null,
    insertionTimestamp: null,
  };
}

/** Okta promises no order: the user comes last where there are others, as in what it publishes of app events. */
function targets(eventType: string, options: OktaEventHookOptions): Target[] {
  const { user, appId = '0oaDEMOAPP', groupId = '00gDEMOGROUP' } = options;
  const {
    login,
    firstName = '',
    lastName = '',
    displayName = `${firstName} ${lastName}`.trim(),
  } = user.profile;
  const person = target(user.id, 'User', login, displayName);
  if (eventType.startsWith('application.')) {
    const account = target(`0ua${user.id.slice(3)}`, 'AppUser', login, displayName);
    return [account, target(appId, 'AppInstance', 'Clarus WMS', 'Clarus WMS'), person];
  }
  if (eventType.startsWith('group.')) return [target(groupId, 'UserGroup', 'unknown', 'Warehouse'), person];
  return [person];
}

function target(id: string, type: string, alternateId: string, displayName: string): Target {
  return { id, type, alternateId, displayName, detailEntry: null };
}
