import * as oauth from 'oauth4webapi';
import type { BridgeError } from '../identity/bridge-error.ts';
import type { HttpAnswer, HttpRequest } from './http.ts';

/** A bearer token, and the milliseconds it lives where that is said. */
export interface Granted {
  value: string;
  life?: number;
}

export interface ClientCredentials {
  tokenEndpoint: string;
  clientId: string;
  scope?: string | undefined;
  authentication: oauth.ClientAuth;
  /** The error for an answer that holds no usable token. */
  refused: (status: number, cause: unknown) => BridgeError;
}

/** Asks a token endpoint; a BridgeError that it throws is the end. */
type Ask = (url: string, request: HttpRequest) => Promise<HttpAnswer>;

/** Buys a token by the OAuth 2.0 client credentials grant (RFC 6749 section 4.4). Throws BridgeError. */
export async function grantClientCredentials(
  ask: Ask,
  { tokenEndpoint, clientId, scope, authentication, refused }: ClientCredentials,
): Promise<Granted> {
  const { origin, protocol } = new URL(tokenEndpoint);
  const server: oauth.AuthorizationServer = { issuer: origin, token_endpoint: tokenEndpoint };
  const client: oauth.Client = { client_id: clientId };
  const parameters = new URLSearchParams(scope === undefined ? {} : { scope });
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, {
    // Not repeatable: a signed assertion is good for one time.
    [oauth.customFetch]: async (url, { method, headers, body }) =>
      responseOf(await ask(url, { method, headers, body: String(body) })),
    // The tenant schema lets plain http through for this machine only.
    [oauth.allowInsecureRequests]: protocol === 'http:',
  });
  try {
    const answer = await oauth.processClientCredentialsResponse(server, client, response);
    const life = answer.expires_in;
    return { value: answer.access_token, ...(life !== undefined && { life: life * 1000 }) };
  } catch (cause) {
    throw refused(response.status, cause);
  }
}

function responseOf({ status, header, text }: HttpAnswer): Response {
  const headers = { 'content-type': header('content-type') ?? '' };
  return new Response(text === '' ? null : text, { status, headers });
}
