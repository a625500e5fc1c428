import { standing } from '../identity/access/standing.ts';
import { type Register, reading, type Word } from '../identity/access/word.ts';
import type { Card } from '../identity/card.ts';
import type { DirectoryAnswer, DirectoryUser } from './directory.ts';

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

/** What an answer shows of access in one respect. Times are the directory's own. */
interface Shown {
  gives: boolean;
  register?: Register;
  changedAt?: number | undefined;
  createdAt?: number | undefined;
}

/**
 * What a reading says that the card does not know yet, as words. The directory's own time of a change is not believed
 * where a later word says otherwise: then the reading shows what was before, or the statement is not true, and
 * only time tells.
 */
export function news(card: Pick<Card, 'words'>, answer: DirectoryAnswer, context: ReadingContext): Word[] {
  return shownBy(answer, context.mapped).flatMap((shown) => {
    const said = card.words.filter(({ register }) => register === shown.register);
    const { access, givenAt } = standing(said);
    if (access === (shown.gives ? 'in' : 'out')) return [];
    const spokenAt = shown.gives ? lastTaken(said) : givenAt;
    const { changedAt } = shown;
    const believed = changedAt !== undefined && changedAt >= spokenAt ? changedAt : undefined;
    const id = `read:${believed ?? context.readAt}:${shown.gives ? 'in' : 'out'}:${shown.register ?? ''}`;
    return [reading({ ...shown, ...context, id, changedAt: believed }, context.began, context.margin)];
  });
}

/** By whatever word: a taking that was read while the change was under way is dated by our clock, and not by theirs. */
function lastTaken(words: readonly Word[]): number {
  const times = words.filter(({ gives }) => !gives).map(({ at }) => at);
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}

/** What an answer shows of access, by register. */
export function shownBy(answer: DirectoryAnswer, mapped: boolean | undefined): Shown[] {
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
    // Nobody is a member since before they were there.
    ...Object.entries(memberships).map(([register, gives]) => ({ gives, register, createdAt })),
  ];
}
