import * as z from 'zod';
import { type Clock, systemClock } from '../../../functions/platform/clock.ts';
import { type SimulatedAnswer, type SimulatedRequest, type Simulator, startSimulator } from '../simulator.ts';
import { answerGraphql } from './graphql.ts';
import { jsonApiError } from './json-api-error.ts';
import { type ClarusClient, createClarusTokens } from './oauth.ts';
import { createUser, patchUser, refused } from './rest.ts';
import { type ClarusUser, type ClarusUserInput, clarusUserSchema, createClarusUserTable } from './users.ts';

export interface ClarusSimulatorOptions {
  port?: number;
  /** The subdomains that the client's tokens open. */
  subdomains?: readonly string[];
  client?: ClarusClient;
  users?: readonly ClarusUserInput[];
  /** Seconds a token lives. */
  tokenLifetime?: number;
  /** Whether GraphQL shows more of a user than the vendor documents. */
  extendedFields?: boolean;
  clock?: Clock;
}

export interface ClarusSimulator extends Simulator {
  users(): ClarusUser[];
  setUsers(users: readonly ClarusUserInput[]): void;
  /** Makes every token so far invalid. */
  expireTokens(): void;
  /** Rotates the credentials: this client alone opens these subdomains, absent all. */
  setCredentials(client: ClarusClient, subdomains?: readonly string[]): void;
}

export const DEMO_CLIENT: ClarusClient = { clientId: 'demo-client', clientSecret: 'demo-client-secret' };

const credentialsSchema = z.strictObject({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  subdomains: z.array(z.string()).optional(),
});
const optionsSchema = z.strictObject({ extendedFields: z.boolean() });

/**
 * Clarus WMS as far as the vendor documents it: token endpoint, users by REST, users and roles by GraphQL.
 * Beside the control of every simulator there is `GET` and `PUT /_sim/users`, `POST /_sim/tokens/expire`,
 * `PUT /_sim/credentials` and `PUT /_sim/options`.
 */
export async function startClarusSimulator(options: ClarusSimulatorOptions = {}): Promise<ClarusSimulator> {
  const { subdomains = ['demo'], client = DEMO_CLIENT, tokenLifetime = 7200, clock = systemClock } = options;
  const { users: seed = [], extendedFields: extendedAtStart = false, port = 0 } = options;
  const users = createClarusUserTable();
  const tokens = createClarusTokens({ client, subdomains, tokenLifetime, clock });
  let extendedFields = extendedAtStart;

  function answer(request: SimulatedRequest): SimulatedAnswer {
    const route = `${request.method} ${request.path}`;
    if (route === 'POST /oauth/token') return tokens.grant(request);
    const id = /^PATCH \/api\/users\/([^/]+)$/.exec(route)?.[1];
    if (id === undefined && route !== 'POST /api/users' && route !== 'POST /graphql') {
      return refused(404, [jsonApiError(404, `There is no ${route}`)]);
    }
    const denied = denial(request);
    if (denied !== undefined) return denied;
    const body = parsed(request.text);
    if (body === undefined) return refused(400, [jsonApiError(400, 'The body is not JSON')]);
    if (id !== undefined) return patchUser(users, id, body);
    if (route === 'POST /api/users') return createUser(users, body);
    return answerGraphql(users, body, extendedFields);
  }

  function denial({ headers }: SimulatedRequest): SimulatedAnswer | undefined {
    const opened = tokens.subdomains(headers.authorization);
    if (opened === undefined) {
      const { body } = refused(401, [jsonApiError(401, 'The access token is missing, invalid or expired')]);
      const challenge = 'Bearer realm="clarus", error="invalid_token"';
      return { status: 401, headers: { 'www-authenticate': challenge }, body };
    }
    const subdomain = headers['x-clarus-subdomain'];
    if (typeof subdomain !== 'string' || !opened.has(subdomain)) {
      return refused(403, [jsonApiError(403, 'X-Clarus-Subdomain is missing or not open to this client')]);
    }
    if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
      return refused(415, [jsonApiError(415, 'Content-Type must be application/json')]);
    }
    return undefined;
  }

  function reset(): void {
    users.replaceAll(seed);
    tokens.reset();
    extendedFields = extendedAtStart;
  }

  function setCredentials(next: ClarusClient, only?: readonly string[]): void {
    tokens.setClient(next, only);
  }

  reset();
  const controls = {
    'GET /_sim/users': users.all,
    'PUT /_sim/users': (body: unknown) => {
      users.replaceAll(z.array(clarusUserSchema).parse(body));
      return users.all();
    },
    'POST /_sim/tokens/expire': tokens.expireAll,
    'PUT /_sim/credentials': (body: unknown) => {
      const { subdomains: only, ...next } = credentialsSchema.parse(body);
      setCredentials(next, only);
    },
    'PUT /_sim/options': (body: unknown) => {
      extendedFields = optionsSchema.parse(body).extendedFields;
    },
  };
  const errorBody = (status: number) => ({ errors: [jsonApiError(status, 'Simulated fault')] });
  const service = { name: 'clarus', answer, errorBody, controls, reset };
  const simulator = await startSimulator(service, { port, clock });
  const { all, replaceAll: setUsers } = users;
  return { ...simulator, users: all, setUsers, expireTokens: tokens.expireAll, setCredentials };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
