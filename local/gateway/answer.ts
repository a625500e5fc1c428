/** What goes back over HTTP. */
export interface GatewayAnswer {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: string | Buffer;
}

/** An answer that API Gateway gives of its own accord. */
export function gatewayMessage(status: number, message: string): GatewayAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: JSON.stringify({ message }),
  };
}

/**
 * What API Gateway makes of a function's result in payload format 2.0: without a `statusCode`, the result is
 * itself the JSON body of a 200. A result that is neither is the function's fault: 500.
 */
export function toGatewayAnswer(result: unknown): GatewayAnswer {
  const { statusCode, headers, cookies, body, isBase64Encoded } = Object(result);
  if (statusCode === undefined) {
    const text = typeof result === 'string' ? result : JSON.stringify(result ?? null);
    return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: text };
  }
  const status = Number(statusCode);
  const valid = Number.isInteger(status) && status >= 100 && status <= 599;
  if (!valid || (body != null && typeof body !== 'string'))
    return gatewayMessage(500, 'Internal Server Error');

  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(Object(headers))) {
    if (value != null) lower[name.toLowerCase()] = String(value);
  }
  const content = isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? '');
  return {
    status,
    headers: content.length === 0 ? lower : { 'content-type': 'text/plain; charset=utf-8', ...lower },
    cookies: Array.isArray(cookies) ? cookies.map(String) : [],
    body: content,
  };
}
