import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request that has found its route. */
export interface RoutedRequest {
  request: IncomingMessage;
  body: Buffer;
  /** As the stack declares it, such as `ANY /webhooks/{source}/{tenant}`. */
  routeKey: string;
  pathParameters: Record<string, string>;
  receivedAt: number;
}

/** Headers of the connection, which end at API Gateway. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

/**
 * The only types that an HTTP API hands over as text. Everything else is Base64, `application/scim+json`,
 * forms and a missing type among it (seen on AWS; the documentation only says "binary").
 */
const TEXT_TYPE = /^\s*(text\/[^;]*|application\/(json|xml|javascript))\s*(;|$)/i;

/** The event of API Gateway's HTTP API in payload format 2.0. Throws URIError for a path that is not one. */
export function toApiGatewayEvent({
  request,
  body,
  routeKey,
  pathParameters,
  receivedAt,
}: RoutedRequest): APIGatewayProxyEventV2 {
  const { method = 'GET', url = '/', httpVersion, socket } = request;
  // Everything after the first question mark, further ones too.
  const [path = '/', ...query] = url.split('?');
  const rawQueryString = query.join('?');
  const rawPath = decodeURIComponent(path);
  const { cookie, ...headers } = joinedHeaders(request);
  const cookies = cookie?.split(/; ?|,/).filter((part) => part !== '');
  const isBase64Encoded = body.length > 0 && !TEXT_TYPE.test(headers['content-type'] ?? '');
  const host = headers.host ?? '';
  const sourceIp = socket.remoteAddress ?? '127.0.0.1';
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies !== undefined && { cookies }),
    headers: {
      ...headers,
      'x-amzn-trace-id': `Root=1-${Math.floor(receivedAt / 1000).toString(16)}-${randomHex(24)}`,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': host.split(':')[1] ?? '80',
      'x-forwarded-proto': 'http',
    },
    ...(rawQueryString !== '' && { queryStringParameters: joinedQuery(rawQueryString) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: host.split(':')[0] ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${httpVersion}`,
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: commonLogTime(receivedAt),
      timeEpoch: receivedAt,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** Names in lower case; what came several times is joined by commas. */
function joinedHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values] of Object.entries(headersDistinct)) {
    if (values !== undefined && !HOP_BY_HOP.has(name)) joined[name] = values.join(',');
  }
  return joined;
}

function joinedQuery(rawQueryString: string): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = joined[name];
    joined[name] = before === undefined ? value : `${before},${value}`;
  }
  return joined;
}

function randomHex(length: number): string {
  return randomUUID().replaceAll('-', '').slice(0, length);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Such as `12/Mar/2020:19:03:58 +0000`. */
function commonLogTime(time: number): string {
  const [date = '', clock = ''] = new Date(time).toISOString().split(/[T.]/);
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`;
}
