import type { Account } from '../../../functions/identity/access/account.ts';
import type { AccessSettings, Testimony } from '../../../functions/identity/access/decide.ts';
import type { Word } from '../../../functions/identity/access/word.ts';
import type { Heard } from './directories.ts';
import type { History } from './history.ts';

/** What the tenant file of a history says. */
export function settingsOf({ mode: { groups, idOf }, sources }: History): AccessSettings {
  return { sources, ...(idOf && { idOf }), ...(groups && { byMembership: ['okta'] }) };
}

/** What is known in the end, each account with all its words, or with what `form` leaves after every arrival. */
export function testimonyOf(
  { hand, heard, liftedAt, wasOff }: History,
  form?: (words: readonly Word[]) => Word[],
): Testimony {
  return {
    accounts: accountsOf(heard, form),
    first: { active: !wasOff },
    ...(hand && { hand }),
    ...(liftedAt !== undefined && { liftedAt }),
  };
}

/** The accounts of what was heard, in this order. */
export function accountsOf(
  heard: readonly Heard[],
  form = (words: readonly Word[]) => [...words],
): Account[] {
  const accounts = new Map<string, Account>();
  for (const it of heard) hear(accounts, it, form);
  return [...accounts.values()];
}

function hear(
  accounts: Map<string, Account>,
  { source, account, word }: Heard,
  form: (words: readonly Word[]) => Word[],
): void {
  const key = `${source} ${account}`;
  const words = form([...(accounts.get(key)?.words ?? []), word]);
  accounts.set(key, { source, account, rev: 0, words });
}

/** What was known at each arrival, in turn; `form` is what cards keep after it. */
export function* testimonies(
  history: History,
  form: (words: readonly Word[]) => Word[],
): Generator<Testimony> {
  const { hand, liftedAt, ...before } = history;
  const always = testimonyOf({ ...before, heard: [] });
  const accounts = new Map<string, Account>();
  for (const it of history.heard) {
    hear(accounts, it, form);
    yield {
      ...always,
      accounts: [...accounts.values()],
      ...(hand && hand.at <= it.arrives && { hand }),
      ...(liftedAt !== undefined && liftedAt <= it.arrives && { liftedAt }),
    };
  }
  yield { ...testimonyOf(history), accounts: [...accounts.values()] };
}
