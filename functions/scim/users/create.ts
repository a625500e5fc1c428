import type { FoundUser } from '../../clarus/clarus-directory.ts';
import { isUserMissing, type NewUser } from '../../clarus/clarus-users.ts';
import type { ProfileAttributes } from '../../identity/access/account.ts';
import { CLEARABLE, type DecideSettings, desired } from '../../identity/access/desired.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import { folded } from '../../identity/folded.ts';
import type { JsonObject } from '../../identity/json.ts';
import type { ClarusAttributes } from '../../identity/profile/clarus-attributes.ts';
import { scimAccount } from '../../identity/scim-account.ts';
import { newUserRecord, type UserRecord } from '../../identity/user-record.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { CarryOut } from '../commands/carry-out.ts';
import type { Command } from '../commands/command.ts';
import { committed, type Intent } from '../commands/intent.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { checkResource } from '../schema/resource.ts';
import { createAdoptUser, isUnwritten, point, shownOf } from './adopt.ts';
import { checkRoomBeside, wordsOf } from './edit.ts';
import {
  type ClaimedName,
  claimed,
  claimName,
  giveName,
  isSameName,
  releaseName,
  settleName,
} from './names.ts';
import { addressMissing, mapped, profileAfter, type SaidProfile } from './profile.ts';
import { explained, protectedUser, taken } from './refusals.ts';
import { findableIn, type KnownUser, knownUser } from './resource.ts';

/** Creates a user. Throws ScimError 409 for one that is there, and BridgeError. */
export type CreateUser = (scim: ScimTenant, attributes: JsonObject, command: Command) => Promise<KnownUser>;

/** What a creation is of, and what it has come to so far. */
interface Creation {
  resource: JsonObject;
  profile: ProfileAttributes & Pick<ClarusAttributes, 'email' | 'name'>;
  /** What the tenant's own rule for `is_active` makes of the user. */
  mapped?: boolean | undefined;
  leftOut: SaidProfile['leftOut'];
  claim: ClaimedName;
  command: Command;
  /** The Clarus user that was there already. */
  about?: string;
  /** Clarus may have a user by now that nobody here knows. */
  doubtful: boolean;
}

export function createUserCreation(ports: ScimPorts, carryOut: CarryOut): CreateUser {
  const { adopt } = createAdoptUser(ports);

  return async function create(scim, given, command) {
    const resource: JsonObject = { active: true, ...given };
    checkResource(scim.userType, resource);
    const said = await profileAfter(scim, {
      before: {},
      after: resource,
      stated: [],
      known: {},
      hadRole: false,
      adopted: false,
    });
    if (said.problem !== undefined) throw said.problem;
    const { email } = said.attributes;
    if (email === undefined) throw addressMissing();
    const claimant = { token: `${command.eventId}:${ports.newId()}`, now: ports.clock() };
    const claim = claimed(await claimName(ports, scim, String(resource.userName), claimant));
    const profile = { ...said.attributes, email, name: said.attributes.name ?? email };
    const creation: Creation = {
      resource,
      profile,
      mapped: said.active,
      leftOut: said.leftOut,
      claim,
      command,
      doubtful: false,
    };
    try {
      const known = (await revived(scim, creation)) ?? (await created(scim, creation));
      await settleName(ports, scim, claim, known.record.clarusUserId);
      return known;
    } catch (error) {
      await releaseName(ports, scim, claim, creation.doubtful);
      throw await explained(scim, creation.about, email, error);
    }
  };

  /**
   * The user that was deleted, or left half created, before: the same Clarus user, as a newcomer and not as what it
   * was then. Or one who was in Clarus and whom the client has not written: as it is there. Undefined when there is
   * none, or Clarus has it no more.
   */
  async function revived(scim: ScimTenant, creation: Creation): Promise<KnownUser | undefined> {
    const { profile, claim, command } = creation;
    const deleted = await deletedUser(scim, claim);
    const earlier = deleted === undefined ? await earlierUser(scim, profile.email, claim) : undefined;
    const found = earlier?.user;
    const id = deleted ?? found?.id;
    if (id === undefined) return undefined;
    creation.about = id;
    const shown = found && shownOf(found, ports.clock());
    // As it was before: whoever sends this again is to find the user that this request has not finished.
    creation.doubtful = claim.doubtful && found !== undefined;
    if ((await giveName(ports, scim, claim, id)) === 'conflict') throw taken();
    await point(ports, scim, id, findableIn(creation.resource));
    async function plan(record: UserRecord): Promise<Intent> {
      // Another creation was faster; whom a list has only shown is nobody's yet.
      const user = knownUser(scim, record);
      const isMatched = earlier?.kind === 'matched';
      const isFree = (it: KnownUser) => (isMatched ? isUnwritten(scim, it) : it.side.adopted === true);
      if (user !== undefined && !isFree(user)) throw taken();
      checkRoomBeside(scim, record, creation.resource);
      const intent = (isMatched ? asMatched : asNewcomer)(scim, record, creation);
      return { ...intent, ...(shown && { shown }) };
    }
    try {
      const end = await carryOut(scim, id, command, plan);
      if (end.kind === 'protected') throw protectedUser();
      return knownUser(scim, end.record);
    } catch (error) {
      if (isUserMissing(error)) return undefined;
      throw error;
    }
  }

  async function created(scim: ScimTenant, creation: Creation): Promise<KnownUser> {
    const { claim, command } = creation;
    const user = newUser(scim, creation, await scim.settings());
    const id = await createdInClarus(scim, user, creation);
    creation.doubtful = true;
    if ((await giveName(ports, scim, claim, id)) === 'conflict') throw taken();
    await point(ports, scim, id, findableIn(creation.resource));
    // A list may have shown the user meanwhile, and so adopted it: what was asked for comes over that.
    const plan = async (record: UserRecord) => asNew(scim, record, creation);
    const end = await carryOut(scim, id, { ...command, created: user }, plan);
    const known = end.kind === 'done' ? knownUser(scim, end.record) : undefined;
    if (known === undefined) throw taken();
    return known;
  }

  async function createdInClarus({ clarus }: ScimTenant, user: NewUser, creation: Creation): Promise<string> {
    const answer = await clarus
      .create({ ...user, ...referenceOf(creation.resource) })
      .catch((error: unknown) => {
        creation.doubtful = !(error instanceof BridgeError && error.code === 'clarus_throttled');
        throw error;
      });
    if (answer.kind === 'refused') throw answer.error;
    return answer.id;
  }

  /** Whoever had the name last may have another by now, and then is somebody else. */
  async function deletedUser(
    scim: ScimTenant,
    { formerly, userName }: ClaimedName,
  ): Promise<string | undefined> {
    if (formerly === undefined) return undefined;
    const side = (await ports.records.load(scim.name, formerly)).scim[scim.client];
    return side?.deleted === true && isSameName(side.resource.userName, userName) ? formerly : undefined;
  }

  /** Throws ScimError 409 for a user that is there and was not deleted: the client is to find it, not to make it. */
  async function earlierUser(
    scim: ScimTenant,
    email: string,
    claim: ClaimedName,
  ): Promise<{ kind: 'unfinished' | 'matched'; user: FoundUser } | undefined> {
    const [found] = await scim.clarus.findUsers(email);
    if (found === undefined) {
      // Clarus may have it otherwise for two minutes, after a change of address that died.
      if (await isShown(scim, email)) throw taken();
      return undefined;
    }
    const record = await ports.records.load(scim.name, found.id);
    const side = record.scim[scim.client];
    if (side?.deleted === true || (side === undefined && claim.doubtful)) {
      return { kind: 'unfinished', user: found };
    }
    const user = await adopt(scim, record, found, claim.userName);
    // The name that this request has for itself is to be theirs when it is given back.
    if (isSameName(user?.side.resource.userName, claim.userName)) claim.formerly = found.id;
    // By its userName the client could not find this user, and would be sent from one to the other for good.
    else if (scim.adopt === 'match' && user !== undefined && isUnwritten(scim, user)) {
      return { kind: 'matched', user: found };
    }
    throw taken();
  }

  /** Whether some user is shown with this address as the one for Clarus. */
  async function isShown(scim: ScimTenant, email: string): Promise<boolean> {
    const ids = await ports.pointers.having(scim.name, scim.client, 'emails', email);
    const users = (await ports.records.loadMany(scim.name, ids)).flatMap((it) => knownUser(scim, it) ?? []);
    const addresses = await sideBySide(
      users,
      async ({ side }) => (await mapped(scim, side.resource)).attributes.email,
    );
    return addresses.some((address) => address !== undefined && folded(address) === folded(email));
  }
}

/** What a creation makes of a Clarus user that is new. */
function asNew(scim: ScimTenant, record: UserRecord, creation: Creation): Intent {
  const { resource, profile, command, leftOut } = creation;
  const { at } = command;
  return {
    side: { resource, created: at, lastModified: at, deleted: false },
    account: scimAccount(resource, record.clarusUserId),
    words: wordsOf(scim, { record }, command, resource.active !== false, creation.mapped),
    saysAccess: true,
    profile,
    ...(leftOut.length > 0 && { leftOut }),
  };
}

/** What it makes of one that was there: what the user was then is cleared as far as nobody else says it. */
function asNewcomer(scim: ScimTenant, record: UserRecord, creation: Creation): Intent {
  const intent = asNew(scim, record, creation);
  const others = record.accounts.filter(({ source }) => source !== scim.client);
  const cleared = CLEARABLE.filter(
    (name) =>
      (record.applied[name] ?? '') !== '' &&
      others.every(({ profile }) => profile?.attributes[name] === undefined),
  ).map((name) => [name, '']);
  const profile = { ...Object.fromEntries(cleared), ...intent.profile };
  // In no group, so that who has no other role falls to the default one.
  return { ...intent, side: { ...intent.side, memberOf: [] }, profile, whole: true };
}

/** What it makes of one whom the client has not written: role, texts and groups stay as far as it says nothing of them. */
function asMatched(scim: ScimTenant, record: UserRecord, creation: Creation): Intent {
  const intent = asNew(scim, record, creation);
  const { created = intent.side.created, memberOf } = record.scim[scim.client] ?? {};
  return { ...intent, side: { ...intent.side, created, ...(memberOf !== undefined && { memberOf }) } };
}

/** The most that Clarus keeps of a text. */
const MAX_REFERENCE = 255;

/** The client's id, by which Clarus' own people find the person in the identity provider whatever is renamed. */
function referenceOf({ externalId }: JsonObject): Pick<NewUser, 'external_system_reference1'> {
  const fits = typeof externalId === 'string' && externalId !== '' && externalId.length <= MAX_REFERENCE;
  return fits ? { external_system_reference1: externalId } : {};
}

/** What Clarus is to have of a user that is new. */
function newUser(scim: ScimTenant, creation: Creation, settings: DecideSettings) {
  const { email, name } = creation.profile;
  const record = newUserRecord(scim.name, '0');
  const told = { client: scim.client, command: creation.command };
  const { attributes } = desired(committed(record, told, asNew(scim, record, creation)), settings);
  const role = attributes.role_id ?? settings.defaultRole;
  return { ...attributes, email, name, ...(role !== undefined && { role_id: role }) };
}
