import type { ScimClientStore } from '../functions/state/scim/clients.ts';
import type { Tenant } from '../functions/tenants/tenant-schema.ts';

/** The SCIM clients of a tenant file with what is known of their use, a line each. Throws BridgeError. */
export async function clientLines(
  clients: Pick<ScimClientStore, 'find'>,
  { tenant, scimClients }: Tenant,
): Promise<string[]> {
  return Promise.all(
    scimClients.map(async ({ source, scope, readOnly, expires }) => {
      const { lastUsedAt, lastRefusal: refusal } = (await clients.find(tenant, source)) ?? {};
      return [
        `${source}: ${scope.join(' and ')}${readOnly ? ', read only' : ''}`,
        ...(expires === undefined ? [] : [`expires ${time(expires).slice(0, 10)}`]),
        lastUsedAt === undefined ? 'never seen' : `last seen ${time(lastUsedAt)}`,
        ...(refusal === undefined
          ? []
          : [
              `last refused ${time(refusal.at)}: ${refusal.op} ${refusal.status} ${refusal.why ?? ''}`.trimEnd() +
                `, request ${refusal.requestId}`,
            ]),
      ].join('; ');
    }),
  );
}

function time(at: number): string {
  return new Date(at).toISOString();
}
