import { isObject } from '../../identity/json.ts';
import { badRequest, type ScimError } from '../protocol/error.ts';
import { MAX_OPERATIONS } from '../protocol/limits.ts';
import { messageOf } from '../protocol/message.ts';

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** One operation as it was sent, its shape checked and nothing else. */
export interface PatchOperation {
  op: 'add' | 'remove' | 'replace';
  path?: string;
  value?: unknown;
}

/**
 * The operations of a PATCH body (RFC 7644 section 3.5.2), which may leave `schemas` out as any other body may. Throws
 * ScimError `invalidSyntax` or `noTarget`.
 */
export function patchOperations(body: unknown): PatchOperation[] {
  const operations = messageOf(body, PATCH_OP, { optional: true }).get('operations');
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest('invalidSyntax', 'Operations has to be a list of at least one operation.');
  }
  if (operations.length > MAX_OPERATIONS) throw tooManyOperations();
  return operations.map(operation);
}

export function tooManyOperations(): ScimError {
  return badRequest(
    'invalidSyntax',
    `There are more than ${MAX_OPERATIONS} operations, counting the attributes and the terms of filters in them.`,
  );
}

function operation(sent: unknown): PatchOperation {
  if (!isObject(sent)) throw badRequest('invalidSyntax', 'An operation has to be an object.');
  const { path, value } = sent;
  const op = typeof sent.op === 'string' ? sent.op.toLowerCase() : undefined;
  if (op !== 'add' && op !== 'remove' && op !== 'replace') {
    throw badRequest('invalidSyntax', 'op has to be add, remove or replace.');
  }
  const pathless = path === undefined || path === null || path === '';
  if (!pathless && typeof path !== 'string') throw badRequest('invalidSyntax', 'path has to be a text.');
  if (op === 'remove' && pathless) throw badRequest('noTarget', 'remove needs a path.');
  if (op !== 'remove' && value === undefined) throw badRequest('invalidSyntax', `${op} needs a value.`);
  return { op, ...(!pathless && { path }), ...(value !== undefined && { value }) };
}
