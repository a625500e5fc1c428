import { isObject } from '../identity/json.ts';
import { badRequest } from './scim-error.ts';

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** One operation as it was sent, its shape checked and nothing else. */
export interface PatchOperation {
  op: 'add' | 'remove' | 'replace';
  path?: string;
  value?: unknown;
}

/** More than a thousand operations at once is a program gone wrong. */
const MAX_OPERATIONS = 1000;

/** The operations of a PATCH body (RFC 7644 section 3.5.2). Throws ScimError `invalidSyntax` or `noTarget`. */
export function patchOperations(body: unknown): PatchOperation[] {
  const { schemas, Operations } = inAnyCase(body);
  const named = Array.isArray(schemas) ? schemas.map((urn) => String(urn).toLowerCase()) : [];
  if (!named.includes(PATCH_OP.toLowerCase()))
    throw badRequest('invalidSyntax', `schemas has to name ${PATCH_OP}.`);
  if (!Array.isArray(Operations) || Operations.length === 0) {
    throw badRequest('invalidSyntax', 'Operations has to be a list of at least one operation.');
  }
  if (Operations.length > MAX_OPERATIONS) {
    throw badRequest('invalidSyntax', `There are more than ${MAX_OPERATIONS} operations.`);
  }
  return Operations.map(operation);
}

function operation(sent: unknown): PatchOperation {
  if (!isObject(sent)) throw badRequest('invalidSyntax', 'An operation has to be an object.');
  const { path, value } = sent;
  const op = String(sent.op).toLowerCase();
  if (op !== 'add' && op !== 'remove' && op !== 'replace') {
    throw badRequest('invalidSyntax', 'op has to be add, remove or replace.');
  }
  const pathless = path === undefined || path === null || path === '';
  if (!pathless && typeof path !== 'string') throw badRequest('invalidSyntax', 'path has to be a text.');
  if (op === 'remove' && pathless) throw badRequest('noTarget', 'remove needs a path.');
  if (op !== 'remove' && value === undefined) throw badRequest('invalidSyntax', `${op} needs a value.`);
  return { op, ...(!pathless && { path }), ...(value !== undefined && { value }) };
}

/** Members by the name of the RFC, whatever their letter case. */
function inAnyCase(body: unknown): { schemas?: unknown; Operations?: unknown } {
  if (!isObject(body)) throw badRequest('invalidSyntax', 'The body has to be an object.');
  const members = new Map(Object.entries(body).map(([key, value]) => [key.toLowerCase(), value]));
  return { schemas: members.get('schemas'), Operations: members.get('operations') };
}
