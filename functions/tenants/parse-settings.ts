import type * as z from 'zod/mini';
import { BridgeError } from '../identity/bridge-error.ts';

/**
 * A tenant file's content by a schema, of all or of part of it. `origin` names the file in errors.
 * Throws BridgeError `tenant_invalid` that lists every problem with its path and a hint.
 */
export function parseSettings<Schema extends z.ZodMiniType>(
  schema: Schema,
  content: unknown,
  origin: string,
): z.output<Schema> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw invalidTenant(
    origin,
    parsed.error.issues.flatMap((issue) => explain(schema, issue)),
  );
}

/** The error that lists what is wrong with a tenant file, each problem with its path. */
export function invalidTenant(origin: string, problems: readonly string[]): BridgeError {
  return new BridgeError(
    'tenant_invalid',
    `${origin} is not a valid tenant file. Nothing of this tenant works until it is corrected:\n` +
      problems.map((problem) => `  ${problem}`).join('\n'),
    { retryable: false },
  );
}

function explain(schema: z.ZodMiniType, issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [`${path.join('.') || '(file)'}: ${issue.message}`];
  const known = knownKeys(schema, path);
  return issue.keys.map((key) => `${[...path, key].join('.')}: unknown key. Known here: ${known.join(', ')}`);
}

/** The keys of the object schema at a path; what wraps a schema (optional, nullable, default) has it inside. */
function knownKeys(schema: unknown, path: readonly string[]): string[] {
  const { innerType, shape } = Object(Object(schema).def);
  if (innerType !== undefined) return knownKeys(innerType, path);
  const [key, ...rest] = path;
  return key === undefined ? Object.keys(Object(shape)) : knownKeys(Object(shape)[key], rest);
}
