import { STALE_FOR } from '../../identity/access/word.ts';
import type { Change } from '../../identity/change.ts';

/** Which news of a person have nothing more to tell, because the person was read since and Clarus brought to that. */
export interface CoveredNews {
  has(change: Change): boolean;
  /** Told when Clarus has what a reading said that began at `readAt` (epoch milliseconds). */
  cover(change: Change, readAt: number): void;
}

/** As many people as a batch or a storm is about; the oldest are forgotten first. */
const MOST = 1000;

/**
 * News that only says "go and read", kept in memory: without it there is a reading more. A reading that is followed by
 * another one covers what was received before it. One that is not, a second look, covers only what is older than reads
 * are stale: later news may be of a change that it did not show yet.
 */
export function createCoveredNews(): CoveredNews {
  const until = new Map<string, number>();

  function has(change: Change): boolean {
    const { user, readAfter, released, resent, receivedAt } = change;
    if (user !== undefined || released === true || resent === true) return false;
    return (until.get(nameOf(change)) ?? 0) >= (readAfter ?? receivedAt);
  }

  function cover(change: Change, readAt: number): void {
    const { readAfter, foundBy } = change;
    const isFollowed = readAfter === undefined && (foundBy === undefined || foundBy === 'sweep');
    const name = nameOf(change);
    const before = until.get(name) ?? 0;
    until.delete(name);
    until.set(name, Math.max(before, isFollowed ? readAt : readAt - STALE_FOR));
    for (const oldest of until.keys()) {
      if (until.size <= MOST) break;
      until.delete(oldest);
    }
  }

  return { has, cover };
}

function nameOf({ tenant, source, subject }: Change): string {
  return `${tenant} ${source} ${subject.id}`;
}
