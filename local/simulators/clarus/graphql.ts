import { GraphQLError, graphqlSync } from 'graphql';
import * as z from 'zod';
import type { SimulatedAnswer } from '../simulator.ts';
import { EXTENDED_SCHEMA, SCHEMA } from './graphql-schema.ts';
import { onlyMatches, textFilterSchema, textMatcher } from './text-filter.ts';
import { CLARUS_ROLES, type ClarusUser, type ClarusUserTable, subdomainUserId } from './users.ts';

const PAGE = 50;
const MAX_PAGE = 100;

/** Computes a field out of its arguments. Throws GraphQLError. */
type Resolver = (given: Readonly<Record<string, unknown>>) => unknown;

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
  if (request === undefined) return answered({ errors: [{ message: 'No query string was present' }] });
  const result = graphqlSync({
    schema: extendedFields ? EXTENDED_SCHEMA : SCHEMA,
    source: request.query,
    rootValue: { subdomain_users: { all: allUsers(users) }, roles: { all: allRoles } },
    variableValues: request.variables ?? {},
    allowEmptySelectionSets: false,
  });
  return answered(result);
}

function answered(body: unknown): SimulatedAnswer {
  return { status: 200, body };
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
  if (id === undefined) throw new GraphQLError('Invalid cursor');
  return Number(id);
}

function read<Schema extends z.ZodType>(schema: Schema, what: string, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new GraphQLError(`Argument '${what}' on Field 'all' has an invalid value (${why})`);
}
