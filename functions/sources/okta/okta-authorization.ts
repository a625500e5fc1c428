import * as oauth from 'oauth4webapi';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type Granted, grantClientCredentials } from '../../platform/client-credentials.ts';
import { exchange, type HttpPorts, type HttpRequest } from '../../platform/http.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { TenantSecret } from '../../tenants/tenant-secret.ts';
import { createTokenCache } from '../token-cache.ts';
import { OKTA_FAULTS } from './okta-faults.ts';

/** What a request to a tenant's Okta API carries. */
export interface Authorization {
  header: string;
  /** Of an access token, which may end before its time: another one in its place. */
  renew?: () => Promise<Authorization>;
}

/** Undefined when the tenant's secret has no credentials for Okta's API. Throws BridgeError. */
export type OktaAuthorization = (tenant: Tenant, secret: TenantSecret) => Promise<Authorization | undefined>;

const SCOPE = 'okta.users.read okta.logs.read';

/**
 * A service app's access token (client credentials with private_key_jwt,
 * https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/) where the secret has its
 * client id and key, else the API token. `baseUrl` stands in for the tenant's org.
 */
export function createOktaAuthorization(http: HttpPorts, baseUrl?: string): OktaAuthorization {
  const tokens = createTokenCache(http);

  return async function authorization({ tenant, okta }, secret) {
    const { clientId, privateKey, apiToken } = secret.okta ?? {};
    if (okta === undefined) return undefined;
    if (clientId === undefined || privateKey === undefined) {
      return apiToken === undefined ? undefined : { header: `SSWS ${apiToken}` };
    }
    const tokenEndpoint = `${baseUrl ?? okta.orgUrl}/oauth2/v1/token`;
    return bearer(tenant, { tokenEndpoint, clientId, privateKey, scope: scopeFor(okta) });
  };

  async function bearer(tenant: string, app: ServiceApp): Promise<Authorization> {
    const token = await tokens.get(tenant, JSON.stringify(app), () => buy(app));
    return {
      header: `Bearer ${token.value}`,
      renew() {
        tokens.forget(tenant, token);
        return bearer(tenant, app);
      },
    };
  }

  /** A service app that was not granted what memberships need can still show the rest. */
  async function buy(app: ServiceApp): Promise<Granted> {
    try {
      return await grant(app);
    } catch (error) {
      if (app.scope === SCOPE || Object(Object(error).cause).error !== 'invalid_scope') throw error;
      return grant({ ...app, scope: SCOPE });
    }
  }

  async function grant({ tokenEndpoint, clientId, privateKey, scope }: ServiceApp): Promise<Granted> {
    const ask = (url: string, request: HttpRequest) => exchange(http, OKTA_FAULTS, url, request);
    const authentication = await signed(privateKey, tokenEndpoint);
    return grantClientCredentials(ask, { tokenEndpoint, clientId, scope, authentication, refused });
  }
}

type PrivateKey = NonNullable<NonNullable<TenantSecret['okta']>['privateKey']>;

interface ServiceApp {
  tokenEndpoint: string;
  clientId: string;
  privateKey: PrivateKey;
  scope: string;
}

/** Who is assigned to an app, and who is in a group, each needs a scope of its own. */
function scopeFor({ apps, groups }: NonNullable<Tenant['okta']>): string {
  return [
    SCOPE,
    ...(apps.length > 0 ? ['okta.apps.read'] : []),
    ...(groups.length > 0 ? ['okta.groups.read'] : []),
  ].join(' ');
}

async function signed(privateKey: PrivateKey, audience: string): Promise<oauth.ClientAuth> {
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
      'that the app has the scopes okta.users.read and okta.logs.read (with apps or groups in the tenant file, ' +
      'okta.apps.read or okta.groups.read too) and an admin role, and no DPoP.',
    { retryable: false, status, cause },
  );
}
