import type * as z from 'zod/mini';
import { BridgeError } from '../identity/bridge-error.ts';

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
