import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePath } from '../../../functions/scim/filter/parser.ts';
import { CORE, ENTERPRISE, GROUP, refusalOf, USER } from '../../support/scim-types.ts';

describe('a path', () => {
  it.each([
    ['members', GROUP, { attribute: 'members' }],
    ['name.familyName', USER, { attribute: 'name', sub: 'familyName' }],
    ['addresses[type eq "work"]', USER, { attribute: 'addresses', filter: 'compare' }],
    ['members[value eq "26"].display', GROUP, { attribute: 'members', filter: 'compare', sub: 'display' }],
    ['emails[type eq"work"].value', USER, { attribute: 'emails', filter: 'compare', sub: 'value' }],
    [`${CORE}:USERNAME`, USER, { attribute: 'userName' }],
    [
      `${ENTERPRISE}:manager.displayName`,
      USER,
      { attribute: 'manager', sub: 'displayName', extension: ENTERPRISE },
    ],
    [`${CORE}:externalId`, USER, { attribute: 'externalId' }],
  ])('%s leads there', (text, type, expected) => {
    // Act
    const { attribute, sub, filter, extension } = parsePath(type, text);

    // Assess
    expect({
      attribute: attribute.name,
      ...(sub && { sub: sub.name }),
      ...(filter && { filter: filter.kind }),
      ...(extension && { extension }),
    }).toEqual(expected);
  });

  it.each([
    ['', 'invalidPath'],
    ['nothing', 'invalidPath'],
    ['__proto__', 'invalidPath'],
    ['__proto__.polluted', 'invalidPath'],
    ['constructor.prototype.polluted', 'invalidPath'],
    ['name.__proto__.x', 'invalidPath'],
    ['toString', 'invalidPath'],
    ['userName eq "x"', 'invalidPath'],
    ['emails[type eq "work"].nothing', 'invalidPath'],
    ['emails[type eq "work"] .value', 'invalidPath'],
    ['emails[type eq "work"]value', 'invalidPath'],
    ['emails[type eq work]', 'invalidFilter'],
    ['emails[type eq"work"and value pr]', 'invalidFilter'],
    ['emails.value.x', 'invalidPath'],
    ['emails[type eq "work"', 'invalidFilter'],
    [`${ENTERPRISE}:manager[value pr]`, 'invalidPath'],
    ['emails[__proto__ pr]', 'invalidFilter'],
    ['userName[type pr]', 'invalidPath'],
    ['"userName"', 'invalidPath'],
    ['"', 'invalidPath'],
  ])('%s is refused as %s', (text, scimType) => {
    // Act & assess
    expect(refusalOf(() => parsePath(USER, text))).toMatchObject({ status: 400, scimType });
  });

  it('of any text leads somewhere or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parsePath(USER, text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'ScimError', status: 400 });
        }
      }),
    );
  });
});
