import { ScimError } from '../protocol/error.ts';
import type { ScimRequest } from '../protocol/request.ts';
import { invalidClient, invalidRequest, OAuthError } from './oauth-error.ts';

/** How a client shows who it is: with a secret, or with a token of its own identity provider. */
export type ClientAuthentication =
  | { kind: 'secret'; clientId: string; secret: string }
  | { kind: 'assertion'; clientId?: string; assertion: string };

/** Bytes: an assertion of Entra has about two thousand. */
const FORM_LIMIT = 8192;
/** There are six of them. */
const MOST_PARAMETERS = 20;

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/**
 * Reads a request for a token by client credentials (RFC 6749 sections 2.3 and 4.4, RFC 7523 section 2.2): a form, each
 * parameter once, and one way to authenticate. Throws OAuthError.
 */
export function readTokenRequest(
  request: Pick<ScimRequest, 'method' | 'headers' | 'text'>,
): ClientAuthentication {
  if (request.method !== 'POST') {
    throw new OAuthError(405, 'invalid_request', 'Use POST.', { headers: { allow: 'POST' } });
  }
  const form = formOf(request);
  const authentication = authenticationOf(request.headers.authorization, form);
  const grant = form.get('grant_type');
  if (grant === undefined) throw invalidRequest('grant_type is missing.');
  if (grant !== 'client_credentials') {
    throw new OAuthError(400, 'unsupported_grant_type', 'The grant type here is client_credentials.');
  }
  return authentication;
}

/** A parameter without a value is one that is not there (RFC 6749 section 3.2). */
function formOf({ headers, text }: Pick<ScimRequest, 'headers' | 'text'>): ReadonlyMap<string, string> {
  const [media = ''] = (headers['content-type'] ?? '').split(';');
  if (media.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw invalidRequest('Send application/x-www-form-urlencoded.');
  }
  const form = new Map<string, string>();
  const pairs = bodyOf(text).split('&', MOST_PARAMETERS + 1);
  if (pairs.length > MOST_PARAMETERS) throw invalidRequest('There are too many parameters.');
  for (const [name, value] of new URLSearchParams(pairs.join('&'))) {
    if (value === '') continue;
    if (form.has(name)) throw invalidRequest('A parameter comes twice.');
    form.set(name, value);
  }
  return form;
}

function bodyOf(text: ScimRequest['text']): string {
  try {
    return text(FORM_LIMIT);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    throw new OAuthError(error.status, 'invalid_request', error.message);
  }
}

function authenticationOf(
  authorization: string | undefined,
  form: ReadonlyMap<string, string>,
): ClientAuthentication {
  const [clientId, secret] = [form.get('client_id'), form.get('client_secret')];
  const [assertion, type] = [form.get('client_assertion'), form.get('client_assertion_type')];
  const shows = [authorization, secret, assertion ?? type].filter((it) => it !== undefined);
  if (shows.length > 1) throw invalidRequest('Authenticate in one way: by Basic, a secret or an assertion.');
  if (authorization !== undefined) {
    const basic = basicCredentials(authorization);
    if (basic === undefined) throw invalidClient();
    if (clientId !== undefined && clientId !== basic.clientId)
      throw invalidRequest('There are two client ids.');
    return { kind: 'secret', ...basic };
  }
  if (assertion !== undefined) {
    if (type !== JWT_BEARER) throw invalidRequest(`client_assertion_type has to be ${JWT_BEARER}.`);
    return { kind: 'assertion', assertion, ...(clientId !== undefined && { clientId }) };
  }
  if (type !== undefined) throw invalidRequest('client_assertion is missing.');
  if (secret === undefined) throw invalidClient();
  if (clientId === undefined) throw invalidRequest('client_id is missing.');
  return { kind: 'secret', clientId, secret };
}

/** RFC 6749 section 2.3.1: both parts are form-encoded before they are put together. */
function basicCredentials(header: string): { clientId: string; secret: string } | undefined {
  const encoded = /^Basic +([\w+/=-]+)$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { clientId: formDecoded(id), secret: formDecoded(rest.join(':')) };
}

function formDecoded(part: string): string {
  return new URLSearchParams(`part=${part.replaceAll('&', '%26')}`).get('part') ?? '';
}
