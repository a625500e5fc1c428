import type { Announcement } from '../../identity/change.ts';
import type { SubscriptionNotice } from '../../queue/subscription-notice.ts';
import type { WebhookTenant } from '../../tenants/webhook-tenant.ts';
import type { Admission, Reading, WebhookRequest, WebhookSource } from '../webhook-source.ts';
import { collectionSchema } from './notification-schema.ts';
import { readItem } from './read-item.ts';

/** Real tokens have about a hundred characters; no more than this is echoed. */
const TOKEN_LIMIT = 4096;

/** Nobody's items pass, so an unknown tenant cannot be told from a wrong clientState. */
const NOBODY: WebhookTenant = { tenant: 'nobody' };

/**
 * Microsoft Graph change and lifecycle notifications, on one URL:
 * https://learn.microsoft.com/graph/change-notifications-delivery-webhooks. Nothing is signed; the clientState
 * in each item proves the sender, and only to the extent that a user is looked at.
 */
export const entraNotifications: WebhookSource = { methods: ['POST'], accepted: 202, admit, read };

function admit({ query }: WebhookRequest, tenant: WebhookTenant | undefined): Admission {
  const tokens = query.getAll('validationToken');
  return tokens.length > 0 ? validation(tokens) : { kind: 'admitted', tenant: tenant ?? NOBODY };
}

/**
 * Graph checks a URL by having a token sent back, for whatever tenant: before the subscription exists there
 * is nothing to authenticate with. Markup is refused, which no token has, and the text is sent as no page.
 */
function validation(tokens: readonly string[]): Admission {
  const [token = '', another] = tokens;
  const usable = token !== '' && token.length <= TOKEN_LIMIT && !/[<>\p{Cc}]/u.test(token);
  if (usable && another === undefined) {
    return { kind: 'answered', note: 'validated', answer: { status: 200, body: token } };
  }
  const message = `validationToken must be one text of 1 to ${TOKEN_LIMIT} characters without < and >.`;
  return {
    kind: 'answered',
    note: 'token_refused',
    answer: { status: 400, body: { error: 'bad_request', message } },
  };
}

/**
 * An item that does not hold is left out and counted, while the others go on: the answer is the same, so that
 * somebody who tries learns nothing. Several items about one user become one change, and a deletion another.
 */
function read(body: unknown, tenant: WebhookTenant, now: number): Reading {
  const parsed = collectionSchema.safeParse(body);
  if (!parsed.success) {
    return { kind: 'malformed', problem: 'This is not a collection of Graph notifications: see value.' };
  }
  const { value, validationTokens } = parsed.data;
  const ignored: Record<string, number> = {};
  // Such items are only to be believed when their tokens hold, and nobody but Graph would send them unasked.
  if (validationTokens && validationTokens.length > 0) {
    return { kind: 'news', changes: [], ignored: { with_resource_data: value.length }, about: {} };
  }
  const changes = new Map<string, Announcement>();
  const notices = new Map<string, SubscriptionNotice>();
  for (const element of value) {
    const said = readItem(element, tenant, now);
    if (typeof said === 'string') ignored[said] = (ignored[said] ?? 0) + 1;
    else if ('kind' in said) notices.set(`${said.subscriptionId} ${said.event}`, said);
    else keepLatest(changes, said);
  }
  return {
    kind: 'news',
    changes: [...changes.values()],
    notices: [...notices.values()],
    ignored,
    about: {},
  };
}

function keepLatest(changes: Map<string, Announcement>, said: Announcement): void {
  const key = `${said.subject.id} ${said.eventType}`;
  const before = changes.get(key);
  if (before === undefined || before.occurredAt < said.occurredAt) changes.set(key, said);
}
