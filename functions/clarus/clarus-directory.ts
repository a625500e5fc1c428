import * as z from 'zod';
import { BridgeError } from '../identity/bridge-error.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import { malformedConnection, readConnection, readPage } from './clarus-connection.ts';
import type { ClarusRequest } from './clarus-request.ts';
import { clarusId } from './clarus-users.ts';

/** A Clarus user as GraphQL shows it. What is beyond the documented fields is there only if Clarus offers it. */
export interface FoundUser {
  id: string;
  email: string;
  name?: string;
  isActive?: boolean;
  roleId?: string;
}

export interface ClarusRole {
  id: string;
  name: string;
}

export interface ClarusDirectory {
  /** The one user with this address in any letter case. Throws BridgeError `clarus_user_ambiguous` for several. */
  findUser(email: string): Promise<FoundUser | undefined>;
  /** The id of the one role with this name in any letter case. Throws BridgeError `role_unknown`. */
  findRole(name: string): Promise<number>;
}

/** Clarus as a whole rather than one by one: for whoever shows its users and roles. */
export interface ClarusListing {
  /** All users with this address in any letter case. */
  findUsers(email: string): Promise<FoundUser[]>;
  /** A page of all users, after what `next` of the page before says. */
  listUsers(count: number, after?: string): Promise<{ users: FoundUser[]; next?: string }>;
  listRoles(): Promise<ClarusRole[]>;
}

const DOCUMENTED_FIELDS = 'id name email';
/** Not documented, so asked for until Clarus says that it does not know them. */
const FURTHER_FIELDS = 'is_active role_id';

const userNodes = z.array(
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
const roleNodes = z.array(z.object({ id: clarusId, name: z.string() }));

/** Clarus' GraphQL reads, for one tenant. */
export function createClarusDirectory(
  request: ClarusRequest,
  userId: Tenant['clarus']['userId'],
): ClarusDirectory & ClarusListing {
  let fields = `${DOCUMENTED_FIELDS} ${FURTHER_FIELDS}`;
  const roleIds = new Map<string, number>();

  async function findUser(email: string): Promise<FoundUser | undefined> {
    const [found, another] = await findUsers(email);
    if (found !== undefined && another !== undefined) throw ambiguous([found, another]);
    return found && { ...found, email };
  }

  async function findUsers(email: string): Promise<FoundUser[]> {
    const same = (await usersLike(email)).filter(({ user }) => sameText(user.email, email));
    return same.map((node) => asFound(node, node.user.email ?? email));
  }

  async function listUsers(count: number, after?: string): ReturnType<ClarusListing['listUsers']> {
    const asked = fields;
    const query = {
      root: 'subdomain_users',
      filterType: 'SubdomainUserFilterType',
      filter: {},
      selection: `id user { ${asked} }`,
    };
    const answer = await readPage(request, query, count, after ?? null);
    if (answer.kind === 'refused') {
      if (asked === DOCUMENTED_FIELDS) throw answer.error;
      fields = DOCUMENTED_FIELDS;
      return listUsers(count, after);
    }
    const nodes = parsed('subdomain_users', userNodes, answer.nodes);
    return {
      users: nodes.map((node) => asFound(node, node.user.email ?? '')),
      ...(answer.next !== undefined && { next: answer.next }),
    };
  }

  async function listRoles(): Promise<ClarusRole[]> {
    const query = { root: 'roles', filterType: 'RoleFilterType', filter: {}, selection: 'id name' };
    const answer = await readConnection(request, query);
    if (answer.kind === 'refused') throw answer.error;
    return parsed('roles', roleNodes, answer.nodes);
  }

  function asFound({ id, user }: z.output<typeof userNodes>[number], email: string): FoundUser {
    const { name, is_active, role_id } = user;
    return {
      id: userId === 'user' ? user.id : id,
      email,
      ...(name != null && { name }),
      ...(is_active != null && { isActive: is_active }),
      ...(role_id != null && { roleId: role_id }),
    };
  }

  /** `ilike` ignores case but reads `_` and `%` as wildcards, so it finds the address and perhaps more. */
  async function usersLike(email: string): Promise<z.output<typeof userNodes>> {
    const asked = fields;
    const answer = await readConnection(request, {
      root: 'subdomain_users',
      filterType: 'SubdomainUserFilterType',
      filter: { user_email: { ilike: email } },
      selection: `id user { ${asked} }`,
    });
    if (answer.kind === 'nodes') return parsed('subdomain_users', userNodes, answer.nodes);
    if (asked === DOCUMENTED_FIELDS) throw answer.error;
    fields = DOCUMENTED_FIELDS;
    return usersLike(email);
  }

  async function findRole(name: string): Promise<number> {
    const key = name.toLowerCase();
    const known = roleIds.get(key);
    if (known !== undefined) return known;
    const answer = await readConnection(request, {
      root: 'roles',
      filterType: 'RoleFilterType',
      filter: { name: { ilike: name } },
      selection: 'id name',
    });
    if (answer.kind === 'refused') throw answer.error;
    const same = parsed('roles', roleNodes, answer.nodes).filter((role) => sameText(role.name, name));
    const [found, another] = same;
    if (found === undefined || another !== undefined) throw roleUnknown(name, same.length);
    roleIds.set(key, Number(found.id));
    return Number(found.id);
  }

  return { findUser, findUsers, listUsers, listRoles, findRole };
}

function sameText(a: string | null | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

function parsed<Schema extends z.ZodType>(root: string, schema: Schema, nodes: unknown[]): z.output<Schema> {
  const result = schema.safeParse(nodes);
  if (result.success) return result.data;
  throw malformedConnection(root, 'without the fields asked for');
}

function ambiguous(users: readonly FoundUser[]): BridgeError {
  const ids = users.map(({ id }) => id);
  return new BridgeError(
    'clarus_user_ambiguous',
    `Several Clarus users have this person's address (${ids.join(', ')}), and a guess could lock out the wrong ` +
      'one. Nothing was changed; leave the address with one of them in Clarus, then redrive the dead letter.',
    { retryable: false },
  );
}

function roleUnknown(name: string, count: number): BridgeError {
  return new BridgeError(
    'role_unknown',
    `Clarus has ${count === 0 ? 'no role' : 'several roles'} named "${name}". Correct the role in the tenant ` +
      'file, or name it by its id, and deploy; then redrive the dead letter.',
    { retryable: false },
  );
}
