import { isUserMissing } from '../../clarus/clarus-users.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { type CarriedOut, type CarryOut, createCarryOut } from '../commands/carry-out.ts';
import type { Command } from '../commands/command.ts';
import type { Intent } from '../commands/intent.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { notFound, ScimError } from '../protocol/error.ts';
import { checkVersion } from '../protocol/etag.ts';
import { point } from './adopt.ts';
import { type CreateUser, createUserCreation } from './create.ts';
import { type Edit, intentOf, takingOf } from './edit.ts';
import {
  addressHeld,
  type ClaimedName,
  claimed,
  claimName,
  isSameName,
  releaseName,
  settleName,
} from './names.ts';
import { explained, isRefusal, nameUnderWay, protectedUser } from './refusals.ts';
import { bury, createRemoveUser, type RemoveUser } from './remove.ts';
import { findableIn, isClarusId, type KnownUser, knownUser, userResource } from './resource.ts';

export type TakeAway = (
  scim: ScimTenant,
  id: string,
  command: Command,
  refusal: unknown,
  ifMatch?: string,
) => Promise<void>;

export interface UserWrites {
  /** The user of that id. Throws ScimError 404; asks nobody but the state. */
  load(scim: ScimTenant, id: string): Promise<KnownUser>;
  create: CreateUser;
  /** Throws ScimError 403, 404, 409, 412 or 429, or what `edit` throws. */
  edit(scim: ScimTenant, id: string, edit: Edit, command: Command, ifMatch?: string): Promise<KnownUser>;
  /** A change of what the client has of a user apart from its attributes. Throws as `edit`. */
  change(
    scim: ScimTenant,
    id: string,
    command: Command,
    plan: (user: KnownUser) => Promise<Intent>,
  ): Promise<KnownUser>;
  /**
   * For a request that is refused: what it takes away is taken all the same, of a user who is there. So it was meant,
   * and an attribute that is wrong keeps no leaver in.
   */
  takeAway: TakeAway;
  /** The same of a user who has the userName, for a creation. */
  takeAwayNamed: (
    scim: ScimTenant,
    userName: string | undefined,
    command: Command,
    refusal: unknown,
  ) => Promise<void>;
  remove: RemoveUser;
}

/** Users behind SCIM: read and written in the state, and Clarus brought to it before anybody is told so. */
export function createUserWrites(ports: ScimPorts): UserWrites {
  const carryOut = createCarryOut(ports);

  async function load(scim: ScimTenant, id: string): Promise<KnownUser> {
    if (!isClarusId(id)) throw notFound('user');
    return there(scim, await ports.records.load(scim.name, id));
  }

  const change: UserWrites['change'] = async (scim, id, command, plan) => {
    if (!isClarusId(id)) throw notFound('user');
    return done(
      scim,
      await orBuried(ports, scim, id, command, carryOut, (record) => plan(there(scim, record))),
    );
  };

  const edit: UserWrites['edit'] = async (scim, id, step, command, ifMatch) => {
    let claim: ClaimedName | undefined;
    let intent: Intent | undefined;
    let isStored = false;
    async function plan(user: KnownUser): Promise<Intent> {
      checkVersion(ifMatch, () => userResource(scim, user, ''));
      intent = await intentOf(scim, user, step, command);
      await checkAddress(scim, user, intent);
      claim ??= await rename(scim, user, intent, command);
      const known = findableIn(user.side.resource).map(String);
      const fresh = findableIn(intent.side.resource).filter((it) => !known.includes(String(it)));
      await point(ports, scim, id, fresh);
      return intent;
    }
    try {
      const user = await change(scim, id, command, plan);
      isStored = true;
      return user;
    } catch (error) {
      throw await explained(scim, id, intent?.profile?.email, error);
    } finally {
      if (claim !== undefined) await endClaim(scim, id, claim, isStored);
    }
  };

  const takeAway: TakeAway = async (scim, id, command, refusal, ifMatch) => {
    if (command.takes !== true || !isRefusal(refusal)) return;
    try {
      await change(scim, id, command, async (user) => {
        checkVersion(ifMatch, () => userResource(scim, user, ''));
        return takingOf(scim, user, command);
      });
    } catch (error) {
      // It has been queued, or there is nobody; the client is told of its own fault.
      if (!(error instanceof BridgeError || error instanceof ScimError)) throw error;
    }
  };

  const takeAwayNamed: UserWrites['takeAwayNamed'] = async (scim, userName, command, refusal) => {
    if (command.takes !== true || userName === undefined) return;
    const claim = await ports.names.find(scim.name, scim.client, userName);
    const id = claim?.clarusUserId;
    if (id === undefined) return;
    const user = knownUser(scim, await ports.records.load(scim.name, id));
    if (isSameName(user?.side.resource.userName, userName)) await takeAway(scim, id, command, refusal);
  };

  /** Clarus takes an address that is free there, and whoever is to get it back would not. */
  async function checkAddress(
    scim: ScimTenant,
    { record: { clarusUserId, applied, shown } }: KnownUser,
    { profile }: Intent,
  ): Promise<void> {
    const email = profile?.email;
    if (email === undefined || email === (applied.email ?? shown?.email)) return;
    const wait = await addressHeld(ports, scim, clarusUserId, email);
    if (wait !== undefined) throw nameUnderWay(wait);
  }

  async function rename(
    scim: ScimTenant,
    { record, side }: KnownUser,
    after: Intent,
    { eventId }: Command,
  ): Promise<ClaimedName | undefined> {
    const userName = String(after.side.resource.userName);
    if (isSameName(side.resource.userName, userName)) return undefined;
    const { clarusUserId } = record;
    const claimant = { token: `${eventId}:${ports.newId()}`, now: ports.clock(), clarusUserId };
    return claimed(await claimName(ports, scim, userName, claimant));
  }

  function endClaim(scim: ScimTenant, id: string, claim: ClaimedName, isStored: boolean): Promise<void> {
    return isStored ? settleName(ports, scim, claim, id) : releaseName(ports, scim, claim, false);
  }

  return {
    load,
    create: createUserCreation(ports, carryOut),
    edit,
    change,
    takeAway,
    takeAwayNamed,
    remove: createRemoveUser(ports, carryOut),
  };
}

/** A user whom Clarus has no more is deleted for the client too. */
async function orBuried(
  ports: Pick<ScimPorts, 'records'>,
  scim: ScimTenant,
  id: string,
  command: Command,
  carryOut: CarryOut,
  plan: (record: UserRecord) => Promise<Intent>,
): Promise<CarriedOut> {
  try {
    return await carryOut(scim, id, command, plan);
  } catch (error) {
    if (isUserMissing(error)) await bury(ports, scim, id, command.at);
    throw error;
  }
}

function there(scim: ScimTenant, record: UserRecord): KnownUser {
  const user = knownUser(scim, record);
  if (user === undefined) throw notFound('user');
  return user;
}

function done(scim: ScimTenant, end: CarriedOut): KnownUser {
  if (end.kind === 'protected') throw protectedUser();
  return there(scim, end.record);
}
