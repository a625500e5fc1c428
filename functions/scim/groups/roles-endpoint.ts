import type { ClarusRole } from '../../clarus/clarus-directory.ts';
import type { JsonObject } from '../../identity/json.ts';
import type { ScimCall } from '../call.ts';
import { matches } from '../filter/evaluator.ts';
import { parseFilter } from '../filter/parser.ts';
import { listAnswer, type ScimAnswer } from '../protocol/answer.ts';
import { notFound } from '../protocol/error.ts';
import { pageOf } from '../protocol/paging.ts';
import { parametersInUrl } from '../protocol/query.ts';
import { project, projection } from '../schema/projection.ts';
import { resourceAnswer, wantedBy } from '../schema/representation.ts';
import { isGivable } from './givable-roles.ts';
import { OKTA_ROLE, ROLE_TYPE } from './role-type.ts';

/** `GET /Roles`: the roles that the client may give, for Okta to choose from. Throws ScimError and BridgeError. */
export async function listRoles(call: ScimCall): Promise<ScimAnswer> {
  const { request, scim } = call;
  const parameters = parametersInUrl(request.query);
  const wanted = projection([ROLE_TYPE], parameters.attributes, parameters.excludedAttributes);
  const filter =
    parameters.filter === undefined ? undefined : parseFilter([ROLE_TYPE], parameters.filter, scim.lenient);
  // There are few roles: a cursor has no use.
  const page = pageOf({ ...parameters, cursor: undefined });
  const start = page.kind === 'index' ? page.startIndex : 1;
  const all = (await givableRoles(call)).map((role) => roleResource(role, request.baseUrl));
  const found = filter === undefined ? all : all.filter((role) => matches(filter, role));
  const shown = found.slice(start - 1, start - 1 + page.count);
  return listAnswer(
    shown.map((role) => project(ROLE_TYPE, role, wanted)),
    found.length,
    { startIndex: start },
  );
}

/** `GET /Roles/{id}`. Throws ScimError 404 for one that the client may not give. */
export async function readRole(call: ScimCall, id: string): Promise<ScimAnswer> {
  const wanted = wantedBy(call.request, ROLE_TYPE);
  const role = (await givableRoles(call)).find((it) => it.id === id);
  if (role === undefined) throw notFound('role');
  return resourceAnswer(call.request, ROLE_TYPE, wanted, 200, roleResource(role, call.request.baseUrl));
}

async function givableRoles({ scim, snapshot }: ScimCall): Promise<ClarusRole[]> {
  const [roles, settings] = await Promise.all([snapshot.roles(), scim.settings()]);
  return roles
    .filter((role) => isGivable(scim, settings, role))
    .toSorted((a, b) => Number(a.id) - Number(b.id));
}

function roleResource({ id, name }: ClarusRole, baseUrl: string): JsonObject {
  return {
    schemas: [OKTA_ROLE],
    id,
    displayName: name,
    meta: { resourceType: 'Role', location: `${baseUrl}/Roles/${id}` },
  };
}
