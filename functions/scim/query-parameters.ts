import { isObject } from '../identity/json.ts';
import { badRequest } from './scim-error.ts';

const SEARCH_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** The parameters of a query; others are ignored (RFC 7644 section 3.4.2). */
export interface QueryParameters {
  filter?: string;
  startIndex?: string;
  count?: string;
  cursor?: string;
  attributes?: readonly string[];
  excludedAttributes?: readonly string[];
}

const TEXTS = ['filter', 'startIndex', 'count', 'cursor'] as const;
const LISTS = ['attributes', 'excludedAttributes'] as const;

/** From the URL. Names are taken in any letter case, as all names of SCIM. */
export function parametersInUrl(query: URLSearchParams): QueryParameters {
  const given = new Map([...query].map(([name, value]) => [name.toLowerCase(), value]));
  const parameters: QueryParameters = {};
  for (const name of TEXTS) {
    const value = given.get(name.toLowerCase());
    if (value !== undefined) parameters[name] = value;
  }
  for (const name of LISTS) {
    const value = given.get(name.toLowerCase());
    if (value !== undefined && value !== '') parameters[name] = names(value.split(','));
  }
  return parameters;
}

/** From the body of a `.search` (RFC 7644 section 3.4.3). Throws ScimError `invalidSyntax` or `invalidValue`. */
export function parametersInBody(body: unknown): QueryParameters {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body has to be an object.');
  const { schemas } = body;
  if (!Array.isArray(schemas) || !schemas.includes(SEARCH_REQUEST)) {
    throw badRequest('invalidSyntax', `schemas has to name ${SEARCH_REQUEST}.`);
  }
  const parameters: QueryParameters = {};
  for (const name of TEXTS) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string' && typeof value !== 'number') {
      throw badRequest('invalidValue', `${name} has to be a text or a number.`);
    }
    parameters[name] = String(value);
  }
  for (const name of LISTS) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (!Array.isArray(value)) throw badRequest('invalidValue', `${name} has to be a list.`);
    if (value.length > 0) parameters[name] = names(value.map(String));
  }
  return parameters;
}

function names(given: readonly string[]): string[] {
  return given.map((name) => name.trim()).filter((name) => name !== '');
}
