import { type Change, isEnabling, isRevocation } from '../identity/change.ts';

/** A queue of changes: what takes access away waits for nothing but its like. */
export type Lane = 'revocations' | 'changes';

/**
 * Which queue a change rides: `revocations` carries all that takes or may take access from one person. Whatever Graph
 * tells of somebody may be that, since it says "updated" of a block and of a deletion too. A comparison of everybody
 * is a flood that only happens to find leavers, and rides `changes` but for what it states.
 */
export function laneOf(change: Change): Lane {
  if (isRevocation(change)) return 'revocations';
  const isOfEverybody = change.foundBy === 'first' || change.foundBy === 'resync';
  return change.source === 'entra' && !isEnabling(change) && !isOfEverybody ? 'revocations' : 'changes';
}
