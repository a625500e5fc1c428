import type { Clock } from '../../../functions/platform/clock.ts';
import { type GraphChange, type GraphUser, type GraphUserInput, graphUserSchema } from './graph-user.ts';

interface Entry {
  user: GraphUser;
  state: 'live' | 'deleted' | 'purged';
  /** What a stale read shows. */
  before: { user: GraphUser; state: Entry['state'] } | undefined;
  /** The number of the change that made it so. */
  version: number;
}

export interface GraphUserTable {
  all(): (GraphUser & { state: Entry['state'] })[];
  replaceAll(users: readonly GraphUserInput[]): void;
  /** Carries a change out; returns how Graph calls it in a notification. Throws for an unknown user. */
  change(change: GraphChange): 'updated' | 'deleted';
  /** The user in that state, as it is or as it was before its last change. */
  find(id: string, state: 'live' | 'deleted', stale: boolean): GraphUser | undefined;
  version(): number;
  /** Who changed after that version, oldest first, with these properties; all who are not purged for version 0. */
  since(version: number, names?: readonly string[]): Record<string, unknown>[];
}

/** The users of a directory with its recycle bin and its history. */
export function createGraphUserTable(clock: Clock): GraphUserTable {
  const entries = new Map<string, Entry>();
  let latest = 0;

  function replaceAll(users: readonly GraphUserInput[]): void {
    entries.clear();
    for (const user of users.map((it) => graphUserSchema.parse(it))) put(user, 'live');
  }

  function put(user: GraphUser, state: Entry['state']): void {
    const before = entries.get(user.id);
    latest++;
    entries.set(user.id, { user, state, version: latest, before });
  }

  function change({ id, delete: remove, restore, purge, ...values }: GraphChange): 'updated' | 'deleted' {
    const entry = entries.get(id);
    if (entry === undefined) throw new Error(`There is no user ${id}.`);
    const mark = id.replaceAll('-', '');
    const { userPrincipalName: login } = entry.user;
    if (purge === true) put(entry.user, 'purged');
    else if (remove === true) {
      const deletedDateTime = new Date(clock()).toISOString();
      // Graph puts the object id before the login while the user is in the recycle bin.
      put({ ...entry.user, userPrincipalName: `${mark}${login}`, deletedDateTime }, 'deleted');
    } else if (restore === true) {
      put({ ...entry.user, userPrincipalName: login.replace(mark, ''), deletedDateTime: null }, 'live');
    } else put(graphUserSchema.parse({ ...entry.user, ...values }), entry.state);
    return purge === true ? 'deleted' : 'updated';
  }

  function find(id: string, state: 'live' | 'deleted', stale: boolean): GraphUser | undefined {
    const entry = entries.get(id.toLowerCase());
    const shown = stale ? entry?.before : entry;
    return shown?.state === state ? shown.user : undefined;
  }

  function since(version: number, names?: readonly string[]): Record<string, unknown>[] {
    return [...entries.values()]
      .filter((entry) => entry.version > version && (version > 0 || entry.state !== 'purged'))
      .sort((a, b) => a.version - b.version)
      .map(({ user, state }) => {
        if (state === 'live') return selected(user, names);
        return { id: user.id, '@removed': { reason: state === 'deleted' ? 'changed' : 'deleted' } };
      });
  }

  const all = () => [...entries.values()].map(({ user, state }) => ({ ...user, state }));
  return { all, replaceAll, change, find, version: () => latest, since };
}

/** What `$select` leaves of a user; all without one. Graph shows the id at any rate. */
export function selected(user: GraphUser, names: readonly string[] | undefined): Record<string, unknown> {
  if (names === undefined) return user;
  return { id: user.id, ...Object.fromEntries(names.map((name) => [name, user[name] ?? null])) };
}
