/**
 * A word is what one account of one source said about its access: an assertion, with the time from which it is
 * meant. Words are a set: that they come twice, late or in another order changes nothing.
 */
export interface Word {
  /** The provider's id of the event; of a reading, one made for it. Unique within the account. */
  id: string;
  /** From when it is meant, epoch milliseconds: by the directory's own clock where it tells. */
  at: number;
  /** When the bridge first heard it, epoch milliseconds. */
  seen: number;
  /** Said by an event, a SCIM command, a logout signal or an operator; or found by reading the directory. */
  kind: 'stated' | 'read';
  /** Whether it gives access or takes it. */
  gives: boolean;
  /** What of access it is about. Absent: that the account may sign in. */
  register?: Register;
  /** Of a reading: `at` is the directory's own time of the change and not made of the time of reading. */
  changed?: true;
  /** Of a reading: when the account was created, if that was after the bridge began. */
  born?: number;
  /** Of a reading: some news made the bridge read, and no comparison of everybody. */
  news?: true;
  /** The account was deleted. */
  gone?: true;
  /** Set when a long run of words is shortened: opposite words from here to this word may have been lost. */
  gap?: number;
}

/**
 * Access that depends on several things is in only when none of them says out: that the account is not locked, that
 * the tenant's mapping does not make it inactive, and that it is a member of one of the tenant's apps or groups, whose
 * ids stand for themselves.
 */
export type Register = 'lock' | 'mapped' | (string & {});

/** Milliseconds after a change in which a directory may still show what was before: Graph, about a minute. */
export const STALE_FOR = 90_000;

/**
 * How far a provider's clock may be away from ours, in milliseconds: a taking without a time of its own is dated so much
 * after it was heard.
 */
export const SKEW = 60_000;

/** What a reading shows was so at least this long before, or it may be stale: 3.5 minutes. */
export const MARGIN = STALE_FOR + 2 * SKEW;

/** A time further ahead than this is a wrong clock's: it would outrank all that happens until then. */
export const AHEAD = 5 * 60_000;

/** What a reading is made of. */
export interface Finding {
  id: string;
  gives: boolean;
  /** When the reading began, epoch milliseconds. */
  readAt: number;
  register?: Register | undefined;
  /** The directory's own time of the last change, where it tells. */
  changedAt?: number | undefined;
  /** When the account was created, where the directory tells. */
  createdAt?: number | undefined;
  news: boolean;
}

/**
 * A reading as a word. It takes as of when it was read and gives as of the moment before which it cannot be stale, or
 * both as of the directory's own time of change. What was so before the bridge began was so since ever: out since 0, in
 * a moment later.
 */
export function reading(found: Finding, began: number, margin = MARGIN): Word {
  const { id, gives, readAt: seen, register, changedAt, createdAt, news } = found;
  const common = {
    id,
    seen,
    kind: 'read' as const,
    gives,
    ...(register !== undefined && { register }),
    ...(news && { news: true as const }),
  };
  const born = createdAt !== undefined && createdAt >= began ? { born: createdAt } : {};
  if (changedAt !== undefined && changedAt <= seen + AHEAD) {
    return { ...common, at: changedAt < began ? Number(gives) : changedAt, changed: true, ...born };
  }
  return { ...common, at: gives ? seen - margin : seen, ...born };
}

/** Negative when `a` comes first. At the same instant the taking comes last, so it wins. */
export function inOrder(a: Word, b: Word): number {
  return a.at - b.at || Number(b.gives) - Number(a.gives) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
