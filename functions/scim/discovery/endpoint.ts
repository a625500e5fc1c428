import type { JsonObject } from '../../identity/json.ts';
import { listAnswer, type ScimAnswer } from '../protocol/answer.ts';
import { notFound, ScimError } from '../protocol/error.ts';
import type { ScimRequest } from '../protocol/request.ts';
import type { ResourceType } from '../schema/resource-type.ts';
import { resourceType, schemaResource } from './describe.ts';
import { META_SCHEMAS } from './meta-schemas.ts';

/** `GET /ResourceTypes`, and one of them. Throws ScimError 403 or 404. */
export function resourceTypes(
  request: ScimRequest,
  types: readonly ResourceType[],
  id: string | undefined,
): ScimAnswer {
  const all = types.map((type) => resourceType(type, request.baseUrl));
  return shown(request, all, id);
}

/** `GET /Schemas`, and one of them. Throws ScimError 403 or 404. */
export function schemas(
  request: ScimRequest,
  types: readonly ResourceType[],
  id: string | undefined,
): ScimAnswer {
  const all = [...types.flatMap(({ core, extensions }) => [core, ...extensions]), ...META_SCHEMAS];
  return shown(
    request,
    all.map((schema) => schemaResource(schema, request.baseUrl)),
    id,
  );
}

/** Paging, sorting and attributes mean nothing here, and a filter is refused (RFC 7644 section 4). */
function shown({ query }: ScimRequest, all: JsonObject[], id: string | undefined): ScimAnswer {
  if (query.has('filter')) throw new ScimError(403, 'There are no filters here.');
  if (id === undefined) return listAnswer(all, all.length, { startIndex: 1 });
  const found = all.find((it) => String(it.id).toLowerCase() === id.toLowerCase());
  if (found === undefined) throw notFound();
  return { status: 200, headers: { location: String(Object(found.meta).location) }, body: found };
}
