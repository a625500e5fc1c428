import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Log } from './logger.ts';

/**
 * Turns an error nobody foresaw into a logged 500: senders repeat a 5xx, and the body tells nothing. Only the
 * error's name, code and place are logged, because its message may quote the input.
 */
export function unexpectedError(
  log: Log,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  function onError(request: { error?: Error | null | undefined; response?: unknown }): void {
    const { name, code, message, stack } = Object(request.error);
    const [at] =
      String(stack)
        .replace(String(message), '')
        .match(/^\s+at .+$/m) ?? [];
    log('error', 'unexpected error', { error: String(name), code, at: at?.trim() });
    request.response = {
      statusCode: 500,
      headers: { 'content-type': 'application/json' },
      body: '{"error":"unexpected","message":"Something went wrong here. Send it again."}',
    };
  }
  return { onError };
}
