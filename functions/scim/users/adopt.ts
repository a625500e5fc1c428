import type { FoundUser } from '../../clarus/clarus-directory.ts';
import type { Shown, UserRecord } from '../../identity/user-record.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import { withMeeting } from '../commands/intent.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { type ClaimedName, claimName, isSameName, settleName } from './names.ts';
import { adoptedSide, findableIn, type KnownUser, knownUser, nameless } from './resource.ts';

/** Whoever is shown to a client is adopted: from then on the id and the times are promised, and the name is theirs. */
export interface AdoptUser {
  /**
   * The user as the client is shown it from now on; undefined of one that the client has deleted. `held`: a name that
   * the request has for itself and gives to the user.
   */
  adopt(
    scim: ScimTenant,
    record: UserRecord,
    found: FoundUser,
    held?: string,
  ): Promise<KnownUser | undefined>;
  /** Gives a user the name that it is stored under and that has been lost. */
  rename(scim: ScimTenant, user: KnownUser): Promise<void>;
}

type AdoptPorts = Pick<ScimPorts, 'records' | 'pointers' | 'names' | 'newId' | 'clock'>;

export function createAdoptUser(ports: AdoptPorts): AdoptUser {
  const adopt: AdoptUser['adopt'] = async (scim, record, found, held) => {
    const { clarusUserId } = record;
    if (record.scim[scim.client] !== undefined) return knownUser(scim, record);
    const now = ports.clock();
    const side = adoptedSide(found, now);
    const userName = String(side.resource.userName);
    const claim = await nameFor(scim, clarusUserId, userName);
    const isFree =
      claim !== undefined || isSameName(held, userName) || (await isOurs(scim, clarusUserId, userName));
    // Whoever has the address as a name keeps it.
    const resource = isFree ? side.resource : { ...side.resource, userName: nameless(clarusUserId) };
    await point(ports, scim, clarusUserId, findableIn(resource));
    const stored = await ports.records.update(scim.name, clarusUserId, (newest) =>
      newest.scim[scim.client] === undefined
        ? {
            ...withMeeting(newest, { shown: shownOf(found, now) }),
            scim: { ...newest.scim, [scim.client]: { ...side, resource } },
          }
        : newest,
    );
    if (claim !== undefined) await settleName(ports, scim, claim, clarusUserId);
    return knownUser(scim, stored);
  };

  async function rename(scim: ScimTenant, { record, side }: KnownUser): Promise<void> {
    const claim = await nameFor(scim, record.clarusUserId, String(side.resource.userName));
    if (claim !== undefined) await settleName(ports, scim, claim, record.clarusUserId);
  }

  async function nameFor(
    scim: ScimTenant,
    clarusUserId: string,
    userName: string,
  ): Promise<ClaimedName | undefined> {
    const claimant = { token: ports.newId(), now: ports.clock(), clarusUserId };
    const end = await claimName(ports, scim, userName, claimant);
    return end.kind === 'claimed' ? end : undefined;
  }

  /** Another list that shows the user at the same time has claimed the name for it. */
  async function isOurs(
    { name, client }: ScimTenant,
    clarusUserId: string,
    userName: string,
  ): Promise<boolean> {
    return (await ports.names.find(name, client, userName))?.clarusUserId === clarusUserId;
  }

  return { adopt, rename };
}

/**
 * Whether the client has said nothing of a user's attributes and access yet: what it is shown is made up of what Clarus
 * has. That it has put the user into groups says nothing of who that is.
 */
export function isUnwritten({ client }: Pick<ScimTenant, 'client'>, { record, side }: KnownUser): boolean {
  const { userName, name, displayName, emails, ...written } = side.resource;
  const made = [nameless(record.clarusUserId), ...findableIn({ emails: emails ?? [] }).map(([, it]) => it)];
  const hasSaid = record.accounts.some(
    ({ source, profile, words }) =>
      source === client && (profile !== undefined || words.some(({ kind }) => kind === 'stated')),
  );
  const isMadeUp = Object.keys(written).length === 0 && made.some((it) => isSameName(userName, it));
  return side.adopted === true && isMadeUp && !hasSaid;
}

/** What a look at Clarus showed. */
export function shownOf({ email, name, isActive, roleId }: FoundUser, at: number): Shown {
  return {
    at,
    email,
    ...(name !== undefined && { name }),
    ...(isActive !== undefined && { active: isActive }),
    ...(roleId !== undefined && { roleId }),
  };
}

/** Makes a user found by values. Before it is stored: one too many does no harm, and one too few would hide it. */
export async function point(
  { pointers }: Pick<ScimPorts, 'pointers'>,
  { name, client }: ScimTenant,
  clarusUserId: string,
  values: ReturnType<typeof findableIn>,
): Promise<void> {
  await sideBySide(values, ([attribute, value]) =>
    pointers.point(name, client, attribute, value, clarusUserId),
  );
}
