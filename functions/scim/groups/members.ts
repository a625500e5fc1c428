import { isUserMissing } from '../../clarus/clarus-users.ts';
import { type DecideSettings, mayGive } from '../../identity/access/desired.ts';
import { isObject } from '../../identity/json.ts';
import { presentAccount } from '../../identity/scim-account.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { PatchOperation } from '../change/operations.ts';
import { metWord } from '../commands/accounts.ts';
import type { Command } from '../commands/command.ts';
import type { Intent } from '../commands/intent.ts';
import { equalities, type Filter } from '../filter/filter.ts';
import { parsePath } from '../filter/parser.ts';
import type { ScimTenant } from '../ports.ts';
import { badRequest, ScimError } from '../protocol/error.ts';
import { isUrn } from '../protocol/message.ts';
import type { UserWrites } from '../users/change.ts';
import { hasSpoken } from '../users/edit.ts';
import type { KnownUser } from '../users/resource.ts';

/** Members of a group that are changed at the same time. */
const WIDTH = 10;

/** Who is to be in a group and who is not, as far as that has to be said. */
export interface Membership {
  roleId: string;
  joining: readonly string[];
  leaving: readonly string[];
}

/**
 * Changes the members of a group, each by itself: those who leave first, since nobody is to keep a role because
 * somebody else cannot have it. Whom Clarus has no more is buried and passed over. Throws the first failure at the end;
 * a request that is repeated does the rest.
 */
export async function changeMembers(
  change: UserWrites['change'],
  scim: ScimTenant,
  { roleId, joining, leaving }: Membership,
  command: Command,
): Promise<void> {
  const settings = await scim.settings();
  if (joining.length > 0 && !mayGive(settings, scim.client, Number(roleId))) {
    throw new ScimError(403, 'The tenant file of the bridge does not let SCIM give this role.');
  }
  const failures: unknown[] = [];
  async function one(id: string, is: 'member' | 'none'): Promise<void> {
    try {
      await change(scim, id, command, async (user) => inGroup(scim, user, roleId, is, command, settings));
    } catch (error) {
      if (!isNowhere(error)) failures.push(error);
    }
  }
  await sideBySide(leaving, (id) => one(id, 'none'), WIDTH);
  await sideBySide(joining, (id) => one(id, 'member'), WIDTH);
  const [failure] = failures;
  if (failure !== undefined) throw failure;
}

/** What joining or leaving a group makes of a user. */
function inGroup(
  { client }: ScimTenant,
  user: KnownUser,
  roleId: string,
  is: 'member' | 'none',
  { at }: Command,
  settings: DecideSettings,
): Intent {
  const { record, side } = user;
  const others = (side.memberOf ?? []).filter((id) => id !== roleId);
  const memberOf = is === 'member' ? [...others, roleId] : others;
  const intent = {
    side: { ...side, memberOf, lastModified: Math.max(at, side.lastModified) },
    account: presentAccount(record, client),
    words: hasSpoken({ client }, user) ? [] : [metWord(at)],
    saysAccess: false,
  };
  if (is === 'none' && memberOf.length === 0 && settings.defaultRole === undefined) throw noFallback();
  return intent;
}

function isNowhere(error: unknown): boolean {
  return isUserMissing(error) || (error instanceof ScimError && error.status === 404);
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
  const isBag = path === undefined || isUrn(path, groupType.core.id);
  const target = isBag ? undefined : parsePath(groupType, path, lenient);
  const members = target === undefined ? membersIn(value, groupType.core.id) : value;
  const isOther = target === undefined ? members === undefined : target.attribute.name !== 'members';
  if (isOther) return [];
  if (target?.filter !== undefined) return idsMeant(target.filter);
  const isListed = op === 'remove' && lenient.removeWithValue && members != null;
  return op === 'add' || isListed ? idsIn(members) : undefined;
}

/** The ids that a filter names; undefined for one that may be true of anybody. */
function idsMeant(filter: Filter): string[] | undefined {
  const ids = equalities(filter)?.filter(({ path: { sub } }) => sub === undefined || sub.name === 'value');
  return ids === undefined || ids.length === 0 ? undefined : ids.map(({ value }) => String(value));
}

function membersIn(value: unknown, core: string): unknown {
  const entries = isObject(value) ? Object.entries(value) : [];
  const under = entries.find(([key]) => isUrn(key, core))?.[1];
  const found = entries.find(([key]) => key.toLowerCase().endsWith('members'))?.[1];
  return found ?? (under === undefined ? undefined : membersIn(under, ''));
}

function idsIn(members: unknown): string[] {
  return [members]
    .flat()
    .map((member) => (isObject(member) ? member.value : member))
    .filter((id) => typeof id === 'string');
}

function noFallback(): ScimError {
  return badRequest(
    'invalidValue',
    'A user in Clarus has exactly one role, and the tenant file names no defaultRole to fall back to.',
  );
}
