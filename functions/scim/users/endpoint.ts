import type { JsonObject } from '../../identity/json.ts';
import { commandOf, type ScimCall } from '../call.ts';
import { resourceFrom } from '../change/body.ts';
import { patchOperations } from '../change/operations.ts';
import { patch } from '../change/patch.ts';
import { parseFilter } from '../filter/parser.ts';
import type { ScimPorts } from '../ports.ts';
import { listAnswer, type ScimAnswer } from '../protocol/answer.ts';
import { pageOf } from '../protocol/paging.ts';
import type { QueryParameters } from '../protocol/query.ts';
import { type Projection, project, projection } from '../schema/projection.ts';
import { resourceAnswer, wantedBy } from '../schema/representation.ts';
import type { UserWrites } from './change.ts';
import { makeCursor, readCursor } from './cursor.ts';
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
    const wanted = wantedBy(request, scim.userType);
    const { resource, unknown } = resourceFrom(scim.userType, request.json(), {}, scim.lenient);
    noteUnknown(call, unknown);
    return answer(
      call,
      wanted,
      201,
      await writes.create(scim, resource, commandOf(call, 'scim.user.create')),
    );
  }

  async function replace(call: ScimCall, id: string): Promise<ScimAnswer> {
    const { scim, request } = call;
    const wanted = wantedBy(request, scim.userType);
    const body = request.json();
    const user = await writes.edit(
      scim,
      id,
      (before) => {
        const { resource, stated, unknown } = resourceFrom(scim.userType, body, before, scim.lenient);
        noteUnknown(call, unknown);
        return { resource, stated: stated.map(({ path }) => path) };
      },
      commandOf(call, 'scim.user.replace'),
      request.headers['if-match'],
    );
    return answer(call, wanted, 200, user);
  }

  async function patchUser(call: ScimCall, id: string): Promise<ScimAnswer> {
    const { scim, request } = call;
    const wanted = wantedBy(request, scim.userType);
    const operations = patchOperations(request.json());
    const user = await writes.edit(
      scim,
      id,
      (before) => {
        const { resource, stated, unknown } = patch(scim.userType, before, operations, scim.lenient);
        noteUnknown(call, unknown);
        return { resource, stated };
      },
      commandOf(call, 'scim.user.patch'),
      request.headers['if-match'],
    );
    return answer(call, wanted, 200, user);
  }

  async function remove(call: ScimCall, id: string): Promise<ScimAnswer> {
    const command = commandOf(call, 'scim.user.delete');
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

/** A page by Clarus' own cursor: how many users there are altogether is not known then (RFC 9865 section 2.2). */
function walked(resources: JsonObject[], cursor: JsonObject): ScimAnswer {
  const { status, body = {} } = listAnswer(resources, resources.length, cursor);
  const { totalResults: _, ...rest } = body;
  return { status, body: rest };
}
