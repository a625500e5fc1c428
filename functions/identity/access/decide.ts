import type { Account, SourceName } from './account.ts';
import { type Standing, standing } from './standing.ts';

/** What is known of one Clarus user's access. */
export interface Testimony {
  accounts: readonly Pick<Account, 'source' | 'account' | 'words'>[];
  /** How Clarus stood when first met, which is a word of time 0; without `active` Clarus did not tell. */
  first?: { active?: boolean };
  /** The last out-of-band change in Clarus. */
  hand?: Hand;
  /** When an operator lifted all takings that had been heard of, epoch milliseconds. */
  liftedAt?: number;
}

/** How much later than the look that found it a hand in Clarus is dated, in milliseconds: a request may be under way. */
export const HAND_LATER = 5 * 60_000;

/** Somebody switched the user on or off in Clarus, and it was not the bridge. `at` is `HAND_LATER` after the look. */
export interface Hand {
  at: number;
  active: boolean;
}

export interface AccessSettings {
  /** The sources of the tenant file, in its order. */
  sources: readonly SourceName[];
  /** A source whose account ids are those of another one. */
  idOf?: Readonly<Record<SourceName, SourceName>>;
  /** Sources where access depends on apps and groups too. */
  byMembership?: readonly SourceName[];
}

/** Who keeps a person out, and since when. */
export interface Taking {
  by: SourceName | 'clarus' | 'first_look';
  account?: string;
  /** The word that took. */
  eventId?: string;
  since: number;
  /** The source has left the tenant file: what it took stays as a hand. */
  removed?: true;
}

/** The account that speaks for a source: the one that made the latest transition. */
export interface Holder {
  source: SourceName;
  account: string;
  standing: Standing & { access: 'in' | 'out' };
}

export interface Decision {
  /**
   * `out`: somebody keeps the person out. `in`: nobody does, and somebody gave access. `unsaid`: nobody keeps the
   * person out and nobody gave access, so that Clarus stays as it is.
   */
  access: 'in' | 'out' | 'unsaid';
  /** All who keep the person out, in the order of the tenant file. */
  takings: readonly Taking[];
  /** Who speaks for each source, of configured ones only, and of the person that the user is of now. */
  holders: readonly Holder[];
  /** Whether the Clarus user came to somebody else, or was off when first met: what nobody maps falls to defaults. */
  newcomer: boolean;
}

interface Source {
  name: SourceName;
  configured: boolean;
  holder: Holder;
  accounts: readonly Holder[];
  /** What it says is about somebody who had the Clarus user before. */
  isOfAnother: boolean;
}

/**
 * Whether a person is to have access, and why: one pure function of what was said, whatever the order it came in.
 * Every source counts for itself: what a source took only it gives back, or an operator's lift.
 */
export function decide(testimony: Testimony, settings: AccessSettings): Decision {
  const { hand, first } = testimony;
  const sources = sourcesOf(testimony, settings);
  const present = sources.filter(({ configured, isOfAnother }) => configured && !isOfAnother);
  const inside = present.filter(({ holder }) => holder.standing.access === 'in');
  // Whoever is out has given nothing.
  const standings = inside.flatMap(({ accounts }) => accounts.map(({ standing: it }) => it));
  const givenAt = Math.max(NEVER, ...standings.map((it) => it.givenAt));
  const granted = standings.some((it) => it.granted);
  const lifted = testimony.liftedAt ?? NEVER;
  const wasOff = first?.active === false;
  const isSwitchedOn = hand?.active === true;
  const isLifted = lifted > NEVER;

  const takings = [
    ...takenBySources(sources, givenAt, lifted),
    ...takenByHand(hand, givenAt, lifted),
    ...(wasOff && !granted && !isSwitchedOn && !isLifted ? [{ by: 'first_look', since: 0 } as const] : []),
  ];

  const isGivenBack = standings.some((it) => it.restored) || (first?.active === true && wasTaken(testimony));
  const gives = granted || isLifted || isSwitchedOn || isGivenBack;
  return {
    access: takings.length > 0 ? 'out' : gives ? 'in' : 'unsaid',
    takings,
    holders: present.map(({ holder }) => holder),
    newcomer:
      (wasOff && (granted || isLifted)) ||
      (isLifted ? present : inside).some(isTakenOver) ||
      sources.some((it) => it.isOfAnother),
  };
}

const NEVER = Number.NEGATIVE_INFINITY;

function sourcesOf({ accounts }: Testimony, settings: AccessSettings): Source[] {
  const { sources, byMembership = [] } = settings;
  const standings = accounts.flatMap(({ source, account, words }): Holder[] => {
    const { access, ...known } = standing(words, byMembership.includes(source));
    return access === undefined ? [] : [{ source, account, standing: { access, ...known } }];
  });
  const found = [...Map.groupBy(standings, ({ source }) => source)]
    .map(([name, all]) => ({
      name,
      configured: sources.includes(name),
      holder: all.reduce((a, b) => (isLater(b, a) ? b : a)),
      accounts: all,
    }))
    .sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
  return found.map((it) => ({ ...it, isOfAnother: isOfAnother(it, found, settings) }));

  function rank(name: SourceName): number {
    const index = sources.indexOf(name);
    return index === -1 ? sources.length : index;
  }
}

/** Within a source the latest transition counts, whichever account made it; at the same instant taking wins. */
function isLater(a: Holder, b: Holder): boolean {
  const [one, other] = [a.standing, b.standing];
  if (one.since !== other.since) return one.since > other.since;
  if (one.access !== other.access) return one.access === 'out';
  return a.account < b.account;
}

type FoundSource = Omit<Source, 'isOfAnother'>;

/**
 * Where the ids of one source are those of another, a taking of X does not bind Y, who has come after; what the
 * source says of Y itself does.
 */
function isOfAnother(
  { name, configured, holder, accounts }: FoundSource,
  sources: readonly FoundSource[],
  { idOf = {} }: AccessSettings,
): boolean {
  if (!configured || holder.standing.access !== 'out') return false;
  const twins = Object.entries(idOf).flatMap(([a, b]) => (a === name ? [b] : b === name ? [a] : []));
  return twins.some((twin) => {
    const other = sources.find((it) => it.name === twin && it.configured)?.holder;
    return (
      other?.standing.access === 'in' &&
      other.standing.since > holder.standing.since &&
      !accounts.some(({ account, standing: it }) => account === other.account && it.access === 'out')
    );
  });
}

/** The holder's run began after another account of the source had lost access. */
function isTakenOver({ holder, accounts }: Source): boolean {
  return accounts.some(({ standing: it }) => it.access === 'out' && it.since < holder.standing.since);
}

/** Whether anybody ever took access: Clarus may have followed. */
function wasTaken({ accounts }: Testimony): boolean {
  return accounts.some(({ words }) => words.some(({ gives }) => !gives));
}

/** What was heard until an operator lifted it takes no more; whoever takes again is heard again. */
function takenBySources(sources: readonly Source[], givenAt: number, lifted: number): Taking[] {
  return sources.flatMap(({ name, configured, holder, accounts, isOfAnother }): Taking[] => {
    const { access, since, takenAt, word } = holder.standing;
    const isHeardSince = accounts.some(({ standing: it }) => it.heardAt > lifted);
    if (access !== 'out' || isOfAnother || !isHeardSince) return [];
    const taking = { by: name, account: holder.account, since, ...(word && { eventId: word.id }) };
    if (configured) return [taking];
    return givenAt > takenAt ? [] : [{ ...taking, removed: true }];
  });
}

/** Lifted by a later statement, by an operator, or by a hand that switches the user on, which then is the last one. */
function takenByHand(hand: Hand | undefined, givenAt: number, lifted: number): Taking[] {
  if (hand === undefined || hand.active || givenAt > hand.at || hand.at - HAND_LATER <= lifted) return [];
  return [{ by: 'clarus', since: hand.at }];
}
