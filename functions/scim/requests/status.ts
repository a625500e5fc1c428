import { BridgeError } from '../../identity/bridge-error.ts';
import type { JsonObject } from '../../identity/json.ts';
import type { ScimClient } from '../../tenants/scim/clients.ts';
import type { TenantServices } from '../ports.ts';
import type { ScimAnswer } from '../protocol/answer.ts';
import { ScimError } from '../protocol/error.ts';
import type { ClientUses } from './client-use.ts';

/**
 * `GET /scim/{tenant}/status`: what an administrator asks first when nothing arrives. It says nothing of any person.
 * Throws ScimError and BridgeError.
 */
export async function statusAnswer(
  method: string,
  { name, clarus }: Pick<TenantServices, 'name' | 'clarus'>,
  client: ScimClient,
  uses: ClientUses,
): Promise<ScimAnswer> {
  if (method !== 'GET' && method !== 'HEAD')
    throw new ScimError(405, 'Use GET.', { headers: { allow: 'GET, HEAD' } });
  const { source, scope, readOnly, expires } = client;
  const [connection, use] = await Promise.all([connectionTo(clarus), uses.of(name, source)]);
  const { lastUsedAt, lastRefusal } = use;
  const body = {
    tenant: name,
    client: source,
    ...connection,
    scope,
    readOnly,
    ...(expires !== undefined && { expires: time(expires) }),
    ...(lastUsedAt !== undefined && { lastRequest: time(lastUsedAt) }),
    ...(lastRefusal && { lastRefusal: { ...lastRefusal, at: time(lastRefusal.at) } }),
  };
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

/** Whether Clarus answers the bridge, with the tenant's own credentials. */
async function connectionTo(clarus: Pick<TenantServices['clarus'], 'listRoles'>): Promise<JsonObject> {
  try {
    await clarus.listRoles();
    return { connected: true };
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    return { connected: false, why: error.code };
  }
}

function time(at: number): string {
  return new Date(at).toISOString();
}
