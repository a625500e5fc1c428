import type { SourceName } from '../../identity/access/account.ts';
import type { ScimClientSettings, ScimSettings } from './settings.ts';

/** The source that the client without a name is: a storage key since there were no others. */
const UNNAMED: SourceName = 'scim';

/** One SCIM client of a tenant. */
export interface ScimClient extends ScimClientSettings {
  /** The source that it is. */
  source: SourceName;
  /** Where in the tenant file its settings are. */
  path: string;
}

/** The SCIM clients of a tenant file, the one without a name first. */
export function scimClientsOf(settings: ScimSettings | undefined): ScimClient[] {
  if (settings === undefined) return [];
  const { clients = {}, ...unnamed } = settings;
  const named = Object.entries(clients).map(([name, client]) => ({
    ...client,
    source: `${UNNAMED}-${name}`,
    path: `scim.clients.${name}`,
  }));
  return hasCredential(unnamed) ? [{ ...unnamed, source: UNNAMED, path: 'scim' }, ...named] : named;
}

/** Whether anybody could come in as the client. */
export function hasCredential({ sha256, oauth, federation }: ScimClientSettings): boolean {
  return sha256 !== undefined || oauth !== undefined || federation !== undefined;
}
