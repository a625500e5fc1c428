import { type Filter, termsIn } from '../filter/filter.ts';
import { type PatchPath, parsePath } from '../filter/parser.ts';
import { MAX_OPERATIONS } from '../protocol/limits.ts';
import { isUrn } from '../protocol/message.ts';
import type { Leniencies } from '../schema/leniencies.ts';
import { findExtension, type ResourceType } from '../schema/resource-type.ts';
import { membersOf } from './body.ts';
import { type PatchOperation, tooManyOperations } from './operations.ts';
import type { Reading } from './read-value.ts';

/** An operation on one attribute. */
export interface PatchStep {
  op: PatchOperation['op'];
  path: PatchPath;
  value?: unknown;
}

/**
 * Operations by the attribute: an operation without a path, or at an extension's URN, is one on each attribute that
 * is named in its value. Throws ScimError.
 */
export function patchSteps(
  type: ResourceType,
  operations: readonly PatchOperation[],
  reading: Reading,
): PatchStep[] {
  const steps = operations.flatMap((operation) => stepsOf(type, operation, reading));
  // A filter is held against every value, so each of its terms counts.
  const cost = steps.reduce(
    (sum, { path: { filter } }) => sum + (filter === undefined ? 1 : termsIn(filter)),
    0,
  );
  if (cost > MAX_OPERATIONS) throw tooManyOperations();
  return steps;
}

/** Steps that are carried out together: one, or several that add to one list or remove from it. */
export type PatchRun = [PatchStep, ...PatchStep[]];

/** Steps that say one after the other what to add to one list, or what to take from it, are one. */
export function runsOf(steps: readonly PatchStep[], lenient: Leniencies): PatchRun[] {
  const runs: PatchRun[] = [];
  for (const step of steps) {
    const run = runs.at(-1);
    if (run !== undefined && isMore(run[0], step, lenient)) run.push(step);
    else runs.push([step]);
  }
  return runs;
}

function isMore(first: PatchStep, step: PatchStep, lenient: Leniencies): boolean {
  const isSameList =
    first.path.attribute === step.path.attribute && first.path.extension === step.path.extension;
  if (!isSameList || !first.path.attribute.multiValued) return false;
  if (isAddition(first)) return isAddition(step);
  return isRemoval(first, lenient) && isRemoval(step, lenient);
}

/** Whether a step adds values to a list. */
export function isAddition({ op, path: { sub, filter } }: PatchStep): boolean {
  return op === 'add' && sub === undefined && filter === undefined;
}

/** Whether a step names values to be removed from a list: in its filter or, as Entra does, beside its path. */
export function isRemoval({ op, path, value }: PatchStep, { removeWithValue }: Leniencies): boolean {
  if (op !== 'remove' || path.sub !== undefined) return false;
  return path.filter === undefined ? removeWithValue && value != null : valueIn(path.filter) !== undefined;
}

/** The one `value` that a filter is true of. */
export function valueIn(filter: Filter): string | undefined {
  const isOne = filter.kind === 'compare' && filter.operator === 'eq' && filter.path.sub?.name === 'value';
  return isOne && typeof filter.value === 'string' ? filter.value : undefined;
}

function stepsOf(type: ResourceType, { op, path, value }: PatchOperation, reading: Reading): PatchStep[] {
  const extension = path === undefined ? undefined : findExtension(type, path);
  const isBag =
    path === undefined || extension !== undefined || (isUrn(path, type.core.id) && op !== 'remove');
  if (isBag) {
    const bag = extension === undefined ? value : { [extension.id]: op === 'remove' ? null : value };
    const members = membersOf(type, bag, reading, { nullClears: op !== 'add' });
    return members.map((member) => ({ op, path: member.path, value: member.sent }));
  }
  const found = parsePath(type, path, reading.lenient);
  // What is to go is said by the path. Beside a list alone, Entra says there which of it.
  const whole = found.attribute.multiValued && found.sub === undefined && found.filter === undefined;
  return [{ op, path: found, ...((op !== 'remove' || whole) && { value }) }];
}
