import type { ClarusRole } from '../clarus/clarus-directory.ts';
import type { JsonObject } from '../identity/json.ts';
import { weakEtag } from './etag.ts';
import { matches } from './filter-evaluator.ts';
import { parseFilter } from './filter-parser.ts';
import { CORE_GROUP } from './group-schema.ts';
import { pageOf } from './paging.ts';
import { patch } from './patch.ts';
import { patchOperations } from './patch-operations.ts';
import { project, projection } from './projection.ts';
import { parametersInUrl, type QueryParameters } from './query-parameters.ts';
import { asObject } from './resource.ts';
import { resourceFrom } from './resource-body.ts';
import { listAnswer, type ScimAnswer } from './scim-answer.ts';
import { commandOf, type ScimCall } from './scim-call.ts';
import { badRequest, notFound, ScimError } from './scim-error.ts';
import type { UserReads } from './user-reads.ts';
import type { KnownUser } from './user-resource.ts';
import { defaultRole } from './user-wishes.ts';
import type { UserWrites } from './user-writes.ts';

/** Roles have no dates in Clarus, and SCIM wants some: those of the first version that showed them. */
const SINCE = '2026-01-01T00:00:00Z';

/** `/Groups`: Clarus' roles. Every method throws ScimError and BridgeError. */
export interface GroupsEndpoint {
  query(call: ScimCall, parameters: QueryParameters): Promise<ScimAnswer>;
  read(call: ScimCall, id: string): Promise<ScimAnswer>;
  create(call: ScimCall): Promise<ScimAnswer>;
  replace(call: ScimCall, id: string): Promise<ScimAnswer>;
  patch(call: ScimCall, id: string): Promise<ScimAnswer>;
  remove(call: ScimCall, id: string): Promise<ScimAnswer>;
}

export function createGroupsEndpoint(reads: UserReads, writes: UserWrites): GroupsEndpoint {
  async function query(call: ScimCall, parameters: QueryParameters): Promise<ScimAnswer> {
    const { scim } = call;
    const { groupType } = scim;
    const wanted = projection([groupType], parameters.attributes, parameters.excludedAttributes);
    const filter = parameters.filter === undefined ? undefined : parseFilter([groupType], parameters.filter);
    // There are few roles, so all of them are looked at: a cursor has no use, and an index stands for it.
    const page = pageOf({ ...parameters, cursor: undefined });
    const start = page.kind === 'index' ? page.startIndex : 1;
    const all = scim.groups ? await resources(call) : [];
    const found = filter === undefined ? all : all.filter((group) => matches(filter, group));
    const shown = found.slice(start - 1, start - 1 + page.count);
    return listAnswer(
      shown.map((group) => project(groupType, group, wanted)),
      found.length,
      { startIndex: start },
    );
  }

  async function read(call: ScimCall, id: string): Promise<ScimAnswer> {
    return answer(call, await resource(call, id));
  }

  async function create(call: ScimCall): Promise<ScimAnswer> {
    const { displayName } = Object(call.request.json());
    const roles = call.scim.groups ? await call.snapshot.roles() : [];
    if (roles.some(({ name }) => name.toLowerCase() === String(displayName).toLowerCase())) {
      throw new ScimError(409, 'There is a role of this name: link the group to it.', {
        scimType: 'uniqueness',
      });
    }
    throw new ScimError(403, 'Groups are the roles in Clarus, and roles are made there.');
  }

  async function remove(call: ScimCall, id: string): Promise<ScimAnswer> {
    await role(call, id);
    throw new ScimError(403, 'Groups are the roles in Clarus, and roles are removed there.');
  }

  async function patchGroup(call: ScimCall, id: string): Promise<ScimAnswer> {
    const operations = patchOperations(call.request.json());
    return change(
      call,
      id,
      (before) => patch(call.scim.groupType, before, operations, call.scim.lenient).resource,
    );
  }

  async function replace(call: ScimCall, id: string): Promise<ScimAnswer> {
    const body = call.request.json();
    const { groupType, lenient } = call.scim;
    return change(call, id, (before) => resourceFrom(groupType, body, before, lenient).resource);
  }

  /** One user after the other, since each has one role; a request repeated after a failure does the rest. */
  async function change(
    call: ScimCall,
    id: string,
    edit: (before: JsonObject) => JsonObject,
  ): Promise<ScimAnswer> {
    const { scim } = call;
    const { name } = await role(call, id);
    const everybody = await reads.everybody(scim, call.snapshot);
    const holders = new Set(everybody.filter((user) => roleOf(user) === id).map(idOf));
    const after = edit({ displayName: name, members: [...holders].map((value) => ({ value })) });
    const wanted = new Set([after.members ?? []].flat().map((member) => String(asObject(member).value)));
    const known = new Set(everybody.map(idOf));
    for (const member of wanted) {
      if (!known.has(member)) throw badRequest('invalidValue', 'A member is not the id of a user here.');
    }
    const gone = [...holders].filter((member) => !wanted.has(member));
    const fallback = gone.length === 0 ? Number(id) : await fallbackRole(call);
    const command = commandOf(call, 'scim.group.members');
    for (const member of wanted) {
      if (!holders.has(member)) await writes.write(scim, member, { role_id: Number(id) }, command);
    }
    for (const member of gone) {
      await writes.write(scim, member, { role_id: fallback }, command);
    }
    return answer(call, await resource(call, id));
  }

  async function fallbackRole({ scim }: ScimCall): Promise<number> {
    const fallback = await defaultRole(scim);
    if (fallback !== undefined) return fallback;
    throw badRequest(
      'invalidValue',
      'A user in Clarus has exactly one role, and the tenant file names no defaultRole to fall back to.',
    );
  }

  async function role({ scim, snapshot }: ScimCall, id: string): Promise<ClarusRole> {
    const roles = scim.groups && /^[1-9]\d{0,15}$/.test(id) ? await snapshot.roles() : [];
    const found = roles.find((it) => it.id === id);
    if (found === undefined) throw notFound('group');
    return found;
  }

  async function resource(call: ScimCall, id: string): Promise<JsonObject> {
    return groupResource(call, await role(call, id), await reads.everybody(call.scim, call.snapshot));
  }

  async function resources(call: ScimCall): Promise<JsonObject[]> {
    const [roles, everybody] = await Promise.all([
      call.snapshot.roles(),
      reads.everybody(call.scim, call.snapshot),
    ]);
    return roles
      .toSorted((a, b) => Number(a.id) - Number(b.id))
      .map((it) => groupResource(call, it, everybody));
  }

  return { query, read, create, replace, patch: patchGroup, remove };
}

function groupResource(
  { request: { baseUrl } }: ScimCall,
  { id, name }: ClarusRole,
  everybody: readonly KnownUser[],
): JsonObject {
  const members = everybody
    .filter((user) => roleOf(user) === id)
    .map((user) => ({ value: idOf(user), $ref: `${baseUrl}/Users/${idOf(user)}`, type: 'User' }));
  const content: JsonObject = {
    schemas: [CORE_GROUP],
    id,
    displayName: name,
    ...(members.length > 0 && { members }),
  };
  const meta = {
    resourceType: 'Group',
    created: SINCE,
    lastModified: SINCE,
    location: `${baseUrl}/Groups/${id}`,
    version: weakEtag({ id, name, members: members.map(({ value }) => value) }),
  };
  return { ...content, meta };
}

function answer({ scim, request }: ScimCall, resource: JsonObject): ScimAnswer {
  const { attributes, excludedAttributes } = parametersInUrl(request.query);
  const wanted = projection([scim.groupType], attributes, excludedAttributes);
  const { version, location } = Object(resource.meta);
  const headers = { etag: String(version), location: String(location) };
  return { status: 200, headers, body: project(scim.groupType, resource, wanted) };
}

function idOf({ stored }: KnownUser): string {
  return stored.clarusUserId;
}

/** The role as far as the bridge knows it. */
function roleOf({ record }: KnownUser): string | undefined {
  const role = record.desired.role_id?.value ?? record.applied.role_id;
  return role === undefined ? undefined : String(role);
}
