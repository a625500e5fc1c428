import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/identity/json.ts';
import { resourceFrom } from '../../../functions/scim/change/body.ts';
import { LENIENT, STRICT } from '../../../functions/scim/schema/leniencies.ts';
import { checkResource } from '../../../functions/scim/schema/resource.ts';
import { HOME, LEA, lea, MANAGED, WORK } from '../../support/scim-patch.ts';
import { CLARUS, CORE, ENTERPRISE, GROUP, refusalOf, USER } from '../../support/scim-types.ts';

const put = (body: unknown, before = LEA, lenient = LENIENT, type = USER) =>
  resourceFrom(type, body, before, lenient);

describe('the schemas that a body names', () => {
  it.each<[string, unknown]>([
    ['are the core schema', [CORE]],
    ['are more than the core schema, in another letter case', [ENTERPRISE, CORE.toUpperCase()]],
    ['are none', []],
    ['are no list', null],
  ])('%s: it is taken', (_name, schemas) => {
    expect(put({ schemas, userName: 'lea' }, {}).resource).toEqual({ userName: 'lea' });
  });

  it.each([[['urn:foo']], [[GROUP.core.id]], [[ENTERPRISE, 7]]])('%j: it is another resource', (schemas) => {
    const refusal = refusalOf(() => put({ SCHEMAS: schemas, userName: 'lea' }, {}));

    expect(refusal).toMatchObject({ status: 400, scimType: 'invalidSyntax' });
  });
});

describe('a body', () => {
  it('has names in any letter case and extensions under their URNs; what is not its own is left out', () => {
    // Act
    const { resource, stated, unknown } = put(
      {
        USERNAME: 'lea',
        ID: '1',
        'name.givenName': 'Lea',
        'emails[type eq "work"].value': 'x',
        'emails.value': 'x',
        [`${CORE}:title`]: 'Picker',
        [ENTERPRISE.toUpperCase()]: { DEPARTMENT: 'Outbound', 'manager.value': '26', nothing: 1 },
        [`${CLARUS}:string1`]: 'x',
        constructor: 'x',
        'name.nothing': 'x',
        'name[': 'x',
      },
      {},
    );

    // Assess
    expect(resource).toEqual({
      userName: 'lea',
      name: { givenName: 'Lea' },
      title: 'Picker',
      [ENTERPRISE]: { department: 'Outbound', manager: { value: '26' } },
      [CLARUS]: { string1: 'x' },
    });
    expect(unknown).toBe(6);
    expect(stated.map(({ path: { attribute } }) => attribute.name)).toEqual([
      'userName',
      'name',
      'title',
      'department',
      'manager',
      'string1',
    ]);
  });

  it('in strict mode has no paths for names, neither with dots nor with URNs', () => {
    // Act
    const { resource, unknown } = put(
      {
        userName: 'lea',
        'name.givenName': 'Lea',
        [`${CORE}:title`]: 'x',
        [`${ENTERPRISE}:department`]: 'x',
        [ENTERPRISE]: {
          division: 'D',
          'manager.value': '26',
          [`${ENTERPRISE}:department`]: 'x',
          userName: 'x',
        },
      },
      {},
      STRICT,
    );

    // Assess
    expect([resource, unknown]).toEqual([{ userName: 'lea', [ENTERPRISE]: { division: 'D' } }, 6]);
  });

  it.each([
    [
      'null',
      { title: null, emails: null, name: null },
      { title: undefined, emails: undefined, name: undefined },
    ],
    [
      'an empty text',
      { title: '', emails: '', name: '' },
      { title: undefined, emails: undefined, name: undefined },
    ],
    [
      'an empty list',
      { title: [], emails: [], name: [] },
      { title: undefined, emails: undefined, name: undefined },
    ],
    ['null for a part by its path', { 'name.givenName': null }, { name: { familyName: 'Ver' } }],
    ['null for all parts', { name: { givenName: null } }, { name: undefined }],
    ['null for an extension', { [ENTERPRISE]: null }, { [ENTERPRISE]: undefined }],
    ['an empty text for an extension', { [ENTERPRISE]: '' }, { [ENTERPRISE]: undefined }],
    [
      'null in an extension',
      { [ENTERPRISE]: { manager: null } },
      { [ENTERPRISE]: { department: 'Outbound' } },
    ],
    [
      'values without their value',
      { emails: [{ value: '', type: 'work', primary: true }] },
      { emails: undefined },
    ],
    ['values that never had a value', { emails: [{ type: 'work', primary: true }] }, { emails: undefined }],
    [
      'an address of which all but the type is empty',
      { addresses: [{ type: 'home', country: null }] },
      { addresses: undefined },
    ],
    ['a list of null', { emails: [null] }, { emails: undefined }],
    [
      'a manager without a value',
      { [ENTERPRISE]: { manager: { value: '', displayName: 'Sam' } } },
      { [ENTERPRISE]: { department: 'Outbound' } },
    ],
  ])('clears by %s', (_name, body, expected) => {
    // Act & assess
    expect(put(body).resource).toEqual(lea(expected));
  });

  it.each([
    ['what is not mentioned', {}],
    ['an extension that is empty', { [ENTERPRISE]: {} }],
    ['parts of which nothing is known', { name: { nothing: 1 } }],
    ['active when it is null', { active: null }],
    ['active when it is an empty text', { active: '' }],
    ['active when it is an empty list', { active: [] }],
    ['active when it is a list of null', { active: [null] }],
  ])('keeps %s', (_name, body) => {
    // Act
    const { resource, stated } = put(body);

    // Assess
    expect(resource).toEqual(LEA);
    expect(stated.map(({ path: { attribute } }) => attribute.name)).not.toContain('active');
  });

  it.each([
    ['a complex value whole', { name: { formatted: 'Lea' } }, { name: { formatted: 'Lea' } }],
    [
      'a manager without the name of the one before',
      { [ENTERPRISE]: { 'manager.value': '27' } },
      { [ENTERPRISE]: { department: 'Outbound', manager: { value: '27' } } },
    ],
    [
      'a manager with a name alone',
      { [ENTERPRISE]: { manager: { displayName: 'Kim' } } },
      { [ENTERPRISE]: { department: 'Outbound', manager: { displayName: 'Kim' } } },
    ],
    [
      'the last of several primaries',
      { emails: [WORK, { ...HOME, primary: true }] },
      {
        emails: [
          { ...WORK, primary: false },
          { ...HOME, primary: true },
        ],
      },
    ],
    ['a primary that is sent twice', { emails: [WORK, WORK] }, { emails: [WORK] }],
    [
      'a primary beside one without a value',
      { emails: [HOME, { value: 'x@y.example', primary: true }, { type: 'work', primary: true }] },
      { emails: [HOME, { value: 'x@y.example', primary: true }] },
    ],
    ['one value of a list', { roles: 'Picker' }, { roles: [{ value: 'Picker' }] }],
    [
      'words for booleans',
      { active: 'False', emails: [{ ...HOME, primary: 'TRUE' }] },
      { active: false, emails: [{ ...HOME, primary: true }] },
    ],
    [
      'base64',
      { x509Certificates: [{ value: 'TUlJ' }, { value: 'QQ==' }] },
      { x509Certificates: [{ value: 'TUlJ' }, { value: 'QQ==' }] },
    ],
    ['an address with a type alone', { addresses: [{ type: 'home' }] }, { addresses: [{ type: 'home' }] }],
  ])('sets %s', (_name, body, expected) => {
    // Act & assess
    expect(put(body).resource).toEqual(lea(expected));
  });

  it('counts what is unknown within values too', () => {
    // Act & assess
    expect(put({ name: { givenName: 'Lea', x: 1 }, emails: [{ ...HOME, address: 'x', y: 1 }] }).unknown).toBe(
      3,
    );
  });

  it.each([
    [[]],
    ['x'],
    [null],
    [{ [ENTERPRISE]: 'x' }],
    [{ [ENTERPRISE]: [] }],
    [{ title: true }],
    [{ title: [['x']] }],
    [{ title: ['x', 'y'] }],
    [{ name: 'Lea Ver' }],
    [{ active: 'perhaps' }],
    [{ emails: [{ address: 'x' }] }],
    [{ emails: [{}] }],
    [{ emails: [['x']] }],
    [{ x509Certificates: [{ value: 'TUl' }] }],
    [{ x509Certificates: [{ value: 'TU=I' }] }],
  ])('is refused: %j', (body) => {
    // Act & assess
    expect(refusalOf(() => put(body))).toMatchObject({ status: 400, name: 'ScimError' });
  });

  it.each([
    ['values', { emails: Array(1001).fill({ value: 'x' }) }],
    ['members', Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`x${i}`, 1]))],
    [
      'members of an extension',
      { [ENTERPRISE]: Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`x${i}`, 1])) },
    ],
    ['characters', { title: 'x'.repeat(8193) }],
  ])('is refused with too many %s', (_name, body) => {
    // Act & assess
    expect(refusalOf(() => put(body))).toMatchObject({ status: 400, name: 'ScimError' });
  });

  it('of a group has its members by their ids', () => {
    // Act & assess
    expect(
      put({ displayName: 'x', members: [{ value: '7', display: 'Lea' }, '8', '7'] }, {}, LENIENT, GROUP)
        .resource,
    ).toEqual({ members: [{ value: '7' }, { value: '8' }] });
  });
});

describe('a resource', () => {
  const check = (resource: JsonObject) => () => checkResource(USER, resource);

  it.each([{}, { userName: '' }, { userName: ' \t\u00a0' }])('%j has no userName', (resource) => {
    // Act & assess
    expect(check(resource)).toThrow('userName is required.');
    expect(refusalOf(check(resource))).toMatchObject({ status: 400, scimType: 'invalidValue' });
  });

  it('is not larger than can be kept', () => {
    // Act & assess
    expect(check({ userName: 'a', active: true, title: 'x'.repeat(99_000) })).not.toThrow();
    expect(refusalOf(check({ userName: 'a', active: true, title: 'é'.repeat(50_000) }))).toMatchObject({
      status: 413,
    });
  });

  it('of a group needs nothing', () => {
    // Act & assess
    expect(() => checkResource(GROUP, {})).not.toThrow();
  });
});

describe('the schemas', () => {
  it('let clients write texts, booleans, references and binaries, and lists of complex values: the engine reads no more', () => {
    // Act
    const writable = [USER, GROUP]
      .flatMap(({ core, extensions }) => [core, ...extensions].flatMap(({ attributes }) => attributes))
      .filter(({ mutability }) => mutability !== 'readOnly');

    // Assess
    expect(writable.filter(({ type, multiValued }) => multiValued && type !== 'complex')).toEqual([]);
    const simple = writable.flatMap((it) => it.subAttributes ?? [it]);
    expect([...new Set(simple.map(({ type }) => type))].sort()).toEqual([
      'binary',
      'boolean',
      'reference',
      'string',
    ]);
    expect(simple.filter(({ multiValued }) => multiValued)).toEqual([]);
  });
});

describe("Entra's and Okta's POST", () => {
  it.each([
    [
      'Okta',
      {
        schemas: [CORE],
        userName: 'jo@acme.example',
        name: { givenName: 'Jo', familyName: 'Iner' },
        emails: [{ primary: true, value: 'jo@acme.example', type: 'work' }],
        displayName: 'Jo Iner',
        locale: 'en-US',
        externalId: '00u1',
        groups: [],
        password: 'x',
        active: true,
      },
      ['schemas', 'groups', 'password'],
    ],
    [
      'Entra',
      {
        schemas: [CORE, ENTERPRISE],
        externalId: 'b2c4',
        userName: 'jo@acme.example',
        active: true,
        emails: [{ primary: true, type: 'work', value: 'jo@acme.example' }],
        name: { formatted: 'Jo Iner', familyName: 'Iner', givenName: 'Jo' },
        [ENTERPRISE]: MANAGED,
        meta: { resourceType: 'User' },
        addresses: null,
        title: null,
        roles: [],
      },
      ['schemas', 'meta', 'addresses', 'title', 'roles'],
    ],
  ])('of %s is what it says', (_name, body, leftOut) => {
    // Act
    const { resource } = put(body, {});

    // Assess
    expect(resource).toEqual(
      Object.fromEntries(Object.entries(body).filter(([name]) => !leftOut.includes(name))),
    );
  });
});
