/** Chance that is the same for the same seed. */
export interface Random {
  /** From 0 until 1. */
  (): number;
  /** A whole number from 0 until `n`. */
  int(n: number): number;
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  /** One of them. Throws when there is none. */
  pick<Element>(from: readonly Element[]): Element;
  shuffle<Element>(all: readonly Element[]): Element[];
}

/** Mulberry32: 32 bits of state, and quick. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;

  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  const int = (n: number): number => Math.floor(next() * n);

  function pick<Element>(from: readonly Element[]): Element {
    const index = int(from.length);
    for (const element of from.slice(index, index + 1)) return element;
    throw new RangeError('nothing to pick from');
  }

  function shuffle<Element>(all: readonly Element[]): Element[] {
    const rest = [...all];
    const shuffled: Element[] = [];
    while (rest.length > 0) shuffled.push(...rest.splice(int(rest.length), 1));
    return shuffled;
  }

  return Object.assign(next, {
    int,
    between: (from: number, to: number) => from + int(to - from + 1),
    chance: (probability: number) => next() < probability,
    pick,
    shuffle,
  });
}
