import type { FoundUser } from '../../clarus/clarus-directory.ts';
import { isUserMissing } from '../../clarus/clarus-users.ts';
import { defaultRole } from '../../clarus/default-role.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { ClarusAttributes } from '../../identity/clarus-attributes.ts';
import { folded } from '../../identity/folded.ts';
import type { Json, JsonObject } from '../../identity/json.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { StoredScimUser } from '../../state/scim-user.ts';
import type { CarriedOut, ClarusWrites } from '../commands/carry-out.ts';
import type { Command } from '../commands/command.ts';
import { contended, ROUNDS } from '../commands/contention.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { checkResource } from '../schema/resource.ts';
import { createAdoptUser } from './adopt.ts';
import { addressMissing, CLEARABLE, wishes } from './clarus-changes.ts';
import { type ClaimedName, claimName, giveName, releaseName, settleName } from './names.ts';
import { adopted, asScimUser, type KnownUser } from './resource.ts';
import { saveUser } from './store.ts';
import { explained, taken } from './uniqueness.ts';

/** Creates a user. Throws ScimError 409 for one that is there, and BridgeError. */
export type CreateUser = (scim: ScimTenant, attributes: JsonObject, command: Command) => Promise<KnownUser>;

/** What a creation has come to so far. */
interface Creation {
  attributes: JsonObject;
  user: Partial<ClarusAttributes> & Pick<ClarusAttributes, 'email' | 'name'>;
  claim: ClaimedName;
  command: Command;
  /** Clarus may have a user by now that nobody here knows. */
  doubtful: boolean;
}

/** A Clarus user that is to become the new one, and what Clarus shows of it. */
type Earlier = Pick<FoundUser, 'id' | 'name' | 'isActive'>;

export function createUserCreation(ports: ScimPorts, clarusWrites: ClarusWrites): CreateUser {
  const adoptUser = createAdoptUser(ports);

  return async function create(scim, given, command) {
    checkResource(scim.userType, given);
    const attributes: JsonObject = { active: true, ...given };
    const { wanted, problem } = await wishes(scim, undefined, attributes, []);
    if (problem !== undefined) throw problem;
    const { email } = wanted;
    if (email === undefined) throw addressMissing();
    const claimant = { token: `${command.eventId}:${ports.newId()}`, now: ports.clock() };
    const claim = await claimName(ports, scim.name, String(attributes.userName), claimant);
    if (claim === undefined) throw taken();

    const user = { ...wanted, email, name: wanted.name ?? email, is_active: wanted.is_active ?? true };
    const creation: Creation = { attributes, user, claim, command, doubtful: false };
    try {
      const role_id = wanted.role_id ?? (await defaultRole(scim.clarus, scim.tenant));
      if (role_id !== undefined) creation.user.role_id = role_id;
      const known = (await revived(scim, creation)) ?? (await created(scim, creation));
      await settleName(ports.names, scim.name, claim, known.stored.clarusUserId);
      return known;
    } catch (error) {
      await releaseName(ports.names, scim.name, claim, creation.doubtful);
      throw await explained(scim, undefined, email, error);
    }
  };

  /**
   * The user that was deleted, or left half created, before: the same Clarus user, as a newcomer and not as what it
   * was then. Undefined when there is none, or Clarus has it no more.
   */
  async function revived(scim: ScimTenant, creation: Creation): Promise<KnownUser | undefined> {
    const { user, claim } = creation;
    const found = (await deletedUser(scim, claim)) ?? (await earlierUser(scim, user.email, claim));
    if (found === undefined) return undefined;
    if ((await giveName(ports.names, scim.name, claim, found.id)) === 'conflict') throw taken();
    return writtenOver(scim, found, creation);
  }

  async function created(scim: ScimTenant, creation: Creation): Promise<KnownUser> {
    const { user, claim, command } = creation;
    const id = await createdInClarus(scim, creation);
    creation.doubtful = true;
    if ((await giveName(ports.names, scim.name, claim, id)) === 'conflict') throw taken();
    const record = await clarusWrites.noteCreated(scim, id, user, command);
    const stored = newUser(id, creation, undefined);
    if ((await saveUser(ports, scim.name, stored)) === 'saved') return { stored, record };
    // A list has shown the user meanwhile, and so adopted it: what was asked for comes over that, as said then.
    const said = { ...creation, command: { ...command, saidAt: command.at } };
    const known = await writtenOver(scim, { id }, said);
    if (known === undefined) throw taken();
    return known;
  }

  /** Writes the user over one that was deleted or that no client has created; undefined for one that Clarus has no more. */
  async function writtenOver(
    scim: ScimTenant,
    { id, name, isActive }: Earlier,
    creation: Creation,
  ): Promise<KnownUser | undefined> {
    const found = {
      ...(name !== undefined && { name }),
      ...(isActive !== undefined && { is_active: isActive }),
    };
    const options = { life: 'create', found } as const;
    const carriedOut: CarriedOut[] = [];
    const first = await ports.scimUsers.find(scim.name, id);
    try {
      let { command } = creation;
      let last = first;
      for (let round = 0; round < ROUNDS; round++) {
        // A tombstone can only have been written over by another creation.
        if (first?.deleted === true && last?.deleted !== true) throw taken();
        const wanted = await asNewcomer(scim, id, creation);
        const decision = await clarusWrites.decide(scim, id, wanted, command, options);
        const end = await orMissing(clarusWrites.carryOut(scim, decision));
        if (end === undefined) return undefined;
        carriedOut.push(end);
        command = decision.command;
        const stored = newUser(id, creation, last);
        if ((await saveUser(ports, scim.name, stored)) === 'saved') {
          await clarusWrites.confirm(scim, end);
          return { stored, record: end.record };
        }
        last = await ports.scimUsers.find(scim.name, id);
      }
      throw contended();
    } catch (error) {
      await clarusWrites.takeBack(scim, carriedOut, error);
      throw error;
    }
  }

  /** What the user was then is cleared as far as Clarus lets it be. */
  async function asNewcomer(
    scim: ScimTenant,
    id: string,
    { user }: Creation,
  ): Promise<Partial<ClarusAttributes>> {
    const { desired } = await ports.users.load(scim.name, id);
    const cleared = CLEARABLE.filter((name) => (desired[name]?.value ?? '') !== '').map((name) => [name, '']);
    return { ...Object.fromEntries(cleared), ...user };
  }

  async function createdInClarus({ clarus }: ScimTenant, creation: Creation): Promise<string> {
    const answer = await clarus.create(creation.user).catch((error: unknown) => {
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
  ): Promise<Earlier | undefined> {
    const stored = formerly === undefined ? undefined : await ports.scimUsers.find(scim.name, formerly);
    return stored?.deleted === true && isSameName(stored.attributes.userName, userName)
      ? { id: stored.clarusUserId }
      : undefined;
  }

  /** Throws ScimError 409 for a user that is there and was not deleted: the client is to find it, not to make it. */
  async function earlierUser(
    scim: ScimTenant,
    email: string,
    claim: ClaimedName,
  ): Promise<Earlier | undefined> {
    const [found] = await scim.clarus.findUsers(email);
    if (found === undefined) {
      // Clarus may have it otherwise for two minutes, after a change of address that died.
      if (await isShown(scim, email)) throw taken();
      return undefined;
    }
    const stored = await ports.scimUsers.find(scim.name, found.id);
    if (stored?.deleted === true || (stored === undefined && claim.doubtful)) return found;
    const { attributes } = await adoptUser(scim.name, stored ?? adopted(found, ports.clock()));
    // The name that this request has for itself is to be theirs when it is given back.
    if (isSameName(attributes.userName, claim.userName)) claim.formerly = found.id;
    throw taken();
  }

  /** Whether some user is shown with this address as the one for Clarus. */
  async function isShown(scim: ScimTenant, email: string): Promise<boolean> {
    const ids = await ports.scimUsers.having(scim.name, 'emails', email);
    const users = await sideBySide(ids, (id) => ports.scimUsers.find(scim.name, id));
    const addresses = await sideBySide(users, async (user) =>
      user?.deleted === false ? (await scim.map(asScimUser(user.attributes))).attributes.email : undefined,
    );
    return addresses.some((address) => address !== undefined && folded(address) === folded(email));
  }
}

function isSameName(one: Json | undefined, other: string): boolean {
  return folded(String(one)) === folded(other);
}

async function orMissing<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (error) {
    if (isUserMissing(error)) return undefined;
    throw error;
  }
}

function newUser(
  clarusUserId: string,
  { attributes, command: { at } }: Creation,
  last: StoredScimUser | undefined,
): StoredScimUser {
  const version = last?.version ?? 0;
  return { clarusUserId, attributes, created: at, lastModified: at, deleted: false, version };
}
