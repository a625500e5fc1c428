import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type Clock, systemClock } from '../../functions/platform/clock.ts';
import { type GatewayAnswer, gatewayMessage, toGatewayAnswer } from './answer.ts';
import { type RoutedRequest, toApiGatewayEvent } from './event.ts';
import { lambdaContext } from './lambda-context.ts';
import { readBody } from './loopback-server.ts';
import { matchRoute, parseRoute } from './route.ts';

/** A function behind a route. */
export interface GatewayRoute {
  /** As in the stack: `ANY /webhooks/{source}/{tenant}`. */
  key: string;
  functionName: string;
  /** Milliseconds the function may take. */
  timeout: number;
  handler: (event: APIGatewayProxyEventV2, context: Context) => unknown;
}

interface GatewayPorts {
  clock?: Clock;
  /** Is told of what a function threw. */
  report?: (error: unknown) => void;
}

const LIMIT = 10 * 1024 * 1024;

/** API Gateway's HTTP API on one machine: HTTP to payload 2.0 events, results back to HTTP. The first route wins. */
export function apiGateway(
  routes: readonly GatewayRoute[],
  { clock = systemClock, report = console.error }: GatewayPorts = {},
): RequestListener {
  const patterns = routes.map((route) => ({ route, pattern: parseRoute(route.key) }));

  async function answer(request: IncomingMessage): Promise<GatewayAnswer> {
    const receivedAt = clock();
    const body = await readBody(request, LIMIT);
    if (body === undefined) return gatewayMessage(413, 'Request Entity Too Large');
    try {
      const path = request.url?.split('?', 1)[0] ?? '/';
      for (const { route, pattern } of patterns) {
        const pathParameters = matchRoute(pattern, request.method ?? 'GET', path);
        if (pathParameters === undefined) continue;
        return await invoke(route, { request, body, routeKey: route.key, pathParameters, receivedAt });
      }
    } catch (error) {
      if (error instanceof URIError) return gatewayMessage(400, 'Bad Request');
      throw error;
    }
    return gatewayMessage(404, 'Not Found');
  }

  async function invoke(route: GatewayRoute, routed: RoutedRequest): Promise<GatewayAnswer> {
    const event = toApiGatewayEvent(routed);
    try {
      const context = lambdaContext(route.functionName, route.timeout, clock);
      const answer = toGatewayAnswer(await route.handler(event, context));
      answer.headers['apigw-requestid'] = event.requestContext.requestId;
      return answer;
    } catch (error) {
      report(error);
      return gatewayMessage(500, 'Internal Server Error');
    }
  }

  return function listen(request, response) {
    answer(request)
      .then((it) => send(response, it))
      .catch((error: unknown) => {
        // The caller hung up, or the gateway itself is at fault.
        if (!request.socket.destroyed) report(error);
        response.destroy();
      });
  };
}

function send(response: ServerResponse, { status, headers, cookies, body }: GatewayAnswer): void {
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  // RFC 9110 section 8.6: a 204 has no Content-Length.
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(status === 204 ? undefined : body);
}
