import { describe, expect, it } from 'vitest';
import { attribute, complex } from '../../functions/scim/attribute.ts';
import { attributeValue } from '../../functions/scim/attribute-value.ts';
import { etagListed, weakEtag } from '../../functions/scim/etag.ts';
import { LENIENT, STRICT } from '../../functions/scim/leniencies.ts';
import { project, projection } from '../../functions/scim/projection.ts';
import { onePrimary, resourceFrom } from '../../functions/scim/resource-body.ts';
import { open, seal } from '../../functions/scim/sealed.ts';
import { NOW } from '../support/changes.ts';
import { CORE, ENTERPRISE, refusalOf, USER } from '../support/scim-types.ts';

describe('a value', () => {
  const whole = attribute('count', 'A number.', { type: 'integer' });
  const decimal = attribute('share', 'A number.', { type: 'decimal' });
  const time = attribute('since', 'A time.', { type: 'dateTime' });
  const texts = attribute('names', 'Texts.', { multiValued: true });
  const place = complex('place', 'A place.', [attribute('city', 'A city.')]);

  it.each([
    [whole, 5, 5],
    [decimal, 5.5, 5.5],
    [time, '2026-03-02T09:15:00Z', '2026-03-02T09:15:00Z'],
    [time, '2026-03-02T09:15+02:00', '2026-03-02T09:15+02:00'],
    [texts, ['a', null, 'b'], ['a', 'b']],
    [texts, [null], undefined],
    [place, { CITY: 'Ulm', other: 1 }, { city: 'Ulm' }],
    [place, { city: '' }, undefined],
    [place, null, undefined],
  ])('of $name may be %j', (of, sent, expected) => {
    // Act & assess
    expect(attributeValue(of, sent, LENIENT)).toEqual(expected);
  });

  it.each([
    [whole, 5.5],
    [whole, '5'],
    [decimal, '5'],
    [time, 'yesterday'],
    [time, '2026-99-99T00:00:00Z'],
    [time, 5],
    [place, 'Ulm'],
    [texts, [5]],
  ])('of $name may not be %j', (of, sent) => {
    // Act & assess
    expect(refusalOf(() => attributeValue(of, sent, LENIENT))).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
    });
  });
});

describe('a body', () => {
  it('has names in any letter case and extensions under their URNs; what is not its own is left out', () => {
    // Act
    const { resource, unknown } = resourceFrom(
      USER,
      {
        USERNAME: 'lea',
        ID: '1',
        'name.givenName': 'Lea',
        'emails[type eq "work"].value': 'x',
        [`${CORE}:title`]: 'Picker',
        [ENTERPRISE.toUpperCase()]: { DEPARTMENT: 'Outbound', nothing: 1 },
        constructor: 'x',
        'name.nothing': 'x',
      },
      {},
      LENIENT,
    );

    // Assess
    expect(resource).toEqual({
      userName: 'lea',
      name: { givenName: 'Lea' },
      title: 'Picker',
      [ENTERPRISE]: { department: 'Outbound' },
    });
    expect(unknown).toBe(3);
  });

  it('in strict mode has no paths for names', () => {
    // Act
    const { resource, unknown } = resourceFrom(
      USER,
      { userName: 'lea', 'name.givenName': 'Lea', [`${CORE}:title`]: 'x' },
      {},
      STRICT,
    );

    // Assess
    expect([resource, unknown]).toEqual([{ userName: 'lea' }, 2]);
  });

  it('keeps the first of several primaries', () => {
    // Act & assess
    expect(
      onePrimary([{ value: 'a' }, { value: 'b', primary: true }, { value: 'c', primary: true }]),
    ).toEqual([{ value: 'a' }, { value: 'b', primary: true }, { value: 'c', primary: false }]);
  });
});

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
    [['name.middleName'], undefined, {}],
    [['ACTIVE.x', 'Name.GivenName'], undefined, { name: { givenName: 'Lea' } }],
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
  ])('to %j without %j', (only, without, expected) => {
    // Act & assess
    expect(project(USER, lea, projection([USER], only, without))).toEqual({
      schemas: [CORE],
      id: '42',
      ...expected,
    });
  });
});

describe('an entity tag', () => {
  it('is of the content, whatever its order, and compared weakly', () => {
    // Prepare
    const tag = weakEtag({ a: 1, b: { c: 2, d: [3] } });

    // Act & assess
    expect(weakEtag({ b: { d: [3], c: 2 }, a: 1 })).toBe(tag);
    expect(weakEtag({ b: { d: [3], c: 2 }, a: 2 })).not.toBe(tag);
    expect([`"x", ${tag}`, tag.slice(2), '*', '"x"'].map((header) => etagListed(header, tag))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('what is sealed', () => {
  const key = Buffer.alloc(32, 1);
  const sealed = seal(key, { page: 2 }, NOW);

  it.each([
    ['in time', sealed, NOW - 1, key, { kind: 'good', content: { page: 2 } }],
    ['too late', sealed, NOW, key, { kind: 'expired' }],
    ['with another key', sealed, NOW - 1, Buffer.alloc(32, 2), { kind: 'forged' }],
    ['changed', `x${sealed}`, NOW - 1, key, { kind: 'forged' }],
    ['continued', `${sealed}.x`, NOW - 1, key, { kind: 'forged' }],
    ['empty', '', NOW - 1, key, { kind: 'forged' }],
    ['without its signature', sealed.split('.')[0] ?? '', NOW - 1, key, { kind: 'forged' }],
  ])('opens %s as it should', (_name, text, now, by, expected) => {
    // Act & assess
    expect(open(by, text, now)).toEqual(expected);
  });
});
