import type { Json, JsonObject } from '../../identity/json.ts';
import { badRequest } from '../protocol/error.ts';
import { comparable, isIndispensable } from '../schema/attribute.ts';
import type { Leniencies } from '../schema/leniencies.ts';
import { asObject, valueAt, valuesAt, withValue } from '../schema/resource.ts';
import { type AttributePath, isReadOnly, type ResourceType } from '../schema/resource-type.ts';
import { listAfter } from './list-after.ts';
import type { PatchOperation } from './operations.ts';
import { noBoolean, type Reading } from './read-value.ts';
import { singleAfter } from './single-value.ts';
import { type PatchRun, type PatchStep, patchSteps, runsOf } from './steps.ts';
import { withValues } from './value-list.ts';

/** What operations make of a resource. */
export interface Patched {
  resource: JsonObject;
  /** Every attribute that was spoken of, changed by it or not. */
  stated: AttributePath[];
  /** Members of values that no schema knows: left out. */
  unknown: number;
}

/**
 * Folds operations into a resource, in order, and returns what it would be: nothing is changed, so one that
 * fails leaves nothing half done (RFC 7644 section 3.5.2). Throws ScimError.
 */
export function patch(
  type: ResourceType,
  before: JsonObject,
  operations: readonly PatchOperation[],
  lenient: Leniencies,
): Patched {
  const reading: Reading = { lenient, unknown: 0 };
  const stated: AttributePath[] = [];
  let resource = before;
  for (const run of runsOf(patchSteps(type, operations, reading), lenient)) {
    const [{ path }] = run;
    if (isReadOnly(path)) {
      for (const step of run) checkEcho(resource, step);
    } else {
      resource = withValue(resource, path, valueAfter(resource, run, reading));
      stated.push(...run.map((step) => step.path));
    }
  }
  return { resource: settled(resource, stated), stated, unknown: reading.unknown };
}

/** Okta and Entra repeat what they have read, such as a group's name. Throws ScimError `mutability` for more. */
function checkEcho(resource: JsonObject, { op, path, value }: PatchStep): void {
  const { attribute, sub } = path;
  const whole = valueAt(resource, path);
  const now = sub === undefined ? whole : asObject(whole)[sub.name];
  const echo = typeof value === 'string' && typeof now === 'string' && isSame(path, value, now);
  if (op === 'remove' || !echo) throw badRequest('mutability', `${attribute.name} is read-only.`);
}

function isSame({ attribute, sub }: AttributePath, one: string, other: string): boolean {
  return comparable(sub ?? attribute, one) === comparable(sub ?? attribute, other);
}

function valueAfter(resource: JsonObject, run: PatchRun, reading: Reading): Json | undefined {
  const [{ op, path, value }] = run;
  const { attribute } = path;
  if (op === 'remove' && isIndispensable(attribute)) {
    throw badRequest('mutability', `${attribute.name} is required and cannot be removed.`);
  }
  if (attribute.multiValued) return listAfter(valuesAt(resource, path), run, reading);
  const after = singleAfter(path, valueAt(resource, path), value, reading, { whole: false });
  // Whoever may log in has to be said in so many words.
  if (after === undefined && attribute.type === 'boolean') throw noBoolean(attribute);
  return after;
}

/** A value that a filter described and that got no `value` by the end is none. */
function settled(resource: JsonObject, stated: readonly AttributePath[]): JsonObject {
  return [...new Map(stated.map((path) => [path.attribute, path])).values()]
    .filter(({ attribute }) => attribute.multiValued)
    .reduce(
      (after, path) => withValue(after, path, withValues(path.attribute, valuesAt(after, path))),
      resource,
    );
}
