import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/identity/json.ts';
import { matches } from '../../../functions/scim/filter/evaluator.ts';
import { parseFilter } from '../../../functions/scim/filter/parser.ts';
import { LENIENT, type Leniencies, STRICT } from '../../../functions/scim/schema/leniencies.ts';
import { CLARUS, CORE, ENTERPRISE, GROUP, refusalOf, USER } from '../../support/scim-types.ts';

const BARBARA: JsonObject = {
  id: '2819c223',
  externalId: 'bjensen-EXT',
  userName: 'bjensen',
  title: 'Tour Guide',
  userType: 'Employee',
  active: true,
  nickName: 'a"b\\c',
  name: { familyName: "O'Malley", givenName: 'Barbara' },
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  meta: { resourceType: 'User', lastModified: '2011-05-13T04:42:34Z' },
  schemas: [CORE, ENTERPRISE],
  [ENTERPRISE]: { department: 'Tours', manager: { value: '26' } },
};

function found(filter: string, lenient?: Leniencies): boolean {
  return matches(parseFilter([USER], filter, lenient), BARBARA);
}

describe("Entra's filter", () => {
  it.each([
    ['emails[type eq "work"].value eq "BJENSEN@example.com"', true],
    ['emails[type eq "home"].value eq "bjensen@example.com"', false],
    ['emails[type eq "work"].value pr and active eq true', true],
    ['department eq "tours"', true],
    ['manager.value eq "26"', true],
    ['manager eq "27"', false],
  ])('%s is %s of Barbara, and invalid in strict mode', (filter, expected) => {
    // Act & assess
    expect(found(filter, LENIENT)).toBe(expected);
    expect(refusalOf(() => found(filter, STRICT))).toMatchObject({ scimType: 'invalidFilter' });
  });

  it.each([
    ['userName eq bjensen', true],
    ["userName eq 'BJENSEN'", true],
    ["(title eq 'Tour Guide') and userName eq bjensen", true],
    ["title eq 'Tour'", false],
    ['manager.value eq 26', true],
    ['manager.value ne 26', false],
    ["emails[type eq 'work' and value eq bjensen@example.com]", true],
  ])(
    '%s has a text without double quotes: it is %s of Barbara, and invalid in strict mode',
    (filter, expected) => {
      // Act & assess
      expect(found(filter, LENIENT)).toBe(expected);
      expect(refusalOf(() => found(filter, STRICT))).toMatchObject({ scimType: 'invalidFilter' });
    },
  );

  it.each([
    "name.familyName eq 'O'Malley'",
    "title eq'Tour Guide'",
    "title eq 'Tour Guide",
    'title eq Tour Guide',
    'title eq true',
    'active eq 1',
  ])('%s is no text in any quotes', (filter) => {
    // Act & assess
    expect(refusalOf(() => found(filter, LENIENT))).toMatchObject({ scimType: 'invalidFilter' });
  });

  it.each(['emails[type eq "work"].nothing eq "x"', 'emails[type eq "work"].value', 'nothing eq "x"'])(
    '%s is invalid all the same',
    (filter) => {
      // Act & assess
      expect(refusalOf(() => found(filter, LENIENT))).toMatchObject({ scimType: 'invalidFilter' });
    },
  );
});

describe('a filter', () => {
  it.each([
    // RFC 7644 figure 2.
    ['userName eq "bjensen"', true],
    ['name.familyName co "O\'Malley"', true],
    ['userName sw "J"', false],
    [`${CORE}:userName sw "B"`, true],
    ['title pr', true],
    ['meta.lastModified gt "2011-05-13T04:42:33Z"', true],
    ['meta.lastModified ge "2011-05-13T04:42:34Z"', true],
    ['meta.lastModified lt "2011-05-13T04:42:34Z"', false],
    ['meta.lastModified le "2011-05-13T04:42:34Z"', true],
    ['title pr and userType eq "Employee"', true],
    ['title pr or userType eq "Intern"', true],
    [`schemas eq "${ENTERPRISE}"`, true],
    ['userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', true],
    ['userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', false],
    ['userType eq "Employee" and (emails.type eq "work")', true],
    ['userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', true],
    [
      'emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]',
      true,
    ],
    // Letter case: of names, URNs, operators and words never; of values by the attribute.
    ['USERNAME Eq "BJENSEN"', true],
    [`${ENTERPRISE.toUpperCase()}:DEPARTMENT EQ "tours"`, true],
    ['active eq TRUE', true],
    ['externalId eq "bjensen-ext"', false],
    ['externalId eq "bjensen-EXT"', true],
    ['id eq "2819C223"', false],
    ['meta.resourceType eq "user"', false],
    // Precedence: not, then and, then or.
    ['userName eq "x" and title pr or active eq true', true],
    ['active eq true or title pr and userName eq "x"', true],
    ['not(userName eq "x") and active eq true', true],
    ['not (active eq true or title pr)', false],
    // Brackets bind to one value.
    ['emails[type eq "home" and value co "@example.com"]', false],
    ['emails.type eq "home" and emails.value co "@example.com"', true],
    ['emails[not (type eq "work")]', true],
    ['emails[primary eq "True"]', true],
    // RFC 7643 section 2.4: who does not say so is not primary.
    ['emails[primary eq false]', true],
    ['emails[type eq "home" and primary eq false]', true],
    ['emails[type eq "work" and primary eq false]', false],
    ['emails[type eq "home" and primary ne true]', true],
    ['emails[type eq "home" and primary ne false]', false],
    ['emails[type eq "home" and primary pr]', false],
    ['emails[type eq "home" and primary eq null]', true],
    ['emails.primary eq false', true],
    ['ims.primary eq false', false],
    ['ims.primary ne true', true],
    // Instants, null, presence, escapes.
    ['meta.lastModified eq "2011-05-13T06:42:34+02:00"', true],
    ['meta.lastModified ne "2011-05-13T06:42:34+02:00"', false],
    ['meta.lastModified sw "2011-05"', true],
    ['meta.lastModified ew "z"', true],
    ['meta.lastModified co "04:42"', true],
    ['meta.lastModified co "yesterday"', false],
    ['meta.lastModified ne "2011-05-13T04:42:35Z"', true],
    ['nickName eq "a\\"b\\\\c"', true],
    ['userName eq "\\u0062jensen"', true],
    ['displayName eq null', true],
    ['displayName ne null', false],
    ['userName ne null', true],
    ['name eq null', false],
    ['name ne null', true],
    ['addresses eq null', true],
    ['addresses ne null', false],
    ['emails eq null', false],
    ['emails.display eq null', true],
    ['title eq ""', false],
    ['displayName pr', false],
    ['name pr', true],
    ['emails pr', true],
    ['addresses pr', false],
    ['displayName ne "x"', true],
    ['displayName eq "x"', false],
    ['userName ew "SEN"', true],
    ['userName gt "a" and userName lt "c"', true],
    ['active ne false', true],
    [`${ENTERPRISE}:manager eq "26"`, true],
    [`${CLARUS}:string1 eq "x"`, false],
    ['userName\teq\n"bjensen"', true],
    ['(title pr) and (active eq true)', true],
    ['emails[type eq "work"] and title pr', true],
    ['title co "our"', true],
    ['userName sw "BJ"', true],
    ['userName le "bjensen" and userName ge "BJENSEN" and userName lt "c"', true],
  ])('%s is %s', (filter, expected) => {
    // Act & assess
    expect(found(filter)).toBe(expected);
  });

  it('over several types knows the attributes of each', () => {
    // Act
    const filter = parseFilter([USER, GROUP], 'members.value eq "26" or userName eq "bjensen"');

    // Assess
    expect(matches(filter, BARBARA)).toBe(true);
  });

  it('of any text in quotes finds exactly that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        const filter = parseFilter([USER], `externalId eq ${JSON.stringify(text)}`);
        expect(matches(filter, { externalId: `x${text}` })).toBe(false);
        expect(matches(filter, { externalId: text })).toBe(text !== '');
      }),
    );
  });
});
