import type { ProfileAttributes, SourceName } from '../../identity/access/account.ts';
import type { Word } from '../../identity/access/word.ts';
import { commandMark, LEASE } from '../../identity/pending.ts';
import type { AttributeName, ClarusAttributes } from '../../identity/profile/clarus-attributes.ts';
import type { ScimSide, Shown, UserRecord } from '../../identity/user-record.ts';
import { withId, withProfile, withSaid, withWords } from './accounts.ts';
import type { Command } from './command.ts';

/** What a command is to make of a user. */
export interface Intent {
  /** What the client's side is to be. */
  side: ScimSide;
  /** Whose words and profile they are. */
  account: string;
  /** The same person's account until now: the client has another id for it, and its words go along. */
  formerly?: string;
  /** What it says of access. */
  words: readonly Word[];
  /** The request speaks of access, whether or not that is news. */
  saysAccess: boolean;
  /** What the client says of the Clarus attributes altogether. */
  profile?: ProfileAttributes;
  /** Clarus is told all of it, whatever it is thought to have. */
  whole?: boolean;
  /** How Clarus showed the user just now. */
  shown?: Shown;
}

/** Which client's command it is. */
export interface Told {
  client: SourceName;
  command: Command;
}

/** The mark of a command in the record's `open`. */
export function markOf({ client, command }: Told, { account, formerly = account }: Intent): string {
  return commandMark({ source: client, account: formerly }, command.eventId);
}

/** What a command says of whether the person may sign in. */
export function saidOf(intent: Intent | undefined): boolean | undefined {
  return intent?.words.findLast(({ kind, register }) => kind === 'stated' && register === undefined)?.gives;
}

/** Whether the command says that access ends. */
export function takesAccess(intent: Intent): boolean {
  return saidOf(intent) === false;
}

/**
 * The record with a command that has begun. What it takes is there at once, and so is a deletion: these stand whatever
 * happens. The rest is pending.
 */
export function begun(
  record: UserRecord,
  told: Told,
  intent: Intent,
  touches: readonly AttributeName[],
  now: number,
): UserRecord {
  const { client, command } = told;
  const { side, account, formerly = account, words } = intent;
  const takings = words.filter(({ gives }) => !gives);
  const shown = shownMeanwhile(record.scim[client], intent);
  return {
    ...withMeeting(record, intent),
    ...(shown !== undefined && { scim: { ...record.scim, [client]: shown } }),
    accounts: withWords(record.accounts, { source: client, account: formerly }, takings),
    open: { ...record.open, [markOf(told, intent)]: now },
    pending: { eventId: command.eventId, client, until: now + LEASE, after: side, touches },
  };
}

function shownMeanwhile(before: ScimSide | undefined, intent: Intent): ScimSide | undefined {
  if (intent.side.deleted) return intent.side;
  if (before?.deleted !== false || !takesAccess(intent)) return before;
  return { ...before, resource: { ...before.resource, active: false } };
}

/** The record with all that a command says. */
export function committed(record: UserRecord, { client, command }: Told, intent: Intent): UserRecord {
  const { side, account, formerly, words, profile } = intent;
  const own = { source: client, account };
  const renamed =
    formerly === undefined ? record.accounts : withId(record.accounts, client, formerly, account);
  const spoken = withWords(renamed, own, words);
  const accounts = profile === undefined ? spoken : withProfile(spoken, own, profile, command);
  return {
    ...withMeeting(withoutOwn(record, command), intent),
    accounts,
    scim: { ...record.scim, [client]: side },
  };
}

/** How Clarus stood when first met is kept of whom nobody has met before. */
export function withMeeting(record: UserRecord, { shown }: Pick<Intent, 'shown'>): UserRecord {
  if (shown === undefined) return record;
  const { at, active } = shown;
  const first = { at, ...(active !== undefined && { active }) };
  return {
    ...record,
    ...(record.shown === undefined && { shown }),
    ...(record.revision === 0 && { first }),
  };
}

/** What is known of the end of a command that failed. */
export interface Remains {
  /** What Clarus has confirmed of it. */
  taken: Readonly<Partial<ClarusAttributes>>;
  /** What the request was about that may have landed although it failed. */
  doubtful: readonly AttributeName[];
}

/** The record without a command that came to nothing: of it nothing is left but what it took. */
export function dropped(record: UserRecord, told: Told, intent: Intent, remains: Remains): UserRecord {
  const { taken, doubtful } = remains;
  const mark = markOf(told, intent);
  const applied = { ...record.applied, ...taken };
  for (const name of doubtful) delete applied[name];
  return {
    ...withoutOwn(record, told.command),
    open: Object.fromEntries(Object.entries(record.open).filter(([it]) => it !== mark)),
    applied,
  };
}

/**
 * The record in which the client says what Clarus had before a command that failed: for what Clarus may have by now and
 * nobody speaks of, so that whoever looks after it gives that back.
 */
export function saying(
  record: UserRecord,
  { client, command }: Told,
  { account, formerly = account }: Intent,
  had: ProfileAttributes,
): UserRecord {
  const own = { source: client, account: formerly };
  return { ...record, accounts: withSaid(record.accounts, own, had, command) };
}

/** The record without the command, if that is the one that is pending. */
function withoutOwn(record: UserRecord, { eventId }: Command): UserRecord {
  if (record.pending?.eventId !== eventId) return record;
  const { pending: _, ...rest } = record;
  return rest;
}
