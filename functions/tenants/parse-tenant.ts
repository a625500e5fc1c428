import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import type { SourceName } from '../identity/access/account.ts';
import { contradictions } from './contradictions.ts';
import { invalidTenant, parseSettings } from './parse-settings.ts';
import { type ScimClient, scimClientsOf } from './scim/clients.ts';
import { scimProblems } from './scim/contradictions.ts';
import { type Tenant, tenantSchema } from './tenant-schema.ts';

// The functional form of zod comes without words for what is wrong.
z.config(en());

/** A tenant file's content as a Tenant. `origin` names the file in errors. Throws BridgeError `tenant_invalid`. */
export function parseTenant(content: unknown, origin: string): Tenant {
  const settings = parseSettings(tenantSchema, content, origin);
  const scimClients = scimClientsOf(settings.scim);
  const sources = sourcesOf(content, settings, scimClients);
  const tenant = { ...settings, sources, profile: settings.profile ?? sources, scimClients };
  const problems = [...scimProblems(Object(content).scim, scimClients), ...contradictions(tenant)];
  if (problems.length > 0) throw invalidTenant(origin, problems);
  return tenant;
}

/** Whose word counts, in the order of the file, which zod's objects do not keep. */
function sourcesOf(
  content: unknown,
  { okta, entra }: Pick<Tenant, 'okta' | 'entra'>,
  clients: readonly ScimClient[],
): SourceName[] {
  return Object.keys(Object(content)).flatMap((key) => {
    switch (key) {
      case 'okta':
        return okta === undefined ? [] : [key];
      case 'entra':
        return entra === undefined ? [] : [key];
      case 'scim':
        return clients.map(({ source }) => source);
      default:
        return [];
    }
  });
}
