import type { ClarusAttributes } from '../../../functions/identity/profile/clarus-attributes.ts';
import type { Answer, Landed } from './network.ts';

export const CLARUS = 'clarus-api.com';

/** A user as Clarus has it. */
export interface ClarusUser extends Partial<ClarusAttributes> {
  id: number;
  email: string;
  name: string;
  is_active: boolean;
}

/** Clarus, and the hands of those who work in it. */
export interface Clarus {
  users: readonly ClarusUser[];
  serve(request: Landed): Answer;
  /** Somebody creates a user there by hand. Returns it. */
  create(user: Pick<ClarusUser, 'email' | 'name' | 'is_active'> & Partial<ClarusUser>): ClarusUser;
  /** Somebody changes a user by hand. */
  change(user: ClarusUser, attributes: Partial<ClarusAttributes>): void;
  withAddress(email: string): ClarusUser | undefined;
}

export interface ClarusPorts {
  tell: (line: string) => void;
  /** Told of a user that the bridge created. */
  created: (user: ClarusUser) => void;
}

interface GraphqlVariables {
  filter?: { user_email?: { ilike?: string; in?: readonly string[] }; name?: unknown };
  first: number;
  after: string | null;
}

export function clarusOf({ tell, created }: ClarusPorts): Clarus {
  const users: ClarusUser[] = [];

  function create(user: Parameters<Clarus['create']>[0]): ClarusUser {
    const made = { ...user, id: 42 + users.length };
    users.push(made);
    return made;
  }

  function change(user: ClarusUser, attributes: Partial<ClarusAttributes>): void {
    Object.assign(user, attributes);
  }

  function withAddress(email: string): ClarusUser | undefined {
    return users.find((user) => user.email.toLowerCase() === email.toLowerCase());
  }

  function patch(id: number, attributes: Partial<ClarusAttributes>): Answer {
    const user = users.find((it) => it.id === id);
    if (user === undefined) return { status: 404, json: { errors: [{ title: 'Not found' }] } };
    if (isTaken(attributes.email, user)) return TAKEN;
    tell(`Clarus ${id}: PATCH ${JSON.stringify(attributes)}`);
    change(user, attributes);
    return { status: 200, json: shown(user) };
  }

  function post(attributes: Partial<ClarusAttributes>): Answer {
    const { email, name, is_active = true } = attributes;
    if (email === undefined || name === undefined)
      return { status: 422, json: { errors: [{ title: 'No' }] } };
    if (isTaken(email)) return TAKEN;
    const user = create({ ...attributes, email, name, is_active });
    tell(`Clarus ${user.id}: POST ${JSON.stringify(attributes)}`);
    created(user);
    return { status: 201, json: shown(user) };
  }

  function isTaken(email: string | undefined, but?: ClarusUser): boolean {
    const owner = email === undefined ? undefined : withAddress(email);
    return owner !== undefined && owner !== but;
  }

  function read({ filter, first, after }: GraphqlVariables): Answer {
    const { ilike, in: some } = filter?.user_email ?? {};
    const found = users.filter(
      ({ id, email }) =>
        id > Number(after ?? 0) &&
        (ilike === undefined || email.toLowerCase() === ilike.toLowerCase()) &&
        (some === undefined || some.includes(email)),
    );
    const page = found.slice(0, first);
    const last = page.at(-1);
    const edges = page.map(({ id, email, name, is_active, role_id }) => ({
      node: { id: String(id), user: { id: String(id), email, name, is_active, role_id: role_id ?? null } },
    }));
    const hasNextPage = page.length < found.length;
    const pageInfo = { hasNextPage, endCursor: last === undefined ? null : String(last.id) };
    return { status: 200, json: { data: { subdomain_users: { all: { pageInfo, edges } } } } };
  }

  function serve({ method, url, body }: Landed): Answer {
    if (url.pathname === '/graphql') return read(Object(body).variables);
    const { attributes } = Object(Object(body).data);
    if (method === 'POST') return post(attributes);
    return patch(Number(url.pathname.split('/').at(-1)), attributes);
  }

  return { users, serve, create, change, withAddress };
}

const TAKEN: Answer = {
  status: 422,
  json: { errors: [{ title: 'Invalid', detail: 'has already been taken', source: { pointer: '/email' } }] },
};

function shown({ id, ...attributes }: ClarusUser): unknown {
  return { data: { id, type: 'users', attributes } };
}
