import type { Clarus } from '../../functions/clarus/clarus.ts';
import type { ClarusListing, FoundUser } from '../../functions/clarus/clarus-directory.ts';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { ClarusAttributes } from '../../functions/identity/profile/clarus-attributes.ts';

/** What happens to one request to Clarus that writes. */
export type Fate = 'answered' | 'late' | 'unavailable' | 'throttled';

/** A name that this Clarus does not take. */
export const REFUSED_NAME = 'refused';

/** A Clarus in memory: requests travel, arrive late, or are not carried out, as `fates` says for each in turn. */
export interface UnreliableClarus extends Clarus, ClarusListing {
  users: Map<string, Partial<ClarusAttributes>>;
  /** Requests that are under way. */
  landings: ReadonlySet<Promise<unknown>>;
}

const REFUSED = new BridgeError('clarus_refused', '422', { retryable: false, status: 422, what: 'No.' });

/** `travel` is the way of a request: what becomes of its sender does not matter to it. */
export function unreliableClarus(fates: Fate[], travel: () => Promise<void>): UnreliableClarus {
  const users = new Map<string, Partial<ClarusAttributes>>();
  const landings = new Set<Promise<unknown>>();

  async function request<Result>(land: () => Result): Promise<Result> {
    const fate = fates.shift() ?? 'answered';
    if (fate === 'throttled') throw new BridgeError('clarus_throttled', '429', { retryable: true });
    const landing = travel().then(land);
    landings.add(landing);

    void landing.catch(() => {}).finally(() => landings.delete(landing));
    if (fate === 'late') {
      throw new BridgeError('clarus_unreachable', 'time', { retryable: true, outcomeUnknown: true });
    }
    const result = await landing;
    if (fate === 'unavailable') throw new BridgeError('clarus_unavailable', '500', { retryable: true });
    return result;
  }

  function isTaken(email: string | undefined, id: string | undefined): boolean {
    return (
      email !== undefined &&
      [...users].some(([other, user]) => other !== id && user.email === email.toLowerCase())
    );
  }

  function list(): FoundUser[] {
    return [...users].map(([id, { email = '', name, is_active, role_id }]) => ({
      id,
      email,
      ...(name !== undefined && { name }),
      ...(is_active !== undefined && { isActive: is_active }),
      ...(role_id !== undefined && { roleId: String(role_id) }),
    }));
  }

  async function findUsers(email: string): Promise<FoundUser[]> {
    return list().filter((user) => user.email === email.toLowerCase());
  }

  return {
    users,
    landings,
    patch: (id, attributes) =>
      request(() => {
        const user = users.get(id);
        if (user === undefined) throw new BridgeError('clarus_user_missing', '404', { retryable: false });
        const { email, name } = attributes;
        if (name === REFUSED_NAME || isTaken(email, id)) {
          return { kind: 'refused', status: 422, error: REFUSED };
        }
        Object.assign(user, attributes);
        return { kind: 'applied', status: 200 };
      }),
    create: (user) =>
      request(() => {
        if (user.name === REFUSED_NAME || isTaken(user.email, undefined)) {
          return { kind: 'refused', error: REFUSED };
        }
        const id = String(42 + users.size);
        users.set(id, { ...user });
        return { kind: 'created', id };
      }),
    findUsers,
    findUsersByEmail: async (emails) => (await Promise.all(emails.map(findUsers))).flat(),
    findRole: async () => 7,
    listUsers: async () => ({ users: list() }),
    listRoles: async () => [
      { id: '7', name: 'Picker' },
      { id: '8', name: 'Packer' },
    ],
  };
}
