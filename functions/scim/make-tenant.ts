import { createClarus } from '../clarus/clarus.ts';
import { compileMapping } from '../identity/mapping.ts';
import type { HttpPorts } from '../platform/http.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import { GROUP_SCHEMA } from './groups/schema.ts';
import type { ScimTenant } from './ports.ts';
import { LENIENT, STRICT } from './schema/leniencies.ts';
import { CLARUS_STRINGS, userSchemas } from './users/schema.ts';

/** Makes what serves a tenant. Throws BridgeError `configuration_invalid` for a mapping that does not compile. */
export function makeTenant(tenant: Tenant, http: HttpPorts, secrets: SecretSource): ScimTenant {
  // The free texts that the tenant's mapping leaves alone are written by SCIM clients directly.
  const strings = CLARUS_STRINGS.filter((name) => tenant.mapping[name] === undefined);
  const roles = rolesOf(tenant);
  return {
    name: tenant.tenant,
    tenant,
    clarus: createClarus(http, tenant, secrets),
    map: compileMapping(tenant.mapping),
    userType: {
      name: 'User',
      endpoint: '/Users',
      description: 'A user of Clarus.',
      ...userSchemas({ ...(roles && { roles }), strings }),
    },
    groupType: {
      name: 'Group',
      endpoint: '/Groups',
      description: 'A role in Clarus.',
      core: GROUP_SCHEMA,
      extensions: [],
    },
    groups: tenant.scim?.groups ?? false,
    lenient: tenant.scim?.strict === true ? STRICT : LENIENT,
  };
}

/** The roles that the mapping tells apart, when it looks at nothing but `roles`. */
function rolesOf({ mapping }: Tenant): string[] | undefined {
  const { expression, table } = mapping.role_id ?? {};
  return table !== undefined && expression?.trim() === 'roles.value' ? Object.keys(table) : undefined;
}
