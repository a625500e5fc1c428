import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Log } from './logger.ts';

/** What is logged of an error nobody foresaw: its name, code and place, because its message may quote the input. */
export function traceOf(error: unknown): { error: string; code: unknown; at: string | undefined } {
  const { name, code, message, stack } = Object(error);
  const [at] =
    String(stack)
      .replace(String(message), '')
      .match(/^\s+at .+$/m) ?? [];
  return { error: String(name), code, at: at?.trim() };
}

/** Turns an error nobody foresaw into a logged 500: senders repeat a 5xx, and the body tells nothing. */
export function unexpectedError(
  log: Log,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2> {
  function onError(request: { error?: Error | null | undefined; response?: unknown }): void {
    log('error', 'unexpected error', traceOf(request.error));
    request.response = {
      statusCode: 500,
      headers: { 'content-type': 'application/json' },
      body: '{"error":"unexpected","message":"Something went wrong here. Send it again."}',
    };
  }
  return { onError };
}
