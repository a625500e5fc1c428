import { type AttributeName, type ClarusAttributes, namesIn } from '../profile/clarus-attributes.ts';
import type { UserRecord } from '../user-record.ts';
import type { Account, ProfileAttributes, SourceName } from './account.ts';
import { type AccessSettings, type Decision, decide } from './decide.ts';

/** What a tenant says of where access and attributes come from. Role ids, not names. */
export interface DecideSettings extends AccessSettings {
  /** Whose profile counts first, for all attributes; the order of `sources` where the tenant says nothing. */
  profile: readonly SourceName[];
  /** The role of who has none by mapping or membership after a change of holder. */
  defaultRole?: number | undefined;
  /** By source, the roles it may give, the first one the most important; absent: any that is not `withheld`. */
  roles: Readonly<Record<SourceName, readonly number[]>>;
  /** By source without such a list, the roles that nobody has named for it and that are too much to be assumed. */
  withheld?: Readonly<Record<SourceName, readonly number[]>>;
  /** Roles that protect whoever has them, so that no source gives them: who was given one could not be taken out. */
  protectedRoles?: readonly number[];
}

/** Clarus' texts that are emptied for a newcomer. */
export const CLEARABLE = [
  'language',
  'timezone',
  'string1',
  'string2',
  'string3',
  'string4',
  'string5',
] as const satisfies (keyof ProfileAttributes)[];

/** What Clarus is to have, and why. */
export interface Desired {
  attributes: Partial<ClarusAttributes>;
  decision: Decision;
  /** Which source each attribute of the profile comes from. */
  origins: { readonly [K in AttributeName]?: SourceName };
  /** Roles that a source named and may not give. */
  refusedRoles: readonly { source: SourceName; role: number }[];
}

/** What a Clarus user is to be by all that its record knows. Pure: the same record, the same answer. */
export function desired(record: UserRecord, settings: DecideSettings): Desired {
  const decision = decide(record, settings);
  const origins: { [K in AttributeName]?: SourceName } = {};
  const refusedRoles: { source: SourceName; role: number }[] = [];
  const attributes: Partial<ClarusAttributes> = {};
  for (const { source, profile } of speakers(record.accounts, decision, settings)) {
    const said: Partial<ClarusAttributes> = { ...profile?.attributes };
    const role = roleOf(record, source, said.role_id, settings);
    if (role !== undefined) said.role_id = role;
    if (said.role_id !== undefined && !mayGive(settings, source, said.role_id)) {
      refusedRoles.push({ source, role: said.role_id });
      delete said.role_id;
    }
    for (const name of namesIn(said)) {
      if (origins[name] !== undefined) continue;
      origins[name] = source;
      Object.assign(attributes, { [name]: said[name] });
    }
  }
  if (decision.newcomer) Object.assign(attributes, { ...forNewcomer(record, settings), ...attributes });
  else if (attributes.role_id === undefined && hasLeftGroups(record)) {
    Object.assign(attributes, defaultRole(settings));
  }
  if (decision.access !== 'unsaid') attributes.is_active = decision.access === 'in';
  return { attributes, decision, origins, refusedRoles };
}

/**
 * Only holders' profiles count. Who is out and keeps nobody out any more, since an operator has lifted it, may be
 * somebody else.
 */
function speakers(
  accounts: readonly Account[],
  { access, holders }: Decision,
  { profile }: DecideSettings,
): readonly Account[] {
  const speaking = accounts.filter(({ source, account }) =>
    holders.some(
      (holder) =>
        holder.source === source &&
        holder.account === account &&
        (access === 'out' || holder.standing.access === 'in'),
    ),
  );
  return speaking.sort((a, b) => rank(a.source) - rank(b.source));

  function rank(source: SourceName): number {
    const index = profile.indexOf(source);
    return index === -1 ? profile.length : index;
  }
}

/** Of the groups a person is in, the role that stands first in the tenant's order; else the one joined last. */
function roleOf(
  { scim }: UserRecord,
  source: SourceName,
  mapped: number | undefined,
  { roles }: DecideSettings,
): number | undefined {
  const side = scim[source];
  const memberOf = side?.deleted === false ? (side.memberOf ?? []).map(Number) : [];
  const inOrder = roles[source]?.find((role) => memberOf.includes(role));
  return inOrder ?? memberOf.at(-1) ?? mapped;
}

/** Whether a source may give a role. */
export function mayGive(
  { roles, withheld, protectedRoles }: Pick<DecideSettings, 'roles' | 'withheld' | 'protectedRoles'>,
  source: SourceName,
  role: number,
): boolean {
  if (protectedRoles?.includes(role) === true) return false;
  return roles[source]?.includes(role) ?? withheld?.[source]?.includes(role) !== true;
}

function hasLeftGroups({ scim }: UserRecord): boolean {
  return Object.values(scim).some(({ memberOf, deleted }) => !deleted && memberOf !== undefined);
}

function forNewcomer(record: UserRecord, settings: DecideSettings): Partial<ClarusAttributes> {
  // What is not known to be empty is not emptied: Clarus shows most tenants no texts.
  const texts = CLEARABLE.filter((name) => (record.applied[name] ?? '') !== '').map((name) => [name, '']);
  return { ...Object.fromEntries(texts), ...defaultRole(settings) };
}

function defaultRole({ defaultRole: role }: DecideSettings): Partial<ClarusAttributes> {
  return role === undefined ? {} : { role_id: role };
}
