import { badRequest } from './error.ts';
import { messageOf } from './message.ts';

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
    if (value !== undefined) setText(parameters, name, value);
  }
  for (const name of LISTS) {
    const value = given.get(name.toLowerCase());
    if (value !== undefined && value !== '') parameters[name] = names(value.split(','));
  }
  return parameters;
}

/** From the body of a `.search` (RFC 7644 section 3.4.3). Throws ScimError `invalidSyntax` or `invalidValue`. */
export function parametersInBody(body: unknown): QueryParameters {
  const given = messageOf(body, SEARCH_REQUEST);
  const parameters: QueryParameters = {};
  for (const name of TEXTS) {
    const value = given.get(name.toLowerCase()) ?? undefined;
    if (value !== undefined) setText(parameters, name, textOf(name, value));
  }
  for (const name of LISTS) {
    const value = given.get(name.toLowerCase()) ?? [];
    if (!Array.isArray(value) || !value.every((it) => typeof it === 'string')) {
      throw badRequest('invalidValue', `${name} has to be a list of texts.`);
    }
    if (value.length > 0) parameters[name] = names(value);
  }
  return parameters;
}

/** An empty filter is none; an empty cursor is the beginning. */
function setText(parameters: QueryParameters, name: (typeof TEXTS)[number], value: string): void {
  if (name !== 'filter' || value !== '') parameters[name] = value;
}

/** A whole number in digits however large it is, as it would stand in a URL. */
function textOf(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? String(BigInt(value)) : String(value);
  throw badRequest('invalidValue', `${name} has to be a text or a number.`);
}

function names(given: readonly string[]): string[] {
  return given.map((name) => name.trim()).filter((name) => name !== '');
}
