import type { ScimCall } from './call.ts';
import { matches } from './filter/evaluator.ts';
import { parseFilter } from './filter/parser.ts';
import type { GroupsEndpoint } from './groups/endpoint.ts';
import { listAnswer, type ScimAnswer } from './protocol/answer.ts';
import { badRequest } from './protocol/error.ts';
import { pageOf } from './protocol/paging.ts';
import type { QueryParameters } from './protocol/query.ts';
import { project, projection } from './schema/projection.ts';
import type { UserReads } from './users/list.ts';

/** `POST /.search`: users, then groups (RFC 7644 section 3.4.3). */
export function createRootSearch(reads: UserReads, groups: GroupsEndpoint) {
  return async function search(call: ScimCall, parameters: QueryParameters): Promise<ScimAnswer> {
    const { userType, groupType } = call.scim;
    const types = [userType, groupType];
    const wanted = projection(types, parameters.attributes, parameters.excludedAttributes);
    const page = pageOf(parameters);
    if (page.kind === 'cursor') throw badRequest('invalidCursor', 'Cursors are for /Users: search there.');
    const filter =
      parameters.filter === undefined ? undefined : parseFilter(types, parameters.filter, call.scim.lenient);

    const users = await reads.query(call.scim, call.snapshot, filter, call.request.baseUrl);
    const all = await groups.all(call);
    const matching = filter === undefined ? all : all.filter((group) => matches(filter, group));

    const start = page.startIndex - 1;
    const shownUsers = await users.page(start, page.count);
    const left = page.count - shownUsers.length;
    const shownGroups = matching.slice(
      Math.max(0, start - users.total),
      Math.max(0, start - users.total) + left,
    );
    const resources = [
      ...shownUsers.map((user) => project(userType, user, wanted)),
      ...shownGroups.map((group) => project(groupType, group, wanted)),
    ];
    return listAnswer(resources, users.total + matching.length, { startIndex: page.startIndex });
  };
}
