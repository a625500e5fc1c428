import type { SimulatedRequest } from '../simulator.ts';
import { type OktaUser, shownByOkta } from './okta-user.ts';

/** What the API says, with the path of the next page. */
export interface OktaReply {
  status: number;
  body?: unknown;
  next?: string;
}

const MOST = 200;

/** What a request may ask for: anything else is 400, as Okta answers what it cannot validate. */
const PARAMETERS: readonly (readonly [path: RegExp, parameters: readonly string[]])[] = [
  [/^\/api\/v1\/logs$/, ['since', 'until', 'after', 'filter', 'q', 'limit', 'sortOrder']],
  [/^\/api\/v1\/users$/, ['limit', 'after', 'filter']],
  [/^\/api\/v1\/(apps|groups)\/[^/]+\/users$/, ['limit', 'after']],
  [/^\/api\/v1\/users\/[^/]+\/groups$/, ['limit', 'after']],
];

/** Whether a request asks for nothing that the API does not know. */
export function isValid({ path, query }: SimulatedRequest): boolean {
  const known = PARAMETERS.find(([pattern]) => pattern.test(path))?.[1] ?? [];
  const limit = Number(query.get('limit') ?? 1);
  const most = path === '/api/v1/logs' ? 1000 : MOST;
  return (
    Number.isInteger(limit) &&
    limit >= 1 &&
    limit <= most &&
    [...query.keys()].every((name) => known.includes(name) && query.getAll(name).length === 1)
  );
}

/** `GET /api/v1/users` and what tells of the members of apps and groups; undefined for any other path. */
export function readLists(
  users: ReadonlyMap<string, OktaUser>,
  { path, query }: SimulatedRequest,
): OktaReply | undefined {
  const all = [...users.values()];
  const [, kind, of = '', rest, id = ''] =
    /^\/api\/v1\/(users|apps|groups)(?:\/([^/]+))?(?:\/(users|groups)(?:\/([^/]+))?)?$/.exec(path) ?? [];
  switch (`${kind} ${of === '' ? '' : '{id} '}${rest ?? ''}${id === '' ? '' : ' {id}'}`) {
    case 'users ':
      return listed(filtered(all, query.get('filter')), path, query);
    case 'users {id} groups':
      return groupsOf(users.get(of), path, query);
    case 'apps {id} users {id}':
      return assignmentOf(users.get(id), of);
    case 'apps {id} users':
      return members(all, 'apps', of, path, query);
    case 'groups {id} users':
      return members(all, 'groups', of, path, query);
    default:
      return undefined;
  }
}

const NOT_FOUND: OktaReply = { status: 404 };
const FORBIDDEN: OktaReply = { status: 403 };
const INVALID: OktaReply = { status: 400 };

/** Without a filter those who are not deactivated. */
function filtered(users: readonly OktaUser[], filter: string | null): OktaUser[] | undefined {
  if (filter === null) return users.filter(({ status }) => status !== 'DEPROVISIONED');
  const status = /^status eq "([A-Z_]+)"$/.exec(filter)?.[1];
  return status === undefined ? undefined : users.filter((user) => user.status === status);
}

function listed(users: OktaUser[] | undefined, path: string, query: URLSearchParams): OktaReply {
  return users === undefined ? INVALID : paged(users.map(shownByOkta), path, query);
}

function groupsOf(user: OktaUser | undefined, path: string, query: URLSearchParams): OktaReply {
  if (user === undefined) return NOT_FOUND;
  if (user.groups === undefined) return FORBIDDEN;
  const groups = user.groups.map((id) => ({ id, type: 'OKTA_GROUP', profile: { name: id } }));
  return paged(groups, path, query);
}

function assignmentOf(user: OktaUser | undefined, app: string): OktaReply {
  if (user === undefined) return NOT_FOUND;
  if (user.apps === undefined) return FORBIDDEN;
  return user.apps.includes(app) ? { status: 200, body: asAppUser(user) } : NOT_FOUND;
}

/** Nobody's members are listed when somebody's are not told: who is not in the list would be taken for no member. */
function members(
  users: readonly OktaUser[],
  kind: 'apps' | 'groups',
  id: string,
  path: string,
  query: URLSearchParams,
): OktaReply {
  if (users.some((user) => user[kind] === undefined)) return FORBIDDEN;
  const found = users.filter((user) => user[kind]?.includes(id));
  return paged(found.map(kind === 'apps' ? asAppUser : shownByOkta), path, query);
}

function asAppUser({ id, created, profile: { login } }: OktaUser): Record<string, unknown> {
  return { id, created, scope: 'USER', status: 'ACTIVE', credentials: { userName: login }, profile: {} };
}

/** The position is the id of the last one shown, so that a page stays one whatever is put before it. */
function paged(
  all: readonly Readonly<Record<string, unknown>>[],
  path: string,
  query: URLSearchParams,
): OktaReply {
  const limit = Number(query.get('limit') ?? MOST);
  const position = query.get('after');
  const index = position === null ? -1 : all.findIndex(({ id }) => id === position);
  if (position !== null && index === -1) return INVALID;
  const page = all.slice(index + 1, index + 1 + limit);
  if (index + 1 + limit >= all.length) return { status: 200, body: page };
  const next = new URLSearchParams(query);
  next.set('after', String(page.at(-1)?.id));
  return { status: 200, body: page, next: `${path}?${next}` };
}
