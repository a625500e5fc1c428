import type { ClarusAttributes } from '../identity/clarus-attributes.ts';
import { entriesIn } from '../identity/clarus-attributes.ts';
import { type UserStore, update } from '../identity/converge.ts';
import type { Mapping } from '../identity/mapping.ts';
import type { ScimUser } from '../identity/scim-user.ts';
import {
  type Desired,
  type DesiredAttributes,
  type UserRecord,
  withDesired,
} from '../identity/user-record.ts';
import type { Clock } from '../platform/clock.ts';
import type { FindScimUser } from '../state/scim-user.ts';

export interface DiedCommandsPorts {
  users: UserStore;
  findScimUser: FindScimUser;
  clock: Clock;
}

/** Milliseconds after which no command of a SCIM client is under way: API Gateway waits for 30 seconds. */
const OVER = 60_000;

/**
 * The record of a user without what commands of SCIM clients left in it that died before they were answered: what
 * such a command wanted goes back to what SCIM shows, which is what the last command wrote that got through. A
 * revocation stands, and a role, which groups give without SCIM showing it among the attributes.
 */
export async function withoutDiedCommands(
  { users, findScimUser, clock }: DiedCommandsPorts,
  map: Mapping,
  tenant: string,
  clarusUserId: string,
): Promise<UserRecord> {
  const stored = await findScimUser(tenant, clarusUserId);
  if (stored === undefined) return users.load(tenant, clarusUserId);
  const { deleted } = stored;
  // The shape is the schemas', which every write has been held to.
  const user = stored.attributes as ScimUser;
  const shown = deleted ? { is_active: false } : (await map(user)).attributes;
  const until = clock() - OVER;
  return update(users, tenant, clarusUserId, (record) => goneBack(record, { shown, deleted, until }));
}

function goneBack(
  record: UserRecord,
  { shown, deleted, until }: { shown: Partial<ClarusAttributes>; deleted: boolean; until: number },
): UserRecord {
  const desired: DesiredAttributes = { ...record.desired };
  const died = entriesIn<Desired>(record.desired).filter(
    ([name, { origin, at, value }]) =>
      origin === 'scim' &&
      at < until &&
      name !== 'role_id' &&
      value !== false &&
      shown[name] !== undefined &&
      shown[name] !== value,
  );
  if (died.length === 0) return record;
  for (const [name, mine] of died) Object.assign(desired, { [name]: { ...mine, value: shown[name] } });
  return { ...withDesired(record, desired), deleted: record.deleted || deleted };
}
