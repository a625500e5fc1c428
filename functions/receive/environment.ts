import * as z from 'zod/mini';

const filled = z.string().check(z.minLength(1));

/** What `receive` reads from its environment; the stack sets exactly this. */
export const receiveEnvironment = z.object({
  /** Absent: `tenants.json` beside the bundle. */
  TENANTS_FILE: z.optional(filled),
  CHANGES_QUEUE_URL: filled,
  REVOCATIONS_QUEUE_URL: filled,
});
