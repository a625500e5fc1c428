import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from '../../../functions/scim/filter/evaluator.ts';
import { parseFilter } from '../../../functions/scim/filter/parser.ts';
import { ScimError } from '../../../functions/scim/protocol/error.ts';
import { CORE, refusalOf, USER } from '../../support/scim-types.ts';

describe('a filter', () => {
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
    'emails[type eq"work"]',
    'userName eq "a"and title pr',
    'userName eq "a" and(title pr)',
    '(userName pr)and(title pr)',
    '(userName pr)or (title pr)',
    'emails[type eq "work"]and title pr',
    'title pr and',
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
    'meta.lastModified gt "1"',
    'meta.lastModified eq "2026-03-02"',
    'meta.lastModified eq "2026-03-02T09:15:00"',
    'meta.lastModified eq "2026-03-02T99:15:00Z"',
    'meta.lastModified eq "2 Mar 2026 09:15:00 GMT"',
    'name gt null',
    'addresses eq "x"',
    'emails[emails.type eq "x"]',
    'emails[value.x pr]',
    'schemas[value pr]',
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
    expect(refusalOf(() => parseFilter([USER], filter))).toEqual({
      status: 400,
      scimType: 'invalidFilter',
      name: 'ScimError',
    });
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
          matches(parseFilter([USER], filter), { userName: 'a', emails: [{ value: 'a' }] });
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect(error).toMatchObject({ status: 400, scimType: 'invalidFilter' });
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
    );
  });
});
