import type { Clock } from '../../../functions/platform/clock.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Time that goes on from what happens to what happens next, and stands still while code runs. */
export interface VirtualTime {
  now: Clock;
  /** Has something happen at a time (epoch milliseconds), in the order of times, then of asking. */
  at(time: number, happens: () => void): void;
  after(milliseconds: number, happens: () => void): void;
  /** Lets everything happen until the time, or until nothing is left. */
  runUntil(time: number): Promise<void>;
}

interface Event {
  at: number;
  order: number;
  happens: () => void;
}

export function virtualTime(start: number): VirtualTime {
  const heap: Event[] = [];
  let now = start;
  let order = 0;

  function at(time: number, happens: () => void): void {
    push(heap, { at: Math.max(Math.ceil(time), now), order: order++, happens });
  }

  async function runUntil(end: number): Promise<void> {
    await codeRests();
    for (let next = heap[0]; next !== undefined && next.at <= end; next = heap[0]) {
      pop(heap);
      now = next.at;
      next.happens();
      await codeRests();
    }
    now = Math.max(now, end);
  }

  return { now: () => now, at, after: (milliseconds, happens) => at(now + milliseconds, happens), runUntil };
}

/** All that was resolved has run as far as it can: what waits now waits for time. */
function codeRests(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  heap.push(event);
  for (let child = heap.length - 1; child > 0; ) {
    const parent = (child - 1) >> 1;
    if (!swapped(heap, parent, child)) return;
    child = parent;
  }
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let parent = 0; ; ) {
    const [left, right] = [2 * parent + 1, 2 * parent + 2];
    const [a, b] = [heap[left], heap[right]];
    const child = a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
    if (!swapped(heap, parent, child)) return;
    parent = child;
  }
}

/** Puts the child into its parent's place if it comes earlier. */
function swapped(heap: Event[], parent: number, child: number): boolean {
  const [above, below] = [heap[parent], heap[child]];
  if (above === undefined || below === undefined || !isBefore(below, above)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}
