import * as oauth from 'oauth4webapi';
import type { BridgeError } from '../identity/bridge-error.ts';
import type { Clock } from '../platform/clock.ts';
import { exchange, type HttpPorts, type ServiceFaults } from '../platform/http.ts';

/** A bearer token and the milliseconds it lives. */
export interface Granted {
  value: string;
  life: number;
}

export interface TokenCache {
  /** The token of a tenant for these credentials: kept until shortly before it ends, bought once at a time. */
  get(tenant: string, credentials: string, grant: () => Promise<Granted>): Promise<string>;
  forget(tenant: string): void;
}

/** A token is replaced this long before it ends, so that none ends between here and the API. */
const MARGIN = 5 * 60_000;

/** Tokens of the identity providers' APIs by tenant; other credentials than before buy anew. */
export function createTokenCache(clock: Clock): TokenCache {
  const kept = new Map<string, { credentials: string; token: Promise<string>; until: number }>();

  function get(tenant: string, credentials: string, grant: () => Promise<Granted>): Promise<string> {
    const known = kept.get(tenant);
    if (known?.credentials === credentials && clock() < known.until) return known.token;
    const granted = grant();
    const entry = { credentials, token: granted.then(({ value }) => value), until: Number.POSITIVE_INFINITY };
    kept.set(tenant, entry);
    granted.then(
      ({ life }) => {
        entry.until = clock() + Math.max(life - MARGIN, life / 2);
      },
      () => {
        if (kept.get(tenant) === entry) kept.delete(tenant);
      },
    );
    return entry.token;
  }

  return { get, forget: (tenant) => void kept.delete(tenant) };
}

export interface ClientCredentials {
  tokenEndpoint: string;
  clientId: string;
  scope: string;
  authentication: oauth.ClientAuth;
  /** The error for an endpoint that gives no token. */
  refused: (status: number, cause: unknown) => BridgeError;
}

/** Buys a token by the OAuth 2.0 client credentials grant (RFC 6749 section 4.4). Throws BridgeError. */
export async function grantClientCredentials(
  http: HttpPorts,
  faults: ServiceFaults,
  { tokenEndpoint, clientId, scope, authentication, refused }: ClientCredentials,
): Promise<Granted> {
  const { origin, protocol } = new URL(tokenEndpoint);
  const server: oauth.AuthorizationServer = { issuer: origin, token_endpoint: tokenEndpoint };
  const parameters = new URLSearchParams({ scope });
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    { client_id: clientId },
    authentication,
    parameters,
    {
      [oauth.customFetch]: async (url, init) => {
        const { status, headers, text } = await exchange(http, faults, url, init);
        return new Response(text === '' ? null : text, { status, headers });
      },
      // The tenant schema lets plain http through for this machine only.
      [oauth.allowInsecureRequests]: protocol === 'http:',
    },
  );
  try {
    const answer = await oauth.processClientCredentialsResponse(server, { client_id: clientId }, response);
    return { value: answer.access_token, life: (answer.expires_in ?? 600) * 1000 };
  } catch (cause) {
    throw refused(response.status, cause);
  }
}
