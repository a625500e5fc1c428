import type { Card } from '../../identity/card.ts';
import type { Change } from '../../identity/change.ts';
import { standing } from '../../identity/standing.ts';
import { MARGIN, type Register, reading, STALE_FOR, type Word } from '../../identity/word.ts';
import type { DirectoryAnswer, DirectoryUser } from '../../sources/directory.ts';

/**
 * What a change states, as a word first heard at `seen` (epoch milliseconds); undefined for news that only says
 * "go and read".
 */
export function statedWord(change: Change, seen: number): Word | undefined {
  const { eventId: id, occurredAt: at, user, register, gone } = change;
  if (user?.active === undefined) return undefined;
  const about = { ...(register !== undefined && { register }), ...(gone === true && { gone }) };
  return { id, at, seen, kind: 'stated', gives: user.active, ...about };
}

/** When a reading was made, and of what. */
export interface ReadingContext {
  readAt: number;
  eventId: string;
  /** Whether news made the bridge read. */
  news: boolean;
  /** When the bridge began to know the source. */
  began: number;
  /** Milliseconds before a reading at which what it shows was so, whatever replicas and clocks do. */
  margin?: number | undefined;
  /** What the tenant's own rule for `is_active` makes of the profile, where it has one. */
  mapped?: boolean | undefined;
}

interface Shown {
  gives: boolean;
  register?: Register;
  changedAt?: number | undefined;
  createdAt?: number | undefined;
}

/**
 * What a reading says that the card does not know yet, as words. The directory's own time of a change is not believed
 * where a later statement says otherwise: then the reading shows what was before, or the statement is not true, and
 * only time tells.
 */
export function news(card: Pick<Card, 'words'>, answer: DirectoryAnswer, context: ReadingContext): Word[] {
  return shownBy(answer, context.mapped).flatMap((shown) => {
    const said = card.words.filter(({ register }) => register === shown.register);
    const { access, givenAt } = standing(said);
    if (access === (shown.gives ? 'in' : 'out')) return [];
    const statedAt = shown.gives ? lastTaken(said) : givenAt;
    const { changedAt } = shown;
    const believed = changedAt !== undefined && changedAt >= statedAt ? changedAt : undefined;
    const id = `read:${believed ?? context.readAt}:${shown.gives ? 'in' : 'out'}:${shown.register ?? ''}`;
    return [reading({ ...shown, ...context, id, changedAt: believed }, context.began, context.margin)];
  });
}

function lastTaken(words: readonly Word[]): number {
  const times = words.filter(({ kind, gives }) => kind === 'stated' && !gives).map(({ at }) => at);
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}

function shownBy(answer: DirectoryAnswer, mapped: boolean | undefined): Shown[] {
  switch (answer.kind) {
    case 'found':
      return shownByUser(answer, mapped);
    case 'deleted':
      return [{ gives: false, changedAt: answer.changedAt }];
    case 'gone':
      return [{ gives: false }];
    case 'no_credentials':
      return [];
  }
}

function shownByUser(user: DirectoryUser, mapped: boolean | undefined): Shown[] {
  const { signsIn, locked, changedAt, createdAt, memberships = {} } = user;
  return [
    ...(signsIn === undefined ? [] : [{ gives: signsIn, changedAt, createdAt }]),
    ...(locked === undefined ? [] : [{ gives: !locked, register: 'lock', changedAt }]),
    ...(mapped === undefined ? [] : [{ gives: mapped, register: 'mapped' }]),
    ...Object.entries(memberships).map(([register, gives]) => ({ gives, register })),
  ];
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
