import { type Clarus, createClarus } from '../clarus/clarus.ts';
import { compileMapping, type Mapping } from '../identity/mapping.ts';
import type { HttpPorts } from '../platform/http.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import type { TenantTable } from '../tenants/tenant-table.ts';

/** What serves one tenant, made once and kept: its Clarus with the access token, its compiled mapping. */
export interface TenantServices {
  tenant: Tenant;
  clarus: Clarus;
  map: Mapping;
}

/** Services by tenant. Throws BridgeError `tenant_unknown`, `tenant_invalid` or `configuration_invalid`. */
export function tenantServices(
  tenants: TenantTable<Tenant>,
  http: HttpPorts,
  secrets: SecretSource,
): (tenant: string) => TenantServices {
  const made = new Map<string, TenantServices>();
  return function servicesOf(name) {
    const known = made.get(name);
    if (known !== undefined) return known;
    const tenant = tenants.get(name);
    const services = {
      tenant,
      clarus: createClarus(http, tenant, secrets),
      map: compileMapping(tenant.mapping),
    };
    made.set(name, services);
    return services;
  };
}
