import { termsIn } from '../filter/filter.ts';
import { type PatchPath, parsePath } from '../filter/parser.ts';
import { MAX_OPERATIONS } from '../protocol/limits.ts';
import { isUrn } from '../protocol/message.ts';
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
