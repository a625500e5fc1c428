import { describe, expect, test } from 'vitest';
import { MODES } from './modes.ts';
import { run } from './run.ts';

const runs = Number(process.env.SIMULATION_RUNS ?? 20);
const only = process.env.SIMULATION_MODE;
const first = Number(process.env.SIMULATION_SEED ?? 1);

describe('whoever a directory says is out is out, and whoever all say is in is in', () => {
  test.each(MODES.filter(({ name }) => only === undefined || name === only))(
    '$name',
    { timeout: 1e8 },
    async (mode) => {
      for (let seed = first; seed < first + runs; seed++) {
        const { findings, world } = await run(mode, seed);
        expect(
          findings.map(({ kind, why }) => `${kind} ${why}`),
          `${mode.name} ${seed}\n${world.history.join('\n')}`,
        ).toEqual([]);
      }
    },
  );
});
