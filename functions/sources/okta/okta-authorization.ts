import * as oauth from 'oauth4webapi';
import { BridgeError } from '../../identity/bridge-error.ts';
import { grantClientCredentials } from '../../platform/client-credentials.ts';
import { exchange, type HttpPorts, type HttpRequest } from '../../platform/http.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { TenantSecret } from '../../tenants/tenant-secret.ts';
import { createTokenCache } from '../token-cache.ts';
import { OKTA_FAULTS } from './okta-faults.ts';

/** The Authorization header for a tenant's Okta API; undefined when its secret has no credentials for it. */
export type OktaAuthorization = (tenant: Tenant, secret: TenantSecret) => Promise<string | undefined>;

const SCOPE = 'okta.users.read okta.logs.read';

/**
 * A service app's access token (client credentials with private_key_jwt,
 * https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/) where the secret has its
 * client id and key, else the API token. `baseUrl` stands in for the tenant's org. Throws BridgeError.
 */
export function createOktaAuthorization(http: HttpPorts, baseUrl?: string): OktaAuthorization {
  const tokens = createTokenCache(http);

  return async function authorization({ tenant, okta }, secret) {
    const { clientId, privateKey, apiToken } = secret.okta ?? {};
    if (okta === undefined) return undefined;
    if (clientId === undefined || privateKey === undefined) {
      return apiToken === undefined ? undefined : `SSWS ${apiToken}`;
    }
    const tokenEndpoint = `${baseUrl ?? okta.orgUrl}/oauth2/v1/token`;
    const ask = (url: string, request: HttpRequest) => exchange(http, OKTA_FAULTS, url, request);
    const { value } = await tokens.get(tenant, JSON.stringify([clientId, privateKey]), async () =>
      grantClientCredentials(ask, {
        tokenEndpoint,
        clientId,
        scope: SCOPE,
        authentication: await signed(privateKey, tokenEndpoint),
        refused,
      }),
    );
    return `Bearer ${value}`;
  };
}

async function signed(
  privateKey: NonNullable<NonNullable<TenantSecret['okta']>['privateKey']>,
  audience: string,
): Promise<oauth.ClientAuth> {
  try {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('jwk', privateKey, algorithm, false, ['sign']);
    return oauth.PrivateKeyJwt(privateKey.kid === undefined ? key : { key, kid: privateKey.kid }, {
      // Okta takes the endpoint's URL for the audience, and not the issuer's.
      [oauth.modifyAssertion]: (_, payload) => void Object.assign(payload, { aud: audience }),
    });
  } catch {
    // No cause: it may quote the key.
    throw refused(0, undefined);
  }
}

function refused(status: number, cause: unknown): BridgeError {
  return new BridgeError(
    'okta_credentials_refused',
    `Okta gave no access token for the tenant's service app (${status === 0 ? 'its key cannot be used' : status}). ` +
      "Users cannot be read: check okta.clientId and okta.privateKey (an RSA key as JWK) in the tenant's secret, " +
      'that the app has the scopes okta.users.read and okta.logs.read and an admin role, and no DPoP.',
    { retryable: false, status, cause },
  );
}
