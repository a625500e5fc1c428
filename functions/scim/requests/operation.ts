import type { ScimAddress } from '../protocol/request.ts';

/** What a request is about, in words that may be logged. */
export interface Operation {
  /** `users.patch`. */
  name: string;
  /** What it changes: nothing, one user, or users one after the other. */
  changes: 'nothing' | 'user' | 'members';
  /** The Clarus id of the user or role. What else stands in a path may be anything. */
  on?: string;
}

/** What methods do to a collection, and to one of it. */
const VERBS: Readonly<Record<string, { all: string; one: string }>> = {
  GET: { all: 'list', one: 'get' },
  HEAD: { all: 'list', one: 'get' },
  POST: { all: 'create', one: 'other' },
  PUT: { all: 'other', one: 'replace' },
  PATCH: { all: 'other', one: 'patch' },
  DELETE: { all: 'other', one: 'delete' },
};

/** Endpoints by what stands in the path, in words that are short. */
const ENDPOINTS: ReadonlyMap<string, string> = new Map([
  ['users', 'users'],
  ['groups', 'groups'],
  ['roles', 'roles'],
  ['schemas', 'schemas'],
  ['resourcetypes', 'types'],
  ['serviceproviderconfig', 'config'],
  ['bulk', 'bulk'],
  ['me', 'me'],
]);

const ID = /^[1-9]\d{0,15}$/;

/** What the request at an address is about. */
export function operationOf({ version, segments }: ScimAddress, method: string): Operation {
  const [first = '', id] = segments.map((segment) => segment.toLowerCase());
  if (version === 'oauth') return { name: 'token.grant', changes: 'nothing' };
  if (version === 'status') return { name: 'status.get', changes: 'nothing' };
  if (first === '.search') return { name: 'search', changes: 'nothing' };
  const endpoint = ENDPOINTS.get(first);
  if (endpoint === undefined) return { name: 'other', changes: 'nothing' };
  const verb = id === '.search' ? 'list' : (VERBS[method]?.[id === undefined ? 'all' : 'one'] ?? 'other');
  const isRead = verb === 'list' || verb === 'get' || verb === 'other';
  return {
    name: `${endpoint}.${verb}`,
    changes: isRead ? 'nothing' : endpoint === 'users' ? 'user' : 'members',
    ...(id !== undefined && ID.test(id) && { on: id }),
  };
}
