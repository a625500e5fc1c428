import fc from 'fast-check';
import { it } from 'vitest';
import { somePlan, undisturbed } from './simulation/plan.ts';
import { run } from './simulation/run.ts';

/**
 * The real `scim`, called by several clients at once, and beside it the real `deliver` with what Okta says of the same
 * person, under a scheduler that chooses which of all waiting steps goes next. Every await of the code on a port is such
 * a step. Any call may die at any step, as a function does that is ended: nothing of it runs any more, but a request
 * that is under way still lands. Requests to Clarus may be lost before or after they land, land late, or be refused.
 * Some clients send again what got no answer or a 429 or 5xx; all read again after a 412.
 *
 * What there is at the end is held against what clients were told and Okta said, and against nothing of the code's own.
 */
const RUNS = Number(process.env.SIMULATION_RUNS ?? 300);
/** The same worlds in every run of the suite; others by hand. */
const SEED = Number(process.env.SIMULATION_SEED ?? 1);

it('does what clients were told and nobody took back, and leaves nobody in whom anybody took out', async () => {
  await fc.assert(
    fc.asyncProperty(somePlan, fc.scheduler(), (plan, scheduler) => run(plan, scheduler, 'looks')),
    { numRuns: RUNS, seed: SEED },
  );
});

it('needs no looks for that when nothing dies, is late, lost or refused', async () => {
  await fc.assert(
    fc.asyncProperty(somePlan, fc.scheduler(), (plan, scheduler) =>
      run(undisturbed(plan), scheduler, 'no looks'),
    ),
    { numRuns: RUNS, seed: SEED },
  );
});

it('does what a client is told, one thing after the other', async () => {
  // Nothing lands late: what did would be undone by the look, two minutes after the client was told otherwise.
  const oneClient = somePlan.map(({ clients: [wishes = []], ...plan }) => ({
    ...plan,
    clients: [wishes],
    news: [],
    deaths: [],
    fates: plan.fates.filter((fate) => fate !== 'late'),
  }));
  await fc.assert(
    fc.asyncProperty(oneClient, fc.scheduler(), (plan, scheduler) => run(plan, scheduler, 'looks')),
    { numRuns: RUNS, seed: SEED },
  );
});
