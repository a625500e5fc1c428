import { request as httpRequest } from 'node:http';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiGateway } from '../../../local/gateway/api-gateway.ts';
import { type LoopbackServer, serveLoopback } from '../../../local/gateway/loopback-server.ts';

const RECEIVED_AT = Date.UTC(2026, 2, 2, 9, 15, 4, 120);
const TEN_MEGABYTES = 10 * 1024 * 1024;

describe('API Gateway on one machine', () => {
  let seen: { event: APIGatewayProxyEventV2; context: Context; by: string } | undefined;
  let respond: () => unknown;
  const reported: unknown[] = [];
  let server: LoopbackServer;

  beforeAll(async () => {
    const route = (key: string, functionName: string) => ({
      key,
      functionName,
      timeout: 10_000,
      handler: async (event: APIGatewayProxyEventV2, context: Context) => {
        seen = { event, context, by: functionName };
        return respond();
      },
    });
    const listener = apiGateway(
      [route('ANY /webhooks/{source}/{tenant}', 'receive'), route('GET /scim/{tenant}/v2/{proxy+}', 'scim')],
      { clock: () => RECEIVED_AT, report: (error) => reported.push(error) },
    );
    server = await serveLoopback('gateway', listener);
  });
  beforeEach(() => {
    seen = undefined;
    reported.length = 0;
    respond = () => ({ statusCode: 204 });
  });
  afterAll(() => server.close());

  function call(path = '/webhooks/okta/demo', init: RequestInit = {}): Promise<Response> {
    return fetch(`${server.url}${path}`, init);
  }

  function post(body: string | Buffer, type?: string): Promise<Response> {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    return call(undefined, { method: 'POST', body: new Uint8Array(Buffer.from(body)), headers });
  }

  describe('makes of a request an event that', () => {
    it('has the shape of payload format 2.0', async () => {
      await call('/webhooks/okta/demo?a=1', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'User-Agent': 'Okta-Integrations' },
        body: '{"x":1}',
      });

      expect(seen?.event).toEqual({
        version: '2.0',
        routeKey: 'ANY /webhooks/{source}/{tenant}',
        rawPath: '/webhooks/okta/demo',
        rawQueryString: 'a=1',
        headers: expect.objectContaining({
          'content-type': 'application/json',
          'content-length': '7',
          'user-agent': 'Okta-Integrations',
          host: server.url.slice('http://'.length),
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-port': String(server.port),
          'x-forwarded-proto': 'http',
        }),
        queryStringParameters: { a: '1' },
        pathParameters: { source: 'okta', tenant: 'demo' },
        requestContext: {
          accountId: '000000000000',
          apiId: 'local',
          domainName: '127.0.0.1',
          domainPrefix: 'local',
          http: {
            method: 'POST',
            path: '/webhooks/okta/demo',
            protocol: 'HTTP/1.1',
            sourceIp: '127.0.0.1',
            userAgent: 'Okta-Integrations',
          },
          requestId: expect.any(String),
          routeKey: 'ANY /webhooks/{source}/{tenant}',
          stage: '$default',
          time: '02/Mar/2026:09:15:04 +0000',
          timeEpoch: RECEIVED_AT,
        },
        body: '{"x":1}',
        isBase64Encoded: false,
      });
      expect(seen?.context).toMatchObject({ functionName: 'receive', awsRequestId: expect.any(String) });
      expect(seen?.context.getRemainingTimeInMillis()).toBe(10_000);
    });

    it('leaves out what the request does not have', async () => {
      await call();

      for (const absent of ['body', 'cookies', 'queryStringParameters']) {
        expect(seen?.event).not.toHaveProperty(absent);
      }
      expect(seen?.event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
      expect(seen?.event.headers).not.toHaveProperty('connection');
    });

    it('joins by commas what came several times', async () => {
      await new Promise<void>((resolve, reject) => {
        const options = { headers: { 'X-Twice': ['one', 'two'], Authorization: ['first', 'second'] } };
        httpRequest(`${server.url}/webhooks/okta/demo?tag=a&tag=b%26c`, options, (response) => {
          response.resume().on('end', resolve);
        })
          .on('error', reject)
          .end();
      });

      expect(seen?.event.headers).toMatchObject({ 'x-twice': 'one,two', authorization: 'first,second' });
      expect(seen?.event).toMatchObject({
        rawQueryString: 'tag=a&tag=b%26c',
        queryStringParameters: { tag: 'a,b&c' },
      });
    });

    it('has cookies apart from the headers', async () => {
      await call(undefined, { headers: { cookie: 'a=1; b=2' } });

      expect(seen?.event.cookies).toEqual(['a=1', 'b=2']);
      expect(seen?.event.headers).not.toHaveProperty('cookie');
    });

    it('has the path decoded', async () => {
      await call('/webhooks/okta/d%C3%A9mo%20x');

      expect(seen?.event.rawPath).toBe('/webhooks/okta/démo x');
      expect(seen?.event.pathParameters).toEqual({ source: 'okta', tenant: 'démo x' });
    });

    it.each([
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON',
      'application/xml',
      'application/javascript',
      'text/plain',
    ])('has a body of type %s as text', async (type) => {
      await post('{"name":"Zoë"}', type);

      expect(seen?.event).toMatchObject({ body: '{"name":"Zoë"}', isBase64Encoded: false });
    });

    it.each([
      undefined,
      'application/octet-stream',
      'application/x-www-form-urlencoded',
      'application/scim+json',
    ])('has a body of type %s in Base64', async (type) => {
      const body = Buffer.from([0x7b, 0x00, 0xff]);

      await post(body, type);

      expect(seen?.event).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
    });
  });

  describe('finds the function by the route', () => {
    it('with the rest of the path as one greedy parameter', async () => {
      await call('/scim/acme/v2/Users/00u1?count=2');

      expect(seen).toMatchObject({
        by: 'scim',
        event: { pathParameters: { tenant: 'acme', proxy: 'Users/00u1' } },
      });
    });

    it.each([
      ['GET', '/'],
      ['GET', '/webhooks/okta'],
      ['GET', '/webhooks/okta/'],
      ['GET', '/webhooks/okta/demo/more'],
      ['GET', '/hooks/okta/demo'],
      ['GET', '/scim/acme/v2/'],
      ['POST', '/scim/acme/v2/Users'],
    ])('or answers 404 to %s %s', async (method, path) => {
      const response = await call(path, { method });

      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ message: 'Not Found' });
      expect(seen).toBeUndefined();
    });

    it('or answers 400 to a path that cannot be decoded', async () => {
      expect((await call('/webhooks/okta/%ff')).status).toBe(400);
    });
  });

  describe('makes of a result', () => {
    it('the answer it describes', async () => {
      respond = () => ({
        statusCode: 401,
        headers: { 'WWW-Authenticate': 'EventHook', 'content-type': 'application/json', 'x-number': 1 },
        cookies: ['a=1; Secure', 'b=2'],
        body: '{"error":"unauthorized"}',
      });

      const response = await call();

      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('EventHook');
      expect(response.headers.get('x-number')).toBe('1');
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('apigw-requestid')).toBe(seen?.event.requestContext.requestId);
      expect(response.headers.getSetCookie()).toEqual(['a=1; Secure', 'b=2']);
      expect(await response.json()).toEqual({ error: 'unauthorized' });
    });

    it('an empty 204', async () => {
      const response = await call();

      expect(response.status).toBe(204);
      expect(response.headers.has('content-length')).toBe(false);
      expect(await response.text()).toBe('');
    });

    it('the bytes of a Base64 body', async () => {
      respond = () => ({ statusCode: 200, body: 'AP8=', isBase64Encoded: true });

      expect([...(await (await call()).bytes())]).toEqual([0, 255]);
    });

    it('plain text when it names no type', async () => {
      respond = () => ({ statusCode: 200, body: 'hello' });

      expect((await call()).headers.get('content-type')).toBe('text/plain; charset=utf-8');
    });

    it.each([
      { result: { hello: 'world' }, body: '{"hello":"world"}' },
      { result: ['a'], body: '["a"]' },
      { result: 'Hello', body: 'Hello' },
      { result: undefined, body: 'null' },
    ])('without a status code the JSON body of a 200: $body', async ({ result, body }) => {
      respond = () => result;

      const response = await call();

      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(await response.text()).toBe(body);
    });

    it.each([{ statusCode: 'ok' }, { statusCode: 9 }, { statusCode: 200, body: { not: 'text' } }])(
      'that is none, %j, a 500',
      async (result) => {
        respond = () => result;

        expect((await call()).status).toBe(500);
      },
    );
  });

  it('answers 500 when the function throws, and reports why', async () => {
    const error = new Error('boom');
    respond = () => {
      throw error;
    };

    const response = await call();

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    expect(reported).toEqual([error]);
  });

  it('lets through 10 MB and answers 413 to one byte more', async () => {
    const most = await post(Buffer.alloc(TEN_MEGABYTES), 'text/plain');
    const tooMuch = await post(Buffer.alloc(TEN_MEGABYTES + 1), 'text/plain');

    expect(most.status).toBe(204);
    expect(tooMuch.status).toBe(413);
    expect(await tooMuch.json()).toEqual({ message: 'Request Entity Too Large' });
  });
});
