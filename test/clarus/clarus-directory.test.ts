import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { aClarusBench, type ClarusBench } from '../support/clarus.ts';
import { failureOf } from '../support/failure.ts';
import { type Answer, json, reset, text } from '../support/http-server.ts';

const ROUTE = 'POST /graphql';
const LEA = aNode({ id: 42, email: 'lea@acme.example', name: 'Lea Ver' });

/** A subdomain user's node: the user's own id is `id`, the subdomain user's is a hundred more. */
function aNode(user: Record<string, unknown> & { id: number | string }): unknown {
  return { id: Number(user.id) + 100, user };
}

/** One page of a connection. */
function aPage(root: string, nodes: readonly unknown[], next?: string): Answer {
  const edges = nodes.map((node) => ({ cursor: 'c', node }));
  const pageInfo = { hasNextPage: next !== undefined, endCursor: next ?? null };
  return json(200, { data: { [root]: { all: { edges, pageInfo } } } });
}

function users(...nodes: readonly unknown[]): Answer {
  return aPage('subdomain_users', nodes);
}

function roles(...nodes: readonly unknown[]): Answer {
  return aPage('roles', nodes);
}

const unknownField = json(200, { errors: [{ message: "Field 'is_active' doesn't exist on type 'User'" }] });

/** The queries that were sent. */
function queries({ server }: ClarusBench): { query: string; variables: Record<string, unknown> }[] {
  return server.requestsTo(ROUTE).map(({ body }) => JSON.parse(body));
}

describe('a user is looked up by address', () => {
  it('with a filter in any letter case, in the name of the tenant', async () => {
    // Prepare
    const bench = await aClarusBench();
    bench.server.answers(ROUTE, users(LEA));

    // Act
    const found = await bench.clarus.findUsers('lea@acme.example');

    // Assess
    expect(found).toEqual([{ id: '42', email: 'lea@acme.example', name: 'Lea Ver' }]);
    const [sent] = queries(bench);
    expect(sent?.query).toContain('query($filter: SubdomainUserFilterType');
    expect(sent?.query).toMatch(/subdomain_users \{ all\(filter: \$filter, first: \$first, after: \$after\)/);
    expect(sent?.variables).toEqual({
      filter: { user_email: { ilike: 'lea@acme.example' } },
      first: 50,
      after: null,
    });
    expect(bench.server.requestsTo(ROUTE)[0]?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'x-clarus-subdomain': 'acme',
      'content-type': 'application/json',
    });
  });

  it.each<[string, string, unknown[], string | undefined]>([
    ['the same address', 'lea@acme.example', [LEA], '42'],
    ['capitals asked for', 'Lea@ACME.example', [LEA], '42'],
    ['capitals in Clarus', 'lea@acme.example', [aNode({ id: 42, email: 'LEA@Acme.Example' })], '42'],
    ['an id in words', 'lea@acme.example', [aNode({ id: '42', email: 'lea@acme.example' })], '42'],
    ['nobody', 'lea@acme.example', [], undefined],
    ['an underscore', 'l_a@acme.example', [aNode({ id: 7, email: 'L_a@acme.example' })], '7'],
    ['somebody else, whatever the filter is taken for', 'l_a@acme.example', [LEA], undefined],
    [
      'the Kelvin sign in Clarus',
      'luka@acme.example',
      [aNode({ id: 8, email: 'lu\u212Aa@acme.example' })],
      undefined,
    ],
    [
      'the Kelvin sign asked for',
      'lu\u212Aa@acme.example',
      [aNode({ id: 8, email: 'luka@acme.example' })],
      undefined,
    ],
    ['somebody without an address', 'lea@acme.example', [aNode({ id: 42, email: null })], undefined],
    [
      'an address that goes on',
      'lea@acme.example',
      [aNode({ id: 1, email: 'lea@acme.example.uk' })],
      undefined,
    ],
  ])('%s', async (_, email, nodes, expected) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, users(...nodes));

    // Act
    const found = await clarus.findUsers(email);

    // Assess
    expect(found[0]?.id).toBe(expected);
  });

  it.each([
    ['l_a@acme.example', ['l_a@acme.example']],
    ['L_a@ACME.example', ['L_a@ACME.example', 'l_a@acme.example']],
    ['100%@acme.example', ['100%@acme.example']],
    ['%', ['%']],
    ['le\\a@acme.example', ['le\\a@acme.example']],
    ['LU\u212A_A@acme.example', ['LU\u212A_A@acme.example', 'lu\u212A_a@acme.example']],
  ])('and never with a wildcard: %s', async (email, asked) => {
    // Prepare
    const bench = await aClarusBench();
    bench.server.answers(ROUTE, users());

    // Act
    await bench.clarus.findUsers(email);

    // Assess
    expect(queries(bench)[0]?.variables.filter).toEqual({ user_email: { in: asked } });
  });

  it('and no pattern is ever sent that matches more than itself', async () => {
    const bench = await aClarusBench();
    bench.server.always(ROUTE, users());

    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.emailAddress()), async (email) => {
        await bench.clarus.findUsers(email);

        const { ilike = '', like = '' } = Object(Object(queries(bench).at(-1)?.variables.filter).user_email);
        expect(`${ilike}${like}`).not.toMatch(/[%_\\]/);
      }),
      { numRuns: 100 },
    );
  });

  it('and all who have it are found', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    const another = aNode({ id: 43, email: 'LEA@acme.example', is_active: false, role_id: 3 });
    server.answers(ROUTE, users(LEA, another, aNode({ id: 44, email: 'lea@acme.example.uk' })));

    // Act
    const found = await clarus.findUsers('lea@acme.example');

    // Assess
    expect(found).toEqual([
      { id: '42', email: 'lea@acme.example', name: 'Lea Ver' },
      { id: '43', email: 'LEA@acme.example', isActive: false, roleId: '3' },
    ]);
  });

  it.each([
    ['user', '42'],
    ['subdomain_user', '142'],
  ] as const)("and the id is the %s's where the tenant says so", async (userId, expected) => {
    // Prepare
    const { clarus, server } = await aClarusBench({ settings: { userId } });
    server.answers(ROUTE, users(LEA));

    // Act
    const found = await clarus.findUsers('lea@acme.example');

    // Assess
    expect(found[0]?.id).toBe(expected);
  });

  it('to the last page', async () => {
    // Prepare
    const bench = await aClarusBench();
    bench.server.answers(
      ROUTE,
      aPage('subdomain_users', [aNode({ id: 1, email: 'lxa@acme.example' })], 'cursor-1'),
      aPage('subdomain_users', [], 'cursor-2'),
      users(aNode({ id: 2, email: 'lea@acme.example' })),
    );

    // Act
    const found = await bench.clarus.findUsers('lea@acme.example');

    // Assess
    expect(found[0]?.id).toBe('2');
    expect(queries(bench).map(({ variables }) => variables.after)).toEqual([null, 'cursor-1', 'cursor-2']);
  });

  it('and not for ever: a connection without an end is an error', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.always(ROUTE, aPage('subdomain_users', [], 'the same again'));

    // Act
    const failure = await failureOf(() => clarus.findUsers('lea@acme.example'));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_response_malformed', retryable: false });
    expect(server.requestsTo(ROUTE)).toHaveLength(20);
  });

  it('and a connection that goes on without saying where is an error, not its end', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    const all = { edges: [], pageInfo: { hasNextPage: true, endCursor: null } };
    server.answers(ROUTE, json(200, { data: { subdomain_users: { all } } }));

    // Act
    const failure = await failureOf(() => clarus.findUsers('lea@acme.example'));

    // Assess
    expect(failure.code).toBe('clarus_response_malformed');
  });
});

describe('what Clarus may know beyond the documented fields', () => {
  it('is asked for and taken along', async () => {
    // Prepare
    const bench = await aClarusBench();
    const user = { id: 42, email: 'lea@acme.example', name: null, is_active: false, role_id: 3 };
    bench.server.answers(ROUTE, users(aNode(user)));

    // Act
    const found = await bench.clarus.findUsers('lea@acme.example');

    // Assess
    expect(queries(bench)[0]?.query).toContain('user { id name email is_active role_id }');
    expect(found).toEqual([{ id: '42', email: 'lea@acme.example', isActive: false, roleId: '3' }]);
  });

  it.each([
    ['200 with errors', unknownField],
    [
      '400',
      json(400, { errors: [{ message: 'Unknown field "role_id" on type User, unknown field "is_active"' }] }),
    ],
    ['422', json(422, { message: 'is_active is unknown' })],
  ])('is given up once Clarus refuses it (%s), and not asked for again', async (_, refused) => {
    // Prepare
    const bench = await aClarusBench();
    bench.server.answers(ROUTE, refused, users(LEA), users());

    // Act
    const first = await bench.clarus.findUsers('lea@acme.example');
    const second = await bench.clarus.findUsers('jo@acme.example');

    // Assess
    expect([first.map(({ id }) => id), second]).toEqual([['42'], []]);
    expect(queries(bench).map(({ query }) => query.includes('is_active'))).toEqual([true, false, false]);
  });

  it('is given up by all who asked at the same time', async () => {
    // Prepare
    const bench = await aClarusBench();
    bench.server.always(ROUTE, (response, request) =>
      (request.body.includes('is_active') ? unknownField : users(LEA))(response, request),
    );

    // Act
    const all = Array.from({ length: 10 }, () => bench.clarus.findUsers('lea@acme.example'));
    const found = await Promise.all(all);

    // Assess
    expect(new Set(found.map(([it]) => it?.id))).toEqual(new Set(['42']));
  });

  it('is given up field by field, and asked for again after ten minutes', async () => {
    // Prepare
    const bench = await aClarusBench();
    const asked = () => queries(bench).map(({ query }) => /user \{ ([\w ]+) \}/.exec(query)?.[1]);
    const [unknownRole, noUser] = [
      json(200, { errors: [{ message: "Field 'role_id' is not there" }] }),
      users(),
    ];
    bench.server.answers(ROUTE, unknownRole, unknownField, noUser, noUser, noUser);
    await bench.clarus.findUsers('lea@acme.example');

    // Act
    bench.clock.advance(599_999);
    await bench.clarus.findUsers('lea@acme.example');
    bench.clock.advance(1);
    await bench.clarus.findUsers('lea@acme.example');

    // Assess
    expect(asked()).toEqual([
      'id name email is_active role_id',
      'id name email is_active',
      'id name email',
      'id name email',
      'id name email is_active role_id',
    ]);
  });

  const aboutTheFilter = { message: 'bad filter for lea@acme.example' };

  it.each<[string, Answer, object]>([
    ['errors', json(200, { errors: [aboutTheFilter] }), { code: 'clarus_unavailable', retryable: true }],
    ['400', json(400, aboutTheFilter), { code: 'clarus_request_refused', retryable: false }],
  ])('is not given up for anything else that goes wrong: %s', async (_, answer, expected) => {
    // Prepare
    const bench = await aClarusBench();
    bench.server.answers(ROUTE, answer, users(LEA));

    // Act
    const failure = await failureOf(() => bench.clarus.findUsers('lea@acme.example'));
    await bench.clarus.findUsers('lea@acme.example');

    // Assess
    expect(failure).toMatchObject(expected);
    expect(failure.message).toContain('bad filter for [address]');
    expect(failure.message).not.toContain('lea@');
    expect(queries(bench).map(({ query }) => query.includes('is_active'))).toEqual([true, true]);
  });

  it('is not given up for ever by a Clarus that says so of fields it was not asked for', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.always(ROUTE, unknownField);

    // Act
    const failure = await failureOf(() => clarus.findUsers('lea@acme.example'));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_unavailable', retryable: true });
    expect(server.requestsTo(ROUTE)).toHaveLength(2);
  });
});

describe('users are read back by their addresses', () => {
  it('a hundred in one query', async () => {
    // Prepare
    const bench = await aClarusBench();
    const all = Array.from({ length: 100 }, (_, i) => ({ id: i + 1, email: `p${i}@acme.example` }));
    bench.server.answers(ROUTE, users(...all.map(aNode)));

    // Act
    const found = await bench.clarus.findUsersByEmail(all.map(({ email }) => email));

    // Assess
    expect(found.map(({ id, email }) => ({ id: Number(id), email }))).toEqual(all);
    const [sent] = queries(bench);
    const addresses = all.map(({ email }) => email);
    expect(sent?.variables).toEqual({ filter: { user_email: { in: addresses } }, first: 100, after: null });
  });

  it('in any letter case, and nobody else', async () => {
    // Prepare
    const bench = await aClarusBench();
    bench.server.answers(
      ROUTE,
      users(LEA, aNode({ id: 43, email: 'JO@acme.example' }), aNode({ id: 44, email: 'x@acme.example' })),
    );

    // Act
    const found = await bench.clarus.findUsersByEmail(['Lea@acme.example', 'jo@ACME.example']);

    // Assess
    expect(found.map(({ id }) => id)).toEqual(['42', '43']);
    expect(queries(bench)[0]?.variables.filter).toEqual({
      user_email: { in: ['Lea@acme.example', 'jo@ACME.example', 'lea@acme.example', 'jo@acme.example'] },
    });
  });
});

describe('all users are listed', () => {
  it('page by page, with what Clarus shows of each', async () => {
    // Prepare
    const bench = await aClarusBench();
    const jo = { id: 43, email: null, name: 'Jo Iner', is_active: true, role_id: 3 };
    bench.server.answers(ROUTE, aPage('subdomain_users', [LEA], 'cursor-1'), users(aNode(jo)));

    // Act
    const first = await bench.clarus.listUsers(70);
    const second = await bench.clarus.listUsers(70, first.next);

    // Assess
    expect(first).toEqual({
      users: [{ id: '42', email: 'lea@acme.example', name: 'Lea Ver' }],
      next: 'cursor-1',
    });
    expect(second).toEqual({
      users: [{ id: '43', email: '', name: 'Jo Iner', isActive: true, roleId: '3' }],
    });
    expect(queries(bench).map(({ variables }) => variables)).toEqual([
      { filter: {}, first: 70, after: null },
      { filter: {}, first: 70, after: 'cursor-1' },
    ]);
  });

  it('a hundred at a time at the most', async () => {
    const bench = await aClarusBench();
    bench.server.answers(ROUTE, users());

    await bench.clarus.listUsers(200);

    expect(queries(bench)[0]?.variables.first).toBe(100);
  });
});

describe('an answer to a query that is none', () => {
  it.each<[string, Answer]>([
    ['null', json(200, null)],
    ['no data', json(200, { data: null })],
    ['no such connection', json(200, { data: { subdomain_users: null } })],
    ['edges that are none', json(200, { data: { subdomain_users: { all: { edges: {}, pageInfo: {} } } } })],
    ['no page info', json(200, { data: { subdomain_users: { all: { edges: [] } } } })],
    ['nodes without ids', users({ user: { email: 'lea@acme.example' } })],
    ['ids that are none', users(aNode({ id: '4/2', email: 'lea@acme.example' }))],
  ])('is permanent: %s', async (_, answer) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, answer);

    // Act
    const failure = await failureOf(() => clarus.findUsers('lea@acme.example'));

    // Assess
    expect(failure).toMatchObject({ code: 'clarus_response_malformed', retryable: false });
  });

  it.each<[string, Answer, Partial<BridgeError>]>([
    ['404', json(404, {}), { code: 'clarus_request_refused', retryable: false, status: 404 }],
    ['429', text(429, '', { 'retry-after': '3' }), { code: 'clarus_throttled', retryAfter: 3_000 }],
    ['503', text(503, ''), { code: 'clarus_unavailable', retryable: true }],
    ['a broken connection', reset, { code: 'clarus_unreachable', retryable: true }],
  ])('is what it is of any request: %s', async (_, answer, expected) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, answer);

    // Act
    const failure = await failureOf(() => clarus.findUsers('lea@acme.example'));

    // Assess
    expect(failure).toMatchObject(expected);
  });

  it('never fails in another way than by a BridgeError', async () => {
    const { clarus, server } = await aClarusBench();
    const { body: aBody } = fc.letrec((tie) => ({
      body: fc.oneof(
        { maxDepth: 7 },
        fc.constantFrom(null, 'lea@acme.example', 42, '42', true),
        fc.array(tie('body'), { maxLength: 3 }),
        fc.record(
          {
            data: tie('body'),
            errors: tie('body'),
            subdomain_users: tie('body'),
            all: tie('body'),
            edges: tie('body'),
            node: tie('body'),
            user: tie('body'),
            id: tie('body'),
            email: tie('body'),
            pageInfo: fc.constant({ hasNextPage: false }),
          },
          { requiredKeys: [] },
        ),
      ),
    }));

    await fc.assert(
      fc.asyncProperty(aBody, async (body) => {
        server.always(ROUTE, json(200, body));

        const end = await clarus.findUsers('lea@acme.example').catch((error: unknown) => error);

        if (!(end instanceof BridgeError)) expect(end).toBeInstanceOf(Array);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a role is looked up by name', () => {
  it.each<[string, string, unknown, unknown[]]>([
    ['the same name', 'Picker', { ilike: 'Picker' }, [{ id: '3', name: 'Picker' }]],
    ['another case', 'PICKER', { ilike: 'PICKER' }, [{ id: 3, name: 'Picker' }]],
    [
      'without wildcards',
      'R_',
      { in: ['R_', 'r_'] },
      [
        { id: 9, name: 'RF' },
        { id: 3, name: 'r_' },
      ],
    ],
  ])('%s', async (_, name, filter, nodes) => {
    // Prepare
    const bench = await aClarusBench();
    bench.server.answers(ROUTE, roles(...nodes));

    // Act
    const id = await bench.clarus.findRole(name);

    // Assess
    expect(id).toBe(3);
    const [sent] = queries(bench);
    expect(sent?.query).toContain('query($filter: RoleFilterType');
    expect(sent?.query).toContain('edges { node { id name } }');
    expect(sent?.variables.filter).toEqual({ name: filter });
  });

  it('once, since roles keep their ids', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, roles({ id: 3, name: 'Picker' }));

    // Act
    const ids = [await clarus.findRole('Picker'), await clarus.findRole('picker')];

    // Assess
    expect(ids).toEqual([3, 3]);
  });

  it.each<[string, unknown[], string]>([
    ['none', [], 'no role'],
    ['none but like it', [{ id: 1, name: 'Pickers' }], 'no role'],
    [
      'two',
      [
        { id: 1, name: 'Picker' },
        { id: 2, name: 'PICKER' },
      ],
      'several roles',
    ],
  ])('and must be the only one: %s', async (_, nodes, told) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, roles(...nodes));

    // Act
    const failure = await failureOf(() => clarus.findRole('Picker'));

    // Assess
    expect(failure).toMatchObject({ code: 'role_unknown', retryable: false });
    expect(failure.message).toContain(`${told} named "Picker"`);
  });

  it('and one that was not there is looked for again', async () => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, roles(), roles({ id: 3, name: 'Picker' }));
    await failureOf(() => clarus.findRole('Picker'));

    // Act
    const id = await clarus.findRole('Picker');

    // Assess
    expect(id).toBe(3);
  });

  it.each([
    ['errors', json(200, { errors: [{ message: 'no' }] }), { code: 'clarus_unavailable', retryable: true }],
    ['400', text(400, ''), { code: 'clarus_request_refused', retryable: false }],
    ['roles without a name', roles({ id: 3 }), { code: 'clarus_response_malformed', retryable: false }],
  ])('and an answer that is none is an error: %s', async (_, answer, expected) => {
    // Prepare
    const { clarus, server } = await aClarusBench();
    server.answers(ROUTE, answer);

    // Act
    const failure = await failureOf(() => clarus.findRole('Picker'));

    // Assess
    expect(failure).toMatchObject(expected);
  });
});
