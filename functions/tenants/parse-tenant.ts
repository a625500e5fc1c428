import { parseSettings } from './parse-settings.ts';
import { type Tenant, tenantSchema } from './tenant-schema.ts';

/** A tenant file's content as a Tenant. `origin` names the file in errors. Throws BridgeError `tenant_invalid`. */
export function parseTenant(content: unknown, origin: string): Tenant {
  return parseSettings(tenantSchema, content, origin);
}
