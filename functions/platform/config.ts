// The functional form of zod, because receive loads this.
import * as z from 'zod/mini';
import { BridgeError } from '../identity/bridge-error.ts';

const name = z.string().check(z.minLength(1));
const queueUrl = z.url();

/** What each function reads from its environment; the stack sets exactly these. */
export const receiveEnvironment = z.object({
  /** Absent: `tenants.json` beside the bundle. */
  TENANTS_FILE: z.optional(name),
  CHANGES_QUEUE_URL: queueUrl,
  REVOCATIONS_QUEUE_URL: queueUrl,
});

export const deliverEnvironment = z.object({
  TENANTS_FILE: z.optional(name),
  TABLE_NAME: name,
  CHANGES_QUEUE_URL: queueUrl,
  REVOCATIONS_QUEUE_URL: queueUrl,
  CHANGES_DEAD_LETTER_QUEUE_URL: queueUrl,
  REVOCATIONS_DEAD_LETTER_QUEUE_URL: queueUrl,
  /** Where Okta's API is instead of in the tenant's org: for the bridge on one machine only. */
  OKTA_API_BASE_URL: z.optional(z.url()),
  /** Milliseconds an outward request may take. */
  REQUEST_TIMEOUT: z._default(z.coerce.number().check(z.int(), z.positive()), 10_000),
});

export const scimEnvironment = z.object({
  TENANTS_FILE: z.optional(name),
  TABLE_NAME: name,
  CHANGES_QUEUE_URL: queueUrl,
  REVOCATIONS_QUEUE_URL: queueUrl,
  /** Milliseconds an outward request may take: the four of a POST fit into API Gateway's 29 s. */
  REQUEST_TIMEOUT: z._default(z.coerce.number().check(z.int(), z.positive()), 6_000),
});

/** The validated environment. Throws BridgeError `configuration_invalid` that names each variable. */
export function readEnvironment<Schema extends z.ZodMiniType>(
  schema: Schema,
  environment: Record<string, string | undefined>,
): z.output<Schema> {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new BridgeError(
    'configuration_invalid',
    `The function cannot start, its environment is wrong: ${problems.join('; ')}. ` +
      'The stack sets these variables: deploy it again.',
    { retryable: false },
  );
}
