import * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import { jsonOf } from '../../platform/http.ts';
import { type ClarusRequest, requestRefusal } from '../clarus-request.ts';
import { outage } from '../outage.ts';
import { refusalText } from '../refusal-text.ts';

/** A read of one GraphQL connection, `root { all(filter) { … } }`. */
export interface ConnectionQuery {
  root: string;
  filterType: string;
  filter: unknown;
  /** The fields of a node. */
  selection: string;
}

/** Clarus would not run the query as it is written. */
export interface Refused {
  kind: 'refused';
  error: BridgeError;
  /** What Clarus says of it, if anything. */
  said: string;
}

/** All nodes of a connection. */
export interface AllNodes {
  kind: 'nodes';
  nodes: unknown[];
}

/** One page of a connection, and where the next begins if there is one. */
export interface PageOfNodes extends AllNodes {
  next?: string;
}

const PAGE = 50;
/** A filter that finds a thousand nodes is no look-up any more. */
const PAGES = 20;

const pageSchema = z.object({
  edges: z.array(z.object({ node: z.unknown() })),
  pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
});

/** Reads a connection to its end, page by page. Throws BridgeError when Clarus does not answer as documented. */
export async function readConnection(
  request: ClarusRequest,
  query: ConnectionQuery,
  first = PAGE,
): Promise<AllNodes | Refused> {
  const nodes: unknown[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES; page++) {
    const answer: PageOfNodes | Refused = await readPage(request, query, first, after);
    if (answer.kind === 'refused') return answer;
    nodes.push(...answer.nodes);
    if (answer.next === undefined) return { kind: 'nodes', nodes };
    after = answer.next;
  }
  throw malformedConnection(query.root, `with more than ${PAGES} pages`);
}

/** Reads one page of a connection, from its beginning when `after` is null. Throws as `readConnection`. */
export async function readPage(
  request: ClarusRequest,
  { root, filterType, filter, selection }: ConnectionQuery,
  first: number,
  after: string | null,
): Promise<PageOfNodes | Refused> {
  const query =
    `query($filter: ${filterType}, $first: Int, $after: String) ` +
    `{ ${root} { all(filter: $filter, first: $first, after: $after) ` +
    `{ pageInfo { hasNextPage endCursor } edges { node { ${selection} } } } } }`;
  const answer = await request('POST', '/graphql', { query, variables: { filter, first, after } });
  if (answer.status >= 400) {
    const error = requestRefusal(answer, `the query for ${root}`);
    if (answer.status !== 400 && answer.status !== 422) throw error;
    return { kind: 'refused', error, said: refusalText(jsonOf(answer)) };
  }
  const body = jsonOf(answer);
  if (body === undefined) throw outage(answer);
  const { data, errors } = Object(body);
  if (Array.isArray(errors) && errors.length > 0) {
    const said = refusalText(errors);
    return { kind: 'refused', error: failedQuery(root, said), said };
  }
  const all = pageSchema.safeParse(Object(Object(data)[root]).all).data;
  if (all === undefined) throw malformedConnection(root, 'without the page asked for');
  const nodes = all.edges.map((edge) => edge.node);
  if (!all.pageInfo.hasNextPage) return { kind: 'nodes', nodes };
  const next = all.pageInfo.endCursor;
  if (next == null) throw malformedConnection(root, 'with a next page, but not where it begins');
  return { kind: 'nodes', nodes, next };
}

/** GraphQL words a passing fault like any other, so it is tried again; alarms tell when it does not pass. */
function failedQuery(root: string, said: string): BridgeError {
  return new BridgeError(
    'clarus_unavailable',
    `Clarus could not run the query for ${root} (${said}). Nothing was changed; it is tried again.`,
    { retryable: true },
  );
}

/** The nodes as they should be. Throws BridgeError. */
export function parsedNodes<Schema extends z.ZodType>(
  root: string,
  schema: Schema,
  nodes: unknown[],
): z.output<Schema> {
  const result = schema.safeParse(nodes);
  if (result.success) return result.data;
  throw malformedConnection(root, 'without the fields asked for');
}

/** A BridgeError for an answer to a query that is not what Clarus documents. */
function malformedConnection(root: string, how: string): BridgeError {
  return new BridgeError(
    'clarus_response_malformed',
    `Clarus answered the query for ${root} ${how}. Nothing was changed. The event goes to the dead-letter queue; ` +
      'if the API has changed, the bridge needs an update.',
    { retryable: false },
  );
}
