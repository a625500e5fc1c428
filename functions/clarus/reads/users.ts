import * as z from 'zod';
import { foldAddress, sameAddress } from '../../identity/profile/addresses.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { ClarusRequest } from '../clarus-request.ts';
import { clarusId } from '../clarus-users.ts';
import { type ConnectionQuery, parsedNodes, type Refused, readConnection, readPage } from './connection.ts';
import { textFilter } from './text-filter.ts';
import { createUserFields } from './user-fields.ts';

/** A Clarus user as GraphQL shows it. What is beyond the documented fields is there only if Clarus offers it. */
export interface FoundUser {
  id: string;
  email: string;
  name?: string;
  isActive?: boolean;
  roleId?: string;
}

export interface UserReads {
  /** All users with this address in any letter case. */
  findUsers(email: string): Promise<FoundUser[]>;
  /** All users with one of these addresses, a hundred at the most, as they are written or in small letters. */
  findUsersByEmail(emails: readonly string[]): Promise<FoundUser[]>;
  /** A page of all users, a hundred at the most, after what `next` of the page before says. */
  listUsers(count: number, after?: string): Promise<{ users: FoundUser[]; next?: string }>;
}

/** As many as Clarus shows at a time. */
const MAX_PAGE = 100;

const nodesSchema = z.array(
  z.object({
    id: clarusId,
    user: z.object({
      id: clarusId,
      email: z.string().nullish(),
      name: z.string().nullish(),
      is_active: z.boolean().nullish(),
      role_id: clarusId.nullish(),
    }),
  }),
);

const ROOT = 'subdomain_users';

/** Clarus' GraphQL reads of users, for one tenant. */
export function createUserReads(
  request: ClarusRequest,
  userId: Tenant['clarus']['userId'],
  clock: Clock,
): UserReads {
  const fields = createUserFields(clock);

  async function findUsers(email: string): Promise<FoundUser[]> {
    const { nodes } = await read(textFilter(email, foldAddress(email)), readConnection);
    return found(nodes).filter((user) => sameAddress(user.email, email));
  }

  async function findUsersByEmail(emails: readonly string[]): Promise<FoundUser[]> {
    const wanted = new Set(emails.map(foldAddress));
    const filter = { in: [...new Set([...emails, ...wanted])] };
    const { nodes } = await read(filter, (...asked) => readConnection(...asked, MAX_PAGE));
    return found(nodes).filter(({ email }) => wanted.has(foldAddress(email)));
  }

  async function listUsers(count: number, after?: string): ReturnType<UserReads['listUsers']> {
    const page = Math.min(count, MAX_PAGE);
    const { nodes, next } = await read(undefined, (...asked) => readPage(...asked, page, after ?? null));
    return { users: found(nodes), ...(next !== undefined && { next }) };
  }

  /** Reads with the fields that Clarus knows, which it may say only now. */
  async function read<Nodes extends { kind: 'nodes' }>(
    filter: unknown,
    by: (request: ClarusRequest, query: ConnectionQuery) => Promise<Nodes | Refused>,
  ): Promise<Nodes> {
    const asked = fields.current();
    const answer = await by(request, {
      root: ROOT,
      filterType: 'SubdomainUserFilterType',
      filter: filter === undefined ? {} : { user_email: filter },
      selection: `id user { ${asked.join(' ')} }`,
    });
    if (answer.kind !== 'refused') return answer;
    if (!fields.giveUp(asked, answer.said)) throw answer.error;
    return read(filter, by);
  }

  function found(nodes: unknown[]): FoundUser[] {
    return parsedNodes(ROOT, nodesSchema, nodes).map(({ id, user }) => {
      const { email, name, is_active, role_id } = user;
      return {
        id: userId === 'user' ? user.id : id,
        email: email ?? '',
        ...(name != null && { name }),
        ...(is_active != null && { isActive: is_active }),
        ...(role_id != null && { roleId: role_id }),
      };
    });
  }

  return { findUsers, findUsersByEmail, listUsers };
}
