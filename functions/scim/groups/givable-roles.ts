import type { ClarusRole } from '../../clarus/clarus-directory.ts';
import { ADMIN } from '../../clarus/reads/roles.ts';
import { type DecideSettings, mayGive } from '../../identity/access/desired.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { ScimTenant } from '../ports.ts';
import { ScimError } from '../protocol/error.ts';

/** Whether the tenant lets its client give a role: one of those listed; without a list any but Admin, unless named. */
export function isGivable(
  { client, tenant }: Pick<ScimTenant, 'client' | 'tenant'>,
  settings: Pick<DecideSettings, 'roles' | 'withheld' | 'protectedRoles'>,
  role: ClarusRole,
): boolean {
  const isListed = settings.roles[client] !== undefined;
  return mayGive(settings, client, Number(role.id)) && (isListed || !isAdmin(role) || isNamed(tenant, role));
}

/** Those who are to have a role, if the client may give it, and nobody otherwise. Throws BridgeError. */
export async function givenTo(
  users: readonly string[],
  scim: ScimTenant,
  role: ClarusRole,
): Promise<readonly string[]> {
  return isGivable(scim, await scim.settings(), role) ? users : [];
}

export function notGivable({ path }: Pick<ScimTenant, 'path'>): ScimError {
  return new ScimError(
    403,
    'The tenant file of the bridge does not let this client give this role; who leaves it was changed. Its operators can ' +
      `list it in ${path}.roles.`,
  );
}

function isAdmin({ name }: ClarusRole): boolean {
  return name.toLowerCase() === ADMIN.toLowerCase();
}

/** Whoever writes a role into the mapping means that it is given. */
function isNamed({ mapping, defaultRole }: Tenant, { id, name }: ClarusRole): boolean {
  const { table = {}, otherwise } = mapping.role_id ?? {};
  const given = [...Object.values(table), otherwise, defaultRole];
  return given.some(
    (role) => String(role).toLowerCase() === id || String(role).toLowerCase() === name.toLowerCase(),
  );
}
