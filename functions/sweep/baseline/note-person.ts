import type { Profile } from '../../identity/access/account.ts';
import { RUN } from '../../identity/access/short-form.ts';
import { standing } from '../../identity/access/standing.ts';
import { MARGIN, type Word } from '../../identity/access/word.ts';
import type { Card } from '../../identity/card.ts';
import { foldAddress, isEmail } from '../../identity/profile/addresses.ts';
import type { DirectoryAnswer } from '../../sources/directory.ts';
import { news } from '../../sources/findings.ts';
import type { CardStore } from '../../state/cards.ts';
import type { SweepServices } from '../services.ts';

/** Somebody whom a directory lists. */
export interface Listed {
  source: string;
  id: string;
  answer: DirectoryAnswer;
  /** When that was read, epoch milliseconds. */
  readAt: number;
}

/** Somebody of whom all is on their card that the directory shows. */
export interface NotedPerson {
  card: Card;
  /** The addresses as of now, the one for Clarus first. */
  current: readonly string[];
  profile?: Profile;
}

/**
 * Notes on a person's card what a comparison with the directory shows, without news. The addresses are noted at any
 * rate, as of now: by that somebody whom the directory does not show any more is known. Undefined for somebody who is
 * gone and of whom the bridge knows nothing.
 */
export async function notePerson(
  { cards, clock }: { cards: CardStore; clock: () => number },
  services: SweepServices,
  { source, id, answer, readAt }: Listed,
  began: number,
): Promise<NotedPerson | undefined> {
  const key = { tenant: services.tenant.tenant, source, account: id };
  if (answer.kind === 'no_credentials') return undefined;
  if (answer.kind === 'gone' && (await cards.find(key)) === undefined) return undefined;
  const current = answer.kind === 'gone' ? [] : usable(answer.addresses);
  const mapped = await mappedOf(services, answer);
  const card = await cards.note(key, { words: [], addresses: current, at: clock() });
  const eventId = `baseline:${readAt}`;
  const context = { readAt, eventId, news: false, began, mapped: mapped?.active };
  const words = news(card, answer, context).filter((word) => isOldEnough(card, word));
  const after = words.length === 0 ? card : await cards.note(key, { words, at: readAt });
  if (after.words.length > RUN) await cards.shorten(after);
  const profile = mapped && { at: readAt, eventId, attributes: mapped.attributes };
  return { card: after, current, ...(profile && { profile }) };
}

/** What takes against a statement that is younger than readings are stale is left to the statement's own reading. */
function isOldEnough({ words }: Card, { gives, register, seen }: Word): boolean {
  if (gives) return true;
  const { givenAt } = standing(words.filter((word) => word.register === register));
  return seen - givenAt >= MARGIN;
}

function usable(addresses: readonly string[]): string[] {
  return [...new Set(addresses.filter(isEmail).map(foldAddress))];
}

async function mappedOf(
  { tenant, map }: SweepServices,
  answer: DirectoryAnswer,
): Promise<{ active: boolean | undefined; attributes: Profile['attributes'] } | undefined> {
  if (answer.kind !== 'found') return undefined;
  // The tenant's own rule for is_active is asked as if the account could sign in: that is another register.
  const { is_active, ...attributes } = (await map({ ...answer.user, active: true })).attributes;
  return { active: tenant.mapping.is_active == null ? undefined : is_active, attributes };
}
