import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Json } from '../../functions/identity/json.ts';
import type { Random } from '../support/random.ts';
import { bodyText } from './json.ts';

export const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'get',
  '',
  'constructor',
];

const CONTENT_TYPES = [
  ...[
    'application/json',
    'application/scim+json',
    'application/scim+json; charset=utf-8',
    'text/plain',
    '',
    ';',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
  ],
  'APPLICATION/JSON ; CHARSET="UTF-8"',
];

export function aContentType(random: Random): string {
  return random.pick(CONTENT_TYPES);
}

interface Request {
  method: string;
  pathParameters: Record<string, string> | undefined;
  query?: string;
  headers: Record<string, string>;
  /** What a good client would send, or a text as it is. */
  body?: Json;
}

/** A request as API Gateway hands it over; of an event the functions read no more than this. */
export function anEvent(random: Random, { method, pathParameters, query = '', headers, body }: Request) {
  return {
    ...(body === undefined
      ? { headers, isBase64Encoded: false }
      : wrapped(random, bodyText(random, body), headers)),
    rawQueryString: query,
    pathParameters,
    requestContext: { requestId: 'r', domainName: 'bridge.example', http: { method } },
  } as unknown as APIGatewayProxyEventV2;
}

/** In the ways of API Gateway, and in some that it does not have. */
function wrapped(random: Random, body: string, headers: Record<string, string>) {
  const kind = random.below(100);
  if (kind < 60) return { body, isBase64Encoded: false, headers };
  if (kind < 85) return { body: Buffer.from(body).toString('base64'), isBase64Encoded: true, headers };
  if (kind < 90) {
    const coded = { ...headers, 'content-encoding': 'gzip' };
    return { body: gzipSync(body).toString('base64'), isBase64Encoded: true, headers: coded };
  }
  if (kind < 95) return { body, isBase64Encoded: true, headers };
  return { isBase64Encoded: false, headers };
}
