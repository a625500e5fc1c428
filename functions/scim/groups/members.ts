import { defaultRole } from '../../clarus/default-role.ts';
import { isObject } from '../../identity/json.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { PatchOperation } from '../change/operations.ts';
import type { Command } from '../commands/command.ts';
import { equalities } from '../filter/filter.ts';
import { parsePath } from '../filter/parser.ts';
import type { ScimTenant } from '../ports.ts';
import { badRequest } from '../protocol/error.ts';
import type { UserWrites } from '../users/change.ts';

/** Members of a group that are changed at the same time. */
const WIDTH = 10;

/** Who is to have a role, who is not, and who has it as far as anybody knows. */
export interface Membership {
  roleId: string;
  joining: readonly string[];
  leaving: readonly string[];
}

/**
 * Gives a role to those who join and the tenant's default role to those who leave, unless they have been given another
 * one meanwhile: whichever client is later wins. A request that is repeated after a failure does the rest.
 */
export async function changeMembers(
  { write }: Pick<UserWrites, 'write'>,
  scim: ScimTenant,
  { roleId, joining, leaving }: Membership,
  command: Command,
): Promise<void> {
  const fallback = leaving.length === 0 ? undefined : await fallbackRole(scim);
  await sideBySide(joining, (id) => write(scim, id, { role_id: Number(roleId) }, command), WIDTH);
  const onlyIf = ({ desired }: UserRecord) => String(desired.role_id?.value ?? roleId) === roleId;
  if (fallback === undefined) return;
  await sideBySide(leaving, (id) => write(scim, id, { role_id: fallback }, command, { onlyIf }), WIDTH);
}

/** The users that operations may concern; undefined for those that may concern any member of the group. */
export function concerned(scim: ScimTenant, operations: readonly PatchOperation[]): string[] | undefined {
  const each = operations.map((operation) => concernedBy(scim, operation));
  return each.every((ids) => ids !== undefined) ? each.flat() : undefined;
}

function concernedBy(
  { groupType, lenient }: ScimTenant,
  { op, path, value }: PatchOperation,
): string[] | undefined {
  const target = path === undefined ? undefined : parsePath(groupType, path, lenient);
  const members = target === undefined ? membersIn(value) : value;
  const isOther = target === undefined ? members === undefined : target.attribute.name !== 'members';
  if (isOther) return [];
  if (target?.filter !== undefined) {
    return equalities(target.filter)?.map((term) => String(term.value));
  }
  const isListed = op === 'remove' && lenient.removeWithValue && members != null;
  return op === 'add' || isListed ? idsIn(members) : undefined;
}

function membersIn(value: unknown): unknown {
  const entries = isObject(value) ? Object.entries(value) : [];
  return entries.find(([key]) => key.toLowerCase().endsWith('members'))?.[1];
}

function idsIn(members: unknown): string[] {
  return [members]
    .flat()
    .map((member) => (isObject(member) ? member.value : member))
    .filter((id) => typeof id === 'string');
}

async function fallbackRole(scim: ScimTenant): Promise<number> {
  const fallback = await defaultRole(scim.clarus, scim.tenant);
  if (fallback !== undefined) return fallback;
  throw badRequest(
    'invalidValue',
    'A user in Clarus has exactly one role, and the tenant file names no defaultRole to fall back to.',
  );
}
