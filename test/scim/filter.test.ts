import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/identity/json.ts';
import { matches } from '../../functions/scim/filter-evaluator.ts';
import { parseFilter, parsePath } from '../../functions/scim/filter-parser.ts';
import { ScimError } from '../../functions/scim/scim-error.ts';
import { CLARUS, CORE, ENTERPRISE, GROUP, refusalOf, USER } from '../support/scim-types.ts';

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

function found(filter: string): boolean {
  return matches(parseFilter([USER], filter), BARBARA);
}

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
    ['emails[primary eq false]', false],
    // Instants, null, presence, escapes.
    ['meta.lastModified eq "2011-05-13T06:42:34+02:00"', true],
    ['meta.lastModified ne "2011-05-13T06:42:34+02:00"', false],
    ['nickName eq "a\\"b\\\\c"', true],
    ['userName eq "\\u0062jensen"', true],
    ['displayName eq null', true],
    ['displayName ne null', false],
    ['userName ne null', true],
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
  ])('%s is %s', (filter, expected) => {
    // Act & assess
    expect(found(filter)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    'userName',
    'userName eq',
    'userName eq bjensen',
    'userName xx "a"',
    'userName eq "a" and',
    'userName eq "a" "b"',
    'userName eq "a" userName eq "b"',
    'userName eq"a"',
    'userName eq "a',
    'userName eq "\\x"',
    'not userName pr',
    'not (userName pr',
    '(userName pr',
    'userName pr)',
    'emails[type eq "work"',
    'emails[type eq "work"].value eq "x"',
    'emails[emails[type pr]]',
    'userName[value pr]',
    'name[familyName pr]',
    'emails.value[value pr]',
    'name eq "x"',
    'active gt true',
    'active co "t"',
    'active eq "perhaps"',
    'active eq 1',
    'x509Certificates.value sw "a"',
    'userName eq 5',
    'userName eq true',
    'userName gt null',
    'meta.lastModified gt "yesterday"',
    'unknown eq "x"',
    '__proto__ eq "x"',
    'constructor pr',
    'name.toString pr',
    'emails.value.x pr',
    'urn:unknown:2.0:userName eq "x"',
    `${CORE}:name.x pr`,
    '"userName" eq "x"',
    '] eq 1',
    `${'('.repeat(40)}title pr${')'.repeat(40)}`,
    Array(120).fill('title pr').join(' and '),
    `userName eq "${'a'.repeat(5000)}"`,
  ])('%s is refused as invalidFilter', (filter) => {
    // Act & assess
    expect(refusalOf(() => found(filter))).toEqual({
      status: 400,
      scimType: 'invalidFilter',
      name: 'ScimError',
    });
  });

  it('over several types knows the attributes of each', () => {
    // Act
    const filter = parseFilter([USER, GROUP], 'members.value eq "26" or userName eq "bjensen"');

    // Assess
    expect(matches(filter, BARBARA)).toBe(true);
  });

  it('of any text is a filter or an invalidFilter, in bounded time, and no prototype is touched', () => {
    const word = fc.constantFrom(
      'userName',
      'emails',
      '[',
      ']',
      '(',
      ')',
      'not',
      'and',
      'eq',
      '"a"',
      'pr',
      '__proto__',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        try {
          found(filter);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
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
