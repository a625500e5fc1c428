import { seeded } from '../support/random.ts';

/** Chance that is the same for the same seed; called, a number from 0 until 1. */
export interface Random {
  (): number;
  /** A whole number from 0 until `n`. */
  int(n: number): number;
  /** A whole number of these, both among them. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  /** One of them. Throws when there is none. */
  pick<Element>(from: readonly Element[]): Element;
  shuffle<Element>(all: readonly Element[]): Element[];
}

const FINE = 2 ** 30;

export function randomOf(seed: number): Random {
  const { below: int, chance, pick, shuffled: shuffle } = seeded(seed);
  const between = (from: number, to: number): number => from + int(to - from + 1);
  return Object.assign(() => int(FINE) / FINE, { int, between, chance, pick, shuffle });
}
