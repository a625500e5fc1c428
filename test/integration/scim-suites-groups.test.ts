import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPerson, aScimBench, operations, type ScimBench } from '../support/scim-bench.ts';

/** What public suites and foreign clients send to groups, as they showed it on the first edition (D3, D4, D6). */
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
/** A role with a name of its own, and the one to fall back to. */
const [CLIENT, FALLBACK] = [5, 4];

let bench: ScimBench;

beforeAll(async () => {
  bench = await aScimBench();
});
afterAll(() => bench.stop());

interface Member {
  id: string;
  userName: string;
}

async function aUser(): Promise<Member> {
  const { status, body } = await bench.call('POST', '/Users', aPerson());
  expect(status).toBe(201);
  return body;
}

async function twoMembers(): Promise<[Member, Member]> {
  const both: [Member, Member] = [await aUser(), await aUser()];
  const { status } = await patchGroup({
    op: 'add',
    path: 'members',
    value: both.map(({ id }) => ({ value: id })),
  });
  expect(status).toBe(204);
  return both;
}

function patchGroup(...all: unknown[]) {
  return bench.call('PATCH', `/Groups/${CLIENT}`, operations(...all));
}

function rolesOf(...members: Member[]): unknown[] {
  return members.map(({ id }) => bench.clarusUser(id)?.role_id);
}

describe('one of two members is removed (D3)', () => {
  it.each<[string, (member: Member) => unknown]>([
    ['by display', ({ userName }) => ({ op: 'remove', path: `members[display eq "${userName}"]` })],
    [
      'by display without quotes',
      ({ userName }) => ({ op: 'remove', path: `members[display eq ${userName}]` }),
    ],
    [
      'by display in another letter case',
      ({ userName }) => ({ op: 'remove', path: `members[display eq "${userName.toUpperCase()}"]` }),
    ],
    [
      'by $ref',
      ({ id }) => ({
        op: 'remove',
        path: `members[$ref eq "https://elsewhere.example/scim/v2/Users/${id}"]`,
      }),
    ],
    ['by a relative $ref', ({ id }) => ({ op: 'remove', path: `members[$ref eq "../Users/${id}"]` })],
    ['by value without quotes', ({ id }) => ({ op: 'remove', path: `members[value eq ${id}]` })],
    [
      'by display and type',
      ({ userName }) => ({ op: 'remove', path: `members[type eq "User" and display eq "${userName}"]` }),
    ],
    [
      'by members beside the path',
      ({ id }) => ({ op: 'remove', path: 'members', value: { members: [{ value: id }] } }),
    ],
    ['without a path', ({ id }) => ({ op: 'remove', value: { members: [{ value: id }] } })],
    ['at the URN', ({ id }) => ({ op: 'remove', path: GROUP, value: { members: [{ value: id }] } })],
    [
      'by the URN and the name',
      ({ id }) => ({ op: 'remove', path: `${GROUP}:members`, value: [{ value: id }] }),
    ],
    ['by a number', ({ id }) => ({ op: 'remove', path: 'members', value: [{ value: Number(id) }] })],
    ['by bare numbers', ({ id }) => ({ op: 'remove', path: 'members', value: [Number(id)] })],
    [
      'by display beside the path',
      ({ userName }) => ({ op: 'remove', path: 'members', value: [{ display: userName }] }),
    ],
    [
      'by $ref beside the path',
      ({ id }) => ({ op: 'remove', path: 'members', value: [{ $ref: `/Users/${id}` }] }),
    ],
  ])('%s', async (_name, operationFor) => {
    // Prepare
    const [goes, stays] = await twoMembers();

    // Act
    const { status, body } = await patchGroup(operationFor(goes));

    // Assess
    expect({ status, detail: body?.detail }).toEqual({ status: 204, detail: undefined });
    expect(rolesOf(goes, stays)).toEqual([FALLBACK, CLIENT]);
  });
});

describe('somebody is put into a group', () => {
  it.each<[string, (member: Member) => unknown]>([
    ['by a number', ({ id }) => ({ op: 'add', path: 'members', value: [{ value: Number(id) }] })],
    ['by $ref alone', ({ id }) => ({ op: 'add', path: 'members', value: [{ $ref: `/Users/${id}` }] })],
    ['by display alone', ({ userName }) => ({ op: 'add', path: 'members', value: { display: userName } })],
    [
      'by members beside the path',
      ({ id }) => ({ op: 'add', path: 'members', value: { members: [{ value: id }] } }),
    ],
    ['without a path', ({ id }) => ({ op: 'add', value: { members: [{ value: Number(id) }] } })],
  ])('%s', async (_name, operationFor) => {
    // Prepare
    const joins = await aUser();

    // Act
    const { status } = await patchGroup(operationFor(joins));

    // Assess
    expect([status, ...rolesOf(joins)]).toEqual([204, CLIENT]);
  });
});

describe('what cannot be done of a group’s members (D3)', () => {
  it.each<[string, unknown, string]>([
    ['a name that nobody has', { op: 'remove', path: 'members[display eq "Nobody Here"]' }, 'invalidValue'],
    ['an address that is no user’s', { op: 'remove', path: 'members[$ref eq "/Groups/5"]' }, 'invalidValue'],
    ['a name in part', { op: 'remove', path: 'members[display sw "per"]' }, 'invalidPath'],
    ['one of two names', { op: 'remove', path: 'members[display eq "a" or display eq "b"]' }, 'invalidPath'],
    [
      'names beside the path',
      { op: 'remove', path: 'members', value: [{ display: 'Nobody Here' }] },
      'invalidValue',
    ],
    ['nobody, without a path', { op: 'remove', value: { members: [] } }, 'noTarget'],
    ['something else, without a path', { op: 'remove', value: { displayName: 'x' } }, 'noTarget'],
  ])('is said of %s, and all stay', async (_name, operation, scimType) => {
    // Prepare
    const both = await twoMembers();

    // Act
    const { status, body } = await patchGroup(operation);

    // Assess
    expect([status, body.scimType]).toEqual([400, scimType]);
    expect(rolesOf(...both)).toEqual([CLIENT, CLIENT]);
  });

  it.each<[string, (member: Member) => unknown[]]>([
    ['an id', ({ id }) => [{ op: 'add', path: 'members', value: [{ value: '999999' }, { value: id }] }]],
    ['a name', ({ id }) => [{ op: 'add', path: 'members', value: [{ display: 'Nobody' }, { value: id }] }]],
    [
      'an id in an operation of its own',
      ({ id }) => [
        { op: 'add', path: 'members', value: [{ value: 'no-id' }] },
        { op: 'add', path: 'members', value: [{ value: id }] },
      ],
    ],
  ])('refuses none of the rest: %s of nobody', async (_name, operationsFor) => {
    // Prepare
    const [leaves] = await twoMembers();
    const joins = await aUser();

    // Act
    const { status, body } = await patchGroup(...operationsFor(joins), {
      op: 'remove',
      path: `members[value eq "${leaves.id}"]`,
    });

    // Assess
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
    expect(rolesOf(joins, leaves)).toEqual([CLIENT, FALLBACK]);
  });

  it('refuses none of the rest of a PUT', async () => {
    // Prepare
    const [stays, leaves] = await twoMembers();
    const joins = await aUser();

    // Act
    const { status } = await bench.call('PUT', `/Groups/${CLIENT}`, {
      displayName: 'Client',
      members: [{ value: Number(stays.id) }, { value: '999999' }, { $ref: `/Users/${joins.id}` }],
    });

    // Assess
    expect([status, ...rolesOf(stays, joins, leaves)]).toEqual([400, CLIENT, CLIENT, FALLBACK]);
  });
});

describe('the name of a group (D4)', () => {
  const path = `/Groups/${CLIENT}`;
  it.each<[string, string, unknown]>([
    ['without a path', 'PATCH', operations({ op: 'replace', value: { id: '5', displayName: 'Client 2' } })],
    ['by its path', 'PATCH', operations({ op: 'Replace', path: 'displayName', value: 'Client 2' })],
    [
      'under the URN',
      'PATCH',
      operations({ op: 'replace', value: { [GROUP]: { displayName: 'Client 2' } } }),
    ],
    ['by the URN and the name', 'PATCH', operations({ op: 'add', value: { [`${GROUP}:displayName`]: 'X' } })],
    ['by PUT', 'PUT', { displayName: 'Client 2' }],
    ['by PUT in another letter case', 'PUT', { displayname: 'Client 2' }],
  ])('that is another one is refused %s', async (_name, method, body) => {
    // Act
    const reply = await bench.call(method, path, body);

    // Assess
    expect([reply.status, reply.body.scimType]).toEqual([400, 'mutability']);
    expect((await bench.call('GET', `${path}?attributes=displayName`)).body.displayName).toBe('Client');
  });

  it.each<[string, string, unknown, number]>([
    [
      'without a path',
      'PATCH',
      operations({ op: 'replace', value: { id: '5', displayName: 'client' } }),
      204,
    ],
    ['by its path', 'PATCH', operations({ op: 'Replace', path: 'displayName', value: 'Client' }), 204],
    [
      'in a list of one',
      'PATCH',
      operations({ op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'Client' }] }),
      204,
    ],
    ['as null', 'PATCH', operations({ op: 'replace', value: { displayName: null } }), 204],
    ['by PUT', 'PUT', { schemas: [GROUP], displayName: 'Client' }, 200],
    ['by PUT, where it is left out', 'PUT', { externalId: 'g5' }, 200],
  ])('that is the same may be said %s', async (_name, method, body, expected) => {
    // Act & assess
    expect((await bench.call(method, path, body)).status).toBe(expected);
  });

  it('that is another one keeps nobody in who leaves', async () => {
    // Prepare
    const [goes, stays] = await twoMembers();

    // Act
    const { status } = await patchGroup(
      { op: 'replace', value: { displayName: 'Client 2' } },
      { op: 'remove', path: `members[value eq "${goes.id}"]` },
    );

    // Assess
    expect([status, ...rolesOf(goes, stays)]).toEqual([400, FALLBACK, CLIENT]);
  });
});

it('a group in which nobody is has an empty list of members, unless they are not asked for (D12)', async () => {
  // Act
  const [whole, without] = [
    await bench.call('GET', '/Groups/6'),
    await bench.call('GET', '/Groups/6?excludedAttributes=members'),
  ];

  // Assess
  expect([whole.body.members, without.body.members]).toEqual([[], undefined]);
});

it('the answer to a PATCH of a group says its type, without a body too (D6)', async () => {
  // Act
  const reply = await patchGroup({ op: 'replace', path: 'externalId', value: 'g-5' });
  const removed = await bench.call('DELETE', `/Users/${(await aUser()).id}`);

  // Assess
  expect([reply.status, reply.headers.get('content-type'), reply.body]).toEqual([
    204,
    'application/scim+json',
    undefined,
  ]);
  expect([removed.status, removed.headers.get('content-type')]).toEqual([204, null]);
});
