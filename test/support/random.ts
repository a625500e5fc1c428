/** Chance that comes again with its seed: for histories that are too long for shrinking. */
export interface Random {
  /** A whole number below `n`. */
  below(n: number): number;
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
  shuffled<T>(items: readonly T[]): T[];
}

/** Mulberry32, by Tommy Ettinger: 32 bits of state, good enough to choose by. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  function below(n: number): number {
    return Math.floor(next() * n);
  }

  function pick<T>(items: readonly T[]): T {
    const item = items[below(items.length)];
    if (item === undefined) throw new TypeError('Nothing to pick from.');
    return item;
  }

  function shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: next() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }

  return { below, chance: (p) => next() < p, pick, shuffled };
}

/** How many runs of each kind; `SIMULATION_RUNS` makes it long. */
export function runs(few: number): number {
  return Number(process.env.SIMULATION_RUNS ?? few);
}
