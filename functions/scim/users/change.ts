import { isUserMissing } from '../../clarus/clarus-users.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import {
  type AttributeValue,
  type ClarusAttributes,
  entriesIn,
  namesIn,
} from '../../identity/clarus-attributes.ts';
import { folded } from '../../identity/folded.ts';
import { type JsonObject, sameJson } from '../../identity/json.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import type { StoredScimUser } from '../../state/scim-user.ts';
import { type CarriedOut, type ClarusWrites, createClarusWrites } from '../commands/carry-out.ts';
import type { Command } from '../commands/command.ts';
import { contended, ROUNDS } from '../commands/contention.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { notFound } from '../protocol/error.ts';
import { checkVersion } from '../protocol/etag.ts';
import { checkResource } from '../schema/resource.ts';
import type { AttributePath } from '../schema/resource-type.ts';
import { wishes } from './clarus-changes.ts';
import { type CreateUser, createUserCreation } from './create.ts';
import { type ClaimedName, claimName, releaseName, settleName } from './names.ts';
import { attributesOf, isClarusId, type KnownUser, userResource } from './resource.ts';
import { saveUser } from './store.ts';
import { explained, taken } from './uniqueness.ts';

/** Milliseconds that a writer who lost steps back for at the most, so that not all of them meet again. */
const STEP_BACK = 50;

/** What a write makes of a user's attributes, and of which of them it spoke. */
export type Edit = (before: JsonObject) => { resource: JsonObject; stated: readonly AttributePath[] };

export interface UserWrites extends Pick<ClarusWrites, 'write'> {
  /** The user of that id. Throws ScimError 404; asks nobody but the state. */
  load(scim: ScimTenant, id: string): Promise<KnownUser>;
  create: CreateUser;
  /** Throws ScimError 404, 409 or 412, or what `edit` throws. */
  edit(scim: ScimTenant, id: string, edit: Edit, command: Command, ifMatch?: string): Promise<KnownUser>;
  /** Also for a user whom an earlier attempt has deleted without Clarus having heard of it. */
  remove(scim: ScimTenant, id: string, command: Command, ifMatch?: string): Promise<void>;
}

/** Users behind SCIM: read and written in the state, and Clarus brought to it before anybody is told so. */
export function createUserWrites(ports: ScimPorts): UserWrites {
  const clarusWrites = createClarusWrites(ports);

  async function find(
    scim: ScimTenant,
    id: string,
  ): Promise<{ stored: StoredScimUser | undefined; record: UserRecord }> {
    if (!isClarusId(id)) throw notFound('user');
    const [stored, record] = await Promise.all([
      ports.scimUsers.find(scim.name, id),
      ports.users.load(scim.name, id),
    ]);
    return { stored, record };
  }

  async function load(scim: ScimTenant, id: string): Promise<KnownUser> {
    const { stored, record } = await find(scim, id);
    // A deletion that died half-way has been decided all the same.
    if (stored?.deleted === false && record.deleted) await bury(scim, id, record.desired.is_active?.at ?? 0);
    if (stored === undefined || stored.deleted || record.deleted) throw notFound('user');
    return { stored, record };
  }

  /** A write that does not get through leaves nothing behind, whatever round it is in; see ClarusWrites.carryOut. */
  async function edit(
    scim: ScimTenant,
    id: string,
    step: Edit,
    command: Command,
    ifMatch?: string,
  ): Promise<KnownUser> {
    const carriedOut: CarriedOut[] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const user = await load(scim, id);
        checkVersion(ifMatch, () => userResource(scim, user, ''));
        const end = await editOnce(
          scim,
          user,
          step,
          carriedOut.at(-1)?.decision.command ?? command,
          carriedOut,
        );
        if (end !== 'conflict') return end;
        await ports.pause(ports.random() * STEP_BACK);
      }
      throw contended();
    } catch (error) {
      await clarusWrites.takeBack(scim, carriedOut, error);
      throw error;
    }
  }

  async function editOnce(
    scim: ScimTenant,
    user: KnownUser,
    step: Edit,
    command: Command,
    carriedOut: CarriedOut[],
  ): Promise<KnownUser | 'conflict'> {
    const id = user.stored.clarusUserId;
    const { after, wanted } = await planned(scim, user, step, command);
    const claim = await rename(scim, user.stored, after, command);
    let done = false;
    try {
      const decision = await clarusWrites.decide(scim, id, wanted, command);
      const end = await clarusWrites.carryOut(scim, decision);
      carriedOut.push(end);
      const stored = await store(scim, user, after, end);
      if (stored === 'conflict') return 'conflict';
      done = true;
      const record = await insist(scim, stored, end);
      // What an earlier round has sent, this one has confirmed.
      const outcome = carriedOut.some((it) => it.outcome === 'applied') ? 'applied' : 'no_change';
      await clarusWrites.confirm(scim, { ...end, outcome });
      return { stored, record };
    } catch (error) {
      if (isUserMissing(error)) await bury(scim, id, command.at);
      else if (wanted.is_active === false) await rememberRevocation(scim, id);
      throw await explained(scim, id, wanted.email, error);
    } finally {
      if (claim !== undefined) await endClaim(scim, id, claim, done);
    }
  }

  /** The attributes after an edit, and what that means for Clarus. */
  async function planned(
    scim: ScimTenant,
    user: KnownUser,
    step: Edit,
    command: Command,
  ): Promise<{ after: JsonObject; wanted: Partial<ClarusAttributes> }> {
    const { stored, record } = user;
    const { resource, stated } = step(attributesOf(user));
    checkResource(scim.userType, resource);
    const after = asSaid(resource, stored, stated);
    const before = { attributes: stored.attributes, record };
    const { wanted, problem } = await wishes(scim, before, after, stated);
    if (problem === undefined) return { after, wanted };
    // A role or a name that cannot be mapped keeps no leaver in.
    if (wanted.is_active === false) {
      await rememberRevocation(scim, stored.clarusUserId);
      await clarusWrites.write(scim, stored.clarusUserId, { is_active: false }, command);
    }
    throw problem;
  }

  /** Of a write that fails a revocation stands: SCIM is to show it, so that nothing is ever taken back to access. */
  async function rememberRevocation(scim: ScimTenant, id: string): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const stored = await ports.scimUsers.find(scim.name, id);
      if (stored === undefined || stored.attributes.active === false) return;
      const attributes = { ...stored.attributes, active: false };
      if ((await saveUser(ports, scim.name, { ...stored, attributes })) === 'saved') return;
    }
  }

  /** Stores what has changed, also if only Clarus had to be told so: a writer under way meanwhile has to begin anew. */
  async function store(
    scim: ScimTenant,
    user: KnownUser,
    attributes: JsonObject,
    { record, decision: { wanted, command } }: CarriedOut,
  ): Promise<StoredScimUser | 'conflict'> {
    const { stored } = user;
    const edited = { ...stored, attributes, lastModified: Math.max(command.at, stored.lastModified) };
    const isSame =
      sameJson(stored.attributes, attributes) &&
      sameJson(attributesOf(user), attributesOf({ stored: edited, record }));
    const kept = isSame ? stored : edited;
    if (isSame && namesIn(profileIn(wanted)).length === 0) return kept;
    return (await saveUser(ports, scim.name, kept)) === 'saved' ? kept : 'conflict';
  }

  /**
   * Says once more what another command has decided otherwise meanwhile: that one came to nothing, or begins anew
   * when it finds that the user has been stored. Unless it has stored the user by then: it is the later one. See
   * undo.ts.
   */
  async function insist(
    scim: ScimTenant,
    { version }: StoredScimUser,
    { record, decision: { wanted, command } }: CarriedOut,
  ): Promise<UserRecord> {
    const profile = entriesIn<AttributeValue>(profileIn(wanted));
    if (profile.length === 0) return record;
    const id = record.clarusUserId;
    const newest = await ports.users.load(scim.name, id);
    const lost = profile.filter(([name, value]) => {
      const desired = newest.desired[name];
      return desired?.value !== value && desired?.origin === 'scim';
    });
    if (lost.length === 0) return newest;
    try {
      const again = await clarusWrites.decide(scim, id, Object.fromEntries(lost), command);
      const stored = await ports.scimUsers.find(scim.name, id);
      if (stored?.version === version + 1) return (await clarusWrites.carryOut(scim, again)).record;
      await clarusWrites.takeBack(scim, [{ decision: again, record: again.record, outcome: 'no_change' }]);
      return newest;
    } catch (error) {
      // The user is stored, so that the look makes Clarus agree.
      if (error instanceof BridgeError) return newest;
      throw error;
    }
  }

  async function rename(
    scim: ScimTenant,
    { clarusUserId, attributes }: StoredScimUser,
    after: JsonObject,
    { eventId }: Command,
  ): Promise<ClaimedName | undefined> {
    const userName = String(after.userName);
    if (folded(userName) === folded(String(attributes.userName))) return undefined;
    const claimant = { token: `${eventId}:${ports.newId()}`, now: ports.clock(), clarusUserId };
    const claim = await claimName(ports, scim.name, userName, claimant);
    if (claim === undefined) throw taken();
    return claim;
  }

  function endClaim({ name }: ScimTenant, id: string, claim: ClaimedName, done: boolean): Promise<void> {
    return done ? settleName(ports.names, name, claim, id) : releaseName(ports.names, name, claim, false);
  }

  /** The tombstone comes before Clarus is asked: from then on there is nobody left to change. */
  async function remove(scim: ScimTenant, id: string, command: Command, ifMatch?: string): Promise<void> {
    const { stored, record } = await find(scim, id);
    if (stored === undefined || (stored.deleted && !isLeftIn(record))) throw notFound('user');
    if (!stored.deleted) checkVersion(ifMatch, () => userResource(scim, { stored, record }, ''));
    const options = { life: 'delete' } as const;
    const decision = await clarusWrites.decide(scim, id, { is_active: false }, command, options);
    await bury(scim, id, command.at);
    try {
      await clarusWrites.confirm(scim, await clarusWrites.carryOut(scim, decision));
    } catch (error) {
      // Nobody can log in as a user that Clarus does not have.
      if (!isUserMissing(error)) throw error;
    }
  }

  async function bury(scim: ScimTenant, id: string, at: number): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const stored = await ports.scimUsers.find(scim.name, id);
      if (stored === undefined || stored.deleted) return;
      const tombstone = { ...stored, deleted: true, lastModified: at };
      if ((await saveUser(ports, scim.name, tombstone)) === 'saved') return;
    }
    throw contended();
  }

  return { write: clarusWrites.write, load, create: createUserCreation(ports, clarusWrites), edit, remove };
}

/** All but whether the user is active: what SCIM stores. */
function profileIn({ is_active: _, ...profile }: Partial<ClarusAttributes>): Partial<ClarusAttributes> {
  return profile;
}

/** The attributes as clients left them: that others have switched the user on or off is not the clients' word. */
function asSaid(
  resource: JsonObject,
  { attributes: { active } }: StoredScimUser,
  stated: readonly AttributePath[],
): JsonObject {
  if (stated.some(({ attribute }) => attribute.name === 'active')) return resource;
  const { active: _, ...rest } = resource;
  return active === undefined ? rest : { ...rest, active };
}

/** Whether a deletion has not got as far as Clarus. */
function isLeftIn({ deleted, desired, applied }: UserRecord): boolean {
  return deleted && desired.is_active?.value === false && applied.is_active !== false;
}
