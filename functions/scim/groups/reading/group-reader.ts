import { isObject } from '../../../identity/json.ts';
import { type PatchOperation, patchOperations } from '../../change/operations.ts';
import { parsePath } from '../../filter/parser.ts';
import { badRequest, type ScimError } from '../../protocol/error.ts';
import { isUrn } from '../../protocol/message.ts';
import { comparable } from '../../schema/attribute.ts';
import type { Leniencies } from '../../schema/leniencies.ts';
import { findAttribute, type ResourceType } from '../../schema/resource-type.ts';
import type { FindMember } from './find-member.ts';
import { createMemberList } from './member-list.ts';
import { withMembersAsPath } from './pathless-removal.ts';

/** Reads what a client asks of a group, before anything is done of it. */
export interface GroupReader {
  /** The operations of a PATCH, with members by their ids and without the group's name. Throws ScimError. */
  patch(body: unknown): Promise<PatchOperation[]>;
  /** The body of a PUT, the same. Throws ScimError. */
  put(body: unknown): Promise<unknown>;
  /**
   * What of it cannot be done: a member who is nobody, another name for the role. Nobody is to keep a role because of
   * that, so the rest is carried out, and then the client is told.
   */
  readonly refusals: readonly ScimError[];
}

interface GroupReaderPorts {
  type: ResourceType;
  lenient: Leniencies;
  /** The name of the role. */
  displayName: string;
  findMember: FindMember;
}

export function createGroupReader(ports: GroupReaderPorts): GroupReader {
  const { type, lenient, displayName, findMember } = ports;
  const refusals: ScimError[] = [];
  const members = createMemberList(findMember, (refusal) => refusals.push(refusal));

  async function readOperation(operation: PatchOperation): Promise<PatchOperation[]> {
    const { op, path, value } = operation;
    if (path === undefined || isUrn(path, type.core.id))
      return [{ ...operation, value: await bag(op, value) }];
    const { attribute, sub, filter } = parsePath(type, path, lenient);
    if (attribute.name === 'displayName' && op !== 'remove') {
      checkName(value);
      return [];
    }
    if (attribute.name !== 'members' || sub !== undefined || !lenient.looseMembers) return [operation];
    if (filter === undefined) {
      return [{ ...operation, ...(value !== undefined && { value: await members.read(op, value) }) }];
    }
    if (op !== 'remove') return [operation];
    const by = await members.removal(path, filter);
    return by === undefined ? [] : [{ ...operation, path: by }];
  }

  /** What stands without a path: a value of a PATCH, or the body of a PUT. */
  async function bag(op: PatchOperation['op'], value: unknown): Promise<unknown> {
    if (!isObject(value)) return value;
    const read: [string, unknown][] = [];
    for (const [key, part] of Object.entries(value)) {
      const { attribute, sub } = findAttribute(type, key) ?? {};
      if (isUrn(key, type.core.id)) read.push([key, await bag(op, part)]);
      else if (attribute?.name === 'displayName') checkName(part);
      else if (attribute?.name === 'members' && sub === undefined && lenient.looseMembers) {
        read.push([key, await members.read(op, part)]);
      } else read.push([key, part]);
    }
    return Object.fromEntries(read);
  }

  /** Okta and Entra repeat the name that they have read. */
  function checkName(value: unknown): void {
    const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
    const name = isObject(one) ? (one.value ?? one.displayName) : one;
    if (name === undefined || name === null || name === '') return;
    const attribute = findAttribute(type, 'displayName')?.attribute;
    const isEcho =
      attribute !== undefined &&
      typeof name === 'string' &&
      comparable(attribute, name) === comparable(attribute, displayName);
    if (!isEcho) refusals.push(renamed());
  }

  return {
    refusals,
    async patch(body) {
      const operations = patchOperations(lenient.looseMembers ? withMembersAsPath(type, body) : body);
      const read: PatchOperation[] = [];
      for (const operation of operations) read.push(...(await readOperation(operation)));
      return read;
    },
    put: (body) => bag('replace', body),
  };
}

function renamed(): ScimError {
  return badRequest(
    'mutability',
    "displayName is read-only: a group has the name of its role in Clarus, and is renamed there. The group's members " +
      'were changed as far as they could be. Give it the name of the role in the identity provider.',
  );
}
