import type { ClientUse, ScimClientStore } from '../../functions/state/scim/clients.ts';

/** The use of SCIM clients in memory, with the same promises as in DynamoDB. */
export function memoryClients(): ScimClientStore {
  const uses = new Map<string, ClientUse>();
  return {
    find: async (tenant, client) => structuredClone(uses.get(`${tenant} ${client}`)),
    async note(tenant, client, use) {
      const key = `${tenant} ${client}`;
      uses.set(key, structuredClone({ ...uses.get(key), ...use }));
    },
  };
}
