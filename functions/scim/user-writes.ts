import { BridgeError } from '../identity/bridge-error.ts';
import { namesIn } from '../identity/clarus-attributes.ts';
import { type JsonObject, sameJson } from '../identity/json.ts';
import type { UserRecord } from '../identity/user-record.ts';
import type { StoredScimUser } from '../state/scim-user.ts';
import { type ClarusWrites, createClarusWrites } from './clarus-writes.ts';
import type { Command } from './command.ts';
import type { Decision } from './decision.ts';
import { folded } from './filter-evaluator.ts';
import { checkResource } from './resource.ts';
import { checkVersion } from './resource-answer.ts';
import type { AttributePath } from './resource-type.ts';
import { notFound, ScimError } from './scim-error.ts';
import type { ScimPorts } from './scim-ports.ts';
import type { ScimTenant } from './scim-tenant.ts';
import { explained, taken } from './uniqueness.ts';
import { type CreateUser, createUserCreation } from './user-creation.ts';
import { type ClaimedName, claimName, releaseName, settleName } from './user-names.ts';
import { attributesOf, findableIn, isClarusId, type KnownUser, userResource } from './user-resource.ts';
import { wishes } from './user-wishes.ts';

/** Each conflict means that another writer got further. */
const ROUNDS = 20;
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
    const carriedOut: Decision[] = [];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const user = await load(scim, id);
        checkVersion(ifMatch, () => userResource(scim, user, ''));
        const end = await editOnce(scim, user, step, carriedOut.at(-1)?.command ?? command, carriedOut);
        if (end !== 'conflict') return end;
        await ports.pause(ports.random() * STEP_BACK);
      }
      throw contended();
    } catch (error) {
      await clarusWrites.takeBack(scim, id, carriedOut);
      throw error;
    }
  }

  async function editOnce(
    scim: ScimTenant,
    user: KnownUser,
    step: Edit,
    command: Command,
    carriedOut: Decision[],
  ): Promise<KnownUser | 'conflict'> {
    const { stored, record } = user;
    const id = stored.clarusUserId;
    const before = attributesOf(user);
    const { resource, stated } = step(before);
    checkResource(scim.userType, resource);
    const after = asSaid(resource, stored, stated);
    const { wanted, shown, problem } = await wishes(
      scim,
      { attributes: stored.attributes, record },
      after,
      stated,
    );
    if (problem !== undefined) {
      // A role or a name that cannot be mapped keeps no leaver in.
      if (wanted.is_active === false) await clarusWrites.write(scim, id, { is_active: false }, command);
      throw problem;
    }
    const claim = await rename(scim, id, stored, after, command);
    let done = false;
    try {
      const decision = await clarusWrites.decide(scim, id, wanted, command, { shown });
      const now = await clarusWrites.carryOut(scim, decision);
      carriedOut.push(decision);
      const edited = {
        ...stored,
        attributes: after,
        lastModified: Math.max(command.at, stored.lastModified),
      };
      const unchanged =
        sameJson(stored.attributes, after) && sameJson(before, attributesOf({ stored: edited, record: now }));
      const kept = unchanged ? stored : edited;
      // Also what is as it was, if Clarus had to be told so: a writer under way meanwhile has to begin anew.
      const { is_active: _, ...profile } = wanted;
      const isTold = namesIn(profile).length > 0;
      if ((isTold || !unchanged) && (await save(scim, kept)) === 'conflict') return 'conflict';
      done = true;
      return { stored: kept, record: now };
    } catch (error) {
      throw await explained(scim, id, wanted.email, error);
    } finally {
      if (claim !== undefined) await endClaim(scim, id, claim, done);
    }
  }

  async function rename(
    scim: ScimTenant,
    id: string,
    { attributes }: StoredScimUser,
    after: JsonObject,
    { eventId }: Command,
  ): Promise<ClaimedName | undefined> {
    const userName = String(after.userName);
    if (folded(userName) === folded(String(attributes.userName))) return undefined;
    const claimant = { token: `${eventId}:${ports.newId()}`, now: ports.clock(), clarusUserId: id };
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
    await bury(scim, id, command);
    try {
      await clarusWrites.carryOut(scim, decision);
    } catch (error) {
      // Nobody can log in as a user that Clarus does not have.
      if (!(error instanceof BridgeError && error.code === 'clarus_user_missing')) throw error;
    }
  }

  async function bury(scim: ScimTenant, id: string, command: Command): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const stored = await ports.scimUsers.find(scim.name, id);
      if (stored === undefined || stored.deleted) return;
      const tombstone = { ...stored, deleted: true, lastModified: command.at };
      if ((await ports.scimUsers.save(scim.name, tombstone, [])) === 'saved') return;
    }
    throw contended();
  }

  function save(scim: ScimTenant, stored: StoredScimUser): Promise<'saved' | 'conflict'> {
    return ports.scimUsers.save(scim.name, stored, findableIn(stored.attributes));
  }

  return { write: clarusWrites.write, load, create: createUserCreation(ports, clarusWrites), edit, remove };
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

function contended(): ScimError {
  const headers = { 'retry-after': '1' };
  return new ScimError(503, 'Others are changing this user all the time. Try again.', { headers });
}
