import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import type { Random } from '../random.ts';
import { SECOND, type VirtualTime } from './time.ts';
import type { Weather } from './weather.ts';

/** One process of a function, from its start until it dies. */
export interface Life {
  isAlive(): boolean;
  end(): void;
  /** At each moment at which the process waits it may die, before or after what it waits for. */
  maybeDies(): void;
  /** The bridge's own stores as this process sees them: each call travels, and may fail. */
  calls<Stores extends object>(stores: Stores): Stores;
}

export interface LifePorts {
  time: VirtualTime;
  random: Random;
  weather: Weather;
  /** Told of a death that nobody meant. */
  died: () => void;
}

export function lifeOf({ time, random, weather, died }: LifePorts): Life {
  let alive = true;

  function maybeDies(): void {
    if (!weather.dies()) return;
    time.after(random.between(0, random.pick([20, 200, 2 * SECOND])), () => {
      if (!alive) return;
      alive = false;
      died();
    });
  }

  function travelling(act: () => Promise<unknown>): Promise<unknown> {
    const fate = weather.call();
    maybeDies();
    return new Promise((resolve, reject) => {
      const comes = (what: () => void) => time.after(random.between(1, 15), () => alive && what());
      time.after(random.between(1, 15), () => {
        if (fate === 'not_landed') return comes(() => reject(stateUnavailable()));
        const landed = act();
        // Whoever is dead hears of nothing.
        landed.catch(() => {});
        comes(() => (fate === 'answered' ? resolve(landed) : reject(stateUnavailable())));
      });
    });
  }

  function wrapped(it: unknown): unknown {
    if (typeof it === 'function') return (...args: unknown[]) => travelling(async () => it(...args));
    return Object.fromEntries(Object.entries(Object(it)).map(([name, method]) => [name, wrapped(method)]));
  }

  return {
    isAlive: () => alive,
    end: () => {
      alive = false;
    },
    maybeDies,
    // The same names, and functions that take and give the same.
    calls: <Stores extends object>(stores: Stores) => wrapped(stores) as Stores,
  };
}

function stateUnavailable(): BridgeError {
  return new BridgeError('state_unavailable', 'The table does not answer.', { retryable: true });
}
