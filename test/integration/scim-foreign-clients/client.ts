import { CORE } from '../../support/scim-types.ts';

/** What is known when a step is taken: who it is about. */
export interface Known {
  id: string;
  userName: string;
  /** The resource as the client was last shown it. */
  user: Record<string, unknown>;
}

/** A request as a client sends it, and what is to come of it. */
export interface Step {
  does: string;
  send(known: Known): readonly [method: string, path: string, body?: unknown];
  status: number;
  /** Part of the body, where there is one. */
  shows?(known: Known): unknown;
  /** Part of the Clarus user then. */
  clarus?: Record<string, unknown>;
}

/** A client by what it sends in the life of one person. The first step with 201 makes the person. */
export interface Client {
  client: string;
  steps: readonly Step[];
}

/** The role that is linked as a group, and the one to fall back to. */
export const ROLE = 5;
export const FALLBACK = 4;

export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

export function patch(...Operations: unknown[]): unknown {
  return { schemas: [PATCH_OP], Operations };
}

export function byFilter(endpoint: 'Users' | 'Groups', filter: string, rest = ''): string {
  return `/${endpoint}?filter=${encodeURIComponent(filter)}${rest}`;
}

/** A person as most clients create one. */
export function person({ userName }: Known, but: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    schemas: [CORE],
    userName,
    name: { givenName: 'Lea', familyName: 'Ver' },
    displayName: 'Lea Ver',
    emails: [{ value: userName, type: 'work', primary: true }],
    active: true,
    ...but,
  };
}

/** Nobody is found before somebody is made. */
export function notFoundBy(attribute: string, rest = ''): Step {
  return {
    does: `looks by ${attribute} for nobody`,
    send: ({ userName }) => ['GET', byFilter('Users', `${attribute} eq "${userName}"`, rest)],
    status: 200,
    shows: () => ({ totalResults: 0, Resources: [] }),
  };
}

export function foundBy(attribute: string, rest = ''): Step {
  return {
    does: `finds by ${attribute}`,
    send: ({ userName }) => ['GET', byFilter('Users', `${attribute} eq "${userName}"`, rest)],
    status: 200,
    shows: ({ id }) => ({ totalResults: 1, Resources: [{ id }] }),
  };
}

export function creation(but: Record<string, unknown> = {}): Step {
  return {
    does: 'creates',
    send: (known) => ['POST', '/Users', person(known, but)],
    status: 201,
    shows: ({ userName }) => ({ userName, active: true }),
    clarus: { name: 'Lea Ver', is_active: true, role_id: FALLBACK },
  };
}

/** The group of the role by its name, with or without its members. */
export function linking(rest = ''): Step {
  return {
    does: 'links the group',
    send: () => ['GET', byFilter('Groups', 'displayName eq "Client"', rest)],
    status: 200,
    shows: () => ({ totalResults: 1, Resources: [{ id: `${ROLE}`, displayName: 'Client' }] }),
  };
}

export function members(does: string, role: number, operation: (known: Known) => unknown): Step {
  return {
    does,
    send: (known) => ['PATCH', `/Groups/${ROLE}`, patch(...[operation(known)].flat())],
    status: 204,
    clarus: { role_id: role },
  };
}

export function userPatch(
  does: string,
  operations: readonly unknown[],
  shows: Record<string, unknown>,
  clarus: Record<string, unknown>,
): Step {
  return {
    does,
    send: ({ id }) => ['PATCH', `/Users/${id}`, patch(...operations)],
    status: 200,
    shows: () => shows,
    clarus,
  };
}

export const DELETION: readonly Step[] = [
  {
    does: 'deletes',
    send: ({ id }) => ['DELETE', `/Users/${id}`],
    status: 204,
    clarus: { is_active: false },
  },
  { does: 'finds nobody by id', send: ({ id }) => ['GET', `/Users/${id}`], status: 404 },
];
