import { type Clarus, createClarus } from '../clarus/clarus.ts';
import type { ClarusListing } from '../clarus/clarus-directory.ts';
import { settingsWithoutRoles, settingsWithRoles } from '../clarus/decide-settings.ts';
import { guardsOf } from '../clarus/guards.ts';
import type { DecideSettings } from '../identity/access/desired.ts';
import type { Guards } from '../identity/access/guard.ts';
import { compileMapping, type Mapping } from '../identity/profile/mapping.ts';
import type { HttpPorts } from '../platform/http.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import type { TenantTable } from '../tenants/tenant-table.ts';

/** What serves one tenant, made once and kept: its Clarus with the access token, its compiled mapping. */
export interface TenantServices {
  tenant: Tenant;
  clarus: Clarus & Pick<ClarusListing, 'findUsersByEmail'>;
  map: Mapping;
  /** Where access and attributes come from. Throws BridgeError while a role's name cannot be looked up. */
  settings(): Promise<DecideSettings>;
  /** The same for who cannot wait for that: no role is decided about. */
  withoutRoles: DecideSettings;
  /** Whom the bridge never touches. Throws BridgeError while a role's name cannot be looked up. */
  guards(): Promise<Guards>;
  /** Whether a source is a SCIM client, whose accounts have no cards. */
  isScim(source: string): boolean;
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
    const clarus = createClarus(http, tenant, secrets);
    const services = {
      tenant,
      clarus,
      map: compileMapping(tenant.mapping),
      settings: settingsWithRoles(tenant, clarus),
      withoutRoles: settingsWithoutRoles(tenant),
      guards: guardsOf(tenant, clarus),
      isScim: (source: string) => source !== 'okta' && source !== 'entra',
    };
    made.set(name, services);
    return services;
  };
}
