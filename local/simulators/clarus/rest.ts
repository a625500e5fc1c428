import type { SimulatedAnswer } from '../simulator.ts';
import { type JsonApiError, jsonApiError } from './json-api-error.ts';
import { CLARUS_ROLES, type ClarusUser, type ClarusUserTable, clarusUserSchema } from './users.ts';

const PATCHABLE = {
  email: 'string',
  name: 'string',
  role_id: 'number',
  is_active: 'boolean',
  language: 'string',
  timezone: 'string',
  string1: 'string',
  string2: 'string',
  string3: 'string',
  string4: 'string',
  string5: 'string',
} as const;

/** POST also takes the references, which the documentation of PATCH does not list. */
const CREATABLE = {
  ...PATCHABLE,
  external_system_reference1: 'string',
  external_system_reference2: 'string',
  external_system_reference3: 'string',
} as const;

const MAX_TEXT = 255;

/** `PATCH /api/users/{id}`. */
export function patchUser(users: ClarusUserTable, id: string, body: unknown): SimulatedAnswer {
  const user = /^[1-9]\d{0,14}$/.test(id) ? users.get(Number(id)) : undefined;
  if (user === undefined) return refused(404, [jsonApiError(404, 'User not found')]);
  const { attributes, errors } = readAttributes(body, PATCHABLE);
  errors.push(...problemsWith(users, attributes, user));
  if (errors.length > 0) return refused(422, errors);
  const patched = clarusUserSchema.parse({ ...user, ...attributes });
  users.put(patched);
  return { status: 200, body: document(patched) };
}

/** `POST /api/users`. The status is not documented: 201, as JSON:API says for a creation. */
export function createUser(users: ClarusUserTable, body: unknown): SimulatedAnswer {
  const { attributes, errors } = readAttributes(body, CREATABLE);
  for (const name of ['email', 'name']) {
    if (attributes[name] === undefined && !errors.some((error) => error.source?.pointer === pointer(name))) {
      errors.push(jsonApiError(422, "can't be blank", pointer(name)));
    }
  }
  errors.push(...problemsWith(users, attributes));
  if (errors.length > 0) return refused(422, errors);
  const user = clarusUserSchema.parse({ ...attributes, id: users.nextId() });
  users.put(user);
  return { status: 201, headers: { location: `/api/users/${user.id}` }, body: document(user) };
}

/** An answer with JSON:API errors. */
export function refused(status: number, errors: JsonApiError[]): SimulatedAnswer {
  return { status, body: { errors } };
}

function document({ id, ...attributes }: ClarusUser): unknown {
  return { data: { id, type: 'users', attributes } };
}

interface Attributes {
  attributes: Record<string, unknown>;
  errors: JsonApiError[];
}

/** The attributes of `{data: {type: "users", attributes}}`, with everything that is not exactly this. */
function readAttributes(body: unknown, known: Readonly<Record<string, string>>): Attributes {
  const errors: JsonApiError[] = [];
  refuseOthers(body, '', ['data'], errors);
  const { data } = Object(body);
  refuseOthers(data, '/data', ['type', 'attributes'], errors);
  const { type, attributes } = Object(data);
  if (type !== 'users') errors.push(jsonApiError(422, 'must be "users"', '/data/type'));
  refuseOthers(attributes, '/data/attributes', Object.keys(known), errors);

  const right: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(Object(attributes))) {
    const expected = known[name];
    if (expected === undefined) continue;
    if (typeof value === expected) right[name] = value;
    else errors.push(jsonApiError(422, `must be a ${expected}`, pointer(name)));
  }
  return { attributes: right, errors };
}

function refuseOthers(value: unknown, at: string, known: string[], errors: JsonApiError[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    errors.push(jsonApiError(422, 'must be an object', at === '' ? '/' : at));
    return;
  }
  const others = Object.keys(value).filter((key) => !known.includes(key));
  errors.push(...others.map((key) => jsonApiError(422, 'is not a known member', `${at}/${key}`)));
}

/** What is wrong with values of the right type. `self` may keep its own address. */
function problemsWith(
  users: ClarusUserTable,
  attributes: Record<string, unknown>,
  self?: ClarusUser,
): JsonApiError[] {
  const { email, name, role_id } = attributes;
  const problems: (readonly [string, string])[] = [];
  if (typeof email === 'string') {
    const isTaken = users.byEmail(email).some(({ id }) => id !== self?.id);
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) problems.push(['email', 'is invalid']);
    else if (isTaken) problems.push(['email', 'has already been taken']);
  }
  if (name === '') problems.push(['name', "can't be blank"]);
  if (role_id !== undefined && !CLARUS_ROLES.some((role) => role.id === role_id)) {
    problems.push(['role_id', 'must exist']);
  }
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'string' && value.length > MAX_TEXT) {
      problems.push([key, `is too long (maximum is ${MAX_TEXT} characters)`]);
    }
  }
  return problems.map(([key, detail]) => jsonApiError(422, detail, pointer(key)));
}

function pointer(attribute: string): string {
  return `/data/attributes/${attribute}`;
}
