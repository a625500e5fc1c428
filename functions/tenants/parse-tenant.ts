import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { contradictions } from './contradictions.ts';
import { invalidTenant, parseSettings } from './parse-settings.ts';
import { type Tenant, tenantSchema } from './tenant-schema.ts';

// The functional form of zod comes without words for what is wrong.
z.config(en());

/** Settings under whose name something speaks of people. */
const SOURCES = ['okta', 'scim', 'entra'] as const;

/** A tenant file's content as a Tenant. `origin` names the file in errors. Throws BridgeError `tenant_invalid`. */
export function parseTenant(content: unknown, origin: string): Tenant {
  const settings = parseSettings(tenantSchema, content, origin);
  // The order of the file, which zod's objects do not keep.
  const sources = Object.keys(Object(content)).filter((key) =>
    SOURCES.some((source) => source === key && settings[source] !== undefined),
  );
  const tenant = { ...settings, sources, profile: settings.profile ?? sources };
  const problems = contradictions(tenant);
  if (problems.length > 0) throw invalidTenant(origin, problems);
  return tenant;
}
