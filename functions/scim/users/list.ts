import type { FoundUser } from '../../clarus/clarus-directory.ts';
import { folded } from '../../identity/folded.ts';
import type { JsonObject } from '../../identity/json.ts';
import { isEmail } from '../../identity/profile/addresses.ts';
import { newUserRecord, type UserRecord } from '../../identity/user-record.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import { matches } from '../filter/evaluator.ts';
import type { Filter } from '../filter/filter.ts';
import type { ClarusSnapshot, ScimPorts, ScimTenant } from '../ports.ts';
import { createAdoptUser, shownOf } from './adopt.ts';
import { type Lookup, lookupsFor } from './find.ts';
import { isSameName } from './names.ts';
import {
  adoptedSide,
  findableIn,
  isClarusId,
  type KnownUser,
  knownUser,
  rolesOf,
  userResource,
} from './resource.ts';

/** A user, with how Clarus showed it where the client has not been shown it yet. */
export interface Listed extends KnownUser {
  found?: FoundUser;
}

/** Users that a query is true of, by id, and how to show some of them. */
export interface FoundUsers {
  total: number;
  /** Those from `start` (0 for the first) on, at most `count`. */
  page(start: number, count: number): Promise<JsonObject[]>;
}

/** A user and the roles it is a member of: none where nobody knows. */
export interface Member {
  user: Listed;
  roles: readonly string[];
}

export interface UserReads {
  /** The users that a filter is true of; without one all. */
  query(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    filter: Filter | undefined,
    baseUrl: string,
  ): Promise<FoundUsers>;
  /** A page of all users by Clarus' own cursor. */
  walk(
    scim: ScimTenant,
    count: number,
    after: string | undefined,
    baseUrl: string,
  ): Promise<{ resources: JsonObject[]; next?: string }>;
  /** All users, or those of `ids` that are there, with their roles, by id. */
  members(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    ids?: readonly string[],
  ): Promise<ReadonlyMap<string, Member>>;
  /** The user as one that the client has been shown; undefined of one that it has deleted meanwhile. */
  adopted(scim: ScimTenant, user: Listed): Promise<KnownUser | undefined>;
}

/** Searches in Clarus at the same time. */
const LOOKUPS = 5;

/** More than any tenant has: all ids are asked for at once. */
const EVERYBODY = 1_000_000;

export function createUserReads(ports: ScimPorts): UserReads {
  const { adopt, rename } = createAdoptUser(ports);

  async function query(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    filter: Filter | undefined,
    baseUrl: string,
  ): Promise<FoundUsers> {
    const lookups = filter === undefined ? undefined : lookupsFor(filter);
    const users = lookups === undefined ? await everybody(scim, snapshot) : await lookedUp(scim, lookups);
    const matching =
      filter === undefined
        ? users
        : users.filter((user) => matches(filter, userResource(scim, user, baseUrl)));
    return {
      total: matching.length,
      page: (start, count) => shown(scim, matching.slice(start, start + count), baseUrl),
    };
  }

  async function walk(
    scim: ScimTenant,
    count: number,
    after: string | undefined,
    baseUrl: string,
  ): Promise<{ resources: JsonObject[]; next?: string }> {
    const { users, next } = await scim.clarus.listUsers(count, after);
    const resources = await shown(scim, await withRecords(scim, users), baseUrl);
    return { resources, ...(next !== undefined && { next }) };
  }

  async function members(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    ids?: readonly string[],
  ): Promise<ReadonlyMap<string, Member>> {
    const users = ids === undefined ? await everybody(scim, snapshot) : await these(scim, snapshot, ids);
    const known = users.map((user) => ({ user, roles: rolesOf(user.record, scim) }));
    const isUnsure = known.some(({ roles }) => roles.length === 0);
    const inClarus = new Map((isUnsure ? await snapshot.users() : []).map(({ id, roleId }) => [id, roleId]));
    return new Map(
      known.map(({ user, roles }) => {
        const id = user.record.clarusUserId;
        const role = inClarus.get(id);
        return [id, { user, roles: roles.length === 0 && role !== undefined ? [role] : roles }];
      }),
    );
  }

  async function adopted(scim: ScimTenant, { found, ...user }: Listed): Promise<KnownUser | undefined> {
    return found === undefined ? user : adopt(scim, user.record, found);
  }

  /** What the state tells of them; Clarus is asked only of whom it does not know. */
  async function these(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    ids: readonly string[],
  ): Promise<Listed[]> {
    const records = await ports.records.loadMany(scim.name, ids.filter(isClarusId));
    const strangers = records.filter(({ scim: sides }) => sides[scim.client] === undefined);
    const inClarus = new Map((strangers.length === 0 ? [] : await snapshot.users()).map((it) => [it.id, it]));
    return records.flatMap((record) => listed(scim, record, inClarus.get(record.clarusUserId)));
  }

  /** Whom the client has been shown or has written, and whoever else is in Clarus. */
  async function everybody(scim: ScimTenant, snapshot: ClarusSnapshot): Promise<Listed[]> {
    const [inClarus, records] = await Promise.all([snapshot.users(), everyRecord(scim)]);
    const found = new Map(inClarus.map((user) => [user.id, user]));
    const met = records.flatMap((record) => listed(scim, record, found.get(record.clarusUserId)));
    for (const { clarusUserId } of records) found.delete(clarusUserId);
    const unmet = [...found.values()].flatMap((user) =>
      listed(scim, newUserRecord(scim.name, user.id), user),
    );
    return [...met, ...unmet].sort(byNumber);
  }

  async function everyRecord({ name }: ScimTenant): Promise<UserRecord[]> {
    return ports.records.loadMany(name, await ports.records.list(name, undefined, EVERYBODY));
  }

  async function lookedUp(scim: ScimTenant, lookups: readonly Lookup[]): Promise<Listed[]> {
    const all = (await sideBySide(lookups, (lookup) => lookUp(scim, lookup), LOOKUPS)).flat();
    return [...new Map(all.map((user) => [user.record.clarusUserId, user])).values()].sort(byNumber);
  }

  /** In the state first: Clarus is asked only for somebody whom no client has written or seen. */
  async function lookUp(scim: ScimTenant, { by, value }: Lookup): Promise<Listed[]> {
    const records = await ports.records.loadMany(scim.name, await idsOf(scim, by, value));
    const known = records.flatMap((record) => knownUser(scim, record) ?? []);
    if (known.some((user) => has(user, by, value))) return known;
    if (by === 'id' || by === 'externalId' || !isEmail(value)) return known;
    const inClarus = await withRecords(scim, await scim.clarus.findUsers(value));
    // Somebody who is found so and has the name already was not found by it: the name has been lost.
    const nameless = inClarus.filter(
      (user) => by === 'userName' && user.found === undefined && has(user, by, value),
    );
    await sideBySide(nameless, (user) => rename(scim, user));
    return [...known, ...inClarus];
  }

  async function idsOf(scim: ScimTenant, by: Lookup['by'], value: string): Promise<string[]> {
    if (by === 'id') return isClarusId(value) ? [value] : [];
    if (by !== 'userName') return ports.pointers.having(scim.name, scim.client, by, value);
    return [(await ports.names.find(scim.name, scim.client, value))?.clarusUserId ?? []].flat();
  }

  async function withRecords(scim: ScimTenant, users: readonly FoundUser[]): Promise<Listed[]> {
    const found = new Map(users.map((user) => [user.id, user]));
    const records = await ports.records.loadMany(scim.name, [...found.keys()]);
    return records.flatMap((record) => listed(scim, record, found.get(record.clarusUserId)));
  }

  function listed(scim: ScimTenant, record: UserRecord, found: FoundUser | undefined): Listed[] {
    if (record.scim[scim.client] !== undefined) return [knownUser(scim, record) ?? []].flat();
    if (found === undefined) return [];
    const now = ports.clock();
    const { shown = shownOf(found, now) } = record;
    return [{ record: { ...record, shown }, side: adoptedSide(found, now), found }];
  }

  async function shown(scim: ScimTenant, users: readonly Listed[], baseUrl: string): Promise<JsonObject[]> {
    const known = await sideBySide(users, (user) => adopted(scim, user));
    return known.flatMap((user): JsonObject[] =>
      user === undefined ? [] : [userResource(scim, user, baseUrl)],
    );
  }

  return { query, walk, members, adopted };
}

function byNumber(a: Listed, b: Listed): number {
  return Number(a.record.clarusUserId) - Number(b.record.clarusUserId);
}

function has({ side: { resource } }: KnownUser, by: Lookup['by'], value: string): boolean {
  if (by === 'userName') return isSameName(resource.userName, value);
  return findableIn(resource).some(([name, it]) => name === by && folded(it) === folded(value));
}
