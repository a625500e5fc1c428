import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BridgeError } from '../identity/bridge-error.ts';
import { traced, whileTraced } from '../platform/logger.ts';
import { traceOf } from '../platform/unexpected-error.ts';
import type { ScimClientStore } from '../state/scim/clients.ts';
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
import { outOfTime, toScimError } from './failures.ts';
import { createGroupsEndpoint } from './groups/endpoint.ts';
import { servedTo } from './make-tenant.ts';
import type { ClarusSnapshot, ScimPorts, TenantServices } from './ports.ts';
import { asResult, errorAnswer, type ScimAnswer } from './protocol/answer.ts';
import { badRequest, notFound, ScimError } from './protocol/error.ts';
import { addressOf, requestOf, type ScimAddress, type ScimRequest } from './protocol/request.ts';
import { counting, newWork } from './protocol/work.ts';
import { createClientUses } from './requests/client-use.ts';
import { entryOf, type Heard, type RequestEntry } from './requests/entry.ts';
import { operationOf } from './requests/operation.ts';
import { statusAnswer } from './requests/status.ts';
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
  clients: ScimClientStore;
  /** The request log. */
  logRequest: (entry: RequestEntry) => void;
  /** What serves a tenant. */
  serve: (tenant: Tenant) => TenantServices;
}

/** What answers in the stead of a request that takes too long. */
export interface Lateness {
  signal: AbortSignal;
  /** Told of the answer when the signal is aborted; what the request ends with itself is nobody's then. */
  answer: (result: APIGatewayProxyStructuredResultV2) => void;
}

/** A SCIM 2.0 service provider (RFC 7643, RFC 7644) below `/scim/`. Every answer but an OAuth one is SCIM's. */
export function createScim(
  given: ScimServerPorts,
): (event: APIGatewayProxyEventV2, late?: Lateness) => Promise<APIGatewayProxyStructuredResultV2> {
  const ports = { ...given, log: traced(given.log) };
  const { tenants, secrets } = ports;
  const reads = createUserReads(ports);
  const writes = createUserWrites(ports);
  const users = createUsersEndpoint(ports, reads, writes);
  const groups = createGroupsEndpoint(ports, reads, writes);
  const keys = createSigningKeys(secrets, ports.clock);
  const uses = createClientUses(ports.clients, ports);
  const endpoints = { users, groups, cursorKey: keyOfCursors, search: createRootSearch(reads, groups) };
  const served = new Map<string, { services: TenantServices; snapshot: ClarusSnapshot }>();

  return async function scim(event, late) {
    const address = addressOf(event);
    const request = requestOf(event, address, ports.newId(), ports.clock());
    const { id, at, method } = request;
    const operation = operationOf(address, method);
    const heard: Heard = { id, at, tenant: address.tenant, isKnown: false, operation };
    const abandon = () => {
      const end = failed(outOfTime(), id);
      ports.logRequest(entryOf(heard, end.answer, end.cause, ports.clock()));
      late?.answer(resultOf(end, id, method));
    };
    late?.signal.addEventListener('abort', abandon, { once: true });
    return whileTraced(id, async () => {
      const end = await endOf(address, request, heard);
      late?.signal.removeEventListener('abort', abandon);
      if (late?.signal.aborted !== true) await note(heard, end);
      return resultOf(end, id, method);
    });
  };

  /** A question of how things stand is no use of them. */
  async function note(heard: Heard, { answer, cause }: End): Promise<void> {
    const entry = entryOf(heard, answer, cause, ports.clock());
    ports.logRequest(entry);
    const { client, operation } = heard;
    if (client !== undefined && operation.name !== 'status.get') await uses.note(client.source, entry);
  }

  async function endOf(address: ScimAddress, request: ScimRequest, heard: Heard): Promise<End> {
    try {
      const answer = await counting(newWork(), () => serve(address, request, heard));
      return { answer, cause: undefined };
    } catch (error) {
      if (error instanceof ScimError) return failed(error, request.id);
      if (error instanceof BridgeError) {
        // Before anybody was let in nothing was begun.
        const changes = heard.client === undefined ? 'nothing' : heard.operation.changes;
        return failed(toScimError(error, changes), request.id);
      }
      ports.log('error', 'unexpected error', { ...traceOf(error) });
      return failed(new ScimError(500, 'Something went wrong here. Send it again.'), request.id);
    }
  }

  async function serve(address: ScimAddress, request: ScimRequest, heard: Heard): Promise<ScimAnswer> {
    const { tenant: name, version, segments } = address;
    const tenant = tenants.find(name);
    heard.isKnown = tenant !== undefined;
    if (version === 'oauth' && segments.join('/') === 'token') {
      const { answer, client } = await grantToken({ ...ports, keys }, request, tenant);
      if (client !== undefined) heard.client = client;
      return answer;
    }
    // RFC 7644 section 4: what the service can do may be known before one has a credential.
    if (version === 'v2' && segments.length === 1 && segments[0]?.toLowerCase() === 'serviceproviderconfig') {
      return configuration(request);
    }
    const caller = await callerOf(request, address, tenant, keys);
    if (caller.kind !== 'nobody') heard.client = caller.client;
    if (tenant === undefined || caller.kind !== 'client') throw unauthorized(caller);
    return serveClient(address, request, tenant, caller.client);
  }

  async function serveClient(
    { version, segments }: ScimAddress,
    request: ScimRequest,
    tenant: Tenant,
    client: ScimClient,
  ): Promise<ScimAnswer> {
    const services = servicesTo(client, tenant);
    if (version === 'status' && segments.length === 0) {
      return statusAnswer(request.method, services.scim, client, uses);
    }
    if (/^v\d/.test(version) && version !== 'v2') {
      throw badRequest('invalidVers', 'The version of SCIM served here is v2.');
    }
    if (version !== 'v2') throw notFound('endpoint');
    checkScope(request, client);
    await services.scim.admit(request);
    return route({ request, ...services }, endpoints);
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

function configuration({ method, baseUrl }: ScimRequest): ScimAnswer {
  if (method === 'GET' || method === 'HEAD') return { status: 200, body: serviceProviderConfig(baseUrl) };
  throw new ScimError(405, 'Use GET.', { headers: { allow: 'GET, HEAD' } });
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

/** An answer, and the error behind it. */
interface End {
  answer: ScimAnswer;
  cause: unknown;
}

/** The id stands in the detail too: of an answer, Okta and Entra show their administrators nothing else. */
function failed(error: ScimError, requestId: string): End {
  const { status, message, scimType, headers, cause } = error;
  const told = new ScimError(status, `${message} Request ${requestId}.`, {
    headers,
    ...(scimType && { scimType }),
  });
  return { answer: errorAnswer(told), cause };
}

function resultOf({ answer }: End, requestId: string, method: string): APIGatewayProxyStructuredResultV2 {
  return asResult({ ...answer, headers: { ...answer.headers, 'x-request-id': requestId } }, method);
}
