import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Clock, systemClock } from '../../../functions/platform/clock.ts';
import { type SimulatedAnswer, type SimulatedRequest, type Simulator, startSimulator } from '../simulator.ts';
import { graphError, graphErrorBody } from './graph-error.ts';
import { type GraphChange, type GraphUserInput, graphChangeSchema, graphUserSchema } from './graph-user.ts';
import { entraNotification } from './notification.ts';
import { createGraphSubscriptions, type HeldSubscription } from './subscriptions.ts';
import { createGraphUserTable, type GraphUserTable, selected } from './users.ts';

export interface GraphSimulatorOptions {
  port?: number;
  users?: readonly GraphUserInput[];
  clock?: Clock;
}

export interface GraphSimulator extends Simulator {
  users: GraphUserTable['all'];
  setUsers(users: readonly GraphUserInput[]): void;
  /** Changes a user and notifies the subscriptions, unless notifications are off. */
  change(change: GraphChange): Promise<void>;
  subscriptions(): HeldSubscription[];
  /** Forgets all subscriptions, as Graph does with those that expired. */
  dropSubscriptions(): void;
  /** Whether notifications are sent, and how many of the next reads show users as they were before. */
  set(options: { notifications?: boolean; staleReads?: number }): void;
  /** Makes every position of delta so far invalid. */
  expireDelta(): void;
}

export const DEMO_GRAPH_CLIENT = { clientId: 'demo-graph-client', clientSecret: 'demo-graph-secret' };

const optionsSchema = z.strictObject({
  notifications: z.boolean().optional(),
  staleReads: z.int().min(0).optional(),
});
const PAGE = 25;

/**
 * Microsoft Graph's users, deletedItems, delta and subscriptions, and the token endpoint of its login. Every
 * directory has the same users and subscriptions of its own. Control
 * beyond the common: `GET` and `PUT /_sim/users`, `POST /_sim/changes` with `{id, …properties}` or `{id,
 * "delete" | "restore" | "purge": true}`, `GET /_sim/subscriptions`, `POST /_sim/subscriptions/drop`,
 * `PUT /_sim/options` with `{notifications, staleReads}` and `POST /_sim/delta/expire`.
 */
export async function startGraphSimulator(options: GraphSimulatorOptions = {}): Promise<GraphSimulator> {
  const { users: seed = [], clock = systemClock, port = 0 } = options;
  const users = createGraphUserTable(clock);
  /** What was selected at the beginnings of delta, for positions to name. */
  const selections: (readonly string[] | undefined)[] = [];
  const subscriptions = createGraphSubscriptions(clock);
  const tokens = new Map<string, { directory: string; until: number }>();
  let [notifications, staleReads, generation, base] = [true, 0, 1, ''];

  function answer(request: SimulatedRequest): SimulatedAnswer | Promise<SimulatedAnswer> {
    const { method, path, headers, text } = request;
    const [, login] = /^POST \/([\w-]+)\/oauth2\/v2\.0\/token$/.exec(`${method} ${path}`) ?? [];
    if (login !== undefined) return grant(login, text);
    const directory = directoryOf(headers.authorization);
    if (directory === undefined) return graphError(401, 'InvalidAuthenticationToken', 'No valid token');
    const resource = path.replace(/^\/v1\.0/, '');
    if (resource.startsWith('/subscriptions'))
      return ofSubscriptions(`${method} ${resource}`, text, directory);
    if (method === 'GET' && resource === '/users/delta') return delta(request.query);
    const [, kind, id = ''] = /^\/(users|directory\/deletedItems)\/([^/]+)$/.exec(resource) ?? [];
    if (method !== 'GET' || kind === undefined)
      return graphError(400, 'BadRequest', `There is no ${resource}`);
    return read(id, kind === 'users' ? 'live' : 'deleted', request.query);
  }

  /** The directory that a token which has not ended is for. */
  function directoryOf(authorization = ''): string | undefined {
    const known = tokens.get(authorization.replace(/^Bearer /, ''));
    return known !== undefined && clock() < known.until ? known.directory : undefined;
  }

  function ofSubscriptions(
    route: string,
    text: string,
    directory: string,
  ): SimulatedAnswer | Promise<SimulatedAnswer> {
    if (route === 'GET /subscriptions') return subscriptions.list(directory);
    if (route === 'POST /subscriptions') return subscriptions.create(JSON.parse(text), directory);
    const [verb, id = ''] = route.split(' /subscriptions/');
    if (verb === 'PATCH') return subscriptions.renew(id, JSON.parse(text));
    return verb === 'DELETE'
      ? subscriptions.remove(id)
      : graphError(400, 'BadRequest', `There is no ${route}`);
  }

  function grant(directory: string, text: string): SimulatedAnswer {
    const form = new URLSearchParams(text);
    const { clientId, clientSecret } = DEMO_GRAPH_CLIENT;
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret) {
      return { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000215' } };
    }
    const token = randomUUID();
    tokens.set(token, { directory, until: clock() + 3_599_000 });
    return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: token } };
  }

  function read(id: string, state: 'live' | 'deleted', query: URLSearchParams): SimulatedAnswer {
    // A stale live read that finds nobody goes on to the recycle bin, which is one and the same look.
    const stale = staleReads > 0;
    const user = users.find(id, state, stale);
    if (stale && (user !== undefined || state === 'deleted')) staleReads--;
    if (user === undefined)
      return graphError(404, 'Request_ResourceNotFound', `Resource '${id}' does not exist`);
    return { status: 200, body: selected(user, query.get('$select')?.split(',')) };
  }

  /**
   * A position is "generation.version.offset.selection"; a page shows who changed after the version, from the offset
   * on, with what was selected at the beginning.
   */
  function delta(query: URLSearchParams): SimulatedAnswer {
    const token = query.get('$skiptoken') ?? query.get('$deltatoken') ?? beginning(query.get('$select'));
    const [of, version = 0, offset = 0, selection = 0] = token.split('.').map(Number);
    if (of !== generation) return graphError(410, 'syncStateNotFound', 'The position is lost');
    const all = users.since(version, selections[selection]);
    const next = offset + PAGE;
    const link = `${base}/v1.0/users/delta?`;
    const links =
      next < all.length
        ? { '@odata.nextLink': `${link}$skiptoken=${generation}.${version}.${next}.${selection}` }
        : { '@odata.deltaLink': `${link}$deltatoken=${generation}.${users.version()}.0.${selection}` };
    return { status: 200, body: { value: all.slice(offset, next), ...links } };
  }

  function beginning(select: string | null): string {
    return `${generation}.0.0.${selections.push(select?.split(',')) - 1}`;
  }

  async function announce(input: GraphChange, changeType: string): Promise<void> {
    if (!notifications) return;
    const wanting = subscriptions.live().filter((it) => it.changeType.includes(changeType));
    await Promise.all(
      wanting.map((it) => {
        const options = { changeType, tenantId: it.directory, at: clock() };
        return notify(it.notificationUrl, entraNotification(it, input.id, options));
      }),
    );
  }

  function change(input: GraphChange): Promise<void> {
    return announce(input, users.change(input));
  }

  /** One that does not get through is lost, as it is with Graph after four hours. */
  function notify(url: string, body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) }).catch(() => undefined);
  }

  function set(next: z.output<typeof optionsSchema>): void {
    notifications = next.notifications ?? notifications;
    staleReads = next.staleReads ?? staleReads;
  }

  function reset(): void {
    users.replaceAll(seed);
    subscriptions.clear();
    tokens.clear();
    [notifications, staleReads] = [true, 0];
  }

  function expireDelta(): void {
    generation++;
  }

  reset();
  const controls = {
    'GET /_sim/users': users.all,
    'PUT /_sim/users': (body: unknown) => {
      users.replaceAll(z.array(graphUserSchema).parse(body));
      return users.all();
    },
    'POST /_sim/changes': (body: unknown) => void change(graphChangeSchema.parse(body)),
    'GET /_sim/subscriptions': subscriptions.live,
    'POST /_sim/subscriptions/drop': subscriptions.clear,
    'PUT /_sim/options': (body: unknown) => set(optionsSchema.parse(body)),
    'POST /_sim/delta/expire': expireDelta,
  };
  const errorBody = (status: number) => graphErrorBody(String(status), 'Simulated fault');
  const simulator = await startSimulator(
    { name: 'graph', answer, errorBody, controls, reset },
    { port, clock },
  );
  base = simulator.url;
  return {
    ...simulator,
    users: users.all,
    setUsers: users.replaceAll,
    change,
    subscriptions: subscriptions.live,
    dropSubscriptions: subscriptions.clear,
    set,
    expireDelta,
  };
}
