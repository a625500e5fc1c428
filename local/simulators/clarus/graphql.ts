import * as z from 'zod';
import type { SimulatedAnswer } from '../simulator.ts';
import { GraphqlSyntaxError, parseGraphql } from './graphql-document.ts';
import {
  type FieldType,
  GraphqlExecutionError,
  type GraphqlSchema,
  project,
  type Resolver,
  validate,
} from './graphql-execution.ts';
import { onlyMatches, textFilterSchema, textMatcher } from './text-filter.ts';
import { CLARUS_ROLES, type ClarusUser, type ClarusUserTable, subdomainUserId } from './users.ts';

const PAGE = 50;
const MAX_PAGE = 100;

const id: FieldType = { type: 'ID' };
const text: FieldType = { type: 'String' };
const DOCUMENTED = { id, name: text, email: text };
/** Introspection shows further fields; which ones is not documented, so they are off unless asked for. */
const EXTENDED = {
  is_active: { type: 'Boolean' },
  role_id: id,
  language: text,
  timezone: text,
  string1: text,
  string2: text,
  string3: text,
  string4: text,
  string5: text,
};

function schemaWith(user: Record<string, FieldType>): GraphqlSchema {
  const all = { first: 'Int', after: 'String' };
  const userArguments = { ...all, filter: 'SubdomainUserFilterType' };
  // The documentation names no type for the filter of roles.
  const roleArguments = { ...all, filter: null };
  const connection = { pageInfo: { type: 'PageInfo' } };
  return {
    Query: { subdomain_users: { type: 'SubdomainUsers' }, roles: { type: 'Roles' } },
    SubdomainUsers: { all: { type: 'SubdomainUserConnection', arguments: userArguments } },
    SubdomainUserConnection: { ...connection, edges: { type: 'SubdomainUserEdge' } },
    SubdomainUserEdge: { cursor: text, node: { type: 'SubdomainUser' } },
    SubdomainUser: { id, user: { type: 'User' } },
    User: user,
    Roles: { all: { type: 'RoleConnection', arguments: roleArguments } },
    RoleConnection: { ...connection, edges: { type: 'RoleEdge' } },
    RoleEdge: { cursor: text, node: { type: 'Role' } },
    Role: { id, name: text },
    PageInfo: { hasNextPage: { type: 'Boolean' }, endCursor: text },
  };
}

const SCHEMA = schemaWith(DOCUMENTED);
const EXTENDED_SCHEMA = schemaWith({ ...DOCUMENTED, ...EXTENDED });

const requestSchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});
const userFilter = z
  .strictObject({ user_email: textFilterSchema.nullish(), user_name: textFilterSchema.nullish() })
  .nullish();
const roleFilter = z
  .strictObject({ name: textFilterSchema.nullish(), role_type: textFilterSchema.nullish() })
  .nullish();
const paging = z.object({ first: z.int().min(1).nullish(), after: z.string().nullish() });

/** `POST /graphql`: errors in the query are answered with 200 and an `errors` array, as GraphQL does. */
export function answerGraphql(
  users: ClarusUserTable,
  body: unknown,
  extendedFields: boolean,
): SimulatedAnswer {
  const request = requestSchema.safeParse(body).data;
  if (request === undefined) return failed([{ message: 'No query string was present' }]);
  try {
    const document = parseGraphql(request.query);
    const errors = validate(extendedFields ? EXTENDED_SCHEMA : SCHEMA, document);
    if (errors.length > 0) return failed(errors);
    const root = { subdomain_users: { all: allUsers(users) }, roles: { all: allRoles } };
    const data = project(root, document.selections, request.variables ?? {});
    return { status: 200, body: { data } };
  } catch (error) {
    if (error instanceof GraphqlSyntaxError || error instanceof GraphqlExecutionError) {
      return failed([{ message: error.message }]);
    }
    throw error;
  }
}

function failed(errors: readonly { message: string }[]): SimulatedAnswer {
  return { status: 200, body: { errors } };
}

function allUsers(users: ClarusUserTable): Resolver {
  return (given) => {
    const filter = read(userFilter, 'filter', given.filter);
    const [email, name] = [textMatcher(filter?.user_email), textMatcher(filter?.user_name)];
    const found = candidates(users, filter).filter((user) => email(user.email) && name(user.name));
    return page(found, subdomainUserId, subdomainUser, given);
  };
}

/** Those whom the filter may let through, by id: with tens of thousands of users a scan takes its time. */
function candidates(users: ClarusUserTable, filter: z.output<typeof userFilter>): ClarusUser[] {
  const only = onlyMatches(filter?.user_email);
  if (only === undefined) return users.all();
  return [...new Set(only.flatMap((address) => users.byEmail(address)))].sort((a, b) => a.id - b.id);
}

const allRoles: Resolver = (given) => {
  const filter = read(roleFilter, 'filter', given.filter);
  const [name, type] = [textMatcher(filter?.name), textMatcher(filter?.role_type)];
  const found = CLARUS_ROLES.filter((role) => name(role.name) && type(role.role_type));
  return page(
    found,
    ({ id }) => id,
    ({ id, name }) => ({ id: String(id), name }),
    given,
  );
};

/** Ids are texts here and integers in REST. */
function subdomainUser(user: ClarusUser): unknown {
  const shown = { ...user, id: String(user.id), role_id: String(user.role_id) };
  return { id: String(subdomainUserId(user)), user: shown };
}

/** One page of what is in order of its ids, after the one that the cursor names. */
function page<Element>(
  elements: readonly Element[],
  idOf: (element: Element) => number,
  asNode: (element: Element) => unknown,
  given: Readonly<Record<string, unknown>>,
): unknown {
  const { first, after } = read(paging, 'first and after', given);
  const start = after == null ? 0 : decodeCursor(after);
  const rest = elements.filter((element) => idOf(element) > start);
  const shown = rest.slice(0, Math.min(first ?? PAGE, MAX_PAGE));
  const edges = shown.map((element) => ({ cursor: encodeCursor(idOf(element)), node: asNode(element) }));
  const pageInfo = { hasNextPage: rest.length > shown.length, endCursor: edges.at(-1)?.cursor ?? null };
  return { pageInfo, edges };
}

function encodeCursor(id: number): string {
  return Buffer.from(`after:${id}`).toString('base64');
}

function decodeCursor(cursor: string): number {
  const id = /^after:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1];
  if (id === undefined) throw new GraphqlExecutionError('Invalid cursor');
  return Number(id);
}

function read<Schema extends z.ZodType>(schema: Schema, what: string, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new GraphqlExecutionError(`Argument '${what}' on Field 'all' has an invalid value (${why})`);
}
