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
    return { tenant, version, segments, query: new URLSearchParams(event.rawQueryString) };
  }
  const [extra, query = ''] = split(tail, '?');
  return {
    tenant,
    version,
    segments: extra.split('/').map(decoded).filter(Boolean),
    query: new URLSearchParams(query),
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
    checkEncoding(headers);
    try {
      // RFC 8259 section 8.1: a byte order mark may be ignored.
      return JSON.parse(text().replace(/^\uFEFF/, ''));
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

/** Throws ScimError 415 for a body that is not JSON in UTF-8 as it stands. */
function checkEncoding(headers: ScimRequest['headers']): void {
  const { 'content-type': type = 'application/json', 'content-encoding': coding = 'identity' } = headers;
  const [media = '', ...parameters] = type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((it) => it.startsWith('charset='))?.slice('charset='.length);
  const isUtf8 = charset === undefined || /^"?utf-?8"?$/.test(charset);
  if (!/^(application|text)\/(scim\+)?json$/.test(media) || !isUtf8) {
    throw new ScimError(415, 'Send application/scim+json or application/json, in UTF-8.');
  }
  if (coding.trim().toLowerCase() !== 'identity') {
    throw new ScimError(415, 'Send the body without a Content-Encoding.', {
      headers: { 'accept-encoding': 'identity' },
    });
  }
}

/** An HTTP API hands `application/scim+json` over in Base64. */
function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2, limit: number): string {
  const encoding = isBase64Encoded ? 'base64' : 'utf8';
  const size = Buffer.byteLength(body, encoding);
  if (size > limit) throw new ScimError(413, `The body has ${size} bytes; the limit is ${limit}.`);
  return Buffer.from(body, encoding).toString('utf8');
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
