import type { StoredScimUser } from '../../state/scim-user.ts';
import type { ScimPorts } from '../ports.ts';
import { claimName, settleName } from './names.ts';
import { saveUser } from './store.ts';

/** Stores a user that no client has written yet, and returns what is stored. Of one that is stored it is the name. */
export type AdoptUser = (tenant: string, user: StoredScimUser) => Promise<StoredScimUser>;

/** Whoever is shown to a client is adopted: from then on the id and the times are promised, and the name is theirs. */
export function createAdoptUser({
  scimUsers,
  names,
  newId,
  clock,
}: Pick<ScimPorts, 'scimUsers' | 'names' | 'newId' | 'clock'>): AdoptUser {
  return async function adoptUser(tenant, user) {
    const { clarusUserId, attributes } = user;
    const claimant = { token: newId(), now: clock(), clarusUserId };
    const claim = await claimName({ names, scimUsers }, tenant, String(attributes.userName), claimant);
    let stored = user;
    if (user.version === 0) {
      const saved = await saveUser({ scimUsers }, tenant, user);
      const other = saved === 'conflict' ? await scimUsers.find(tenant, clarusUserId) : undefined;
      stored = other ?? { ...user, version: 1 };
    }
    if (claim !== undefined) await settleName(names, tenant, claim, clarusUserId);
    return stored;
  };
}
