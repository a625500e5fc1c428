import type { Random } from '../random.ts';
import { SECOND } from './time.ts';

/** How a request to somebody else's service goes. */
export type Fate =
  | { kind: 'answered' }
  /** Nobody ever hears of it, and the one who waits gives up. */
  | { kind: 'lost' }
  /** It lands so long after it was sent, when nobody waits for the answer any more. */
  | { kind: 'late'; landsAfter: number }
  /** Answered by such a status, without being carried out. */
  | { kind: 'refused'; status: 429 | 500 | 503 }
  /** Answered by such a status although it is carried out, so long after it was sent. */
  | { kind: 'hidden'; status: 500 | 504; landsAfter: number }
  /** Somebody who stands in between answers with a page. */
  | { kind: 'page'; status: 200 | 302 | 403 | 404 | 503 };

/** What goes wrong, and how often. All of it ends when it becomes quiet. */
export interface Weather {
  isRough(): boolean;
  /** Everything works from now on. */
  calm(): void;
  request(): Fate;
  /** How a call to the bridge's own table goes. */
  call(): 'answered' | 'not_landed' | 'landed_unanswered';
  /** Whether the function dies while it waits for this. */
  dies(): boolean;
}

const ANSWERED: Fate = { kind: 'answered' };

/** Late is up to this long after a request timed out. */
export const LATEST = 100 * SECOND;

const TIMEOUT = 10 * SECOND;

/** `rough`: requests get lost, land late and fail, and functions die. */
export function weatherOf(random: Random, rough: boolean): Weather {
  let isRough = rough;
  // Some histories are stormy and some have hardly any trouble, so that one fault alone is seen as well.
  const often = random.pick([0.02, 0.06, 0.15]);
  const deaths = random.pick([0, 0.004, 0.02]);

  function trouble(): Fate {
    switch (random.int(7)) {
      case 0:
        return { kind: 'lost' };
      case 1:
      case 2:
        return { kind: 'late', landsAfter: TIMEOUT + random.between(1, LATEST) };
      case 3:
        return { kind: 'refused', status: random.pick([429, 500, 503]) };
      case 4:
        return { kind: 'hidden', status: 500, landsAfter: random.between(50, 2 * SECOND) };
      case 5:
        return { kind: 'hidden', status: 504, landsAfter: random.between(50, 60 * SECOND) };
      default:
        return { kind: 'page', status: random.pick([200, 302, 403, 404, 503]) };
    }
  }

  return {
    isRough: () => isRough,
    calm: () => {
      isRough = false;
    },
    request: () => (isRough && random.chance(often) ? trouble() : ANSWERED),
    call() {
      if (!isRough || !random.chance(often / 8)) return 'answered';
      return random.chance(0.5) ? 'not_landed' : 'landed_unanswered';
    },
    dies: () => isRough && random.chance(deaths),
  };
}
