import { folded } from '../../functions/identity/folded.ts';
import type { ScimClientStore } from '../../functions/state/scim/clients.ts';
import type { ScimGroupStore, StoredScimGroup } from '../../functions/state/scim-groups.ts';
import type { NameClaim, ScimNameStore } from '../../functions/state/scim-names.ts';
import type { ScimPointers } from '../../functions/state/scim-pointers.ts';
import { memoryClients } from './memory-clients.ts';

/** What SCIM keeps beside the records. */
export interface ScimStores {
  names: ScimNameStore;
  pointers: ScimPointers;
  scimGroups: ScimGroupStore;
  clients: ScimClientStore;
}

/** The same in memory, with the same promises as in DynamoDB. */
export function memoryScimState(): ScimStores {
  const claims = new Map<string, NameClaim>();
  const names: ScimNameStore = {
    find: async (tenant, client, userName) =>
      structuredClone(claims.get(`${tenant} ${client} ${folded(userName)}`)),
    async put(tenant, client, userName, claim, known) {
      const key = `${tenant} ${client} ${folded(userName)}`;
      if (claims.get(key)?.token !== known) return 'conflict';
      claims.set(key, structuredClone(claim));
      return 'saved';
    },
  };

  const pointed = new Map<string, Set<string>>();
  const pointers: ScimPointers = {
    having: async (tenant, client, attribute, value) =>
      [...(pointed.get(`${tenant} ${client} ${attribute} ${folded(value)}`) ?? [])].sort(
        (a, b) => Number(a) - Number(b),
      ),
    async point(tenant, client, attribute, value, clarusUserId) {
      const key = `${tenant} ${client} ${attribute} ${folded(value)}`;
      pointed.set(key, new Set([...(pointed.get(key) ?? []), clarusUserId]));
    },
  };

  const groups = new Map<string, StoredScimGroup>();
  const scimGroups: ScimGroupStore = {
    find: async (tenant, client, roleId) => structuredClone(groups.get(`${tenant} ${client} ${roleId}`)),
    put: async (tenant, client, roleId, group) =>
      void groups.set(`${tenant} ${client} ${roleId}`, structuredClone(group)),
  };
  return { names, pointers, scimGroups, clients: memoryClients() };
}
