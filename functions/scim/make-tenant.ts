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
import { CLARUS_STRINGS, userSchemas } from './users/schema.ts';

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
  const schemas = userSchemas({ ...(roles && { roles }), strings });
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
    userType: {
      name: 'User',
      endpoint: '/Users',
      description: 'A user of Clarus.',
      ...schemas,
    },
    groupType: {
      name: 'Group',
      endpoint: '/Groups',
      description: 'A role in Clarus.',
      core: GROUP_SCHEMA,
      extensions: [],
    },
    admit: instances === undefined ? async () => {} : createAdmit(instances, schemas.core.id),
  };
}

/** The tenant as one of its clients has it. */
export function servedTo({ source, groups, strict }: ScimClient, services: TenantServices): ScimTenant {
  return { ...services, client: source, groups, lenient: strict ? STRICT : LENIENT };
}

/** The roles that the mapping tells apart, when it looks at nothing but `roles`. */
function rolesOf({ mapping }: Tenant): string[] | undefined {
  const { expression, table } = mapping.role_id ?? {};
  return table !== undefined && expression?.trim() === 'roles.value' ? Object.keys(table) : undefined;
}
