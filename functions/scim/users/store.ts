import type { StoredScimUser } from '../../state/scim-user.ts';
import type { ScimPorts } from '../ports.ts';
import { findableIn } from './resource.ts';

/** Stores a user, with what it can be found by; a deleted one is found by nothing. */
export function saveUser(
  { scimUsers }: Pick<ScimPorts, 'scimUsers'>,
  tenant: string,
  stored: StoredScimUser,
): Promise<'saved' | 'conflict'> {
  return scimUsers.save(tenant, stored, stored.deleted ? [] : findableIn(stored.attributes));
}
