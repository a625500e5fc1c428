import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { badRequest, ScimError } from './error.ts';
import { BODY_LIMIT } from './limits.ts';

/** A request, free of the gateway's ways. */
export interface ScimRequest {
  method: string;
  /** What follows the base URL, decoded: `['Users', '42']`. */
  segments: readonly string[];
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  /** The tenant's base URL, `https://…/scim/acme/v2`, without a slash at its end. */
  baseUrl: string;
  /** Of this request: the event id of what it changes. */
  id: string;
  /** When it came in, epoch milliseconds. */
  at: number;
  /** The body as text, of so many bytes at most. Throws ScimError 413. */
  text(limit?: number): string;
  /** The body as JSON. Throws ScimError 413, 415 or `invalidSyntax`. */
  json(): unknown;
}

/** Where below `/scim/` a request goes. */
export interface ScimAddress {
  tenant: string;
  version: string;
  segments: readonly string[];
  query: URLSearchParams;
}

/** Reads `{tenant}/v2/{…}`. */
export function addressOf(event: APIGatewayProxyEventV2): ScimAddress {
  const path = event.pathParameters?.proxy ?? '';
  const [tenant = '', version = '', ...rest] = path.split('/');
  // A base URL with a slash at its end, to which a client adds a path, has two in the middle.
  const segments = rest.filter((segment) => segment !== '');
  // A base URL with a query string (Entra's ?aadOptscim062020) to which a client has simply added a path.
  const [, tail] = split(event.rawQueryString, '/');
  if (segments.length > 0 || tail === undefined) {
    return { tenant, version, segments, query: queryOf(event.rawQueryString) };
  }
  const [extra, query = ''] = split(tail, '?');
  return {
    tenant,
    version,
    segments: extra.split('/').map(decoded).filter(Boolean),
    query: queryOf(query),
  };
}

export function requestOf(
  event: APIGatewayProxyEventV2,
  { tenant, segments, query }: ScimAddress,
  id: string,
  at: number,
): ScimRequest {
  const { headers } = event;
  const protocol = headers['x-forwarded-proto'] ?? 'https';
  const host = headers.host ?? event.requestContext.domainName;
  function text(limit = BODY_LIMIT): string {
    return bodyOf(event, limit);
  }
  function json(): unknown {
    const charset = charsetOf(headers);
    try {
      // RFC 8259 section 8.1: a byte order mark may be ignored.
      return JSON.parse(bodyOf(event, BODY_LIMIT, charset).replace(/^\uFEFF/, ''));
    } catch (error) {
      if (error instanceof ScimError) throw error;
      throw badRequest('invalidSyntax', 'The body is not JSON.');
    }
  }
  return {
    method: event.requestContext.http.method,
    segments,
    query,
    headers,
    baseUrl: `${protocol}://${host}/scim/${tenant}/v2`,
    id,
    at,
    text,
    json,
  };
}

/** Of these every ASCII text is the same in UTF-8: what older Java clients say, whatever they send. */
const CHARSETS: Readonly<Record<string, 'utf8' | 'latin1'>> = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  'us-ascii': 'utf8',
  ascii: 'utf8',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
};

/** Throws ScimError 415 for a body that is not JSON as it stands in a charset that is read here. */
function charsetOf(headers: ScimRequest['headers']): 'utf8' | 'latin1' {
  const { 'content-type': type = 'application/json', 'content-encoding': coding = 'identity' } = headers;
  const [media = '', ...parameters] = type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const named = parameters.find((it) => it.startsWith('charset='))?.slice('charset='.length) ?? 'utf-8';
  const name = named.replace(/^"(.*)"$/, '$1');
  const charset = Object.hasOwn(CHARSETS, name) ? CHARSETS[name] : undefined;
  if (!/^(application|text)\/(scim\+)?json$/.test(media) || charset === undefined) throw notReadable();
  if (coding.trim().toLowerCase() !== 'identity') {
    throw new ScimError(415, 'Send the body without a Content-Encoding.', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
  return charset;
}

function notReadable(): ScimError {
  return new ScimError(415, 'Send application/scim+json or application/json, in UTF-8.');
}

/** An HTTP API hands `application/scim+json` over in Base64, and `application/json` as the text that is in UTF-8. */
function bodyOf(
  { body = '', isBase64Encoded }: APIGatewayProxyEventV2,
  limit: number,
  charset: 'utf8' | 'latin1' = 'utf8',
): string {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > limit) {
    throw new ScimError(413, `The body has ${bytes.length} bytes; the limit is ${limit}.`);
  }
  if (isBase64Encoded) return bytes.toString(charset);
  if (charset === 'latin1' && body.includes('\uFFFD')) throw notReadable();
  return body;
}

/**
 * The parameters of a query, where a plus is a space as in a form. Who writes spaces as `%20` means a plus by it, as in
 * the address `lea+test@…`.
 */
function queryOf(query: string): URLSearchParams {
  const parameters = query.split('&').map((it) => (it.includes('%20') ? it.replaceAll('+', '%2B') : it));
  return new URLSearchParams(parameters.join('&'));
}

function split(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
