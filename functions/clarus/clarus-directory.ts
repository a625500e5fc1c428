import type { Clock } from '../platform/clock.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { ClarusRequest } from './clarus-request.ts';
import { createRoleReads, type RoleReads } from './reads/roles.ts';
import { createUserReads, type UserReads } from './reads/users.ts';

export type { ClarusRole } from './reads/roles.ts';
export type { FoundUser } from './reads/users.ts';

/** Who is where in Clarus, for whoever looks for one. */
export type ClarusDirectory = Pick<UserReads, 'findUsers'> & Pick<RoleReads, 'findRole'>;

/** Clarus as a whole rather than one by one: for whoever shows or compares its users and roles. */
export type ClarusListing = Pick<UserReads, 'findUsersByEmail' | 'listUsers'> & Pick<RoleReads, 'listRoles'>;

/** Clarus' GraphQL reads, for one tenant. */
export function createClarusDirectory(
  request: ClarusRequest,
  userId: Tenant['clarus']['userId'],
  clock: Clock,
): ClarusDirectory & ClarusListing {
  return { ...createUserReads(request, userId, clock), ...createRoleReads(request) };
}
