import { BridgeError } from '../../identity/bridge-error.ts';
import { hashOf, isAccepted } from '../../sources/credential.ts';
import type { ScimClient } from '../../tenants/scim/clients.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import type { ScimAnswer } from '../protocol/answer.ts';
import type { ScimRequest } from '../protocol/request.ts';
import { issueToken, TOKEN_LIFE } from './access-token.ts';
import { clientOfAssertion } from './assertion.ts';
import { credentialName, hasExpired, identityOf } from './caller.ts';
import type { JsonWebKeys } from './json-web-keys.ts';
import { invalidClient, JSON_TYPE, OAuthError, oauthAnswer } from './oauth-error.ts';
import type { SigningKeys } from './signing-keys.ts';
import { type ClientAuthentication, readTokenRequest } from './token-request.ts';

interface TokenEndpointPorts {
  keys: SigningKeys;
  webKeys: JsonWebKeys;
  newId: () => string;
}

/** A client that has shown who it is, and with what. */
interface Authenticated {
  client: ScimClient;
  credential: string;
}

/** An answer of the token endpoint, and to whom. */
export interface TokenAnswer {
  answer: ScimAnswer;
  client?: ScimClient;
}

/** `POST /scim/{tenant}/oauth/token`: an access token for client credentials (RFC 6749 section 4.4). */
export async function grantToken(
  ports: TokenEndpointPorts,
  request: ScimRequest,
  tenant: Tenant | undefined,
): Promise<TokenAnswer> {
  let client: ScimClient | undefined;
  try {
    const authentication = readTokenRequest(request);
    const authenticated = await authenticate(ports, authentication, tenant?.scimClients ?? [], request.at);
    if (authenticated === undefined || tenant === undefined) throw invalidClient();
    client = authenticated.client;
    if (hasExpired(client, request.at))
      throw invalidClient('The client has expired, as its tenant file says.');
    return { client, answer: await issued(ports, tenant.tenant, authenticated, request.at) };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { answer: oauthAnswer(error), ...(client && { client }) };
  }
}

async function authenticate(
  { webKeys }: TokenEndpointPorts,
  authentication: ClientAuthentication,
  clients: readonly ScimClient[],
  now: number,
): Promise<Authenticated | undefined> {
  switch (authentication.kind) {
    case 'secret':
      return bySecret(authentication, clients);
    case 'assertion': {
      const found = await clientOfAssertion(authentication, clients, webKeys, now);
      if (found.kind === 'no_keys')
        throw unavailable('The keys of the identity provider cannot be read for now.');
      if (found.kind === 'nobody') return undefined;
      return { client: found.client, credential: identityOf(found.client) ?? '' };
    }
  }
}

/** Every hash of the tenant is compared, whoever comes. */
function bySecret(
  { clientId, secret }: { clientId: string; secret: string },
  clients: readonly ScimClient[],
): Authenticated | undefined {
  const hashes = clients.flatMap(({ oauth }) => oauth?.sha256 ?? []);
  if (!isAccepted(secret, hashes.length === 0 ? undefined : hashes)) return undefined;
  const credential = hashOf(secret);
  const client = clients.find(
    ({ oauth }) => oauth?.clientId === clientId && oauth.sha256.includes(credential),
  );
  return client && { client, credential };
}

async function issued(
  { keys, newId }: TokenEndpointPorts,
  tenant: string,
  { client, credential }: Authenticated,
  now: number,
): Promise<ScimAnswer> {
  const claims = { tenant, client: client.source, credential: credentialName(credential) };
  const token = await issueToken(await signingKey(keys, tenant), claims, newId(), now);
  const body = { access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFE };
  return { status: 200, headers: JSON_TYPE, body };
}

async function signingKey(keys: SigningKeys, tenant: string) {
  try {
    return await keys.current(tenant);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    throw unavailable(`The bridge cannot sign tokens for now (${error.code}).`, error);
  }
}

function unavailable(description: string, cause?: unknown): OAuthError {
  return new OAuthError(503, 'temporarily_unavailable', description, {
    headers: { 'retry-after': '10' },
    cause,
  });
}
