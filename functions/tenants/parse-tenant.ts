import * as z from 'zod';
import { BridgeError } from '../identity/bridge-error.ts';
import { type Tenant, tenantSchema } from './tenant-schema.ts';

/**
 * A tenant file's content as a Tenant. `origin` names the file in errors.
 * Throws BridgeError `tenant_invalid` that lists every problem with its path and a hint.
 */
export function parseTenant(content: unknown, origin: string): Tenant {
  const parsed = tenantSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap(explain);
  throw new BridgeError(
    'tenant_invalid',
    `${origin} is not a valid tenant file. Nothing of this tenant works until it is corrected:\n` +
      problems.map((problem) => `  ${problem}`).join('\n'),
    { retryable: false },
  );
}

function explain(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [`${path.join('.') || '(file)'}: ${issue.message}`];
  const known = knownKeys(path);
  return issue.keys.map((key) => `${[...path, key].join('.')}: unknown key. Known here: ${known.join(', ')}`);
}

/** The keys the schema knows at a path, read off the JSON Schema that editors use too. */
function knownKeys(path: string[]): string[] {
  let node: unknown = z.toJSONSchema(tenantSchema, { io: 'input', unrepresentable: 'any' });
  for (const key of path) node = alternatives(node).flatMap((it) => Object(it.properties)[key] ?? [])[0];
  return alternatives(node).flatMap((it) => Object.keys(Object(it.properties)));
}

function alternatives(node: unknown): Record<string, unknown>[] {
  const { anyOf } = Object(node);
  return Array.isArray(anyOf) ? anyOf : [Object(node)];
}
