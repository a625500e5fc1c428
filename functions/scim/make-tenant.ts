import { type Clarus, createClarus } from '../clarus/clarus.ts';
import type { ClarusListing } from '../clarus/clarus-directory.ts';
import { compileMapping, type Mapping } from '../identity/mapping.ts';
import type { HttpPorts } from '../platform/http.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import { GROUP_SCHEMA } from './groups/schema.ts';
import { LENIENT, type Leniencies, STRICT } from './schema/leniencies.ts';
import type { ResourceType } from './schema/resource-type.ts';
import { CLARUS_STRINGS, userSchemas } from './users/schema.ts';

/** What serves the SCIM clients of one tenant, made once and kept. */
export interface ScimTenant {
  name: string;
  tenant: Tenant;
  clarus: Clarus & ClarusListing;
  map: Mapping;
  userType: ResourceType;
  groupType: ResourceType;
  /** Whether roles are shown as Groups. */
  groups: boolean;
  lenient: Leniencies;
}

/** Makes one. Throws BridgeError `configuration_invalid` for a mapping that does not compile. */
export function scimTenant(tenant: Tenant, http: HttpPorts, secrets: SecretSource): ScimTenant {
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
