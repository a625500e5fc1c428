import { isObject, type JsonObject } from '../../identity/json.ts';
import { commandOf, type ScimCall } from '../call.ts';
import { checkComplete, resourceFrom } from '../change/body.ts';
import { patchOperations } from '../change/operations.ts';
import { patch } from '../change/patch.ts';
import { takesAccess } from '../change/taking.ts';
import type { Command } from '../commands/command.ts';
import { parseFilter } from '../filter/parser.ts';
import type { ScimPorts } from '../ports.ts';
import { listAnswer, type ScimAnswer } from '../protocol/answer.ts';
import { pageOf } from '../protocol/paging.ts';
import type { QueryParameters } from '../protocol/query.ts';
import { type Projection, project, projection } from '../schema/projection.ts';
import { resourceAnswer, wantedBy } from '../schema/representation.ts';
import type { UserWrites } from './change.ts';
import { makeCursor, readCursor } from './cursor.ts';
import type { Edit } from './edit.ts';
import type { UserReads } from './list.ts';
import { type KnownUser, userResource } from './resource.ts';

/** `/Users`. Every method throws ScimError and BridgeError. */
export interface UsersEndpoint {
  query(call: ScimCall, parameters: QueryParameters, key: () => Promise<Buffer>): Promise<ScimAnswer>;
  read(call: ScimCall, id: string): Promise<ScimAnswer>;
  create(call: ScimCall): Promise<ScimAnswer>;
  replace(call: ScimCall, id: string): Promise<ScimAnswer>;
  patch(call: ScimCall, id: string): Promise<ScimAnswer>;
  remove(call: ScimCall, id: string): Promise<ScimAnswer>;
}

export function createUsersEndpoint(ports: ScimPorts, reads: UserReads, writes: UserWrites): UsersEndpoint {
  async function query(
    call: ScimCall,
    parameters: QueryParameters,
    key: () => Promise<Buffer>,
  ): Promise<ScimAnswer> {
    const { scim, snapshot, request } = call;
    const { userType } = scim;
    const wanted = projection([userType], parameters.attributes, parameters.excludedAttributes);
    const page = pageOf(parameters);
    const filter =
      parameters.filter === undefined ? undefined : parseFilter([userType], parameters.filter, scim.lenient);
    const shown = (resources: JsonObject[]) => resources.map((it) => project(userType, it, wanted));

    if (page.kind === 'index') {
      const found = await reads.query(scim, snapshot, filter, request.baseUrl);
      const resources = await found.page(page.startIndex - 1, page.count);
      return listAnswer(shown(resources), found.total, { startIndex: page.startIndex });
    }
    const scope = { key: await key(), now: ports.clock(), endpoint: '/Users', parameters };
    const position = readCursor(scope, page.cursor);
    if (filter === undefined && page.count > 0) {
      const { resources, next } = await reads.walk(scim, page.count, position.after, request.baseUrl);
      const cursor = next === undefined ? {} : { nextCursor: makeCursor(scope, { after: next }) };
      return walked(shown(resources), cursor);
    }
    const { offset = 0 } = position;
    const found = await reads.query(scim, snapshot, filter, request.baseUrl);
    const resources = await found.page(offset, page.count);
    const end = offset + resources.length;
    const cursor = end < found.total ? { nextCursor: makeCursor(scope, { offset: end }) } : {};
    return listAnswer(shown(resources), found.total, cursor);
  }

  async function read(call: ScimCall, id: string): Promise<ScimAnswer> {
    const wanted = wantedBy(call.request, call.scim.userType);
    return answer(call, wanted, 200, await writes.load(call.scim, id));
  }

  async function create(call: ScimCall): Promise<ScimAnswer> {
    const { scim, request } = call;
    const body = request.json();
    const command = commandTaking(call, 'scim.user.create', body);
    try {
      const wanted = wantedBy(request, scim.userType);
      const { resource, unknown } = resourceFrom(scim.userType, body, {}, scim.lenient);
      noteUnknown(call, unknown);
      return answer(call, wanted, 201, await writes.create(scim, resource, command));
    } catch (error) {
      await writes.takeAwayNamed(scim, userNameIn(body), command, error);
      throw error;
    }
  }

  function replace(call: ScimCall, id: string): Promise<ScimAnswer> {
    const { userType, lenient } = call.scim;
    const body = call.request.json();
    return edited(call, id, commandTaking(call, 'scim.user.replace', body), {
      echoes: true,
      make(before) {
        const { resource, stated, unknown } = resourceFrom(userType, body, before, lenient);
        if (!lenient.partialReplace) checkComplete(userType, stated);
        noteUnknown(call, unknown);
        return { resource, stated: stated.map(({ path }) => path) };
      },
    });
  }

  function patchUser(call: ScimCall, id: string): Promise<ScimAnswer> {
    const { userType, lenient } = call.scim;
    const body = call.request.json();
    return edited(call, id, commandTaking(call, 'scim.user.patch', body), {
      echoes: false,
      make(before) {
        const { resource, stated, unknown } = patch(userType, before, patchOperations(body), lenient);
        noteUnknown(call, unknown);
        return { resource, stated };
      },
    });
  }

  /** What takes access away is carried out also when the rest of the request is refused. */
  async function edited(call: ScimCall, id: string, command: Command, edit: Edit): Promise<ScimAnswer> {
    const { scim, request } = call;
    try {
      const wanted = wantedBy(request, scim.userType);
      const user = await writes.edit(scim, id, edit, command, request.headers['if-match']);
      return answer(call, wanted, 200, user);
    } catch (error) {
      await writes.takeAway(scim, id, command, error, request.headers['if-match']);
      throw error;
    }
  }

  async function remove(call: ScimCall, id: string): Promise<ScimAnswer> {
    const command = commandTaking(call, 'scim.user.delete');
    await writes.remove(call.scim, id, command, call.request.headers['if-match']);
    return { status: 204 };
  }

  function answer(
    { request, scim }: ScimCall,
    wanted: Projection,
    status: 200 | 201,
    user: KnownUser,
  ): ScimAnswer {
    return resourceAnswer(request, scim.userType, wanted, status, userResource(scim, user, request.baseUrl));
  }

  /** What was sent and is nowhere kept: by its number, since names and values are the client's. */
  function noteUnknown({ scim, request }: ScimCall, unknown: number): void {
    if (unknown > 0)
      ports.log('info', 'unknown attributes', { tenant: scim.name, requestId: request.id, unknown });
  }

  return { query, read, create, replace, patch: patchUser, remove };
}

/** The request as a command, and whether it says that access ends. */
function commandTaking(call: ScimCall, eventType: string, body?: unknown): Command {
  const takes = body === undefined || takesAccess(body, call.scim.userType.core.id);
  const conditional = call.request.headers['if-match'] !== undefined;
  return { ...commandOf(call, eventType), takes, conditional };
}

/** The userName in a body of which nothing else need be right. */
function userNameIn(body: unknown): string | undefined {
  const members = isObject(body) ? Object.entries(body) : [];
  const userName = members.find(([key]) => key.toLowerCase() === 'username')?.[1];
  return typeof userName === 'string' ? userName : undefined;
}

/** A page by Clarus' own cursor: how many users there are altogether is not known then (RFC 9865 section 2.2). */
function walked(resources: JsonObject[], cursor: JsonObject): ScimAnswer {
  const { status, body = {} } = listAnswer(resources, resources.length, cursor);
  const { totalResults: _, ...rest } = body;
  return { status, body: rest };
}
