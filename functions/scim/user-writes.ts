import { BridgeError } from '../identity/bridge-error.ts';
import type { ClarusAttributes } from '../identity/clarus-attributes.ts';
import { type JsonObject, sameJson } from '../identity/json.ts';
import type { StoredScimUser } from '../state/scim-users.ts';
import { type ClarusWrites, type Command, createClarusWrites } from './clarus-writes.ts';
import { etagListed } from './etag.ts';
import { folded } from './filter-evaluator.ts';
import { checkResource } from './resource.ts';
import type { AttributePath } from './resource-type.ts';
import { notFound, ScimError } from './scim-error.ts';
import type { ScimPorts } from './scim-ports.ts';
import type { ScimTenant } from './scim-tenant.ts';
import { type ClaimedName, claimName, releaseName, settleName } from './user-names.ts';
import { adopted, attributesOf, findableIn, type KnownUser, userResource } from './user-resource.ts';
import { addressMissing, defaultRole, wishes } from './user-wishes.ts';

/** A client's id of a user: Clarus' number. Everything else is not there, and nobody is asked. */
const USER_ID = /^[1-9]\d{0,15}$/;

/** Each conflict means that another writer got further. */
const ROUNDS = 20;

/** What a write makes of a user's attributes, and of which of them it spoke. */
export type Edit = (before: JsonObject) => { resource: JsonObject; stated: readonly AttributePath[] };

export interface UserWrites extends ClarusWrites {
  /** The user of that id. Throws ScimError 404; asks nobody but the state. */
  load(scim: ScimTenant, id: string): Promise<KnownUser>;
  create(scim: ScimTenant, attributes: JsonObject, command: Command): Promise<KnownUser>;
  /** Throws ScimError 404, 409 or 412, or what `edit` throws. */
  edit(scim: ScimTenant, id: string, edit: Edit, command: Command, ifMatch?: string): Promise<KnownUser>;
  remove(scim: ScimTenant, id: string, command: Command, ifMatch?: string): Promise<void>;
}

/** Users behind SCIM: read and written in the state, and Clarus brought to it before anybody is told so. */
export function createUserWrites(ports: ScimPorts): UserWrites {
  const clarusWrites = createClarusWrites(ports);

  async function load(scim: ScimTenant, id: string): Promise<KnownUser> {
    if (!USER_ID.test(id)) throw notFound('user');
    const [stored, record] = await Promise.all([
      ports.scimUsers.find(scim.name, id),
      ports.users.load(scim.name, id),
    ]);
    if (stored === undefined || stored.deleted) throw notFound('user');
    return { stored, record };
  }

  async function edit(
    scim: ScimTenant,
    id: string,
    step: Edit,
    command: Command,
    ifMatch?: string,
  ): Promise<KnownUser> {
    for (let round = 0; round < ROUNDS; round++) {
      const user = await load(scim, id);
      checkEtag(scim, user, ifMatch);
      const end = await editOnce(scim, user, step, command);
      if (end !== 'conflict') return end;
    }
    throw contended();
  }

  async function editOnce(
    scim: ScimTenant,
    user: KnownUser,
    step: Edit,
    command: Command,
  ): Promise<KnownUser | 'conflict'> {
    const id = user.stored.clarusUserId;
    const before = attributesOf(user);
    const { resource: after, stated } = step(before);
    checkResource(scim.userType, after);
    const wanted = await wishes(scim, before, after, stated);
    const claimed = await rename(scim, id, before, after, command);
    let done = false;
    try {
      const record = await clarusWrites.write(scim, id, wanted, command);
      const same = sameJson(before, after);
      const stored = same ? user.stored : edited(user.stored, after, command.at);
      if (!same && (await save(scim, stored)) === 'conflict') return 'conflict';
      done = true;
      if (claimed !== undefined) await renamed(scim, id, before, claimed);
      return { stored, record };
    } catch (error) {
      throw await explained(scim, id, wanted, error);
    } finally {
      if (!done && claimed !== undefined) await releaseName(ports.names, scim.name, claimed, false);
    }
  }

  async function rename(
    scim: ScimTenant,
    id: string,
    before: JsonObject,
    after: JsonObject,
    command: Command,
  ): Promise<ClaimedName | undefined> {
    const userName = String(after.userName);
    if (folded(userName) === folded(String(before.userName))) return undefined;
    return claim(scim, userName, command, id);
  }

  /** Throws ScimError 409 when somebody has the name. */
  async function claim(
    scim: ScimTenant,
    userName: string,
    command: Command,
    id?: string,
  ): Promise<ClaimedName> {
    const token = `${command.eventId}:${ports.newId()}`;
    const lease = { token, now: ports.clock() };
    const claiming = await claimName(ports.names, scim.name, userName, lease, async (holder) => {
      if (holder === id) return true;
      const stored = await ports.scimUsers.find(scim.name, holder);
      return (
        stored === undefined ||
        stored.deleted ||
        folded(String(stored.attributes.userName)) !== folded(userName)
      );
    });
    if (claiming.kind === 'taken') throw taken();
    return claiming.claim;
  }

  async function renamed(
    scim: ScimTenant,
    id: string,
    before: JsonObject,
    claim: ClaimedName,
  ): Promise<void> {
    await settleName(ports.names, scim.name, claim, id);
    const old = String(before.userName);
    const last = await ports.names.find(scim.name, old);
    if (last?.clarusUserId !== id) return;
    await ports.names.put(scim.name, old, { token: last.token, until: 0 }, last.token);
  }

  async function create(scim: ScimTenant, attributes: JsonObject, command: Command): Promise<KnownUser> {
    checkResource(scim.userType, attributes);
    const full: JsonObject = { active: true, ...attributes };
    const wanted = await wishes(scim, undefined, full, []);
    const { email } = wanted;
    if (email === undefined) throw addressMissing();
    const userName = String(full.userName);
    const claimed = await claim(scim, userName, command);
    try {
      const known = await inClarus(scim, { ...wanted, email }, claimed, command);
      const { id, record } = known;
      const last = await ports.scimUsers.find(scim.name, id);
      const stored: StoredScimUser = {
        clarusUserId: id,
        attributes: full,
        created: command.at,
        lastModified: command.at,
        deleted: false,
        version: last?.version ?? 0,
      };
      if ((await save(scim, stored)) === 'conflict') throw taken();
      await settleName(ports.names, scim.name, claimed, id);
      return { stored, record };
    } catch (error) {
      const settled = error instanceof ScimError || (error instanceof BridgeError && !error.outcomeUnknown);
      await releaseName(ports.names, scim.name, claimed, !settled);
      throw error;
    }
  }

  /** The Clarus user of a new SCIM user: created, or the one that was deleted or left half created before. */
  async function inClarus(
    scim: ScimTenant,
    wanted: Partial<ClarusAttributes> & { email: string },
    claimed: ClaimedName,
    command: Command,
  ): Promise<Pick<KnownUser, 'record'> & { id: string }> {
    const role_id = wanted.role_id ?? (await defaultRole(scim));
    const user = {
      ...wanted,
      name: wanted.name ?? wanted.email,
      is_active: wanted.is_active ?? true,
      ...(role_id !== undefined && { role_id }),
    };
    const earlier =
      (await deletedUser(scim, claimed.formerly)) ??
      (await earlierUser(scim, wanted.email, claimed.doubtful));
    if (earlier !== undefined) {
      // Whoever comes back comes back as a newcomer: not with the role of then.
      return { id: earlier, record: await clarusWrites.write(scim, earlier, user, command) };
    }
    const answer = await scim.clarus.create(user);
    if (answer.kind === 'refused') {
      const found = await scim.clarus.findUsers(wanted.email);
      throw found.length > 0 ? taken() : answer.error;
    }
    const record = await clarusWrites.noteCreated(scim, answer.id, user, command);
    await clarusWrites.receive(scim, answer.id, user, command, { outcome: 'applied' });
    return { id: answer.id, record };
  }

  /** Whoever had the name last may have another by now, and then is somebody else. */
  async function deletedUser(scim: ScimTenant, id: string | undefined): Promise<string | undefined> {
    const stored = id === undefined ? undefined : await ports.scimUsers.find(scim.name, id);
    return stored?.deleted === true ? id : undefined;
  }

  /** Throws ScimError 409 for a user that is there and was not deleted: the client is to find it, not to make it. */
  async function earlierUser(
    scim: ScimTenant,
    email: string,
    doubtful: boolean,
  ): Promise<string | undefined> {
    const [found] = await scim.clarus.findUsers(email);
    if (found === undefined) return undefined;
    const stored = await ports.scimUsers.find(scim.name, found.id);
    if (stored?.deleted === true || (stored === undefined && doubtful)) return found.id;
    if (stored === undefined)
      await ports.scimUsers.save(scim.name, adopted(found, ports.clock()), [['emails', email]]);
    throw taken();
  }

  async function remove(scim: ScimTenant, id: string, command: Command, ifMatch?: string): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const user = await load(scim, id);
      checkEtag(scim, user, ifMatch);
      await clarusWrites.write(scim, id, { is_active: false }, command);
      const tombstone = { ...user.stored, deleted: true, lastModified: command.at };
      if ((await ports.scimUsers.save(scim.name, tombstone, [])) === 'saved') return;
    }
    throw contended();
  }

  function save(scim: ScimTenant, stored: StoredScimUser): Promise<'saved' | 'conflict'> {
    return ports.scimUsers.save(scim.name, stored, findableIn(stored.attributes));
  }

  /** An address that Clarus will not take twice is somebody's: that is a 409, and a 400 would hide it. */
  async function explained(
    scim: ScimTenant,
    id: string,
    { email }: Partial<ClarusAttributes>,
    error: unknown,
  ): Promise<unknown> {
    if (!(error instanceof BridgeError && error.code === 'clarus_refused') || email === undefined)
      return error;
    const others = (await scim.clarus.findUsers(email)).filter((user) => user.id !== id);
    return others.length > 0 ? taken() : error;
  }

  return { ...clarusWrites, load, create, edit, remove };
}

function edited(stored: StoredScimUser, attributes: JsonObject, at: number): StoredScimUser {
  return { ...stored, attributes, lastModified: Math.max(at, stored.lastModified) };
}

/** Throws ScimError 412 when If-Match names another version (RFC 7644 section 3.14). */
function checkEtag(scim: ScimTenant, user: KnownUser, ifMatch: string | undefined): void {
  if (ifMatch === undefined) return;
  const { version } = Object(userResource(scim, user, '').meta);
  if (etagListed(ifMatch, String(version))) return;
  throw new ScimError(412, 'The user has changed since it was read: read it again.');
}

function contended(): ScimError {
  const headers = { 'retry-after': '1' };
  return new ScimError(503, 'Others are changing this user all the time. Try again.', { headers });
}

function taken(): ScimError {
  return new ScimError(409, 'There is a user with this userName or address already.', {
    scimType: 'uniqueness',
  });
}
