import type { JsonObject } from '../../identity/json.ts';
import type { ScimAnswer } from '../protocol/answer.ts';
import { etagListed } from '../protocol/etag.ts';
import { parametersInUrl } from '../protocol/query.ts';
import type { ScimRequest } from '../protocol/request.ts';
import { type Projection, project, projection } from './projection.ts';
import type { ResourceType } from './resource-type.ts';

/** What the URL asks to be shown. To be read before anything is changed: throws ScimError `invalidValue`. */
export function wantedBy({ query }: ScimRequest, type: ResourceType): Projection {
  const { attributes, excludedAttributes } = parametersInUrl(query);
  return projection([type], attributes, excludedAttributes);
}

/** One resource, as asked for; 304 when the client has it already (RFC 7644 section 3.14). */
export function resourceAnswer(
  { method, headers: { 'if-none-match': seen } }: ScimRequest,
  type: ResourceType,
  wanted: Projection,
  status: 200 | 201,
  resource: JsonObject,
): ScimAnswer {
  const { version, location } = Object(resource.meta);
  const headers = { ...(version !== undefined && { etag: String(version) }), location: String(location) };
  if ((method === 'GET' || method === 'HEAD') && seen !== undefined && etagListed(seen, String(version))) {
    return { status: 304, headers };
  }
  return { status, headers, body: project(type, resource, wanted) };
}
