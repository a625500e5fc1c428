import { isObject } from '../../../identity/json.ts';
import { isUrn } from '../../protocol/message.ts';
import { findAttribute, type ResourceType } from '../../schema/resource-type.ts';
import { membersBelow } from './member-reference.ts';

/**
 * A PATCH body in which `{"op": "remove", "value": {"members": [{"value": "42"}]}}` has the path that it lacks. Whoever
 * lists nobody means nobody, so that is left as it is and refused: the path alone removes all.
 */
export function withMembersAsPath(type: ResourceType, body: unknown): unknown {
  if (!isObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, part]) =>
      key.toLowerCase() === 'operations' && Array.isArray(part)
        ? [key, part.map((operation) => withPath(type, operation))]
        : [key, part],
    ),
  );
}

function withPath(type: ResourceType, operation: unknown): unknown {
  if (!isObject(operation) || String(operation.op).toLowerCase() !== 'remove') return operation;
  const { path, value } = operation;
  const isPathless = path === undefined || path === null || path === '' || isUrn(path, type.core.id);
  const entries = isPathless && isObject(value) ? Object.entries(value) : [];
  const [only, ...more] = entries;
  if (only === undefined || more.length > 0) return operation;
  const found = findAttribute(type, only[0]);
  const members = [membersBelow(only[1])].flat().filter((member) => member !== null && member !== '');
  if (found?.attribute.name !== 'members' || found.sub !== undefined || members.length === 0)
    return operation;
  return { ...operation, path: 'members', value: members };
}
