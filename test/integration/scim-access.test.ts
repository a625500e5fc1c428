import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  OAUTH_CLIENT,
  OTHER_TOKEN,
  operations,
  PREVIOUS_SCIM_TOKEN,
  SCIM_TOKEN,
} from '../support/scim-bench.ts';
import { type Acme, anAcme, ERROR } from './scim-acme.ts';

let bench: Acme;

beforeAll(async () => {
  bench = await anAcme();
});
afterAll(() => bench.stop());

describe('who may come in', () => {
  it.each([
    ['the token', `Bearer ${SCIM_TOKEN}`, 200, null],
    ['the token without the word', SCIM_TOKEN, 200, null],
    ['the word in another letter case', `bearer ${SCIM_TOKEN}`, 200, null],
    ['the token before the rotation', `Bearer ${PREVIOUS_SCIM_TOKEN}`, 200, null],
    ["another tenant's token", `Bearer ${OTHER_TOKEN}`, 401, 'Bearer realm="scim", error="invalid_token"'],
    ['a wrong token', 'Bearer nothing', 401, 'Bearer realm="scim", error="invalid_token"'],
    ['a made-up issued token', 'Bearer cib_e30.x', 401, 'Bearer realm="scim", error="invalid_token"'],
    ['no more than the word', 'Bearer ', 401, 'Bearer realm="scim"'],
  ])('%s', async (_name, authorization, expected, challenge) => {
    // Act
    const { status, headers, body } = await bench.call('GET', '/Users?count=0', undefined, {
      token: null,
      headers: { authorization },
    });

    // Assess
    expect(status).toBe(expected);
    expect(headers.get('www-authenticate')).toBe(challenge);
    if (expected === 401)
      expect(body).toMatchObject({ schemas: [ERROR], status: '401', detail: expect.any(String) });
  });

  it('not somebody without a credential, nor for a tenant that is not there', async () => {
    // Act
    const nobody = await bench.call('GET', '/Users', undefined, { token: null });
    const nowhere = await bench.call('GET', '/Users', undefined, { tenant: 'nowhere' });

    // Assess
    expect([nobody.status, nowhere.status]).toEqual([401, 401]);
  });

  it('a client with a token that the bridge issued to it, for this tenant and an hour', async () => {
    // Prepare
    async function grant(
      form: Record<string, string>,
      tenant = 'acme',
      headers: Record<string, string> = {},
    ) {
      const response = await fetch(`${bench.stack.url}/scim/${tenant}/oauth/token`, {
        method: 'POST',
        headers,
        body: new URLSearchParams(form),
      });
      return { status: response.status, body: Object(await response.json()) };
    }
    const client = { client_id: OAUTH_CLIENT.id, client_secret: OAUTH_CLIENT.secret };
    const basic = Buffer.from(`${OAUTH_CLIENT.id}:${OAUTH_CLIENT.secret}`).toString('base64');

    // Act
    const { status, body } = await grant({ grant_type: 'client_credentials', ...client });
    const token = String(body.access_token);
    const others = await Promise.all([
      grant({ grant_type: 'client_credentials' }, 'acme', { authorization: `Basic ${basic}` }),
      grant({ grant_type: 'password', ...client }),
      grant({ grant_type: 'client_credentials', ...client, client_secret: 'wrong' }),
      grant({ grant_type: 'client_credentials', ...client, client_id: 'wrong' }),
      grant({ grant_type: 'client_credentials' }),
      grant({ grant_type: 'client_credentials', ...client }, 'other'),
      grant({ grant_type: 'client_credentials', ...client }, 'nowhere'),
    ]);

    // Assess
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
    expect(others.map((it) => it.status)).toEqual([200, 400, 401, 401, 401, 401, 401]);
    expect((await bench.call('GET', '/Users?count=0', undefined, { token })).status).toBe(200);
    expect((await bench.call('GET', '/Users?count=0', undefined, { token: `${token}x` })).status).toBe(401);
    expect((await bench.call('GET', '/Users?count=0', undefined, { token, tenant: 'other' })).status).toBe(
      401,
    );
    const wrong = await fetch(`${bench.stack.url}/scim/acme/oauth/token`);
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('what is not there', () => {
  it.each([
    ['GET', '/Users/abc', undefined, 404],
    ['GET', '/Users/0', undefined, 404],
    ['GET', '/Users/-1', undefined, 404],
    ['GET', '/Users/%23', undefined, 404],
    ['GET', '/Users/1234567890123456', undefined, 404],
    ['GET', '/Users/12345678901234567890', undefined, 404],
    ['GET', '/Users/__proto__', undefined, 404],
    ['PUT', '/Users/999999', { userName: 'x@y.example' }, 404],
    ['PATCH', '/Users/999999', operations({ op: 'remove', path: 'title' }), 404],
    ['DELETE', '/Users/999999', undefined, 404],
    ['GET', '/Nothing', undefined, 404],
    ['GET', '/Users/1/2', undefined, 404],
    ['GET', '/.search/x', undefined, 404],
    ['GET', '/Schemas/urn:nothing', undefined, 404],
    ['GET', '/Groups/999', undefined, 404],
    ['GET', '/Groups/x', undefined, 404],
    ['GET', '', undefined, 404],
    ['GET', '/Me', undefined, 501],
    ['POST', '/Bulk', {}, 501],
    ['GET', '/Schemas?filter=id+pr', undefined, 403],
    ['POST', '/Schemas', {}, 405],
    ['DELETE', '/ServiceProviderConfig', undefined, 405],
    ['PUT', '/Users', {}, 405],
    ['OPTIONS', '/Users/1', undefined, 405],
    ['constructor', '/Users', undefined, 405],
    ['GET', '/.search', undefined, 405],
    ['GET', '/Users/.search', undefined, 405],
  ])('%s %s is answered in SCIM, and Clarus is not asked', async (method, path, body, expected) => {
    // Prepare
    bench.forget();

    // Act
    const reply = await bench.call(
      method === 'constructor' ? 'POST' : method,
      method === 'constructor' ? '/Schemas' : path,
      body,
    );

    // Assess
    expect(reply.status).toBe(expected);
    expect(reply.headers.get('content-type')).toBe('application/scim+json');
    expect(reply.body).toMatchObject({
      schemas: [ERROR],
      status: String(expected),
      detail: expect.any(String),
    });
    if (expected === 405) expect(reply.headers.get('allow')).toMatch(/GET|POST/);
    if (!path.startsWith('/Groups/9')) expect(bench.clarusCalls()).toEqual([]);
  });

  it('is a version that nobody speaks, and a place outside of it', async () => {
    // Act
    const headers = { authorization: `Bearer ${SCIM_TOKEN}` };
    const replies = await Promise.all(
      ['/scim/acme/v1/Users', '/scim/acme/other/Users', '/scim/acme'].map((path) =>
        fetch(`${bench.stack.url}${path}`, { headers }),
      ),
    );

    // Assess
    expect(
      await Promise.all(replies.map(async (it) => [it.status, Object(await it.json()).scimType])),
    ).toEqual([
      [400, 'invalidVers'],
      [404, undefined],
      [404, undefined],
    ]);
  });
});

describe('a base URL', () => {
  it.each([
    ['with a query string after which a client adds the path', '?aadOptscim062020/Users?filter='],
    ['whose query string has been given an equals sign', '?aadOptscim062020=/Users?filter='],
    ['with a slash at its end', '//Users?filter='],
    ['whose path ends in a slash', '/Users/?filter='],
  ])('%s works', async (_name, middle) => {
    // Prepare
    const user = await bench.created();
    const filter = `userName+eq+%22${encodeURIComponent(user.userName)}%22`;

    // Act
    const response = await fetch(`${bench.stack.url}/scim/acme/v2${middle}${filter}`, {
      headers: { authorization: `Bearer ${SCIM_TOKEN}` },
    });

    // Assess
    expect([response.status, Object(await response.json()).totalResults]).toEqual([200, 1]);
  });
});

describe('HEAD', () => {
  it.each(['/Users?count=1', '/Groups', '/Schemas', '/ServiceProviderConfig'])(
    'of %s is GET without the body',
    async (path) => {
      // Act
      const head = await bench.call('HEAD', path);
      const get = await bench.call('GET', path);

      // Assess
      expect([head.status, head.body]).toEqual([200, undefined]);
      expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    },
  );

  it('of a user has its version, and a client that has it is told so', async () => {
    // Prepare
    const user = await bench.created();

    // Act
    const head = await bench.call('HEAD', `/Users/${user.id}`);
    const headers = { 'if-none-match': user.meta.version };
    const seen = await bench.call('HEAD', `/Users/${user.id}`, undefined, { headers });

    // Assess
    expect([head.headers.get('etag'), seen.status]).toEqual([user.meta.version, 304]);
  });
});
