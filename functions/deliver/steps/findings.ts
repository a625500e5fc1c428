import { standing } from '../../identity/access/standing.ts';
import { MARGIN, SKEW, STALE_FOR, type Word } from '../../identity/access/word.ts';
import type { Card } from '../../identity/card.ts';
import type { Change } from '../../identity/change.ts';
import type { DirectoryAnswer } from '../../sources/directory.ts';
import { shownBy } from '../../sources/findings.ts';

/**
 * What a change states, as a word first heard at `seen` (epoch milliseconds); undefined for news that only says
 * "go and read". A taking without a time of its own is meant from when it was heard, however far the source's clock,
 * which dates the others, may be ahead.
 */
export function statedWord(change: Change, seen: number): Word | undefined {
  const { eventId: id, occurredAt, timeless, user, register, gone } = change;
  if (user?.active === undefined) return undefined;
  const at = timeless === true && !user.active ? occurredAt + SKEW : occurredAt;
  const about = { ...(register !== undefined && { register }), ...(gone === true && { gone }) };
  return { id, at, seen, kind: 'stated', gives: user.active, ...about };
}

/** Whether a reading speaks against what a change states, so that it is not believed yet. */
export function speaksAgainst(change: Change, answer: DirectoryAnswer): boolean {
  const states = change.user?.active;
  const shown = shownBy(answer, undefined).find(({ register }) => register === change.register);
  if (shown === undefined || states === undefined || shown.gives === states) return false;
  // The directory has changed since: it is the statement that is late, and both are words.
  return shown.changedAt === undefined || shown.changedAt < change.occurredAt;
}

/**
 * Milliseconds after which a person is to be read again because what was read may not be the last word: it gave and
 * has no effect yet, or took against a statement that is younger than readings are stale.
 */
export function readAgainAfter(
  card: Pick<Card, 'words'>,
  found: readonly Word[],
  margin = MARGIN,
): number | undefined {
  const isOpen = found.some(({ gives, register, seen }) => {
    const said = card.words.filter((word) => word.register === register);
    const { access, givenAt } = standing(said);
    return gives ? access === 'out' : seen - givenAt < margin;
  });
  // At the latest then what was read now has had its time.
  return isOpen ? margin + Math.min(margin, STALE_FOR) : undefined;
}
