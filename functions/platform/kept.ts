import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from './clock.ts';

/** A value that is read once however many ask at the same time, and kept for as long as it is good. */
export interface Kept<Value> {
  get(): Promise<Value>;
  /** Forgets this value, so that the next `get` reads anew; another one that is there by now stays. */
  forget(stale: Value): void;
}

interface Keeping<Value> {
  clock: Clock;
  read: () => Promise<Value>;
  /** Milliseconds a value is good for, from when its reading began. */
  lifeOf: (value: Value) => number;
  /**
   * Milliseconds a reading may be under way until who comes then begins one of their own. Lambda may have held the
   * process still meanwhile, and then it ends as one that took too long, whatever the other side does.
   */
  patience: number;
}

/** The context that this file was loaded in, which is no call's. */
const detached = AsyncLocalStorage.snapshot();

/** Keeps what `read` gives, but no failure. It is read for everybody, so whoever was first may be gone meanwhile. */
export function kept<Value extends {}>({ clock, read, lifeOf, patience }: Keeping<Value>): Kept<Value> {
  let last: { reading: Promise<Value>; value?: Value; until: number } | undefined;

  function get(): Promise<Value> {
    const now = clock();
    if (last !== undefined && now < last.until) return last.reading;
    const entry: NonNullable<typeof last> = { reading: detached(read), until: now + patience };
    last = entry;
    entry.reading.then(
      (value) => Object.assign(entry, { value, until: now + lifeOf(value) }),
      () => {
        if (last === entry) last = undefined;
      },
    );
    return entry.reading;
  }

  function forget(stale: Value): void {
    if (last?.value === stale) last = undefined;
  }

  return { get, forget };
}
