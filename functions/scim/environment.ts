import * as z from 'zod/mini';

const filled = z.string().check(z.minLength(1));
const queueUrl = z.url();

/** What `scim` reads from its environment; the stack sets exactly this. */
export const scimEnvironment = z.object({
  /** Absent: `tenants.json` beside the bundle. */
  TENANTS_FILE: z.optional(filled),
  /** A file for the request log. Absent: the function's own log. */
  REQUESTS_FILE: z.optional(filled),
  TABLE_NAME: filled,
  CHANGES_QUEUE_URL: queueUrl,
  REVOCATIONS_QUEUE_URL: queueUrl,
  /** How many instances there may be, which each give a tenant a part of its requests. Absent: as many as it sends. */
  INSTANCES: z.optional(z.coerce.number().check(z.int(), z.positive())),
  /** Milliseconds an outward request may take: the four of a POST fit into API Gateway's 29 s. */
  REQUEST_TIMEOUT: z._default(z.coerce.number().check(z.int(), z.positive()), 6_000),
});
