import { type Announcement, SAFE_ID, type Subject } from '../../identity/change.ts';
import type { WebhookTenant } from '../../tenants/webhook-tenant.ts';
import { eventSchema, type OktaEvent, type OktaTarget } from './event-hook-schema.ts';
import { EVENT_TYPES, type Meaning, type Scope } from './event-types.ts';

/** Why an event changes nothing. */
export type Ignored =
  | 'malformed'
  | 'type_not_mapped'
  | 'outcome_not_success'
  | 'no_user_target'
  | 'other_app'
  | 'other_group'
  | 'locks_not_followed';

/** An Okta user id as it may stand in a path (Okta's own are 20 letters and digits). */
export const OKTA_USER_ID = /^[A-Za-z0-9_-]{1,64}$/;

const LOGIN_LIMIT = 320;

/** A clock that is further ahead than this is wrong, and must not outrank all that happens until then. */
const CLOCK_SKEW = 5 * 60_000;

/**
 * What one element of `data.events[]` (a System Log LogEvent) says, as changes: one for each User among the
 * targets, normally one. `now` is epoch milliseconds.
 */
export function readEvent(element: unknown, tenant: WebhookTenant, now: number): Announcement[] | Ignored {
  const parsed = eventSchema.safeParse(element);
  if (!parsed.success || !SAFE_ID.test(parsed.data.uuid)) return 'malformed';
  const event = parsed.data;
  // hasOwn: "constructor" is no event type.
  const known = Object.hasOwn(EVENT_TYPES, event.eventType) ? EVENT_TYPES[event.eventType] : undefined;
  if (known === undefined) return 'type_not_mapped';
  if (event.outcome?.result?.toUpperCase() !== 'SUCCESS') return 'outcome_not_success';
  const targets = (event.target ?? []).filter((target) => target != null);
  const outside = outOfScope(known.scope, targets, tenant);
  if (outside !== undefined) return outside;
  const subjects = subjectsAmong(targets, known.meaning);
  if (subjects.length === 0) return 'no_user_target';
  return subjects.map((subject) => change(event, known.meaning, subject, tenant, now));
}

function outOfScope(
  scope: Scope,
  targets: readonly OktaTarget[],
  { okta }: WebhookTenant,
): Ignored | undefined {
  switch (scope) {
    case 'any':
      return undefined;
    case 'lock':
      return okta?.locks === true ? undefined : 'locks_not_followed';
    case 'app':
      return names(targets, 'AppInstance', okta?.apps) ? undefined : 'other_app';
    case 'group':
      return names(targets, 'UserGroup', okta?.groups) ? undefined : 'other_group';
  }
}

/** By id: labels can be renamed. */
function names(targets: readonly OktaTarget[], type: string, ids: readonly string[] = []): boolean {
  return targets.some((target) => isOfType(target, type) && ids.includes(target.id ?? ''));
}

/** The order of targets is not fixed (Okta's System Log API), so they are found by their type. */
function isOfType(target: OktaTarget, type: string): boolean {
  return target.type?.toLowerCase() === type.toLowerCase();
}

function subjectsAmong(targets: readonly OktaTarget[], meaning: Meaning): Subject[] {
  const subjects = new Map<string, Subject>();
  for (const target of targets) {
    const { id, alternateId: login, displayName } = target;
    if (!isOfType(target, 'User') || !id || !OKTA_USER_ID.test(id)) continue;
    subjects.set(id, {
      id,
      ...(login && login.length <= LOGIN_LIMIT && { login }),
      // Only a tenant that creates users needs a name, and only somebody who is given access is created.
      ...(meaning === 'enable' && displayName && { displayName: displayName.slice(0, LOGIN_LIMIT) }),
    });
  }
  return [...subjects.values()];
}

function change(
  { uuid, eventType, published }: OktaEvent,
  meaning: Meaning,
  subject: Subject,
  { tenant }: WebhookTenant,
  now: number,
): Announcement {
  const time = Date.parse(published ?? '');
  return {
    tenant,
    source: 'okta',
    // The uuid of the event, not of the envelope: two hooks send one event in two envelopes.
    eventId: uuid,
    eventType,
    occurredAt: Number.isNaN(time) || time > now + CLOCK_SKEW ? now : time,
    receivedAt: now,
    subject,
    ...(meaning !== 'thin' && { user: { active: meaning === 'enable' } }),
  };
}
