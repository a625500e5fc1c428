import { isExplainedAndEnds } from './lock-out.ts';
import type { Mode } from './modes.ts';
import { type Finding, findings } from './oracle.ts';
import { play } from './people.ts';
import { HOUR } from './world/time.ts';
import { type World, worldOf } from './world/world.ts';

/** How one history ended. */
export interface Ended {
  mode: string;
  seed: number;
  findings: readonly Finding[];
  /** Lock-outs that the bridge explains, and that end by what it names. */
  explained: readonly Finding[];
  world: World;
}

/** Plays a history, lets it become quiet, and holds Clarus against the directories. */
export async function run(mode: Mode, seed: number): Promise<Ended> {
  const world = await worldOf(mode, seed);
  const { time, weather, sweep, queues } = world;
  const meant = await play(world);
  await time.runUntil(time.now() + 10 * 60_000);
  weather.calm();
  world.tell('It becomes quiet.');
  await time.runUntil(time.now() + 2 * HOUR);
  for (let round = 0; round < 3; round++) {
    sweep.begin();
    await time.runUntil(time.now() + HOUR);
  }
  for (let hours = 0; hours < 6 && queues.changes.size() + queues.revocations.size() > 0; hours++) {
    await time.runUntil(time.now() + HOUR);
  }
  const found = [...findings(world, meant), ...(await stuck(world))];
  const explained: Finding[] = [];
  for (const finding of found) if (await isExplainedAndEnds(world, finding)) explained.push(finding);
  return { mode: mode.name, seed, findings: found.filter((it) => !explained.includes(it)), explained, world };
}

/** What is tried for hours after everything works is listed for somebody to look into. */
async function stuck({ queues, state }: World): Promise<Finding[]> {
  const left = queues.changes.size() + queues.revocations.size();
  const listed = await state.openItems.waiting('acme');
  return left > 0 && listed.length === 0
    ? [{ kind: 'STUCK', why: `${left} messages are tried for ever` }]
    : [];
}
