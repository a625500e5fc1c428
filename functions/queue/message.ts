import * as z from 'zod';
import { SOURCE_NAME } from '../identity/access/account.ts';
import { BridgeError } from '../identity/bridge-error.ts';
import { type Announcement, FOUND_BY, SAFE_ID } from '../identity/change.ts';
import { TENANT_ID } from '../tenants/webhook-tenant.ts';
import type { AttentionNotice } from './attention-notice.ts';
import type { SubscriptionNotice } from './subscription-notice.ts';

const tenant = z.string().regex(TENANT_ID);

const id = z.string().regex(SAFE_ID);

const source = z.string().regex(SOURCE_NAME);

const flag = z.boolean().exactOptional();

/** Epoch milliseconds that a Date can hold (ECMA-262 section 21.4.1.1). */
const time = z.int().min(0).max(8.64e15);

const changeMessage = z.object({
  kind: z.literal('change'),
  tenant,
  source,
  eventId: id,
  eventType: z.string().max(128),
  occurredAt: time,
  receivedAt: time,
  timeless: flag,
  subject: z.object({
    id,
    login: z.string().exactOptional(),
    displayName: z.string().exactOptional(),
  }),
  account: id.exactOptional(),
  register: id.exactOptional(),
  gone: flag,
  actor: id.exactOptional(),
  subscriptionId: id.exactOptional(),
  foundBy: z.enum(FOUND_BY).exactOptional(),
  readAfter: time.exactOptional(),
  released: flag,
  resent: flag,
  user: z.object({ active: z.boolean() }).exactOptional(),
});

const lookMessage = z.object({
  kind: z.literal('look'),
  tenant,
  clarusUserId: id,
  revision: z.int().positive().exactOptional(),
});

const subscriptionMessage = z.object({
  kind: z.literal('subscription'),
  tenant,
  subscriptionId: id,
  event: z.string().max(64),
});

const attentionMessage = z.object({
  kind: z.literal('attention'),
  tenant,
  source,
  eventId: id,
  event: z.string().max(128),
});

const readBackMessage = z.object({
  kind: z.literal('read_back'),
  tenant,
  items: z.array(z.object({ source, account: id, eventId: id, clarusUserId: id })).max(100),
});

const messageSchema = z.discriminatedUnion('kind', [
  changeMessage,
  lookMessage,
  subscriptionMessage,
  attentionMessage,
  readBackMessage,
]);

/** What the fields mean; a message without `v` is of this version. */
const VERSION = 1;

/** Seconds after which no request that was under way can land any more, and a user can be looked at again. */
export const LOOK_DELAY = 120;

/** A second look: bring this Clarus user to its whole desired state, since a request may have landed late. */
export interface Look {
  kind: 'look';
  tenant: string;
  clarusUserId: string;
  /** The record's revision that was about to be applied: once that is stored there is nothing to look at. */
  revision?: number;
}

export type ChangeMessage = { kind: 'change' } & Announcement;

/** Revocations that Clarus confirmed, to be seen in Clarus as well. */
export type ReadBackMessage = z.output<typeof readBackMessage>;

export type Message = ReadBackMessage | ChangeMessage | Look | SubscriptionNotice | AttentionNotice;

/** The message in a queue record's body. Throws BridgeError `change_malformed`, without quoting the body. */
export function parseMessage(body: string): Message {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw malformed('it is not JSON');
  }
  const { v = VERSION } = Object(json);
  if (v !== VERSION) throw malformed('v');
  const parsed = messageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw malformed(
    [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'kind'))].join(', '),
  );
}

function malformed(what: string): BridgeError {
  return new BridgeError(
    'change_malformed',
    `The message is not one that the bridge writes (${what}). It goes to the dead-letter queue; if it was put ` +
      'there by hand, correct it, else two versions of the bridge do not agree.',
    { retryable: false },
  );
}
