import type { Announcement } from '../identity/change.ts';
import type { AttentionNotice } from '../queue/attention-notice.ts';
import type { SubscriptionNotice } from '../queue/subscription-notice.ts';
import type { WebhookTenant } from '../tenants/webhook-tenant.ts';

/** A webhook call, free of the gateway's ways. Header names are in lower case. */
export interface WebhookRequest {
  method: string;
  headers: Readonly<Record<string, string | undefined>>;
  /** Decoded as a form is (`+` is a space), with names that came several times. */
  query: URLSearchParams;
}

/** An HTTP answer. A body is JSON unless it is text already. */
export interface WebhookAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}

/** Who may go on. */
export type Admission =
  | { kind: 'admitted'; tenant: WebhookTenant }
  /** The call ends here: a handshake, or somebody who may not come in. */
  | { kind: 'answered'; answer: WebhookAnswer; note: string };

/** What a body says. */
export type Reading =
  | {
      kind: 'news';
      changes: Announcement[];
      notices?: readonly (SubscriptionNotice | AttentionNotice)[];
      /** What was left out, by reason: counted and logged, never silent. */
      ignored: Readonly<Record<string, number>>;
      /** Ids for the log. */
      about: Readonly<Record<string, string | undefined>>;
    }
  | { kind: 'malformed'; problem: string };

/** What a kind of webhook needs to be received: pure functions, in the order in which they are called. */
export interface WebhookSource {
  methods: readonly string[];
  /** The status that tells the sender its news is stored. */
  accepted: 202 | 204;
  /** Looks at everything but the body. `tenant` is undefined when the URL names none that is known. */
  admit(request: WebhookRequest, tenant: WebhookTenant | undefined): Admission;
  /** `now` is epoch milliseconds. */
  read(body: unknown, tenant: WebhookTenant, now: number): Reading;
}
