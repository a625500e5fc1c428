import type { Tenant } from '../tenants/tenant-schema.ts';
import type { ClarusDirectory } from './clarus-directory.ts';

/** The role of those for whom nothing else says one, if the tenant names any. Throws BridgeError `role_unknown`. */
export async function defaultRole(
  { findRole }: Pick<ClarusDirectory, 'findRole'>,
  { defaultRole: role }: Pick<Tenant, 'defaultRole'>,
): Promise<number | undefined> {
  return typeof role === 'string' ? findRole(role) : role;
}
