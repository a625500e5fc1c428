import * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { ClarusRequest } from '../clarus-request.ts';
import { clarusId } from '../clarus-users.ts';
import { parsedNodes, readConnection } from './connection.ts';
import { textFilter } from './text-filter.ts';

export interface ClarusRole {
  id: string;
  name: string;
}

/** The built-in role that may do everything: no client of SCIM gives it unless the tenant file names it. */
export const ADMIN = 'Admin';

export interface RoleReads {
  /** The id of the one role with this name in any letter case. Throws BridgeError `role_unknown`. */
  findRole(name: string): Promise<number>;
  listRoles(): Promise<ClarusRole[]>;
}

const nodesSchema = z.array(z.object({ id: clarusId, name: z.string() }));

const ROOT = 'roles';

/** Clarus' GraphQL reads of roles, for one tenant. */
export function createRoleReads(request: ClarusRequest): RoleReads {
  const ids = new Map<string, number>();

  async function findRole(name: string): Promise<number> {
    const key = name.toLowerCase();
    const known = ids.get(key);
    if (known !== undefined) return known;
    const roles = await read({ name: textFilter(name, key) });
    const same = roles.filter((role) => role.name.toLowerCase() === key);
    const [found, another] = same;
    if (found === undefined || another !== undefined) throw roleUnknown(name, same.length);
    ids.set(key, Number(found.id));
    return Number(found.id);
  }

  async function read(filter: unknown): Promise<ClarusRole[]> {
    const query = { root: ROOT, filterType: 'RoleFilterType', filter, selection: 'id name' };
    const answer = await readConnection(request, query);
    if (answer.kind === 'refused') throw answer.error;
    return parsedNodes(ROOT, nodesSchema, answer.nodes);
  }

  return { findRole, listRoles: () => read({}) };
}

function roleUnknown(name: string, count: number): BridgeError {
  return new BridgeError(
    'role_unknown',
    `Clarus has ${count === 0 ? 'no role' : 'several roles'} named "${name}". Correct the role in the tenant ` +
      'file, or name it by its id, and deploy; then redrive the dead letter.',
    { retryable: false },
  );
}
