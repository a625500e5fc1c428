import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { parseSettings } from './parse-settings.ts';
import { type Tenant, tenantSchema } from './tenant-schema.ts';

// The functional form of zod comes without words for what is wrong.
z.config(en());

/** A tenant file's content as a Tenant. `origin` names the file in errors. Throws BridgeError `tenant_invalid`. */
export function parseTenant(content: unknown, origin: string): Tenant {
  return parseSettings(tenantSchema, content, origin);
}
