import { type AttributeName, namesIn } from '../profile/clarus-attributes.ts';
import type { UserRecord } from '../user-record.ts';
import type { SourceName } from './account.ts';
import { type Decision, HAND_LATER, type Holder, type Taking } from './decide.ts';
import { type DecideSettings, type Desired, desired } from './desired.ts';
import type { Register, Word } from './word.ts';

/** What ends a taking. */
export type Lift =
  /** The source says of the account what it takes back. */
  | { kind: 'account'; source: SourceName; account: string }
  /** Any source of the tenant file that has the person in states so once more. */
  | { kind: 'statement' }
  /** Somebody switches the user on in Clarus. */
  | { kind: 'switched_on' }
  /** An operator runs the command. */
  | { kind: 'operator'; command: string };

/** Who speaks for a source and what it said. */
export interface Voice {
  source: SourceName;
  account: string;
  access: 'in' | 'out';
  /** Epoch milliseconds; absent: since before the bridge knew. */
  since?: number;
  /** The word that began it; absent where nothing was said but that no lock keeps anybody out. */
  word?: Pick<Word, 'id' | 'kind' | 'at' | 'seen' | 'register'>;
}

/** Where an attribute of Clarus comes from. */
export interface Origin {
  name: AttributeName;
  /** No source has a name with an underscore. */
  from: SourceName | 'who_has_access' | 'default_role' | 'earlier_person';
}

/** Why a Clarus user is as it is. Ids and names of sources and attributes only. */
export interface Explanation {
  clarusUserId: string;
  access: Decision['access'];
  voices: readonly Voice[];
  /** Who keeps the person out; each with at least one thing that ends it. */
  takings: readonly (Taking & { lifts: readonly Lift[] })[];
  /** What gives access to who is off in Clarus though nobody keeps them out; else empty. */
  lifts: readonly Lift[];
  origins: readonly Origin[];
  refusedRoles: Desired['refusedRoles'];
  /** The same for people to read. */
  sentences: readonly string[];
}

/** Explains what a record comes to: by the same decision, so that it cannot say anything else. */
export function explain(record: UserRecord, settings: DecideSettings): Explanation {
  const result = desired(record, settings);
  const { decision, refusedRoles } = result;
  const operator: Lift = { kind: 'operator', command: liftCommand(record) };
  const explained = {
    clarusUserId: record.clarusUserId,
    access: decision.access,
    voices: decision.holders.map(voiceOf),
    takings: decision.takings.map((taking) => ({ ...taking, lifts: [...liftsOf(taking), operator] })),
    lifts: decision.access === 'unsaid' && isOff(record) ? [{ kind: 'statement' } as const, operator] : [],
    origins: originsOf(result),
    refusedRoles,
  };
  return { ...explained, sentences: sentencesOf(explained) };
}

/** What an operator runs to let somebody in whom a source keeps out. */
export function liftCommand({ tenant, clarusUserId }: Pick<UserRecord, 'tenant' | 'clarusUserId'>): string {
  return `npm run bridge -- lift --tenant ${tenant} --user ${clarusUserId}`;
}

function voiceOf({ source, account, standing: { access, since, word } }: Holder): Voice {
  const said = word && {
    id: word.id,
    kind: word.kind,
    at: word.at,
    seen: word.seen,
    ...(word.register !== undefined && { register: word.register }),
  };
  return { source, account, access, ...(since > 1 && { since }), ...(said && { word: said }) };
}

function liftsOf({ by, account, removed }: Taking): Lift[] {
  if (account === undefined) return [{ kind: 'statement' }, { kind: 'switched_on' }];
  return removed === true ? [{ kind: 'statement' }] : [{ kind: 'account', source: by, account }];
}

/** Whether Clarus is known to have switched the user off. */
function isOff({ applied, shown }: UserRecord): boolean {
  return (shown?.active ?? applied.is_active) === false;
}

function originsOf({ attributes, origins }: Desired): Origin[] {
  return namesIn(attributes).map((name) => ({ name, from: origins[name] ?? ownOrigin(name) }));
}

function ownOrigin(name: AttributeName): Origin['from'] {
  if (name === 'is_active') return 'who_has_access';
  return name === 'role_id' ? 'default_role' : 'earlier_person';
}

function sentencesOf({
  clarusUserId,
  access,
  voices,
  takings,
  lifts,
  origins,
  refusedRoles,
}: Omit<Explanation, 'sentences'>): string[] {
  const subject = `Clarus user ${clarusUserId}`;
  return [
    `${subject} ${VERDICTS[access]}.`,
    ...voices.map(voiceSentence),
    ...takings.map(
      ({ lifts: ends, ...taking }) => `${takingSentence(taking)}. It ends when ${either(ends)}.`,
    ),
    ...(lifts.length > 0 ? [`${subject} is off in Clarus. Access comes back when ${either(lifts)}.`] : []),
    ...originSentences(origins),
    ...refusedRoles.map(({ source, role }) => `${source} names role ${role}, which it may not give.`),
  ];
}

const VERDICTS: Readonly<Record<Decision['access'], string>> = {
  in: 'has access',
  out: 'has no access',
  unsaid: 'is left as it is: nobody has taken access, and nobody has given it',
};

function voiceSentence({ source, account, access, since, word }: Voice): string {
  const who = `${source} account ${account}`;
  if (word === undefined) return `${who} says nothing of access but that nothing keeps it out.`;
  const what = access === 'in' ? 'has access' : 'has no access';
  const by = word.kind === 'stated' ? `by event ${word.id}` : `as read at ${time(word.seen)}`;
  return `${who} ${what}${respect(word.register)} since ${since === undefined ? 'before the bridge' : time(since)}, ${by}.`;
}

function respect(register: Register | undefined): string {
  if (register === undefined) return '';
  if (register === 'lock') return ' by its lock';
  return register === 'mapped' ? " by the tenant's rule for is_active" : ` by app or group ${register}`;
}

function takingSentence({ by, account, since, removed }: Taking): string {
  if (by === 'first_look') return 'The user was off in Clarus when first met';
  if (account === undefined)
    return `The user was found switched off in Clarus at ${time(since - HAND_LATER)}`;
  const who = removed === true ? `${by}, which has left the tenant file,` : by;
  return `${who} keeps the user out by account ${account}`;
}

function either(lifts: readonly Lift[]): string {
  return lifts.map(liftText).join(', or ');
}

function liftText(lift: Lift): string {
  switch (lift.kind) {
    case 'account':
      return `${lift.source} account ${lift.account} gives access back`;
    case 'statement':
      return 'a source of the tenant file states that the person has access';
    case 'switched_on':
      return 'somebody switches the user on in Clarus';
    case 'operator':
      return `an operator runs \`${lift.command}\``;
  }
}

function originSentences(origins: readonly Origin[]): string[] {
  const by = Map.groupBy(origins, ({ from }) => from);
  by.delete('who_has_access');
  return [...by].map(([from, all]) => `${all.map(({ name }) => name).join(', ')}: ${originText(from)}.`);
}

function originText(from: Origin['from']): string {
  switch (from) {
    case 'default_role':
      return 'the default role, since no source names one';
    case 'earlier_person':
      return "emptied, since it was an earlier person's";
    default:
      return `from ${from}`;
  }
}

function time(at: number): string {
  return new Date(at).toISOString();
}
