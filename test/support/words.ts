import type { Account } from '../../functions/identity/access/account.ts';
import type { Word } from '../../functions/identity/access/word.ts';

/** What a source states, unless said otherwise; known by its time. */
export function gave(at: number, but: Partial<Word> = {}): Word {
  return { id: `in@${at}`, at, seen: at, kind: 'stated', gives: true, ...but };
}

export function took(at: number, but: Partial<Word> = {}): Word {
  return { id: `out@${at}`, at, seen: at, kind: 'stated', gives: false, ...but };
}

/** What a reading found, dated already. */
export function foundIn(at: number, but: Partial<Word> = {}): Word {
  return { id: `found in@${at}`, at, seen: at, kind: 'read', gives: true, ...but };
}

export function foundOut(at: number, but: Partial<Word> = {}): Word {
  return { id: `found out@${at}`, at, seen: at, kind: 'read', gives: false, ...but };
}

/** An account of a source with its words. */
export function anAccount(source: string, account: string, ...words: Word[]): Account {
  return { source, account, rev: 1, words };
}
