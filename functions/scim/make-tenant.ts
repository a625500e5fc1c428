import { createClarus } from '../clarus/clarus.ts';
import { settingsWithoutRoles, settingsWithRoles } from '../clarus/decide-settings.ts';
import { guardsOf } from '../clarus/guards.ts';
import { heedRetryAfter } from '../clarus/heed-retry-after.ts';
import { compileMapping } from '../identity/profile/mapping.ts';
import type { HttpPorts } from '../platform/http.ts';
import { kept } from '../platform/kept.ts';
import type { ScimClient } from '../tenants/scim/clients.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import { GROUP_SCHEMA } from './groups/schema.ts';
import type { ScimTenant, TenantServices } from './ports.ts';
import { createAdmit } from './rate.ts';
import { LENIENT, STRICT } from './schema/leniencies.ts';
import type { ResourceType } from './schema/resource-type.ts';
import { CLARUS_STRINGS, type UserSchemaSettings, userSchemas } from './users/schema.ts';

const FOR_GOOD = Number.POSITIVE_INFINITY;
/** Milliseconds: longer than a call lives. */
const PATIENCE = 30_000;

/**
 * Makes what serves a tenant in one of so many instances; without their number nobody is held back. Throws BridgeError
 * `configuration_invalid` for a mapping that does not compile.
 */
export function makeTenant(
  tenant: Tenant,
  http: HttpPorts,
  secrets: SecretSource,
  instances?: number,
): TenantServices {
  // The free texts that the tenant's mapping leaves alone are written by SCIM clients directly.
  const strings = CLARUS_STRINGS.filter((name) => tenant.mapping[name] === undefined);
  const roles = rolesOf(tenant);
  const emailIsLogin = tenant.mapping.email === undefined;
  const userType = (settings: Pick<UserSchemaSettings, 'emailIsLogin'>): ResourceType => ({
    name: 'User',
    endpoint: '/Users',
    description: 'A user of Clarus.',
    ...userSchemas({ ...(roles && { roles }), ...settings, strings }),
  });
  const userTypes = {
    addressed: userType({ emailIsLogin }),
    named: userType({ emailIsLogin: false }),
  };
  const clarus = createClarus({ ...http, send: heedRetryAfter(http.send, http.clock) }, tenant, secrets);
  return {
    name: tenant.tenant,
    tenant,
    clarus,
    map: compileMapping(tenant.mapping),
    // Looked up for everybody, so that a call which is answered in its stead leaves the next one no failure of its own.
    settings: kept({
      clock: http.clock,
      read: settingsWithRoles(tenant, clarus),
      lifeOf: () => FOR_GOOD,
      patience: PATIENCE,
    }).get,
    withoutRoles: settingsWithoutRoles(tenant),
    guards: guardsOf(tenant, clarus),
    userTypes,
    groupType: {
      name: 'Group',
      endpoint: '/Groups',
      description: 'A role in Clarus.',
      core: GROUP_SCHEMA,
      extensions: [],
    },
    admit: instances === undefined ? async () => {} : createAdmit(instances, userTypes.addressed.core.id),
  };
}

/** The tenant as one of its clients has it. */
export function servedTo(client: ScimClient, services: TenantServices): ScimTenant {
  const { source, path, groups, strict, adopt, emailDomain, roleResources } = client;
  const { addressed, named } = services.userTypes;
  return {
    ...services,
    client: source,
    path,
    userType: emailDomain === undefined ? addressed : named,
    groups,
    lenient: strict ? STRICT : LENIENT,
    adopt,
    emailDomain,
    roleResources,
  };
}

/** The roles that the mapping tells apart, when it looks at nothing but `roles`. */
function rolesOf({ mapping }: Tenant): string[] | undefined {
  const { expression, table } = mapping.role_id ?? {};
  return table !== undefined && expression?.trim() === 'roles.value' ? Object.keys(table) : undefined;
}
