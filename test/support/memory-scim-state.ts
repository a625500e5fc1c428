import type { ScimGroupStore, StoredScimGroup } from '../../functions/state/scim-groups.ts';
import type { ScimNameStore } from '../../functions/state/scim-names.ts';
import type { StoredScimUser } from '../../functions/state/scim-user.ts';
import type { ScimUserStore } from '../../functions/state/scim-users.ts';

/** What SCIM keeps, in memory and for one tenant, with the same promises as in DynamoDB. */
export interface MemoryScimState {
  scimUsers: ScimUserStore;
  names: ScimNameStore;
  scimGroups: ScimGroupStore;
}

export function memoryScimState(): MemoryScimState {
  const users = new Map<string, StoredScimUser>();
  const findable = new Map<string, Set<string>>();
  const claims = new Map<string, Awaited<ReturnType<ScimNameStore['find']>>>();

  const scimUsers: ScimUserStore = {
    find: async (_, id) => structuredClone(users.get(id)),
    all: async () => structuredClone([...users.values()]),
    having: async (_, attribute, value) => [...(findable.get(`${attribute} ${value.toLowerCase()}`) ?? [])],
    async save(_, user, values) {
      for (const [attribute, value] of values) {
        const key = `${attribute} ${value.toLowerCase()}`;
        findable.set(key, new Set([...(findable.get(key) ?? []), user.clarusUserId]));
      }
      if ((users.get(user.clarusUserId)?.version ?? 0) !== user.version) return 'conflict';
      users.set(user.clarusUserId, structuredClone({ ...user, version: user.version + 1 }));
      return 'saved';
    },
  };
  const names: ScimNameStore = {
    find: async (_, userName) => structuredClone(claims.get(userName.toLowerCase())),
    async put(_, userName, claim, known) {
      if (claims.get(userName.toLowerCase())?.token !== known) return 'conflict';
      claims.set(userName.toLowerCase(), structuredClone(claim));
      return 'saved';
    },
  };
  const groups = new Map<string, StoredScimGroup>();
  const scimGroups: ScimGroupStore = {
    find: async (_, roleId) => structuredClone(groups.get(roleId)),
    put: async (_, roleId, group) => void groups.set(roleId, structuredClone(group)),
  };
  return { scimUsers, names, scimGroups };
}
