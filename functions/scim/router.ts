import type { ScimCall } from './call.ts';
import { resourceTypes, schemas } from './discovery/endpoint.ts';
import type { GroupsEndpoint } from './groups/endpoint.ts';
import { ROLE_TYPE } from './groups/role-type.ts';
import { listRoles, readRole } from './groups/roles-endpoint.ts';
import type { ScimAnswer } from './protocol/answer.ts';
import { notFound, ScimError } from './protocol/error.ts';
import { parametersInBody, parametersInUrl, type QueryParameters } from './protocol/query.ts';
import type { UsersEndpoint } from './users/endpoint.ts';

interface Endpoints {
  users: UsersEndpoint;
  groups: GroupsEndpoint;
  /** The key of the tenant's cursors. */
  cursorKey: (call: ScimCall) => Promise<Buffer>;
  search: (call: ScimCall, parameters: QueryParameters) => Promise<ScimAnswer>;
}

type Methods = Record<string, () => Promise<ScimAnswer> | ScimAnswer>;

/** Leads a call to its endpoint (RFC 7644 section 3.2). Throws ScimError 403, 404, 405 or 501 and what that throws. */
export async function route(call: ScimCall, endpoints: Endpoints): Promise<ScimAnswer> {
  const { method } = call.request;
  const methods = new Map(Object.entries(methodsAt(call, endpoints)));
  const read = methods.get('GET');
  // RFC 9110 section 9.3.2: as GET, and what is answered loses its body.
  if (read !== undefined) methods.set('HEAD', read);
  const handle = methods.get(method);
  if (handle !== undefined) return handle();
  const allow = [...methods.keys()].join(', ');
  throw new ScimError(405, `Use ${allow}.`, { headers: { allow } });
}

function methodsAt(call: ScimCall, endpoints: Endpoints): Methods {
  const [first = '', id, ...more] = call.request.segments;
  if (more.length > 0) throw notFound('endpoint');
  const { userType, groupType, roleResources: hasRoles } = call.scim;
  const types = [userType, groupType, ...(hasRoles ? [ROLE_TYPE] : [])];
  switch (first.toLowerCase()) {
    case 'users':
      return resourcesAt(call, endpoints.users, id, (parameters) =>
        endpoints.users.query(call, parameters, () => endpoints.cursorKey(call)),
      );
    case 'groups':
      return resourcesAt(call, endpoints.groups, id, (parameters) =>
        endpoints.groups.query(call, parameters),
      );
    case 'roles':
      if (!hasRoles) throw notFound('endpoint');
      return { GET: () => (id === undefined ? listRoles(call) : readRole(call, id)) };
    case '.search':
      if (id !== undefined) throw notFound('endpoint');
      return { POST: () => endpoints.search(call, parametersInBody(call.request.json())) };
    case 'resourcetypes':
      return { GET: () => resourceTypes(call.request, types, id) };
    case 'schemas':
      return { GET: () => schemas(call.request, types, id) };
    case 'bulk':
      throw new ScimError(
        501,
        'Bulk is not supported, as ServiceProviderConfig says: send one request each.',
      );
    case 'me':
      throw new ScimError(501, 'A client of SCIM is no user here, so there is no /Me.');
    default:
      throw notFound('endpoint');
  }
}

function resourcesAt(
  call: ScimCall,
  endpoint: Omit<UsersEndpoint, 'query'>,
  id: string | undefined,
  query: (parameters: QueryParameters) => Promise<ScimAnswer>,
): Methods {
  if (id?.toLowerCase() === '.search') return { POST: () => query(parametersInBody(call.request.json())) };
  if (id === undefined) {
    return { GET: () => query(parametersInUrl(call.request.query)), POST: () => endpoint.create(call) };
  }
  return {
    GET: () => endpoint.read(call, id),
    PUT: () => endpoint.replace(call, id),
    PATCH: () => endpoint.patch(call, id),
    DELETE: () => endpoint.remove(call, id),
  };
}
