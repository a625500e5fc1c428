import { expect, it } from 'vitest';
import { type Random, seeded } from '../support/random.ts';
import { judge, type Trial } from './judge.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 10);
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

/** Characters of an input that are shown. */
const SHOWN = 500;

/** Tries inputs for a while; those of one seed are the same, as far as the time is enough. */
export function fuzz(name: string, next: (random: Random) => Trial): void {
  it(
    `${name} (FUZZ_SEED=${SEED})`,
    async ({ annotate }) => {
      const random = seeded(SEED);
      const found = new Map<string, string>();
      let inputs = 0;
      for (const end = performance.now() + SECONDS * 1000; performance.now() < end; inputs++) {
        const trial = next(random);
        for (const fault of await judge(trial)) {
          if (!found.has(fault)) found.set(fault, `input ${inputs}: ${shown(trial.input)}`);
        }
      }
      await annotate(`${inputs} inputs`);
      expect(Object.fromEntries(found)).toEqual({});
    },
    (SECONDS + 60) * 1000,
  );
}

function shown(input: unknown): string {
  return (typeof input === 'string' ? input : JSON.stringify(input)).slice(0, SHOWN);
}
