import { AHEAD } from '../../identity/access/word.ts';
import { type Announcement, SAFE_ID, type Subject } from '../../identity/change.ts';
import type { AttentionNotice } from '../../queue/attention-notice.ts';
import type { WebhookTenant } from '../../tenants/webhook-tenant.ts';
import { eventSchema, type OktaEvent, type OktaTarget } from './event-hook-schema.ts';
import { counts, EVENT_TYPES, type EventType, type Meaning, type Scope } from './event-types.ts';

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

/** An event's own id has 36 characters; a longer one leaves no room for what is added to it. */
const UUID_LIMIT = 60;

/**
 * What one element of `data.events[]` (a System Log LogEvent) says: changes, one for each User among the targets and
 * each of the tenant's apps or groups, normally one; or that everybody has to be compared with the directory. `now` is
 * epoch milliseconds.
 */
export function readEvent(
  element: unknown,
  tenant: WebhookTenant,
  now: number,
): Announcement[] | AttentionNotice | Ignored {
  const parsed = eventSchema.safeParse(element);
  if (!parsed.success) return 'malformed';
  const event = parsed.data;
  const { uuid, eventType } = event;
  if (!SAFE_ID.test(uuid) || uuid.length > UUID_LIMIT) return 'malformed';
  // hasOwn: "constructor" is no event type.
  const type = Object.hasOwn(EVENT_TYPES, eventType) ? EVENT_TYPES[eventType] : undefined;
  if (type === undefined) return 'type_not_mapped';
  if (!counts(eventType, event.outcome ?? {})) return 'outcome_not_success';
  const targets = (event.target ?? []).filter((target) => target != null);
  const registers = registersAmong(type.scope, targets, tenant);
  if (typeof registers === 'string') return registers;
  if (type.meaning === 'everybody') {
    return { kind: 'attention', tenant: tenant.tenant, source: 'okta', eventId: uuid, event: eventType };
  }
  const news = newsOf(event, type, now);
  const subjects = subjectsAmong(targets, news.meaning);
  if (subjects.length === 0) return 'no_user_target';
  return subjects.flatMap((subject) =>
    (news.meaning === 'thin' ? [undefined] : registers).map((register, index) =>
      change(event, { ...news, subject, register, index }, tenant, now),
    ),
  );
}

/** What of access the event is about: undefined for that somebody may sign in, else "lock" or the tenant's own apps. */
function registersAmong(
  scope: Scope,
  targets: readonly OktaTarget[],
  { okta }: WebhookTenant,
): (string | undefined)[] | Ignored {
  switch (scope) {
    case 'any':
      return [undefined];
    case 'lock':
      return okta?.locks === true ? ['lock'] : 'locks_not_followed';
    case 'app':
      return named(targets, 'AppInstance', okta?.apps) ?? 'other_app';
    case 'group':
      return named(targets, 'UserGroup', okta?.groups) ?? 'other_group';
  }
}

/** By id, since labels can be renamed; in the order of the ids, since targets come in any. */
function named(
  targets: readonly OktaTarget[],
  type: string,
  ids: readonly string[] = [],
): string[] | undefined {
  const known = ids.filter((id) => targets.some((target) => isOfType(target, type) && target.id === id));
  return known.length === 0 ? undefined : [...new Set(known)].sort();
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

interface News {
  meaning: Meaning;
  at: number;
  timeless: boolean;
  gone: boolean;
}

/** An event without a time that can be believed takes access as of now, and gives none: it only has the user read. */
function newsOf({ published }: OktaEvent, { meaning, gone }: EventType, now: number): News {
  const time = Date.parse(published ?? '');
  const timeless = Number.isNaN(time) || time < 0 || time > now + AHEAD;
  const at = timeless ? now : time;
  return {
    meaning: timeless && meaning === 'enable' ? 'thin' : meaning,
    at,
    timeless,
    gone: gone === true,
  };
}

function change(
  { uuid, eventType, actor }: OktaEvent,
  {
    meaning,
    at,
    timeless,
    gone,
    subject,
    register,
    index,
  }: News & { subject: Subject; register: string | undefined; index: number },
  { tenant }: WebhookTenant,
  now: number,
): Announcement {
  return {
    tenant,
    source: 'okta',
    // The uuid of the event, not of the envelope: two hooks send one event in two envelopes. An id is one word's.
    eventId: index === 0 ? uuid : `${uuid}:${register}`,
    eventType,
    occurredAt: at,
    receivedAt: now,
    ...(timeless && { timeless }),
    subject,
    ...(register !== undefined && { register }),
    ...(gone && { gone }),
    ...(actor?.id && SAFE_ID.test(actor.id) && { actor: actor.id }),
    ...(meaning !== 'thin' && { user: { active: meaning === 'enable' } }),
  };
}
