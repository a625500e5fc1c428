import { describe, expect, it } from 'vitest';
import { project, projection } from '../../../functions/scim/schema/projection.ts';
import { CORE, ENTERPRISE, GROUP, refusalOf, USER } from '../../support/scim-types.ts';

describe('a projection', () => {
  const lea = {
    schemas: [CORE],
    id: '42',
    userName: 'lea',
    name: { givenName: 'Lea', familyName: 'Ver' },
    emails: [{ value: 'lea@acme.example', type: 'work' }, { type: 'home' }],
    active: true,
    [ENTERPRISE]: { department: 'Outbound', manager: { value: '1', displayName: 'Sam' } },
  };

  it.each([
    [['emails.value'], undefined, { emails: [{ value: 'lea@acme.example' }] }],
    [['emails.display'], undefined, {}],
    [['emails.type', 'emails'], undefined, { emails: lea.emails }],
    [['name.middleName'], undefined, {}],
    [['userName.x'], undefined, {}],
    [['ACTIVE.x', 'Name.GivenName'], undefined, { name: { givenName: 'Lea' } }],
    [[`${CORE}:userName`], undefined, { userName: 'lea' }],
    [['nothing'], undefined, {}],
    [[], undefined, {}],
    [[ENTERPRISE.toUpperCase()], undefined, { [ENTERPRISE]: lea[ENTERPRISE] }],
    [[`${ENTERPRISE}:manager.value`], undefined, { [ENTERPRISE]: { manager: { value: '1' } } }],
    [
      undefined,
      ['userName', 'name', 'emails', 'active', `${ENTERPRISE}:manager`, 'schemas', 'id'],
      { [ENTERPRISE]: { department: 'Outbound' } },
    ],
    [
      undefined,
      ['userName', 'name.givenName', 'emails.value', 'active', ENTERPRISE],
      { name: { familyName: 'Ver' }, emails: [{ type: 'work' }, { type: 'home' }] },
    ],
    [
      undefined,
      ['name.givenName', 'name.familyName', 'emails.type', 'emails.value', `${ENTERPRISE}:department`],
      { userName: 'lea', active: true, [ENTERPRISE]: { manager: lea[ENTERPRISE].manager } },
    ],
  ])('to %j without %j', (only, without, expected) => {
    // Act & assess
    expect(project(USER, lea, projection([USER], only, without))).toEqual({
      schemas: [CORE],
      id: '42',
      ...expected,
    });
  });

  it('without names is the whole resource', () => {
    // Act & assess
    expect(project(USER, lea, projection([USER], undefined, undefined))).toBe(lea);
  });

  it('over several types knows the names of each', () => {
    // Act
    const wanted = projection([USER, GROUP], ['members', 'userName'], undefined);

    // Assess
    expect(project(USER, lea, wanted)).toEqual({ schemas: [CORE], id: '42', userName: 'lea' });
    expect(project(GROUP, { id: '1', displayName: 'x', members: [{ value: '42' }] }, wanted)).toEqual({
      id: '1',
      members: [{ value: '42' }],
    });
  });

  it('keeps what no schema knows any more: it was let in once', () => {
    // Act & assess
    expect(project(USER, { id: '1', old: 'x' }, projection([USER], ['userName'], undefined))).toEqual({
      id: '1',
      old: 'x',
    });
  });

  it('leaves out an extension that is none', () => {
    // Act & assess
    expect(
      project(USER, { id: '1', [ENTERPRISE]: 'x' }, projection([USER], ['userName'], undefined)),
    ).toEqual({
      id: '1',
    });
  });

  it.each([
    ['both kinds of names', ['id'], ['id']],
    ['too many names', Array(201).fill('id'), undefined],
  ])('of %s is refused', (_name, only, without) => {
    // Act & assess
    expect(refusalOf(() => projection([USER], only, without))).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
    });
  });
});
