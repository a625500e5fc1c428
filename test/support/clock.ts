import type { Clock } from '../../functions/platform/clock.ts';
import { NOW } from './changes.ts';

/** A clock that stands still until a test turns it. */
export interface HandClock extends Clock {
  advance(milliseconds: number): void;
}

export function aClock(start = NOW): HandClock {
  let now = start;
  function advance(milliseconds: number): void {
    now += milliseconds;
  }
  return Object.assign(() => now, { advance });
}
