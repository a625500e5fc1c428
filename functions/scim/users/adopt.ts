import type { FoundUser } from '../../clarus/clarus-directory.ts';
import type { Shown, UserRecord } from '../../identity/user-record.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import { withMeeting } from '../commands/intent.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { claimName, settleName } from './names.ts';
import { adoptedSide, findableIn, type KnownUser, knownUser } from './resource.ts';

/** Whoever is shown to a client is adopted: from then on the id and the times are promised, and the name is theirs. */
export interface AdoptUser {
  /** The user as the client is shown it from now on; undefined of one that the client has deleted. */
  adopt(scim: ScimTenant, record: UserRecord, found: FoundUser): Promise<KnownUser | undefined>;
  /** Gives a user the name that it is stored under and that has been lost. */
  rename(scim: ScimTenant, user: KnownUser): Promise<void>;
}

type AdoptPorts = Pick<ScimPorts, 'records' | 'pointers' | 'names' | 'newId' | 'clock'>;

export function createAdoptUser(ports: AdoptPorts): AdoptUser {
  async function adopt(
    scim: ScimTenant,
    record: UserRecord,
    found: FoundUser,
  ): Promise<KnownUser | undefined> {
    const known = knownUser(scim, record);
    if (record.scim[scim.client] !== undefined) return known;
    const now = ports.clock();
    const side = adoptedSide(found, now);
    return holding(ports, scim, record.clarusUserId, String(side.resource.userName), async () => {
      await point(ports, scim, record.clarusUserId, findableIn(side.resource));
      const stored = await ports.records.update(scim.name, record.clarusUserId, (newest) =>
        newest.scim[scim.client] === undefined
          ? {
              ...withMeeting(newest, { shown: shownOf(found, now) }),
              scim: { ...newest.scim, [scim.client]: side },
            }
          : newest,
      );
      return knownUser(scim, stored);
    });
  }

  function rename(scim: ScimTenant, { record, side }: KnownUser): Promise<void> {
    return holding(ports, scim, record.clarusUserId, String(side.resource.userName), async () => {});
  }

  return { adopt, rename };
}

/** Has the name for the user while it is stored under it; somebody else may have it, and then keeps it. */
async function holding<Result>(
  ports: AdoptPorts,
  scim: ScimTenant,
  clarusUserId: string,
  userName: string,
  store: () => Promise<Result>,
): Promise<Result> {
  const claimant = { token: ports.newId(), now: ports.clock(), clarusUserId };
  const claim = await claimName(ports, scim, userName, claimant);
  const result = await store();
  if (claim.kind === 'claimed') await settleName(ports, scim, claim, clarusUserId);
  return result;
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
