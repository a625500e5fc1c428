import type { FoundUser } from '../clarus/clarus-directory.ts';
import { isEmail } from '../identity/default-mapping.ts';
import type { JsonObject } from '../identity/json.ts';
import type { StoredScimUser } from '../state/scim-users.ts';
import type { ClarusSnapshot } from './clarus-snapshot.ts';
import type { Filter } from './filter.ts';
import { folded, matches } from './filter-evaluator.ts';
import type { ScimPorts } from './scim-ports.ts';
import type { ScimTenant } from './scim-tenant.ts';
import { type Lookup, lookupsFor } from './user-lookups.ts';
import { adopted, findableIn, type KnownUser, userResource } from './user-resource.ts';

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
  /** Every user with its record, deleted ones not. */
  everybody(scim: ScimTenant, snapshot: ClarusSnapshot): Promise<KnownUser[]>;
}

/** Records that are read at the same time. */
const WIDTH = 50;

export function createUserReads(ports: ScimPorts): UserReads {
  async function query(
    scim: ScimTenant,
    snapshot: ClarusSnapshot,
    filter: Filter | undefined,
    baseUrl: string,
  ): Promise<FoundUsers> {
    const lookups = filter === undefined ? undefined : lookupsFor(filter);
    const stored = lookups === undefined ? await everyStored(scim, snapshot) : await found(scim, lookups);
    if (filter === undefined) {
      return {
        total: stored.length,
        page: (start, count) => shown(scim, stored.slice(start, start + count), baseUrl),
      };
    }
    const users = await withRecords(scim, stored);
    const right = users.filter((user) => matches(filter, userResource(scim, user, baseUrl)));
    return {
      total: right.length,
      page: (start, count) =>
        shown(
          scim,
          right.slice(start, start + count).map((user) => user.stored),
          baseUrl,
        ),
    };
  }

  async function walk(
    scim: ScimTenant,
    count: number,
    after: string | undefined,
    baseUrl: string,
  ): Promise<{ resources: JsonObject[]; next?: string }> {
    const { users, next } = await scim.clarus.listUsers(count, after);
    const stored = (await Promise.all(users.map((user) => storedOr(scim, user)))).filter(isThere);
    const resources = await shown(scim, stored, baseUrl);
    return { resources, ...(next !== undefined && { next }) };
  }

  async function everybody(scim: ScimTenant, snapshot: ClarusSnapshot): Promise<KnownUser[]> {
    return withRecords(scim, await everyStored(scim, snapshot));
  }

  /** What clients wrote, and whoever else is in Clarus. */
  async function everyStored(scim: ScimTenant, snapshot: ClarusSnapshot): Promise<StoredScimUser[]> {
    const [inClarus, stored] = await Promise.all([snapshot.users(), ports.scimUsers.all(scim.name)]);
    const known = new Map(stored.map((user) => [user.clarusUserId, user]));
    for (const user of inClarus) {
      if (!known.has(user.id)) known.set(user.id, adopted(user, ports.clock()));
    }
    return [...known.values()]
      .filter(isThere)
      .sort((a, b) => Number(a.clarusUserId) - Number(b.clarusUserId));
  }

  async function found(scim: ScimTenant, lookups: readonly Lookup[]): Promise<StoredScimUser[]> {
    const all = (await Promise.all(lookups.map((lookup) => lookUp(scim, lookup)))).flat();
    const byId = new Map(all.map((user) => [user.clarusUserId, user]));
    return [...byId.values()].filter(isThere).sort((a, b) => Number(a.clarusUserId) - Number(b.clarusUserId));
  }

  /** In the state first: Clarus is asked only for somebody whom no client has written or seen. */
  async function lookUp(scim: ScimTenant, { by, value }: Lookup): Promise<StoredScimUser[]> {
    const ids = await idsOf(scim, by, value);
    const stored = (await Promise.all(ids.map((id) => ports.scimUsers.find(scim.name, id)))).flatMap(
      (user) => user ?? [],
    );
    if (stored.some((user) => isThere(user) && has(user, by, value))) return stored;
    if (by === 'id' || by === 'externalId' || !isEmail(value)) return stored;
    const inClarus = await scim.clarus.findUsers(value);
    return [...stored, ...(await Promise.all(inClarus.map((user) => storedOr(scim, user))))];
  }

  async function idsOf(scim: ScimTenant, by: Lookup['by'], value: string): Promise<string[]> {
    if (by === 'id') return [value];
    if (by !== 'userName') return ports.scimUsers.having(scim.name, by, value);
    return [(await ports.names.find(scim.name, value))?.clarusUserId ?? []].flat();
  }

  async function storedOr(scim: ScimTenant, user: FoundUser): Promise<StoredScimUser> {
    return (await ports.scimUsers.find(scim.name, user.id)) ?? adopted(user, ports.clock());
  }

  /** Whoever is shown to a client is adopted: from now on the id and the times are promised. */
  async function shown(scim: ScimTenant, stored: StoredScimUser[], baseUrl: string): Promise<JsonObject[]> {
    const kept = await inTurns(stored, (user) =>
      user.version === 0 ? adopt(scim, user) : Promise.resolve(user),
    );
    const users = await withRecords(scim, kept);
    return users.map((user) => userResource(scim, user, baseUrl));
  }

  async function adopt(scim: ScimTenant, user: StoredScimUser): Promise<StoredScimUser> {
    const { clarusUserId, attributes } = user;
    const saved = await ports.scimUsers.save(scim.name, user, findableIn(attributes));
    if (saved === 'conflict') return (await ports.scimUsers.find(scim.name, clarusUserId)) ?? user;
    const claim = { token: ports.newId(), clarusUserId, until: 0 };
    await ports.names.put(scim.name, String(attributes.userName), claim, undefined);
    return { ...user, version: 1 };
  }

  async function withRecords(scim: ScimTenant, stored: readonly StoredScimUser[]): Promise<KnownUser[]> {
    return inTurns(stored, async (user) => ({
      stored: user,
      record: await ports.users.load(scim.name, user.clarusUserId),
    }));
  }

  return { query, walk, everybody };
}

function isThere({ deleted }: StoredScimUser): boolean {
  return !deleted;
}

function has({ attributes }: StoredScimUser, by: Lookup['by'], value: string): boolean {
  if (by === 'userName') return folded(String(attributes.userName)) === folded(value);
  return findableIn(attributes).some(([name, it]) => name === by && folded(it) === folded(value));
}

async function inTurns<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  for (let at = 0; at < all.length; at += WIDTH) {
    results.push(...(await Promise.all(all.slice(at, at + WIDTH).map(work))));
  }
  return results;
}
