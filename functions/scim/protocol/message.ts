import { isObject } from '../../identity/json.ts';
import { badRequest } from './error.ts';

/**
 * The members of a message by their names in lower case. Throws ScimError unless `schemas` names its URN, or is not
 * there and need not be.
 */
export function messageOf(
  body: unknown,
  urn: string,
  { optional = false }: { optional?: boolean } = {},
): ReadonlyMap<string, unknown> {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body has to be an object.');
  const members = new Map(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value]));
  const schemas = members.get('schemas');
  if (schemas === undefined && optional) return members;
  if (!Array.isArray(schemas) || !schemas.some((it) => isUrn(it, urn))) {
    throw badRequest('invalidSyntax', `schemas has to name ${urn}.`);
  }
  return members;
}

/** Whether what was sent is the URN, in any letter case. */
export function isUrn(sent: unknown, urn: string): boolean {
  return typeof sent === 'string' && sent.toLowerCase() === urn.toLowerCase();
}
