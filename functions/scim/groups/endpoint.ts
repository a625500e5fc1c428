import type { ClarusRole } from '../../clarus/clarus-directory.ts';
import type { JsonObject } from '../../identity/json.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import { commandOf, type ScimCall } from '../call.ts';
import { resourceFrom } from '../change/body.ts';
import { patch } from '../change/patch.ts';
import { matches } from '../filter/evaluator.ts';
import { parseFilter } from '../filter/parser.ts';
import type { ScimPorts, ScimTenant } from '../ports.ts';
import { listAnswer, SCIM_JSON, type ScimAnswer } from '../protocol/answer.ts';
import { notFound, ScimError } from '../protocol/error.ts';
import { checkVersion } from '../protocol/etag.ts';
import { pageOf } from '../protocol/paging.ts';
import type { QueryParameters } from '../protocol/query.ts';
import { type Projection, project, projection } from '../schema/projection.ts';
import { resourceAnswer, wantedBy } from '../schema/representation.ts';
import { asObject } from '../schema/resource.ts';
import type { UserWrites } from '../users/change.ts';
import type { Listed, UserReads } from '../users/list.ts';
import { isClarusId } from '../users/resource.ts';
import { givenTo, notGivable } from './givable-roles.ts';
import { changeMembers, concerned } from './members.ts';
import { createFindMember } from './reading/find-member.ts';
import { createGroupReader, type GroupReader } from './reading/group-reader.ts';
import { notAMember } from './reading/member-reference.ts';
import { groupAttributes, groupResource } from './resource.ts';

/** `/Groups`: Clarus' roles. Every method throws ScimError and BridgeError. */
export interface GroupsEndpoint {
  query(call: ScimCall, parameters: QueryParameters): Promise<ScimAnswer>;
  /** All groups, with their members. */
  all(call: ScimCall): Promise<JsonObject[]>;
  read(call: ScimCall, id: string): Promise<ScimAnswer>;
  create(call: ScimCall): Promise<ScimAnswer>;
  replace(call: ScimCall, id: string): Promise<ScimAnswer>;
  patch(call: ScimCall, id: string): Promise<ScimAnswer>;
  remove(call: ScimCall, id: string): Promise<ScimAnswer>;
}

export function createGroupsEndpoint(
  { scimGroups, ...ports }: Pick<ScimPorts, 'scimGroups' | 'names' | 'records'>,
  reads: UserReads,
  writes: UserWrites,
): GroupsEndpoint {
  async function query(call: ScimCall, parameters: QueryParameters): Promise<ScimAnswer> {
    const { groupType } = call.scim;
    const wanted = projection([groupType], parameters.attributes, parameters.excludedAttributes);
    const filter =
      parameters.filter === undefined
        ? undefined
        : parseFilter([groupType], parameters.filter, call.scim.lenient);
    // There are few roles, so all of them are looked at: a cursor has no use, and an index stands for it.
    const page = pageOf({ ...parameters, cursor: undefined });
    const start = page.kind === 'index' ? page.startIndex : 1;
    const withMembers = showsMembers(wanted) || /members/i.test(parameters.filter ?? '');
    const groups = await resources(call, withMembers);
    const found = filter === undefined ? groups : groups.filter((group) => matches(filter, group));
    const shown = found.slice(start - 1, start - 1 + page.count);
    return listAnswer(
      shown.map((group) => project(groupType, group, wanted)),
      found.length,
      { startIndex: start },
    );
  }

  function all(call: ScimCall): Promise<JsonObject[]> {
    return resources(call, true);
  }

  async function read(call: ScimCall, id: string): Promise<ScimAnswer> {
    const wanted = wantedBy(call.request, call.scim.groupType);
    return shown(call, id, wanted, showsMembers(wanted));
  }

  async function create(call: ScimCall): Promise<ScimAnswer> {
    const { displayName } = Object(call.request.json());
    const roles = call.scim.groups ? await call.snapshot.roles() : [];
    const name = typeof displayName === 'string' ? displayName.toLowerCase() : undefined;
    if (roles.some((role) => role.name.toLowerCase() === name)) {
      throw new ScimError(409, 'There is a role of this name: link the group to it.', {
        scimType: 'uniqueness',
      });
    }
    throw new ScimError(403, 'Groups are the roles in Clarus, and roles are made there.');
  }

  async function remove(call: ScimCall, id: string): Promise<ScimAnswer> {
    await roleAt(call, id);
    throw new ScimError(403, 'Groups are the roles in Clarus, and roles are removed there.');
  }

  /**
   * Answered without a body, which would need all users, unless attributes are asked for (RFC 7644 section 3.5.2).
   * SCIM-SDK, the client in Keycloak's plug-ins, takes no answer without its type for a success.
   */
  async function patchGroup(call: ScimCall, id: string): Promise<ScimAnswer> {
    const { groupType, lenient } = call.scim;
    const wanted = wantedBy(call.request, groupType);
    const body = call.request.json();
    const reader = readerFor(call, await roleAt(call, id));
    const operations = await reader.patch(body);
    await change(
      call,
      id,
      (before) => patch(groupType, before, operations, lenient).resource,
      concerned(call.scim, operations),
      reader.refusals,
    );
    if (wanted.kind === 'all') return { status: 204, headers: { 'content-type': SCIM_JSON } };
    return shown(call, id, wanted, showsMembers(wanted));
  }

  async function replace(call: ScimCall, id: string): Promise<ScimAnswer> {
    const { groupType, lenient } = call.scim;
    const wanted = wantedBy(call.request, groupType);
    const reader = readerFor(call, await roleAt(call, id));
    const body = await reader.put(call.request.json());
    await change(
      call,
      id,
      (before) => resourceFrom(groupType, body, before, lenient).resource,
      undefined,
      reader.refusals,
    );
    return shown(call, id, wanted, showsMembers(wanted));
  }

  async function change(
    call: ScimCall,
    id: string,
    edit: (before: JsonObject) => JsonObject,
    ids: string[] | undefined,
    refusals: readonly ScimError[],
  ): Promise<void> {
    const { scim, snapshot, request } = call;
    const ifMatch = request.headers['if-match'];
    const role = await roleAt(call, id);
    const [stored, users] = await Promise.all([
      scimGroups.find(scim.name, scim.client, id),
      reads.members(scim, snapshot, ifMatch === undefined ? ids : undefined),
    ]);
    const holders = [...users].filter(([, { roles }]) => roles.includes(id)).map(([userId]) => userId);
    checkVersion(ifMatch, () => groupResource({ role, stored, members: holders }, request.baseUrl));

    // Somebody named whose role nobody knows may have this one, and is to lose it.
    const unsure = (ids ?? []).filter((userId) => users.get(userId)?.roles.length === 0);
    const before = groupAttributes({ role, stored, members: [...holders, ...unsure] });
    const after = edit(before);
    const named = [after.members ?? []].flat().map((member) => String(asObject(member).value));
    const members = new Set(named.filter((member) => users.has(member)));
    const hasStrangers = named.some((member) => !users.has(member));
    // By a list in which nobody is known nobody can have been meant to leave.
    if (hasStrangers && ids === undefined && members.size === 0) throw notAMember();
    // Of somebody who has the role without having been put into the group that is said now.
    const isSaid = (userId: string) => users.get(userId)?.user.side.memberOf?.includes(id) === true;
    const wanted = [...members].filter((it) => !isSaid(it) && (!holders.includes(it) || isNamed(it, ids)));
    const leaving = [...new Set([...holders, ...unsure])].filter((member) => !members.has(member));
    const joining = wanted.length === 0 ? [] : await givenTo(wanted, scim, role);
    const [refusal] = [
      joining.length < wanted.length && notGivable(scim),
      hasStrangers && notAMember(),
      ...refusals,
    ].filter((it) => it !== false);
    await sideBySide([...joining, ...leaving], (userId) => adopt(scim, users.get(userId)?.user));
    const command = commandOf(call, 'scim.group.members');
    await changeMembers(writes.change, scim, { roleId: id, joining, leaving }, command);
    const { externalId } = after;
    if (joining.length + leaving.length > 0 || externalId !== before.externalId) {
      await scimGroups.put(scim.name, scim.client, id, {
        ...(typeof externalId === 'string' && { externalId }),
        lastModified: request.at,
      });
    }
    if (refusal !== undefined) throw refusal;
  }

  function readerFor({ scim }: ScimCall, { name }: ClarusRole): GroupReader {
    const { groupType: type, lenient } = scim;
    return createGroupReader({ type, lenient, displayName: name, findMember: createFindMember(ports, scim) });
  }

  /** A member whom the client has not been shown yet is one that it has heard of elsewhere. */
  async function adopt(scim: ScimTenant, user: Listed | undefined): Promise<void> {
    if (user?.found !== undefined) await reads.adopted(scim, user);
  }

  async function roleAt({ scim, snapshot }: ScimCall, id: string): Promise<ClarusRole> {
    const roles = scim.groups && isClarusId(id) ? await snapshot.roles() : [];
    const found = roles.find((it) => it.id === id);
    if (found === undefined) throw notFound('group');
    return found;
  }

  async function shown(
    call: ScimCall,
    id: string,
    wanted: Projection,
    withMembers: boolean,
  ): Promise<ScimAnswer> {
    const role = await roleAt(call, id);
    const [resource] = await asResources(call, [role], withMembers);
    return resourceAnswer(call.request, call.scim.groupType, wanted, 200, resource ?? {});
  }

  async function resources(call: ScimCall, withMembers: boolean): Promise<JsonObject[]> {
    const roles = call.scim.groups ? await call.snapshot.roles() : [];
    const inOrder = roles.toSorted((a, b) => Number(a.id) - Number(b.id));
    return asResources(call, inOrder, withMembers);
  }

  async function asResources(
    { scim, snapshot, request }: ScimCall,
    roles: readonly ClarusRole[],
    withMembers: boolean,
  ): Promise<JsonObject[]> {
    const users = withMembers && roles.length > 0 ? [...(await reads.members(scim, snapshot))] : undefined;
    return sideBySide(roles, async (role) => {
      const stored = await scimGroups.find(scim.name, scim.client, role.id);
      const members = users?.filter(([, { roles }]) => roles.includes(role.id)).map(([userId]) => userId);
      return groupResource({ role, stored, members }, request.baseUrl);
    });
  }

  return { query, all, read, create, replace, patch: patchGroup, remove };
}

/** Whether a request speaks of somebody by name: one that replaces all members does of each. */
function isNamed(userId: string, ids: readonly string[] | undefined): boolean {
  return ids === undefined || ids.includes(userId);
}

/** Members cost a look at every user, so they are left out where nobody sees them. */
function showsMembers(wanted: Projection): boolean {
  if (wanted.kind === 'all') return true;
  const named = wanted.paths.filter(({ attribute }) => attribute.name === 'members');
  return wanted.kind === 'only' ? named.length > 0 : !named.some(({ sub }) => sub === undefined);
}
