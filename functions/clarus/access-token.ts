import * as oauth from 'oauth4webapi';
import { BridgeError } from '../identity/bridge-error.ts';
import { exchange, type HttpPorts } from '../platform/http.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource, TenantSecret } from '../tenants/tenant-secret.ts';
import { CLARUS_FAULTS } from './clarus-faults.ts';

/** A bearer token, with the secret it was bought with. */
export interface AccessToken {
  value: string;
  secret: TenantSecret;
}

export interface AccessTokenSource {
  /** A token that is good for some time yet. Throws BridgeError. */
  get(): Promise<AccessToken>;
  /** Forgets a token that Clarus refused, and its secret: both are fetched anew at the next `get`. */
  forget(refused: AccessToken): void;
}

/** A token is replaced this long before it ends, so that none ends between here and Clarus. */
const MARGIN = 60_000;
/** Clarus does not document how long a token lives; without `expires_in` we ask again after this long. */
const ASSUMED_LIFE = 5 * 60_000;

/**
 * Clarus access tokens of one tenant by the OAuth 2.0 client credentials grant (RFC 6749 section 4.4), kept
 * until shortly before they end and bought once however many ask at the same time.
 */
export function createAccessTokenSource(
  http: HttpPorts,
  { tenant, clarus }: Tenant,
  secrets: SecretSource,
): AccessTokenSource {
  let kept: { buying: Promise<AccessToken>; bought?: AccessToken; until: number } | undefined;

  function get(): Promise<AccessToken> {
    if (kept !== undefined && http.clock() < kept.until) return kept.buying;
    const entry: NonNullable<typeof kept> = { buying: buy(), until: Number.POSITIVE_INFINITY };
    kept = entry;

    async function buy(): Promise<AccessToken> {
      const { secret, value, life } = await grantWith(await secrets.load(tenant));
      const bought = { value, secret };
      // A life shorter than the margin is used to its half, so that no request buys its own token.
      const until = http.clock() + Math.max(life - MARGIN, life / 2);
      Object.assign(entry, { bought, until });
      return bought;
    }

    /** A refused secret may have been rotated since it was read: read anew and tried once more. */
    async function grantWith(secret: TenantSecret): Promise<Granted & { secret: TenantSecret }> {
      try {
        return { secret, ...(await grant(http, clarus, secret)) };
      } catch (error) {
        if (!(error instanceof BridgeError && error.code === 'clarus_credentials_refused')) throw error;
        secrets.forget(tenant, secret);
        const fresh = await secrets.load(tenant);
        return { secret: fresh, ...(await grant(http, clarus, fresh)) };
      }
    }

    entry.buying.catch(() => {
      if (kept === entry) kept = undefined;
    });
    return entry.buying;
  }

  function forget(refused: AccessToken): void {
    if (kept?.bought === refused) kept = undefined;
    secrets.forget(tenant, refused.secret);
  }

  return { get, forget };
}

interface Granted {
  value: string;
  /** Milliseconds. */
  life: number;
}

async function grant(
  http: HttpPorts,
  { baseUrl, scope }: Tenant['clarus'],
  { clarus: { clientId, clientSecret } }: TenantSecret,
): Promise<Granted> {
  const server: oauth.AuthorizationServer = { issuer: baseUrl, token_endpoint: `${baseUrl}/oauth/token` };
  const client: oauth.Client = { client_id: clientId };
  const parameters = new URLSearchParams(scope === undefined ? {} : { scope });
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    oauth.ClientSecretPost(clientSecret),
    parameters,
    {
      [oauth.customFetch]: (url, init) => fetchWhole(http, url, init),
      // The tenant schema lets plain http through for this machine only.
      [oauth.allowInsecureRequests]: new URL(baseUrl).protocol === 'http:',
    },
  );
  try {
    const answer = await oauth.processClientCredentialsResponse(server, client, response);
    const life = answer.expires_in === undefined ? ASSUMED_LIFE : answer.expires_in * 1000;
    return { value: answer.access_token, life };
  } catch (cause) {
    throw tokenRefused(response.status, cause);
  }
}

async function fetchWhole(http: HttpPorts, url: string, init: RequestInit): Promise<Response> {
  const { status, headers, text } = await exchange(http, CLARUS_FAULTS, url, init);
  return new Response(text === '' ? null : text, { status, headers });
}

function tokenRefused(status: number, cause: unknown): BridgeError {
  if (status >= 200 && status < 400) {
    return new BridgeError(
      'clarus_response_malformed',
      `Clarus' token endpoint answered ${status} without a usable bearer token. The event goes to the ` +
        'dead-letter queue; check clarus.baseUrl in the tenant file.',
      { retryable: false, status, cause },
    );
  }
  return new BridgeError(
    'clarus_credentials_refused',
    `Clarus' token endpoint refused the tenant's client credentials (${status}). Events of this tenant go to ` +
      'the dead-letter queue: correct the client id and secret in the tenant secret, then redrive.',
    { retryable: false, status, cause },
  );
}
