import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClarusSimulator,
  startClarusSimulator,
} from '../../../../local/simulators/clarus/clarus-simulator.ts';
import { type ClarusCaller, clarusCaller } from './clarus-caller.ts';

/** As the vendor documents it. */
const DOCUMENTED = `
  query($filter: SubdomainUserFilterType) {
    subdomain_users {
      all(filter: $filter) {
        edges { node { id user { id name email } } }
      }
    }
  }`;

describe('GraphQL in the Clarus simulator', () => {
  let clarus: ClarusSimulator;
  let call: ClarusCaller;

  beforeAll(async () => {
    clarus = await startClarusSimulator();
  });
  beforeEach(async () => {
    clarus.reset();
    call = await clarusCaller(clarus.url);
    clarus.setUsers([
      { id: 41, email: 'lea_ver@acme.example', name: 'Lea Ver', role_id: 3 },
      { id: 42, email: 'leaXver@acme.example', name: 'Lea X Ver' },
      { id: 43, email: 'Pat@acme.example', name: 'Pat 100%' },
    ]);
  });
  afterAll(() => clarus.stop());

  async function query(text: string, variables: Record<string, unknown> = {}) {
    const response = await call('POST', '/graphql', { query: text, variables });
    const { data, errors } = Object(await response.json());
    return { status: response.status, data, errors };
  }

  async function idsFor(filter: unknown): Promise<string[]> {
    const { data } = await query(DOCUMENTED, { filter });
    return data.subdomain_users.all.edges.map(
      (edge: { node: { user: { id: string } } }) => edge.node.user.id,
    );
  }

  it('answers the documented query: ids as texts, and two different ones', async () => {
    const answer = await query(DOCUMENTED, { filter: { user_email: { eq: 'lea_ver@acme.example' } } });

    expect(answer).toEqual({
      status: 200,
      errors: undefined,
      data: {
        subdomain_users: {
          all: {
            edges: [
              { node: { id: '9041', user: { id: '41', name: 'Lea Ver', email: 'lea_ver@acme.example' } } },
            ],
          },
        },
      },
    });
  });

  it.each([
    { filter: undefined, ids: ['41', '42', '43'] },
    { filter: null, ids: ['41', '42', '43'] },
    { filter: { user_email: { eq: 'pat@acme.example' } }, ids: [] },
    { filter: { user_email: { ilike: 'pat@ACME.example' } }, ids: ['43'] },
    { filter: { user_email: { ilike: 'lea_ver@acme.example' } }, ids: ['41', '42'] },
    { filter: { user_email: { ilike: 'lea\\_ver@acme.example' } }, ids: ['41'] },
    { filter: { user_email: { ilike: '%@acme.example' } }, ids: ['41', '42', '43'] },
    { filter: { user_email: { ilike: 'acme' } }, ids: [] },
    { filter: { user_email: { like: 'pat%' } }, ids: [] },
    { filter: { user_email: { like: 'Pat%' } }, ids: ['43'] },
    { filter: { user_email: { in: ['Pat@acme.example', 'nobody@acme.example'] } }, ids: ['43'] },
    { filter: { user_name: { between: ['Lea', 'Lea Z'] } }, ids: ['41', '42'] },
    { filter: { user_name: { ilike: '%100\\%' } }, ids: ['43'] },
    { filter: { user_email: { ilike: 'lea%' }, user_name: { like: '%X%' } }, ids: ['42'] },
  ])('finds $ids by $filter', async ({ filter, ids }) => {
    expect(await idsFor(filter)).toEqual(ids);
  });

  it('shows all who have one address, which only a seed can give to several', async () => {
    clarus.setUsers([
      { id: 43, email: 'Pat@acme.example' },
      { id: 7, email: 'pat@acme.example' },
      { id: 8, email: 'jo@acme.example' },
    ]);

    expect(await idsFor({ user_email: { ilike: 'PAT@acme.example' } })).toEqual(['7', '43']);
    expect(await idsFor({ user_email: { in: ['pat@acme.example', 'Pat@acme.example'] } })).toEqual([
      '7',
      '43',
    ]);
    expect(await idsFor({ user_email: { eq: 'pat@acme.example' } })).toEqual(['7']);
  });

  it('takes literals in place of variables, aliases and no keyword', async () => {
    const { data } = await query(
      '{ subdomain_users { found: all(first: 1, filter: {user_name: {in: ["Lea Ver"]}}) { edges { node { id } } } } }',
    );

    expect(data).toEqual({ subdomain_users: { found: { edges: [{ node: { id: '9041' } }] } } });
  });

  it('leads through all pages by their cursors', async () => {
    const text =
      'query Page($first: Int, $after: String) { subdomain_users { all(first: $first, after: $after) ' +
      '{ pageInfo { hasNextPage endCursor } edges { cursor node { id } } } } }';

    const first = (await query(text, { first: 2, after: null })).data.subdomain_users.all;
    const second = (await query(text, { first: 2, after: first.pageInfo.endCursor })).data.subdomain_users
      .all;

    expect(first.pageInfo).toEqual({ hasNextPage: true, endCursor: first.edges[1].cursor });
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect([...first.edges, ...second.edges].map((edge) => edge.node.id)).toEqual(['9041', '9042', '9043']);
  });

  it('gives 50 users a page, and 100 at most', async () => {
    clarus.setUsers(
      Array.from({ length: 150 }, (_, index) => ({ id: index + 1, email: `${index}@acme.example` })),
    );
    const text = (first: string) => `{ subdomain_users { all${first} { edges { node { id } } } } }`;

    const standard = await query(text(''));
    const most = await query(text('(first: 1000)'));

    expect(standard.data.subdomain_users.all.edges).toHaveLength(50);
    expect(most.data.subdomain_users.all.edges).toHaveLength(100);
  });

  it('lists roles, by name and by type', async () => {
    const text =
      'query ListRoles($filter: RoleFilterType) { roles { all(filter: $filter) { edges { node { id name } } } } }';

    const all = (await query(text)).data.roles.all.edges;
    const byName = (await query(text, { filter: { name: { ilike: 'supervisor' } } })).data.roles.all.edges;
    const byType = (await query(text, { filter: { role_type: { eq: 'admin' } } })).data.roles.all.edges;

    expect(all).toHaveLength(7);
    expect(byName).toEqual([{ node: { id: '2', name: 'Supervisor' } }]);
    expect(byType).toEqual([{ node: { id: '1', name: 'Admin' } }]);
  });

  it('does not know fields beyond the documented ones', async () => {
    const { status, data, errors } = await query(
      '{ subdomain_users { all { edges { node { user { id is_active } } } } } }',
    );

    expect(status).toBe(200);
    expect(data).toBeUndefined();
    expect(errors).toEqual([
      expect.objectContaining({ message: 'Cannot query field "is_active" on type "User".' }),
    ]);
  });

  it('knows them once they are switched on', async () => {
    await fetch(`${clarus.url}/_sim/options`, {
      method: 'PUT',
      body: JSON.stringify({ extendedFields: true }),
    });

    const { data } = await query(
      '{ subdomain_users { all(first: 1) { edges { node { user { is_active role_id string1 } } } } } }',
    );

    expect(data.subdomain_users.all.edges[0].node.user).toEqual({
      is_active: true,
      role_id: '3',
      string1: '',
    });
  });

  it.each([
    ['an unknown root', '{ users { id } }'],
    ['a missing selection', '{ subdomain_users { all } }'],
    ['a selection on a scalar', '{ roles { all { edges { node { id { x } } } } } }'],
    ['an unknown argument', '{ roles { all(last: 1) { edges { cursor } } } }'],
    ['an undeclared variable', '{ roles { all(first: $first) { edges { cursor } } } }'],
    [
      'a variable of another type',
      'query($f: RoleFilterType) { subdomain_users { all(filter: $f) { edges { cursor } } } }',
    ],
    [
      'a variable of an unknown type',
      'query($f: Text) { subdomain_users { all(filter: $f) { edges { cursor } } } }',
    ],
    ['a text where a number belongs', '{ roles { all(first: "2") { edges { cursor } } } }'],
    ['an unknown filter', '{ roles { all(filter: {id: {eq: "1"}}) { edges { cursor } } } }'],
    ['an unknown condition', '{ roles { all(filter: {name: {is: "1"}}) { edges { cursor } } } }'],
    ['an open brace', '{ roles { all { edges { cursor } }'],
    ['too many braces', '{ roles { all { edges { cursor } } } } }'],
    ['an empty selection', '{ roles { } }'],
    ['a mutation', 'mutation { roles { all { edges { cursor } } } }'],
    ['a fragment', '{ ...everything }'],
    ['an enum where a text belongs', '{ roles { all(after: LAST) { edges { cursor } } } }'],
    ['an open string', '{ roles { all(after: "x) { edges { cursor } } } }'],
    ['nothing', ''],
  ])('answers %s with 200 and errors', async (_, text) => {
    const { status, data, errors } = await query(text);

    expect(status).toBe(200);
    expect(data).toBeUndefined();
    expect(errors).toEqual(
      expect.arrayContaining([expect.objectContaining({ message: expect.any(String) })]),
    );
  });

  it.each([
    ['a page of no size', 'first: 0'],
    ['a cursor of its own making', 'after: "2"'],
    ['a range of one end', 'filter: {name: {between: ["A"]}}'],
  ])('answers %s with 200, errors and no page', async (_, given) => {
    const { status, data, errors } = await query(`{ roles { all(${given}) { edges { cursor } } } }`);

    expect(status).toBe(200);
    expect(data).toEqual({ roles: { all: null } });
    expect(errors).toEqual([expect.objectContaining({ path: ['roles', 'all'] })]);
  });

  it.each([
    ['an unknown filter', { id: { eq: '1' } }],
    ['an unknown condition', { user_email: { is: '1' } }],
    ['a number where a text belongs', { user_email: { eq: 1 } }],
  ])('refuses %s in a variable', async (_, filter) => {
    const { data, errors } = await query(DOCUMENTED, { filter });

    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
  });

  it('answers a body without a query with errors', async () => {
    const response = await call('POST', '/graphql', { text: 'query' });

    expect(await response.json()).toEqual({ errors: [{ message: 'No query string was present' }] });
  });
});
