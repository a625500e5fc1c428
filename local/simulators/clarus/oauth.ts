import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../functions/platform/clock.ts';
import type { SimulatedAnswer, SimulatedRequest } from '../simulator.ts';

export interface ClarusClient {
  clientId: string;
  clientSecret: string;
}

export interface ClarusTokens {
  /** `POST /oauth/token`: the client credentials grant (RFC 6749 section 4.4). */
  grant(request: SimulatedRequest): SimulatedAnswer;
  /** The subdomains that an Authorization header opens; undefined when it holds no valid token. */
  subdomains(authorization: string | undefined): ReadonlySet<string> | undefined;
  /** Makes every token so far invalid. */
  expireAll(): void;
  /** From now on this client alone opens these subdomains; absent, all. */
  setClient(client: ClarusClient, subdomains?: readonly string[]): void;
  reset(): void;
}

interface Options {
  client: ClarusClient;
  subdomains: readonly string[];
  /** Seconds a token lives. */
  tokenLifetime: number;
  clock: Clock;
}

/** The authorization server in front of the simulated Clarus. */
export function createClarusTokens({ client, subdomains, tokenLifetime, clock }: Options): ClarusTokens {
  const clients = new Map<string, ClarusClient>();
  const tokens = new Map<string, { until: number; subdomains: ReadonlySet<string> }>();

  function setClient(next: ClarusClient, only: readonly string[] = subdomains): void {
    for (const subdomain of only) clients.set(subdomain, next);
  }

  function reset(): void {
    tokens.clear();
    clients.clear();
    setClient(client);
  }

  function grant(request: SimulatedRequest): SimulatedAnswer {
    const type = request.headers['content-type'] ?? '';
    if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return oauthError(400, 'invalid_request');
    const form = new URLSearchParams(request.text);
    const basic = basicCredentials(request.headers.authorization);
    // RFC 6749 section 2.3: not more than one way to authenticate in a request.
    if (basic !== undefined && form.has('client_secret')) return oauthError(400, 'invalid_request');
    const id = basic?.clientId ?? form.get('client_id');
    const secret = basic?.clientSecret ?? form.get('client_secret');
    const opened = [...clients].filter(([, it]) => it.clientId === id && it.clientSecret === secret);
    if (opened.length === 0) return oauthError(401, 'invalid_client');
    const grantType = form.get('grant_type');
    if (grantType === null) return oauthError(400, 'invalid_request');
    if (grantType !== 'client_credentials') return oauthError(400, 'unsupported_grant_type');

    const token = randomBytes(32).toString('base64url');
    const until = clock() + tokenLifetime * 1000;
    tokens.set(token, { until, subdomains: new Set(opened.map(([subdomain]) => subdomain)) });
    const scope = form.get('scope');
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: token,
        token_type: 'Bearer',
        expires_in: tokenLifetime,
        ...(scope !== null && { scope }),
      },
    };
  }

  reset();
  return {
    grant,
    subdomains(authorization) {
      const token = /^Bearer ([\w-]+)$/i.exec(authorization ?? '')?.[1];
      const known = token === undefined ? undefined : tokens.get(token);
      return known !== undefined && clock() < known.until ? known.subdomains : undefined;
    },
    expireAll: () => tokens.clear(),
    setClient,
    reset,
  };
}

/** RFC 6749 section 2.3.1: both parts are form-encoded before they are joined. */
function basicCredentials(authorization: string | undefined): ClarusClient | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { clientId: formDecoded(id), clientSecret: formDecoded(secret.join(':')) };
}

function formDecoded(part: string): string {
  return new URLSearchParams(`part=${part}`).get('part') ?? '';
}

function oauthError(status: number, error: string): SimulatedAnswer {
  const headers: Record<string, string> =
    status === 401 ? { 'www-authenticate': 'Basic realm="clarus"' } : {};
  return { status, headers: { 'cache-control': 'no-store', ...headers }, body: { error } };
}
