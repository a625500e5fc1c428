import { type Clarus, createClarus } from '../clarus/clarus.ts';
import type { ClarusListing } from '../clarus/clarus-directory.ts';
import { settingsWithoutRoles, settingsWithRoles } from '../clarus/decide-settings.ts';
import { guardsOf } from '../clarus/guards.ts';
import type { DecideSettings } from '../identity/access/desired.ts';
import type { Guards } from '../identity/access/guard.ts';
import { BridgeError } from '../identity/bridge-error.ts';
import { compileMapping, type Mapping } from '../identity/profile/mapping.ts';
import type { HttpPorts } from '../platform/http.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import type { TenantTable } from '../tenants/tenant-table.ts';

/** What the sweep of one tenant works with, made once and kept: its Clarus with the access token. */
export interface SweepServices {
  tenant: Tenant;
  clarus: Pick<ClarusListing, 'listUsers' | 'findUsersByEmail'>;
  map: Mapping;
  /** Where access and attributes come from; without roles while a role's name cannot be looked up. */
  settings(): Promise<DecideSettings>;
  guards(): Promise<Guards>;
}

/** Services by tenant. Throws BridgeError `tenant_unknown`, `tenant_invalid` or `configuration_invalid`. */
export function sweepServices(
  tenants: TenantTable<Tenant>,
  http: HttpPorts,
  secrets: SecretSource,
): (tenant: string) => SweepServices {
  const made = new Map<string, SweepServices>();
  return function servicesOf(name) {
    const known = made.get(name);
    if (known !== undefined) return known;
    const services = servicesFor(tenants.get(name), createClarus(http, tenants.get(name), secrets));
    made.set(name, services);
    return services;
  };
}

export function servicesFor(tenant: Tenant, clarus: Clarus & ClarusListing): SweepServices {
  const withRoles = settingsWithRoles(tenant, clarus);
  return {
    tenant,
    clarus,
    map: compileMapping(tenant.mapping),
    settings: () => orWithoutRoles(tenant, withRoles),
    guards: guardsOf(tenant, clarus),
  };
}

/** Who has left is to be found whatever a role is called. */
async function orWithoutRoles(
  tenant: Tenant,
  withRoles: () => Promise<DecideSettings>,
): Promise<DecideSettings> {
  try {
    return await withRoles();
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    return settingsWithoutRoles(tenant);
  }
}
