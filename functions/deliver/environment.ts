import * as z from 'zod/mini';

const filled = z.string().check(z.minLength(1));
const queueUrl = z.url();

/** What `deliver` reads from its environment; the stack sets exactly this. */
export const deliverEnvironment = z.object({
  /** Absent: `tenants.json` beside the bundle. */
  TENANTS_FILE: z.optional(filled),
  TABLE_NAME: filled,
  CHANGES_QUEUE_URL: queueUrl,
  REVOCATIONS_QUEUE_URL: queueUrl,
  CHANGES_DEAD_LETTER_QUEUE_URL: queueUrl,
  REVOCATIONS_DEAD_LETTER_QUEUE_URL: queueUrl,
  /** Where Okta's API is instead of in the tenant's org: for the bridge on one machine only. */
  OKTA_API_BASE_URL: z.optional(z.url()),
  /** Where Microsoft Graph and its login are instead: for the bridge on one machine only. */
  GRAPH_BASE_URL: z.optional(z.url()),
  /** Milliseconds for which reads may be stale, clocks included: for the bridge on one machine only. */
  READ_MARGIN: z.optional(z.coerce.number().check(z.int(), z.gte(0))),
  /** Milliseconds an outward request may take. */
  REQUEST_TIMEOUT: z._default(z.coerce.number().check(z.int(), z.positive()), 10_000),
});
