import type { FoundUser } from '../../functions/clarus/clarus-directory.ts';
import type { NewUser } from '../../functions/clarus/clarus-users.ts';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { ClarusAttributes } from '../../functions/identity/clarus-attributes.ts';

/** What happens to one request to Clarus that writes. */
export type Fate = 'answered' | 'late' | 'unavailable' | 'throttled';

/** A name that this Clarus does not take. */
export const REFUSED_NAME = 'refused';

/** A Clarus in memory: requests travel, arrive late, or are not carried out, as `fates` says for each in turn. */
export interface UnreliableClarus {
  users: ReadonlyMap<string, Partial<ClarusAttributes>>;
  /** Requests that are under way. */
  landings: ReadonlySet<Promise<unknown>>;
  patch(id: string, attributes: Partial<ClarusAttributes>): Promise<'applied' | 'refused' | 'missing'>;
  create(user: NewUser): Promise<string | undefined>;
  list(): FoundUser[];
}

/** `travel` is the way of a request: what becomes of its sender does not matter to it. */
export function unreliableClarus(fates: Fate[], travel: () => Promise<void>): UnreliableClarus {
  const users = new Map<string, Partial<ClarusAttributes>>();
  const landings = new Set<Promise<unknown>>();

  async function request<Result>(land: () => Result): Promise<Result> {
    const fate = fates.shift() ?? 'answered';
    if (fate === 'throttled') throw new BridgeError('clarus_throttled', '429', { retryable: true });
    const landing = travel().then(land);
    landings.add(landing);
    void landing.finally(() => landings.delete(landing));
    if (fate === 'late') {
      throw new BridgeError('clarus_unreachable', 'time', { retryable: true, outcomeUnknown: true });
    }
    const result = await landing;
    if (fate === 'unavailable') throw new BridgeError('clarus_unavailable', '500', { retryable: true });
    return result;
  }

  function isTaken(email: string | undefined, id: string | undefined): boolean {
    return [...users].some(([other, user]) => other !== id && user.email === email?.toLowerCase());
  }

  return {
    users,
    landings,
    patch: (id, attributes) =>
      request(() => {
        const user = users.get(id);
        if (user === undefined) return 'missing';
        const { email, name } = attributes;
        if (name === REFUSED_NAME || (email !== undefined && isTaken(email, id))) return 'refused';
        Object.assign(user, attributes);
        return 'applied';
      }),
    create: (user) =>
      request(() => {
        if (user.name === REFUSED_NAME || isTaken(user.email, undefined)) return undefined;
        const id = String(42 + users.size);
        users.set(id, { ...user });
        return id;
      }),
    list: () =>
      [...users].map(([id, { email = '', name, is_active }]) => ({
        id,
        email,
        ...(name !== undefined && { name }),
        ...(is_active !== undefined && { isActive: is_active }),
      })),
  };
}
