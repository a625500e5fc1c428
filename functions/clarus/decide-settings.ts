import type { DecideSettings } from '../identity/access/desired.ts';
import { BridgeError } from '../identity/bridge-error.ts';
import type { ScimClient } from '../tenants/scim/clients.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { ClarusDirectory } from './clarus-directory.ts';
import { ADMIN } from './reads/roles.ts';

type FindsRoles = Pick<ClarusDirectory, 'findRole'>;
type Role = number | string;

/**
 * What a tenant file says of where access and attributes come from, with roles by id, as Clarus has them: looked up
 * once and kept. The function throws what `findRole` throws, and asks again the next time.
 */
export function settingsWithRoles(tenant: Tenant, clarus: FindsRoles): () => Promise<DecideSettings> {
  let kept: Promise<DecideSettings> | undefined;
  return function settings() {
    const current = kept ?? resolved(tenant, clarus);
    kept = current;
    current.catch(() => {
      if (kept === current) kept = undefined;
    });
    return current;
  };
}

/**
 * The same where no role's name can be looked up: no source gives a role then, and nobody falls to the default one.
 * Everything else is decided as always.
 */
export function settingsWithoutRoles(tenant: Tenant): DecideSettings {
  const none = tenant.sources.map((source) => [source, []] as const);
  return { ...withoutRoles(tenant), roles: Object.fromEntries(none) };
}

/** The ids of roles that are named by id or name, in their order. Throws BridgeError `role_unknown`. */
export function roleIds({ findRole }: FindsRoles, roles: readonly Role[]): Promise<number[]> {
  return Promise.all(roles.map((role) => (typeof role === 'string' ? findRole(role) : role)));
}

async function resolved(tenant: Tenant, clarus: FindsRoles): Promise<DecideSettings> {
  const { defaultRole, okta, scimClients, entra, protect } = tenant;
  const clients = scimClients.map(({ source, roles }) => [source, { roles }] as const);
  const limited = [...Object.entries({ okta, entra }), ...clients].flatMap(([source, settings]) =>
    settings?.roles === undefined ? [] : [{ source, allowed: settings.roles.allowed }],
  );
  const free = scimClients.filter((client) => choosesAnyRole(client, tenant));
  const [[role], protectedRoles, admin, ...allowed] = await Promise.all([
    roleIds(clarus, defaultRole === undefined ? [] : [defaultRole]),
    roleIds(clarus, protect.roles),
    free.length > 0 ? adminIds(clarus) : [],
    ...limited.map((it) => roleIds(clarus, it.allowed)),
  ]);
  return {
    ...withoutRoles(tenant),
    ...(role !== undefined && !protectedRoles.includes(role) && { defaultRole: role }),
    ...(protectedRoles.length > 0 && { protectedRoles }),
    roles: Object.fromEntries(limited.map(({ source }, index) => [source, allowed[index] ?? []])),
    ...(admin.length > 0 && { withheld: Object.fromEntries(free.map(({ source }) => [source, admin])) }),
  };
}

/** Whether a SCIM client says the role itself, and nobody has named those that it may give. */
function choosesAnyRole({ roles, roleResources }: ScimClient, { mapping }: Tenant): boolean {
  if (roles !== undefined) return false;
  const rule = mapping.role_id;
  return rule === undefined ? roleResources : rule?.expression !== undefined && rule.table === undefined;
}

/** None where Clarus has no role of that name. */
async function adminIds({ findRole }: FindsRoles): Promise<number[]> {
  try {
    return [await findRole(ADMIN)];
  } catch (error) {
    if (error instanceof BridgeError && error.code === 'role_unknown') return [];
    throw error;
  }
}

function withoutRoles({
  sources,
  profile,
  scimClients,
  okta,
}: Tenant): Omit<DecideSettings, 'roles' | 'defaultRole'> {
  const idOf = scimClients.flatMap(({ source, idOf }) =>
    idOf === undefined ? [] : [[source, idOf] as const],
  );
  const hasMemberships = okta !== undefined && okta.apps.length + okta.groups.length > 0;
  return {
    sources,
    profile,
    ...(idOf.length > 0 && { idOf: Object.fromEntries(idOf) }),
    ...(hasMemberships && { byMembership: ['okta'] }),
  };
}
