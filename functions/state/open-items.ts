import type { Card } from '../identity/card.ts';

/** What is not done, some moments late: for operators, the sweep and gauges. */
export interface OpenItems {
  /** Cards with something to be done that could not be done yet, the oldest first. */
  waiting(tenant: string, limit?: number): Promise<Card[]>;
  /** Cards with a change that the brake holds, the oldest first. */
  held(tenant: string): Promise<Card[]>;
  count(tenant: string): Promise<OpenCounts>;
}

export interface OpenCounts {
  /** How many people may be in who should be out. */
  waitingRevocations: number;
  /** When the oldest of these came in, epoch milliseconds. */
  oldestRevocation?: number;
  /** All that waits. */
  waiting: number;
  held: number;
}
