import type { FoundUser } from '../../clarus/clarus-directory.ts';
import { isEmail } from '../../identity/addresses.ts';
import { folded } from '../../identity/folded.ts';
import type { JsonObject } from '../../identity/json.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { StoredScimUser } from '../../state/scim-user.ts';
import { matches } from '../filter/evaluator.ts';
import type { Filter } from '../filter/filter.ts';
import type { ClarusSnapshot, ScimPorts, ScimTenant } from '../ports.ts';
import { createAdoptUser } from './adopt.ts';
import { type Lookup, lookupsFor } from './find.ts';
import { adopted, findableIn, isClarusId, type KnownUser, roleOf, userResource } from './resource.ts';

/** Users that a query is true of, by id, and how to show some of them. */
export interface FoundUsers {
  total: number;
  /** Those from `start` (0 for the first) on, at most `count`. */
  page(start: number, count: number): Promise<JsonObject[]>;
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
  /** The roles of all users, or of those of `ids` that are there: undefined where nobody knows. */
  roles(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    ids?: readonly string[],
  ): Promise<Map<string, string | undefined>>;
}

/** Searches in Clarus at the same time. */
const LOOKUPS = 5;

export function createUserReads(ports: ScimPorts): UserReads {
  const adoptUser = createAdoptUser(ports);

  async function query(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    filter: Filter | undefined,
    baseUrl: string,
  ): Promise<FoundUsers> {
    const lookups = filter === undefined ? undefined : lookupsFor(filter);
    const stored = lookups === undefined ? await everyStored(scim, snapshot) : await found(scim, lookups);
    const matching =
      filter === undefined
        ? stored
        : (await withRecords(scim, stored))
            .filter((user) => matches(filter, userResource(scim, user, baseUrl)))
            .map((user) => user.stored);
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
    const stored = (await sideBySide(users, (user) => storedOr(scim, user))).filter(isThere);
    const resources = await shown(scim, stored, baseUrl);
    return { resources, ...(next !== undefined && { next }) };
  }

  async function roles(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    ids?: readonly string[],
  ): Promise<Map<string, string | undefined>> {
    const stored = ids === undefined ? await everyStored(scim, snapshot) : await these(scim, snapshot, ids);
    const users = await withRecords(scim, stored);
    const inClarus = users.some((user) => roleOf(user) === undefined) ? await snapshot.users() : [];
    const shown = new Map(inClarus.map(({ id, roleId }) => [id, roleId]));
    return new Map(
      users.map((user) => {
        const id = user.stored.clarusUserId;
        return [id, roleOf(user) ?? shown.get(id)];
      }),
    );
  }

  async function these(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    ids: readonly string[],
  ): Promise<StoredScimUser[]> {
    const stored = await sideBySide(ids.filter(isClarusId), (id) => ports.scimUsers.find(scim.name, id));
    const known = stored.flatMap((user) => user ?? []);
    if (known.length === ids.length) return known.filter(isThere);
    const others = (await everyStored(scim, snapshot)).filter(({ clarusUserId }) =>
      ids.includes(clarusUserId),
    );
    return others;
  }

  /** What clients wrote, and whoever else is in Clarus. */
  async function everyStored(scim: ScimTenant, snapshot: ClarusSnapshot): Promise<StoredScimUser[]> {
    const [inClarus, stored] = await Promise.all([snapshot.users(), ports.scimUsers.all(scim.name)]);
    const known = new Map(stored.map((user) => [user.clarusUserId, user]));
    for (const user of inClarus) {
      if (!known.has(user.id)) known.set(user.id, adopted(user, ports.clock()));
    }
    return [...known.values()].filter(isThere).sort(byNumber);
  }

  async function found(scim: ScimTenant, lookups: readonly Lookup[]): Promise<StoredScimUser[]> {
    const all = (await sideBySide(lookups, (lookup) => lookUp(scim, lookup), LOOKUPS)).flat();
    const byId = new Map(all.map((user) => [user.clarusUserId, user]));
    return [...byId.values()].filter(isThere).sort(byNumber);
  }

  /** In the state first: Clarus is asked only for somebody whom no client has written or seen. */
  async function lookUp(scim: ScimTenant, { by, value }: Lookup): Promise<StoredScimUser[]> {
    const ids = await idsOf(scim, by, value);
    const stored = (await Promise.all(ids.map((id) => ports.scimUsers.find(scim.name, id)))).flatMap(
      (user) => user ?? [],
    );
    if (stored.some((user) => isThere(user) && has(user, by, value))) return stored;
    if (by === 'id' || by === 'externalId' || !isEmail(value)) return stored;
    const inClarus = await sideBySide(await scim.clarus.findUsers(value), (user) => storedOr(scim, user));
    // Somebody who is found so and has the name already was not found by it: the name has been lost.
    const nameless = inClarus.filter((user) => by === 'userName' && user.version > 0 && has(user, by, value));
    await sideBySide(nameless, (user) => adoptUser(scim.name, user));
    return [...stored, ...inClarus];
  }

  async function idsOf(scim: ScimTenant, by: Lookup['by'], value: string): Promise<string[]> {
    if (by === 'id') return isClarusId(value) ? [value] : [];
    if (by !== 'userName') return ports.scimUsers.having(scim.name, by, value);
    return [(await ports.names.find(scim.name, value))?.clarusUserId ?? []].flat();
  }

  async function storedOr(scim: ScimTenant, user: FoundUser): Promise<StoredScimUser> {
    return (await ports.scimUsers.find(scim.name, user.id)) ?? adopted(user, ports.clock());
  }

  async function shown(scim: ScimTenant, stored: StoredScimUser[], baseUrl: string): Promise<JsonObject[]> {
    const kept = await sideBySide(stored, async (user) =>
      user.version === 0 ? adoptUser(scim.name, user) : user,
    );
    const users = await withRecords(scim, kept);
    return users.map((user) => userResource(scim, user, baseUrl));
  }

  async function withRecords(scim: ScimTenant, stored: readonly StoredScimUser[]): Promise<KnownUser[]> {
    const users = await sideBySide(stored, async (user) => ({
      stored: user,
      record: await ports.users.load(scim.name, user.clarusUserId),
    }));
    return users.filter(({ record }) => !record.deleted);
  }

  return { query, walk, roles };
}

function isThere({ deleted }: StoredScimUser): boolean {
  return !deleted;
}

function byNumber(a: StoredScimUser, b: StoredScimUser): number {
  return Number(a.clarusUserId) - Number(b.clarusUserId);
}

function has({ attributes }: StoredScimUser, by: Lookup['by'], value: string): boolean {
  if (by === 'userName') return folded(String(attributes.userName)) === folded(value);
  return findableIn(attributes).some(([name, it]) => name === by && folded(it) === folded(value));
}
