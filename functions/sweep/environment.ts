import * as z from 'zod/mini';

const filled = z.string().check(z.minLength(1));
const queueUrl = z.url();

/** What `sweep` reads from its environment; the stack sets exactly this. */
export const sweepEnvironment = z.object({
  /** Absent: `tenants.json` beside the bundle. */
  TENANTS_FILE: z.optional(filled),
  TABLE_NAME: filled,
  CHANGES_QUEUE_URL: queueUrl,
  REVOCATIONS_QUEUE_URL: queueUrl,
  /** The bridge as Graph reaches it, which sends notifications there. */
  WEBHOOKS_URL: z.url(),
  /** Where Okta's API, and Microsoft Graph and its login, are instead: for the bridge on one machine only. */
  OKTA_API_BASE_URL: z.optional(z.url()),
  GRAPH_BASE_URL: z.optional(z.url()),
  /** Milliseconds after which everybody is compared with Okta again: for the bridge on one machine only. */
  COMPARE_EVERY: z.optional(z.coerce.number().check(z.int(), z.gte(0))),
  /** Milliseconds an outward request may take. */
  REQUEST_TIMEOUT: z._default(z.coerce.number().check(z.int(), z.positive()), 10_000),
});
