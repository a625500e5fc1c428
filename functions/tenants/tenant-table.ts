import { readFileSync } from 'node:fs';
import { BridgeError } from '../identity/bridge-error.ts';
import { TENANT_ID } from './webhook-tenant.ts';

/** Reads a tenant file's content, or a part of it. `origin` names the file in a BridgeError `tenant_invalid`. */
export type ParseTenant<Of> = (content: unknown, origin: string) => Of;

/** The tenants this deployment serves. */
export interface TenantTable<Of> {
  names(): string[];
  /** Undefined for a name this deployment does not know. Throws BridgeError `tenant_invalid`. */
  find(tenant: string): Of | undefined;
  /** As `find`; throws BridgeError `tenant_unknown` too. */
  get(tenant: string): Of;
}

/**
 * A table over tenant files' contents. Each is validated on first use, so that a cold start costs the same
 * with one tenant and with a thousand, and one broken tenant leaves the others working.
 */
export function tenantTable<Of>(
  contents: ReadonlyMap<string, unknown>,
  parse: ParseTenant<Of>,
): TenantTable<Of> {
  const parsed = new Map<string, Of>();

  function find(tenant: string): Of | undefined {
    const known = parsed.get(tenant);
    if (known !== undefined) return known;
    if (!TENANT_ID.test(tenant) || !contents.has(tenant)) return undefined;
    const valid = parse(contents.get(tenant), `${tenant}.json`);
    parsed.set(tenant, valid);
    return valid;
  }

  function get(tenant: string): Of {
    const found = find(tenant);
    if (found !== undefined) return found;
    throw new BridgeError(
      'tenant_unknown',
      'The event names a tenant that this deployment does not serve. It goes to the dead-letter queue. ' +
        'If the tenant was removed on purpose, purge it there; else restore infra/tenants and deploy.',
      { retryable: false },
    );
  }

  return { names: () => [...contents.keys()], find, get };
}

/**
 * Reads every file of a table at once, so that nobody can tell by the time it takes whether a name is known. One that is
 * broken is told of when it is asked for.
 */
export function readAhead(table: TenantTable<unknown>): void {
  for (const name of table.names()) {
    try {
      table.find(name);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
    }
  }
}

/** The table in a `tenants.json` as the deployment bundles it: an object of tenant name to file content. */
export function readTenantTable<Of>(path: string, parse: ParseTenant<Of>): TenantTable<Of> {
  const contents: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return tenantTable(new Map(Object.entries(Object(contents))), parse);
}
