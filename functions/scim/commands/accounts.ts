import type { Account, ProfileAttributes, SourceName } from '../../identity/access/account.ts';
import { shortForm } from '../../identity/access/short-form.ts';
import type { Word } from '../../identity/access/word.ts';
import { sameJson } from '../../identity/json.ts';
import { namesIn } from '../../identity/profile/clarus-attributes.ts';

export type Named = Pick<Account, 'source' | 'account'>;

/** The first word of an account that nothing was said of: it was met, and is no reason for or against access. */
export function metWord(seen: number): Word {
  return { id: 'met', at: 1, seen, kind: 'read', gives: true };
}

/** The accounts with words of one. Words are a set: one that is there stays as it is. */
export function withWords(
  accounts: readonly Account[],
  own: Named,
  words: readonly Word[],
): readonly Account[] {
  const known = accounts.find((it) => isSame(it, own));
  const all = union(known?.words ?? [], words);
  if (all.length === (known?.words.length ?? 0)) return accounts;
  const { source, account } = own;
  const mine = { source, account, rev: 0, ...known, words: shortForm(all) };
  return [...accounts.filter((it) => it !== known), mine];
}

/** The accounts with what one of them says of the Clarus attributes; the same again is no news. */
export function withProfile(
  accounts: readonly Account[],
  own: Named,
  attributes: ProfileAttributes,
  { at, eventId }: { at: number; eventId: string },
): readonly Account[] {
  const known = accounts.find((it) => isSame(it, own));
  if (known === undefined || sameJson({ ...known.profile?.attributes }, { ...attributes })) return accounts;
  return accounts.map((it) => (it === known ? { ...it, profile: { at, eventId, attributes } } : it));
}

/** The accounts with one under another id. What was said of that id before stays said. */
export function withId(
  accounts: readonly Account[],
  source: SourceName,
  from: string,
  to: string,
): readonly Account[] {
  const one = accounts.find((it) => isSame(it, { source, account: from }));
  const other = accounts.find((it) => isSame(it, { source, account: to }));
  if (one === undefined) return accounts;
  const words = shortForm(union(one.words, other?.words ?? []));
  return [...accounts.filter((it) => it !== one && it !== other), { ...other, ...one, account: to, words }];
}

/** The accounts, one of which says these attributes beside what it says already. */
export function withSaid(
  accounts: readonly Account[],
  own: Named,
  attributes: ProfileAttributes,
  said: { at: number; eventId: string },
): readonly Account[] {
  if (namesIn(attributes).length === 0) return accounts;
  const isFirst = !accounts.some(({ source }) => source === own.source);
  const met = isFirst ? withWords(accounts, own, [metWord(said.at)]) : accounts;
  const known = accounts.find((it) => isSame(it, own));
  return withProfile(met, own, { ...known?.profile?.attributes, ...attributes }, said);
}

function isSame(a: Named, b: Named): boolean {
  return a.source === b.source && a.account === b.account;
}

function union(words: readonly Word[], more: readonly Word[]): Word[] {
  const known = new Set(words.map(({ id }) => id));
  return [...words, ...more.filter(({ id }) => !known.has(id))];
}
