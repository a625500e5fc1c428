import { readFileSync } from 'node:fs';
import { BridgeError } from '../identity/bridge-error.ts';
import { parseTenant } from './parse-tenant.ts';
import { TENANT_ID, type Tenant } from './tenant-schema.ts';

/** The tenants this deployment serves. */
export interface TenantTable {
  /** Undefined for a name this deployment does not know. Throws BridgeError `tenant_invalid`. */
  find(tenant: string): Tenant | undefined;
  /** As `find`; throws BridgeError `tenant_unknown` too. */
  get(tenant: string): Tenant;
}

/**
 * A table over tenant files' contents. Each is validated on first use, so that a cold start costs the same
 * with one tenant and with a thousand, and one broken tenant leaves the others working.
 */
export function tenantTable(contents: ReadonlyMap<string, unknown>): TenantTable {
  const parsed = new Map<string, Tenant>();

  function find(tenant: string): Tenant | undefined {
    const known = parsed.get(tenant);
    if (known !== undefined) return known;
    if (!TENANT_ID.test(tenant) || !contents.has(tenant)) return undefined;
    const valid = parseTenant(contents.get(tenant), `${tenant}.json`);
    parsed.set(tenant, valid);
    return valid;
  }

  function get(tenant: string): Tenant {
    const found = find(tenant);
    if (found !== undefined) return found;
    throw new BridgeError(
      'tenant_unknown',
      'The event names a tenant that this deployment does not serve. It goes to the dead-letter queue. ' +
        'If the tenant was removed on purpose, purge it there; else restore infra/tenants and deploy.',
      { retryable: false },
    );
  }

  return { find, get };
}

/** The table in a `tenants.json` as the deployment bundles it: an object of tenant name to file content. */
export function readTenantTable(path: string): TenantTable {
  const contents: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return tenantTable(new Map(Object.entries(Object(contents))));
}
