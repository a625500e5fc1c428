import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aPerson,
  aScimBench,
  OAUTH_CLIENT,
  OTHER_TOKEN,
  operations,
  PREVIOUS_SCIM_TOKEN,
  SCIM_TOKEN,
  type ScimBench,
} from '../support/scim-bench.ts';

const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CLARUS = 'urn:ietf:params:scim:schemas:extension:clarus:2.0:User';
/** Has a role that no client has given. */
const ADMIN = 200;
let bench: ScimBench;

beforeAll(async () => {
  bench = await aScimBench({
    mapping: { role_id: { expression: 'roles.value', table: { Supervisor: 2, Picker: 3 } }, string1: null },
  });
  bench.stack.clarus.setUsers(
    Array.from({ length: 230 }, (_, i) => ({
      id: i + 1,
      email: `p${i + 1}@acme.example`,
      name: `P ${i + 1}`,
      ...(i + 1 === ADMIN && { role_id: 1 }),
    })),
  );
});
afterAll(() => bench.stop());

async function created(but: Record<string, unknown> = {}) {
  const { status, body } = await bench.call('POST', '/Users', aPerson(but));
  expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
  bench.forget();
  return body;
}

describe('who may come in', () => {
  it.each([
    ['the token', `Bearer ${SCIM_TOKEN}`, 200],
    ['the token without the word', SCIM_TOKEN, 200],
    ['the word in another letter case', `bearer ${SCIM_TOKEN}`, 200],
    ['the token before the rotation', `Bearer ${PREVIOUS_SCIM_TOKEN}`, 200],
    ["another tenant's token", `Bearer ${OTHER_TOKEN}`, 401],
    ['a wrong token', 'Bearer nothing', 401],
    ['a made-up issued token', 'Bearer cib_e30.x', 401],
    ['no more than the word', 'Bearer ', 401],
  ])('%s', async (_name, authorization, expected) => {
    // Act
    const { status, headers, body } = await bench.call('GET', '/Users?count=0', undefined, {
      token: null,
      headers: { authorization },
    });

    // Assess
    expect(status).toBe(expected);
    expect(headers.get('www-authenticate')).toBe(expected === 401 ? 'Bearer realm="scim"' : null);
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

describe('a body', () => {
  it.each([
    ['that is no JSON', '{', {}, 400, 'invalidSyntax'],
    ['that is no object', '[]', {}, 400, 'invalidSyntax'],
    ['that is empty', '', {}, 400, 'invalidSyntax'],
    ['of another type', '<x/>', { 'content-type': 'application/xml' }, 415, undefined],
    ['that is too large', JSON.stringify({ userName: 'x'.repeat(500_000) }), {}, 413, undefined],
    ['without a userName', '{"displayName":"X"}', {}, 400, 'invalidValue'],
    ['without an address', '{"userName":"lea"}', {}, 400, 'invalidValue'],
    [
      'with a language that is none',
      JSON.stringify(aPerson({ preferredLanguage: '??' })),
      {},
      400,
      'invalidValue',
    ],
    [
      'with a role the mapping does not know',
      JSON.stringify(aPerson({ roles: ['Pirate'] })),
      {},
      400,
      'invalidValue',
    ],
  ])('%s is refused', async (_name, body, headers, expected, scimType) => {
    // Act
    const reply = await bench.call('POST', '/Users', body, { headers });

    // Assess
    expect([reply.status, reply.body.scimType]).toEqual([expected, scimType]);
    if (expected === 413) expect(reply.body.detail).toContain('400000');
  });

  it('of any JSON is answered in SCIM and never with a 5xx', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.constantFrom(['POST', '/Users'], ['POST', '/.search'], ['PATCH', '/Users/1'], ['PUT', '/Users/1']),
        async (value, [method = '', path = '']) => {
          const { status, body } = await bench.call(method, path, JSON.stringify(value));
          expect(status).toBeLessThan(500);
          expect(body.schemas).toEqual([ERROR]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(['application/json', 'application/scim+json', 'application/scim+json; charset=utf-8'])(
    'may be %s',
    async (type) => {
      // Act
      const { status, headers } = await bench.call('POST', '/Users', aPerson(), {
        headers: { 'content-type': type },
      });

      // Assess
      expect([status, headers.get('content-type')]).toEqual([201, 'application/scim+json']);
    },
  );
});

describe('discovery', () => {
  it('says what is so, also to somebody without a credential', async () => {
    // Act
    const { status, body } = await bench.call('GET', '/ServiceProviderConfig', undefined, { token: null });

    // Assess
    expect(status).toBe(200);
    expect(body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: expect.any(Number) },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      pagination: { cursor: true, index: true, maxPageSize: 200 },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    });
  });

  it('lists types and schemas, each to be had by itself', async () => {
    // Act
    const [types, schemas] = await Promise.all([
      bench.call('GET', '/ResourceTypes'),
      bench.call('GET', '/Schemas?startIndex=5'),
    ]);

    // Assess
    expect(types.body.Resources.map((it: { id: string }) => it.id)).toEqual(['User', 'Group']);
    const ids = schemas.body.Resources.map((it: { id: string }) => it.id);
    expect(ids).toHaveLength(7);
    for (const resource of [...types.body.Resources, ...schemas.body.Resources]) {
      const path = String(resource.meta.location).split('/v2')[1] ?? '';
      expect((await bench.call('GET', path)).body).toEqual(resource);
      if (resource.schema !== undefined) expect(ids).toContain(resource.schema);
    }
  });

  it('advertises no free text that the mapping makes of something else', async () => {
    // Act
    const { body } = await bench.call('GET', `/Schemas/${CLARUS.toUpperCase()}`);

    // Assess
    expect(body.attributes.map((it: { name: string }) => it.name)).toEqual([
      'string2',
      'string3',
      'string4',
      'string5',
    ]);
  });

  it('advertises what round-trips: every attribute that can be written comes back as it was', async () => {
    // Prepare
    const { body } = await bench.call('GET', '/Schemas');
    const [core, ...others] = body.Resources;
    const user = await created();
    const writable = [core, ...others.filter((it: { id: string }) => it.id.includes('extension'))].flatMap(
      (schema) =>
        schema.attributes
          .filter((it: { name: string; mutability: string }) => it.mutability === 'readWrite')
          .map((attribute: AttributeShown) => ({ attribute, path: `${schema.id}:${attribute.name}` })),
    );

    for (const { attribute, path } of writable) {
      // Act
      const value = attribute.name === 'userName' ? `${user.id}@other.example` : valueFor(attribute);
      const { status, body: written } = await bench.call(
        'PATCH',
        `/Users/${user.id}`,
        operations({ op: 'replace', path, value }),
      );

      // Assess
      expect({ path, status, detail: written.detail }).toEqual({ path, status: 200, detail: undefined });
      const shown = path.includes('extension')
        ? written[path.slice(0, path.lastIndexOf(':'))][attribute.name]
        : written[attribute.name];
      expect({ path, shown }).toEqual({ path, shown: value });
      expect((await bench.call('GET', `/Users/${user.id}`)).body).toEqual(written);
    }
    expect(writable.length).toBeGreaterThan(25);
  });
});

describe('a user of random values', () => {
  it('comes back as it was written, from POST, PUT and PATCH', async () => {
    // Prepare
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 15 })
      .filter((it) => it.isWellFormed() && it.trim() !== '');
    const simple = ['nickName', 'title', 'userType', 'locale', 'displayName', 'externalId', 'profileUrl'];
    const values = fc.record({
      ...Object.fromEntries(simple.map((name) => [name, word])),
      active: fc.boolean(),
      name: fc.record({ givenName: word, familyName: word, formatted: word, honorificPrefix: word }),
      timezone: fc.constantFrom(...Intl.supportedValuesOf('timeZone')),
      preferredLanguage: fc.constantFrom('de', 'en-GB', 'pt-BR'),
      phoneNumbers: fc.array(fc.record({ value: word, type: word, display: word }), {
        minLength: 1,
        maxLength: 3,
      }),
      [ENTERPRISE]: fc.record({ department: word, costCenter: word, manager: fc.record({ value: word }) }),
      [CLARUS]: fc.record({ string2: word, string5: word }),
    });

    await fc.assert(
      fc.asyncProperty(values, values, values, async (first, second, third) => {
        // Act
        const { userName, emails } = aPerson();
        const made = await bench.call('POST', '/Users', { userName, emails, ...first });
        const path = `/Users/${made.body.id}`;
        const put = await bench.call('PUT', path, { userName, emails, ...second });
        const patched = await bench.call('PATCH', path, operations({ op: 'replace', value: third }));

        // Assess
        expect([made.status, put.status, patched.status]).toEqual([201, 200, 200]);
        expect(made.body).toMatchObject({ userName, emails, ...first });
        expect(put.body).toMatchObject({ userName, emails, ...second });
        expect(patched.body).toMatchObject({ userName, emails, ...third });
        expect((await bench.call('GET', path)).body).toEqual(patched.body);
        expect(bench.clarusUser(made.body.id)).toMatchObject({
          name: Object(third).displayName,
          is_active: third.active,
          string5: third[CLARUS]?.string5,
        });
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});

interface AttributeShown {
  name: string;
  type: string;
  multiValued: boolean;
  mutability: string;
  canonicalValues?: string[];
  subAttributes?: AttributeShown[];
}

function valueFor({ type, multiValued, canonicalValues, subAttributes = [], name }: AttributeShown): unknown {
  const parts = subAttributes.filter((it) => it.mutability !== 'readOnly');
  const one =
    type === 'complex'
      ? Object.fromEntries(
          parts.map((part) => [
            part.name,
            name === 'emails' && part.name === 'value' ? 'a@b.example' : valueFor(part),
          ]),
        )
      : type === 'boolean'
        ? true
        : (canonicalValues?.[0] ?? `some ${name}`);
  return multiValued ? [one] : one;
}

describe('a list', () => {
  it.each([
    ['', { startIndex: 1, itemsPerPage: 100 }],
    ['startIndex=1&count=2', { startIndex: 1, itemsPerPage: 2 }],
    ['startIndex=0&count=1', { startIndex: 1, itemsPerPage: 1 }],
    ['startIndex=-5&count=1', { startIndex: 1, itemsPerPage: 1 }],
    ['count=0', { itemsPerPage: 0, Resources: [] }],
    ['count=-1', { itemsPerPage: 0, Resources: [] }],
    ['count=999999', { itemsPerPage: 200 }],
    ['startIndex=99999', { startIndex: 99999, itemsPerPage: 0, Resources: [] }],
    ['aadOptscim062020&count=1&unknown=x', { itemsPerPage: 1 }],
    ['STARTINDEX=3&COUNT=1', { startIndex: 3, itemsPerPage: 1 }],
  ])('with %s', async (query, expected) => {
    // Act
    const { status, body } = await bench.call('GET', `/Users?${query}`);

    // Assess
    expect(status).toBe(200);
    expect(body).toMatchObject(expected);
    expect(body.totalResults).toBeGreaterThanOrEqual(230);
    expect(body.Resources).toHaveLength(body.itemsPerPage);
  });

  it.each([
    ['startIndex=x', 'invalidValue'],
    ['count=1.5', 'invalidValue'],
    ['cursor=&count=x', 'invalidCount'],
    ['cursor=forged', 'invalidCursor'],
    ['cursor=e30.AAAA', 'invalidCursor'],
    ['filter=userName+eq', 'invalidFilter'],
    ['filter=', 'invalidFilter'],
    ['attributes=userName&excludedAttributes=name', 'invalidValue'],
    [`attributes=${'a,'.repeat(300)}`, 'invalidValue'],
  ])('with %s is refused', async (query, scimType) => {
    // Act & assess
    expect(await bench.call('GET', `/Users?${query}`)).toMatchObject({ status: 400, body: { scimType } });
  });

  it.each([
    ['by index', (page: number) => `startIndex=${page * 90 + 1}&count=90`],
    ['by index of a filter', (page: number) => `startIndex=${page * 90 + 1}&count=90&filter=active+pr`],
  ])('%s shows every user once, in the same order', async (_name, query) => {
    // Act
    const pages = await Promise.all([0, 1, 2, 3].map((page) => bench.call('GET', `/Users?${query(page)}`)));

    // Assess
    const ids = pages.flatMap(({ body }) => body.Resources.map((it: { id: string }) => Number(it.id)));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(pages[0]?.body.totalResults);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });

  it.each(['', '&filter=userName+sw+%22p%22'])(
    'by cursor%s walks to the end, each cursor for its own query and caller alone',
    async (filter) => {
      // Act
      const ids: string[] = [];
      let cursor = '';
      for (let page = 0; page < 10; page++) {
        const { body } = await bench.call('GET', `/Users?count=60&cursor=${cursor}${filter}`);
        ids.push(...body.Resources.map((it: { id: string }) => it.id));
        if (body.nextCursor === undefined) break;
        cursor = body.nextCursor;
        expect(cursor).toMatch(/^[\w.~-]+$/);
      }

      // Assess
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(230);
      const otherQuery = await bench.call('GET', `/Users?cursor=${cursor}&filter=title+pr`);
      const otherTenant = await bench.call('GET', `/Users?cursor=${cursor}${filter}`, undefined, {
        tenant: 'other',
        token: OTHER_TOKEN,
      });
      expect([otherQuery.body.scimType, otherTenant.body.scimType]).toEqual([
        'invalidCursor',
        'invalidCursor',
      ]);
    },
  );

  it('by .search is the same as by URL, and at the root has groups too', async () => {
    // Prepare
    const user = await created();
    const search = {
      schemas: [SEARCH],
      filter: `userName eq "${user.userName}"`,
      startIndex: 1,
      count: 10,
      attributes: ['userName'],
    };

    // Act
    const [users, root, groups, all, wrong, typed, list] = await Promise.all([
      bench.call('POST', '/Users/.search', search),
      bench.call('POST', '/.search', search),
      bench.call('POST', '/.search', { schemas: [SEARCH], filter: 'displayName eq "picker"' }),
      bench.call('POST', '/.search', {
        schemas: [SEARCH],
        excludedAttributes: ['members'],
        startIndex: null,
        count: 3,
        attributes: [],
      }),
      bench.call('POST', '/.search', { filter: 'title pr' }),
      bench.call('POST', '/.search', { schemas: [SEARCH], filter: {} }),
      bench.call('POST', '/.search', { schemas: [SEARCH], attributes: 'x' }),
    ]);

    // Assess
    expect(users.body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: user.id, userName: user.userName }],
    });
    expect(Object.keys(users.body.Resources[0]).sort()).toEqual(['id', 'schemas', 'userName']);
    expect(root.body).toEqual(users.body);
    expect(groups.body).toMatchObject({ totalResults: 1, Resources: [{ id: '3', displayName: 'Picker' }] });
    expect(all.body).toMatchObject({ itemsPerPage: 3 });
    expect([wrong, typed, list].map(({ body }) => body.scimType)).toEqual([
      'invalidSyntax',
      'invalidValue',
      'invalidValue',
    ]);
  });

  it.each([
    ['userName+eq+%22{email}%22', 1],
    ['userName%20eq%20%22{email}%22', 1],
    ['externalId eq "{externalId}"', 1],
    ['externalId eq "{externalId}" and active eq true', 1],
    ['externalId eq "{externalId}" and active eq false', 0],
    ['userName eq "{email}" or externalId eq "{externalId}"', 1],
    ['id eq "{id}"', 1],
    ['userName eq "{email}x"', 0],
    ['userName eq "5e2c0d1a-1111-4222-8333-944455556666"', 0],
    ['emails[type eq "work"].value eq "x"', -1],
    ['not (userName ne "{email}")', 1],
    ['name.familyName eq "nobody at all"', 0],
  ])('filtered by %s', async (template, expected) => {
    // Prepare
    const user = await created();
    const filter = template
      .replaceAll('{email}', user.userName)
      .replaceAll('{externalId}', user.externalId)
      .replaceAll('{id}', user.id);

    // Act
    const { status, body } = await bench.call('GET', `/Users?filter=${filter}`);

    // Assess
    expect(expected < 0 ? status : body.totalResults).toBe(expected < 0 ? 400 : expected);
  });
});

describe('what is shown of a user', () => {
  it.each([
    ['attributes=userName', ['id', 'schemas', 'userName']],
    ['attributes=USERNAME,name.familyName', ['id', 'name', 'schemas', 'userName']],
    [`attributes=${ENTERPRISE}:department`, ['id', 'schemas', ENTERPRISE]],
    [`attributes=${ENTERPRISE}`, ['id', 'schemas', ENTERPRISE]],
    ['attributes=nothing', ['id', 'schemas']],
    [
      `excludedAttributes=id,meta,emails,name,displayName,externalId,locale,groups,${ENTERPRISE}`,
      ['active', 'id', 'schemas', 'userName'],
    ],
    [
      'excludedAttributes=emails.type,emails.primary,meta,name,displayName,externalId,locale,groups',
      ['active', 'emails', 'id', 'schemas', ENTERPRISE, 'userName'],
    ],
  ])('with %s, on each of the six operations', async (query, keys) => {
    // Prepare
    const enterprise = { [ENTERPRISE]: { department: 'D', manager: { value: '1' } } };
    const person = aPerson(enterprise);

    // Act
    const made = await bench.call('POST', `/Users?${query}`, person);
    const path = `/Users/${made.body.id}?${query}`;
    const replies = [
      made,
      await bench.call('GET', path),
      await bench.call('PUT', path, person),
      await bench.call('PATCH', path, operations({ op: 'replace', value: { active: true } })),
    ];
    const list = await bench.call('GET', `/Users?filter=id+eq+%22${made.body.id}%22&${query}`);
    const search = await bench.call('POST', '/Users/.search', {
      schemas: [SEARCH],
      filter: `id eq "${made.body.id}"`,
      ...Object.fromEntries(
        query.split('&').map((it) => [it.split('=')[0], String(it.split('=')[1]).split(',')]),
      ),
    });

    // Assess
    const shown = [...replies.map(({ body }) => body), list.body.Resources[0], search.body.Resources[0]];
    for (const resource of shown) expect(Object.keys(resource).sort()).toEqual(keys.toSorted());
  });
});

describe('versions', () => {
  it('guard a write and save a read', async () => {
    // Prepare
    const user = await created();
    const path = `/Users/${user.id}`;
    const etag = user.meta.version;
    const rename = operations({ op: 'replace', path: 'displayName', value: 'Renamed' });

    // Act
    const read = await bench.call('GET', path);
    const unchanged = await bench.call('GET', path, undefined, { headers: { 'if-none-match': etag } });
    const written = await bench.call('PATCH', path, rename, { headers: { 'if-match': etag } });
    const late = await Promise.all([
      bench.call('PATCH', path, rename, { headers: { 'if-match': etag } }),
      bench.call('PUT', path, user, { headers: { 'if-match': etag } }),
      bench.call('DELETE', path, undefined, { headers: { 'if-match': etag } }),
    ]);
    const changed = await bench.call('GET', path, undefined, { headers: { 'if-none-match': etag } });
    const any = await bench.call('PATCH', path, rename, { headers: { 'if-match': '*' } });

    // Assess
    expect([read.headers.get('etag'), read.headers.get('location')]).toEqual([etag, user.meta.location]);
    expect([unchanged.status, unchanged.body]).toEqual([304, undefined]);
    expect(written.status).toBe(200);
    expect(written.headers.get('etag')).toBe(written.body.meta.version);
    expect(late.map(({ status }) => status)).toEqual([412, 412, 412]);
    expect([changed.status, any.status]).toEqual([200, 200]);
  });
});

describe('PUT', () => {
  it('keeps what it does not mention, clears what it says is empty, ignores what is not its own', async () => {
    // Prepare
    const user = await created({
      title: 'Picker',
      nickName: 'Pip',
      preferredLanguage: 'de',
      [CLARUS]: { string2: 'x' },
    });
    expect(bench.clarusUser(user.id)).toMatchObject({ language: 'de', string2: 'x' });

    // Act
    const { status, body } = await bench.call('PUT', `/Users/${user.id}`, {
      id: '1',
      meta: { created: 'x' },
      groups: [{ value: '1' }],
      userName: user.userName,
      title: null,
      preferredLanguage: '',
      'name.givenName': 'Pia',
      'emails.value': 'ignored',
      [CLARUS]: { string2: null },
    });

    // Assess
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: user.id,
      nickName: 'Pip',
      name: { givenName: 'Pia', familyName: user.name.familyName },
    });
    expect([body.title, body.preferredLanguage, body[CLARUS]]).toEqual([undefined, undefined, undefined]);
    expect(bench.clarusUser(user.id)).toMatchObject({ language: '', string2: '', is_active: true });
  });
});

describe('groups', () => {
  it('are the roles; who becomes a member gets the role, who leaves falls back', async () => {
    // Prepare
    const [lea, pat] = [await created(), await created()];
    const { call } = bench;
    const found = await call('GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22client%22');
    expect(found.body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: '5', displayName: 'Client' }],
    });

    // Act & assess: added the Okta way and the Entra way.
    const added = await call(
      'PATCH',
      '/Groups/5',
      operations({
        op: 'Add',
        path: 'members',
        value: [
          { $ref: null, value: lea.id },
          { value: pat.id, display: null },
        ],
      }),
    );
    expect(added.status).toBe(204);
    expect([bench.clarusUser(lea.id)?.role_id, bench.clarusUser(pat.id)?.role_id]).toEqual([5, 5]);
    const group = await call('GET', '/Groups/5');
    expect(group.body.members.map((it: { value: string }) => it.value)).toEqual([lea.id, pat.id]);
    expect(Date.parse(group.body.meta.lastModified)).toBeGreaterThan(
      Date.parse(found.body.Resources[0].meta.lastModified),
    );
    expect((await call('GET', `/Users/${lea.id}`)).body.groups).toMatchObject([{ value: '5' }]);
    expect((await call('GET', '/Groups/5?excludedAttributes=members')).body.members).toBeUndefined();

    // A rename leaves the members; nothing is asked of Clarus.
    bench.forget();
    const renamed = await call(
      'PATCH',
      '/Groups/5?attributes=displayName,members',
      operations({ op: 'replace', value: { id: '5', displayName: 'Other' } }),
    );
    expect([renamed.status, renamed.body.displayName, renamed.body.members.length]).toEqual([
      200,
      'Client',
      2,
    ]);
    expect(bench.clarusCalls().filter((it) => it.startsWith('PATCH'))).toEqual([]);

    // The later role wins, and a member that leaves gets the tenant's default.
    await call('PATCH', '/Groups/6', operations({ op: 'add', path: 'members', value: [{ value: lea.id }] }));
    expect(bench.clarusUser(lea.id)?.role_id).toBe(6);
    await call('PUT', '/Groups/5', { displayName: 'Client', members: [] });
    expect([bench.clarusUser(lea.id)?.role_id, bench.clarusUser(pat.id)?.role_id]).toEqual([6, 4]);
    const removed = await call(
      'PATCH',
      '/Groups/6',
      operations({ op: 'remove', path: `members[value eq "${lea.id}"]` }),
    );
    expect(removed.status).toBe(204);
    expect(bench.clarusUser(lea.id)?.role_id).toBe(4);
  });

  it('keep the externalId of the client, and guard a write by their version', async () => {
    // Prepare
    const { call } = bench;
    const [member] = [await created()];
    await call('PATCH', '/Groups/3', operations({ op: 'Replace', path: 'externalId', value: 'ext-3' }));

    // Act
    const found = await call('GET', '/Groups?filter=externalId+eq+%22ext-3%22');
    const { headers } = await call('GET', '/Groups/3');
    const version = String(headers.get('etag'));
    const seen = await call('GET', '/Groups/3', undefined, { headers: { 'if-none-match': version } });
    const join = operations({ op: 'add', path: 'members', value: [{ value: member.id }] });
    const right = await call('PATCH', '/Groups/3', join, { headers: { 'if-match': version } });
    const wrong = await call('PATCH', '/Groups/3', join, { headers: { 'if-match': version } });

    // Assess
    expect(found.body.Resources).toMatchObject([{ id: '3', externalId: 'ext-3' }]);
    expect([seen.status, right.status, wrong.status]).toEqual([304, 204, 412]);
  });

  it('let go of somebody whose role Clarus alone knows', async () => {
    // Act
    const gone = await bench.call(
      'PATCH',
      '/Groups/1',
      operations({ op: 'remove', path: `members[value eq "${ADMIN}"]` }),
    );

    // Assess
    expect([gone.status, bench.clarusUser(ADMIN)?.role_id]).toEqual([204, 4]);
  });

  it('cannot be made, removed, or filled with strangers', async () => {
    // Act
    const replies = await Promise.all([
      bench.call('POST', '/Groups', { displayName: 'picker' }),
      bench.call('POST', '/Groups', { displayName: 'New' }),
      bench.call('DELETE', '/Groups/2'),
      bench.call(
        'PATCH',
        '/Groups/2',
        operations({ op: 'add', path: 'members', value: [{ value: '999999' }] }),
      ),
    ]);

    // Assess
    expect(replies.map(({ status }) => status)).toEqual([409, 403, 403, 400]);
  });

  it('are an empty list where the tenant has turned them off', async () => {
    // Act
    const there = { tenant: 'other', token: OTHER_TOKEN };
    const list = await bench.call('GET', '/Groups?startIndex=1&count=100', undefined, there);
    const one = await bench.call('GET', '/Groups/2', undefined, there);
    const made = await bench.call('POST', '/Groups', { displayName: 'New' }, there);

    // Assess
    expect(list).toMatchObject({
      status: 200,
      body: { totalResults: 0, itemsPerPage: 0, startIndex: 1, Resources: [] },
    });
    expect([one.status, made.status]).toEqual([404, 403]);
  });
});

describe('a base URL with a query string', () => {
  it('works when a client adds the path after it', async () => {
    // Prepare
    const user = await created();

    // Act
    const response = await fetch(
      `${bench.stack.url}/scim/acme/v2?aadOptscim062020/Users?filter=userName+eq+%22${user.userName}%22`,
      {
        headers: { authorization: SCIM_TOKEN },
      },
    );

    // Assess
    expect(await response.json()).toMatchObject({ totalResults: 1, Resources: [{ id: user.id }] });
  });
});

describe('Clarus failing', () => {
  it.each([
    ['the look for the address', '/graphql', 503],
    ['the creation', '/api/users', 500],
    ['the creation, throttled', '/api/users', 429],
  ])('at %s is told, and the same POST succeeds later', async (_name, path, status) => {
    // Prepare
    const person = aPerson();
    bench.stack.clarus.addFault({ path, status, count: 1 });

    // Act
    const first = await bench.call('POST', '/Users', person);
    const second = await bench.call('POST', '/Users', person);

    // Assess
    expect(first.status).toBe(status === 429 ? 429 : 503);
    expect(first.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(second.status).toBe(201);
  });

  it('with an answer that never came: the repeated POST takes the user that was created', async () => {
    // Prepare
    const person = aPerson();
    bench.stack.clarus.setUsers([
      ...bench.stack.clarus.users(),
      { id: 5000, email: 'unrelated@acme.example' },
    ]);
    bench.stack.clarus.addFault({ path: '/api/users', drop: true, count: 1 });

    // Act
    const first = await bench.call('POST', '/Users', person);
    bench.stack.clarus.setUsers([...bench.stack.clarus.users(), { id: 5001, email: person.userName }]);
    const second = await bench.call('POST', '/Users', person);

    // Assess
    expect([first.status, second.status, second.body.id]).toEqual([503, 201, '5001']);
    expect(bench.clarusUser('5001')?.name).toBe(person.displayName);
  });
});
