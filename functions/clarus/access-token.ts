import * as oauth from 'oauth4webapi';
import { BridgeError } from '../identity/bridge-error.ts';
import { type Granted, grantClientCredentials } from '../platform/client-credentials.ts';
import { exchange, type HttpAnswer, type HttpPorts, type HttpRequest, jsonOf } from '../platform/http.ts';
import { kept } from '../platform/kept.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource, TenantSecret } from '../tenants/tenant-secret.ts';
import { CLARUS_FAULTS } from './clarus-faults.ts';
import { outage, refuseOutage } from './outage.ts';

/** A bearer token, with the secret it was bought with and the milliseconds it is used for. */
export interface AccessToken {
  value: string;
  secret: TenantSecret;
  life: number;
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
/** How long credentials that were refused are not shown again: each time might count towards locking their account. */
const REFUSED_FOR = 30_000;

/**
 * Clarus access tokens of one tenant by the OAuth 2.0 client credentials grant (RFC 6749 section 4.4), kept
 * until shortly before they end and bought once however many ask at the same time.
 */
export function createAccessTokenSource(
  http: HttpPorts,
  { tenant, clarus }: Tenant,
  secrets: SecretSource,
): AccessTokenSource {
  const { clock, timeout: patience } = http;
  const tokens = kept({ clock, read: buy, lifeOf: ({ life }) => life, patience });
  let refusal: { secret: TenantSecret; error: BridgeError; until: number } | undefined;

  /** A refused secret may have been rotated since it was read: read anew, and tried if it is another. */
  async function buy(): Promise<AccessToken> {
    const secret = await secrets.load(tenant);
    try {
      return await buyWith(secret);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      secrets.forget(tenant, secret);
      const fresh = await secrets.load(tenant);
      if (isSame(fresh, secret)) throw error;
      return await buyWith(fresh);
    }
  }

  async function buyWith(secret: TenantSecret): Promise<AccessToken> {
    if (refusal !== undefined && clock() < refusal.until && isSame(refusal.secret, secret))
      throw refusal.error;
    try {
      const { value, life = ASSUMED_LIFE } = await grant(http, clarus, secret);
      // A life shorter than the margin is used to its half, so that no request buys its own token.
      return { value, secret, life: Math.max(life - MARGIN, life / 2) };
    } catch (error) {
      if (isRefusal(error)) refusal = { secret, error, until: clock() + REFUSED_FOR };
      throw error;
    }
  }

  function forget(refused: AccessToken): void {
    tokens.forget(refused);
    secrets.forget(tenant, refused.secret);
  }

  return { get: tokens.get, forget };
}

function isSame({ clarus: a }: TenantSecret, { clarus: b }: TenantSecret): boolean {
  return a.clientId === b.clientId && a.clientSecret === b.clientSecret;
}

function grant(
  http: HttpPorts,
  { baseUrl, scope }: Tenant['clarus'],
  { clarus: { clientId, clientSecret } }: TenantSecret,
): Promise<Granted> {
  return grantClientCredentials((url, request) => ask(http, url, request), {
    tokenEndpoint: `${baseUrl}/oauth/token`,
    clientId,
    scope,
    authentication: oauth.ClientSecretPost(clientSecret),
    refused: tokenRefused,
  });
}

async function ask(http: HttpPorts, url: string, request: HttpRequest): Promise<HttpAnswer> {
  const answer = await exchange(http, CLARUS_FAULTS, url, request);
  refuseOutage(answer);
  if (answer.status < 300 && jsonOf(answer) === undefined) throw outage(answer);
  return answer;
}

function isRefusal(error: unknown): error is BridgeError {
  return error instanceof BridgeError && error.code === 'clarus_credentials_refused';
}

function tokenRefused(status: number, cause: unknown): BridgeError {
  if (status < 300) {
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
