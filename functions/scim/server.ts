import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BridgeError } from '../identity/bridge-error.ts';
import { traceOf } from '../platform/unexpected-error.ts';
import type { ScimClient } from '../tenants/scim/clients.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import type { TenantTable } from '../tenants/tenant-table.ts';
import type { ScimCall } from './call.ts';
import { createClarusSnapshot } from './clarus-snapshot.ts';
import { type Caller, callerOf } from './credentials/caller.ts';
import type { JsonWebKeys } from './credentials/json-web-keys.ts';
import { checkScope } from './credentials/scope.ts';
import { cursorKey } from './credentials/sealed.ts';
import { createSigningKeys } from './credentials/signing-keys.ts';
import { grantToken } from './credentials/token-endpoint.ts';
import { serviceProviderConfig } from './discovery/service-provider-config.ts';
import { toScimError } from './failures.ts';
import { createGroupsEndpoint } from './groups/endpoint.ts';
import { servedTo } from './make-tenant.ts';
import type { ClarusSnapshot, ScimPorts, TenantServices } from './ports.ts';
import { asResult, errorAnswer, type ScimAnswer } from './protocol/answer.ts';
import { badRequest, notFound, ScimError } from './protocol/error.ts';
import { addressOf, requestOf, type ScimAddress, type ScimRequest } from './protocol/request.ts';
import { route } from './router.ts';
import { createRootSearch } from './search.ts';
import { createUserWrites } from './users/change.ts';
import { createUsersEndpoint } from './users/endpoint.ts';
import { createUserReads } from './users/list.ts';

export interface ScimServerPorts extends ScimPorts {
  tenants: TenantTable<Tenant>;
  secrets: SecretSource;
  /** The keys of clients' own identity providers. */
  webKeys: JsonWebKeys;
  /** What serves a tenant. */
  serve: (tenant: Tenant) => TenantServices;
}

/** A tenant's name in the URL is anybody's text; no more than this of it is logged. */
const NAME_LIMIT = 64;
/** What else is in a path may be an address that somebody mistook for an endpoint, so only these are logged. */
const ENDPOINTS = [
  'Users',
  'Groups',
  'Schemas',
  'ResourceTypes',
  'ServiceProviderConfig',
  '.search',
  'Bulk',
  'Me',
];

/** A SCIM 2.0 service provider (RFC 7643, RFC 7644) below `/scim/`. Every answer but an OAuth one is SCIM's. */
export function createScim(
  ports: ScimServerPorts,
): (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2> {
  const { tenants, secrets } = ports;
  const reads = createUserReads(ports);
  const writes = createUserWrites(ports);
  const users = createUsersEndpoint(ports, reads, writes);
  const groups = createGroupsEndpoint(ports, reads, writes);
  const keys = createSigningKeys(secrets, ports.clock);
  const endpoints = { users, groups, cursorKey: keyOfCursors, search: createRootSearch(reads, groups) };
  const served = new Map<string, { services: TenantServices; snapshot: ClarusSnapshot }>();

  return async function scim(event) {
    const address = addressOf(event);
    const request = requestOf(event, address, ports.newId(), ports.clock());
    const answer = await answerOf(address, request);
    const { status, body } = answer;
    ports.log(status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info', 'scim', {
      status,
      tenant: address.tenant.slice(0, NAME_LIMIT),
      method: request.method,
      endpoint: endpointOf(address),
      requestId: request.id,
      ...(status >= 400 && { scimType: body?.scimType }),
    });
    return asResult(answer, request.method);
  };

  async function answerOf(address: ScimAddress, request: ScimRequest): Promise<ScimAnswer> {
    try {
      return await serve(address, request);
    } catch (error) {
      if (error instanceof ScimError) return errorAnswer(error);
      if (error instanceof BridgeError) return errorAnswer(toScimError(error, request.method));
      ports.log('error', 'unexpected error', { ...traceOf(error), requestId: request.id });
      return errorAnswer(new ScimError(500, 'Something went wrong here. Send it again.'));
    }
  }

  async function serve(address: ScimAddress, request: ScimRequest): Promise<ScimAnswer> {
    const { tenant: name, version, segments } = address;
    if (version === 'oauth' && segments.join('/') === 'token') {
      return (await grantToken({ ...ports, keys }, request, tenants.find(name))).answer;
    }
    // RFC 7644 section 4: what the service can do may be known before one has a credential.
    if (version === 'v2' && segments.length === 1 && segments[0]?.toLowerCase() === 'serviceproviderconfig') {
      if (request.method === 'GET' || request.method === 'HEAD') {
        return { status: 200, body: serviceProviderConfig(request.baseUrl) };
      }
      throw new ScimError(405, 'Use GET.', { headers: { allow: 'GET, HEAD' } });
    }
    const tenant = tenants.find(name);
    const caller = await callerOf(request, address, tenant, keys);
    if (tenant === undefined || caller.kind !== 'client') throw unauthorized(caller);
    if (version !== 'v2') {
      if (/^v\d/.test(version)) throw badRequest('invalidVers', 'The version of SCIM served here is v2.');
      throw notFound('endpoint');
    }
    checkScope(request, caller.client);
    return route({ request, ...servicesTo(caller.client, tenant) }, endpoints);
  }

  function servicesTo(client: ScimClient, tenant: Tenant): Omit<ScimCall, 'request'> {
    const { services, snapshot } = served.get(tenant.tenant) ?? beginServing(tenant);
    return { scim: servedTo(client, services), snapshot };
  }

  function beginServing(tenant: Tenant): { services: TenantServices; snapshot: ClarusSnapshot } {
    const services = ports.serve(tenant);
    const begun = { services, snapshot: createClarusSnapshot(services.clarus, ports.clock) };
    served.set(tenant.tenant, begun);
    return begun;
  }

  async function keyOfCursors({ scim }: ScimCall): Promise<Buffer> {
    return cursorKey(await secrets.load(scim.name), scim.name);
  }
}

/** RFC 6750 section 3: who has shown nothing is told no more than how. */
function unauthorized(caller: Caller): ScimError {
  const [detail, error] =
    caller.kind === 'expired'
      ? ['The client has expired, as its tenant file says: give it another day and deploy.', true]
      : [
          'The bearer token is missing or not one of this tenant.',
          caller.kind === 'nobody' && caller.presented,
        ];
  const challenge = `Bearer realm="scim"${error ? ', error="invalid_token"' : ''}`;
  return new ScimError(401, detail, { headers: { 'www-authenticate': challenge } });
}

function endpointOf({ segments: [first = ''] }: ScimAddress): string {
  return ENDPOINTS.find((name) => name.toLowerCase() === first.toLowerCase()) ?? 'other';
}
