import type { Change } from '../identity/change.ts';
import type { UserStore } from '../identity/converge.ts';
import type { Clock } from '../platform/clock.ts';
import type { BrakeStore } from '../state/brake.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';

export interface Brake extends BrakeStore {
  /** How many people of the tenant the bridge knows, for a limit in percent. */
  knownUsers(tenant: string): Promise<number>;
}

/** More than this an item of DynamoDB does not hold, at 40 bytes a person. */
const MOST = 5000;

/**
 * Whether a revocation that was concluded rather than announced may go on. Above the tenant's limit in an hour
 * it is held until somebody releases it: a directory that shows nobody is more often broken than empty.
 */
export async function mayRevoke(
  { users, brake, clock }: { users: UserStore; brake: Brake; clock: Clock },
  tenant: Tenant,
  change: Change,
  clarusUserId: string,
): Promise<boolean> {
  if (change.released === true) return true;
  const record = await users.load(tenant.tenant, clarusUserId);
  if (record.desired.is_active?.value === false) return true;
  const known = await brake.knownUsers(tenant.tenant);
  const limit = Math.min(
    MOST,
    Math.max(tenant.brake.users, Math.floor((known * tenant.brake.percent) / 100)),
  );
  if (await brake.take(tenant.tenant, change.subject.id, limit, clock())) return true;
  await brake.hold(change);
  return false;
}
