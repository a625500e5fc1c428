import * as z from 'zod';
import { STEPS, type Step } from '../../identity/receipt.ts';
import { iso } from './keys.ts';

/** So many first and last tries of an event are kept. */
const TRIES = 20;

/** A time as an auditor reads it. */
export const time = z.iso.datetime().transform((text) => Date.parse(text));

export const stepSchema = z.object({
  at: time,
  step: z.enum(STEPS),
  what: z.string().exactOptional(),
  who: z.string().exactOptional(),
  attempt: z.number().exactOptional(),
});

/** What steps are in an item: attributes by name, and the names of those that they push out. */
export interface StepAttributes {
  set: Record<string, unknown>;
  remove: string[];
}

/**
 * Each step is an attribute of its own, so that two workers' steps stand side by side and a step that comes twice stands
 * once. A try is named by its number alone: the one that takes another's place knows that one's name.
 */
export function stepAttributes(steps: readonly Step[]): StepAttributes {
  const set = Object.fromEntries(steps.map((step) => [nameOf(step), { ...step, at: iso(step.at) }]));
  const remove = steps.flatMap(({ step, attempt = 0 }) =>
    step === 'tried' && attempt > 2 * TRIES ? [tryName(attempt - TRIES)] : [],
  );
  for (const name of remove) delete set[name];
  return { set, remove };
}

/** In the order in which they happened, and at the same instant in the order in which they happen. */
export function inTime(steps: readonly Step[]): Step[] {
  return steps.toSorted(
    (a, b) =>
      a.at - b.at ||
      STEPS.indexOf(a.step) - STEPS.indexOf(b.step) ||
      (a.attempt ?? 0) - (b.attempt ?? 0) ||
      ((a.what ?? '') < (b.what ?? '') ? -1 : 1),
  );
}

/** How many tries are not kept: tries are numbered from 1. */
export function leftOut(steps: readonly Step[]): number {
  const tries = steps.flatMap(({ step, attempt }) =>
    step === 'tried' && attempt !== undefined ? [attempt] : [],
  );
  return Math.max(0, ...tries) - tries.length;
}

function nameOf({ at, step, what, attempt }: Step): string {
  if (step === 'tried' && attempt !== undefined) return tryName(attempt);
  return ['s', iso(at), step, ...(what === undefined ? [] : [what])].join('#');
}

function tryName(attempt: number): string {
  return `s#tried#${attempt}`;
}
