import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folded } from '../../functions/identity/folded.ts';

describe('folded', () => {
  it.each([
    ['Lea', 'LEA'],
    ['straße', 'STRASSE'],
    ['STRAẞE', 'strasse'],
    ['É', 'é'],
    ['ΟΔΟΣ', 'οδος'],
    ['Σ', 'ς'],
    ['ISTANBUL', 'istanbul'],
    ['ŁÓDŹ ıI', 'łódź ıi'],
  ])('%s and %s are the same', (one, other) => {
    // Act & assess
    expect(folded(one)).toBe(folded(other));
  });

  it.each([
    ['adm\u0131n', 'admin'],
    ['\u0131', 'I'],
    ['İ', 'i'],
    ['é', 'e'],
    ['a', 'b'],
  ])('%s and %s are not', (one, other) => {
    // Act & assess
    expect(folded(one)).not.toBe(folded(other));
  });

  it('has one sigma', () => {
    // Act & assess
    expect(folded('ΣΑΣ')).toBe('σασ');
  });

  it('tells where a folded text is found in another', () => {
    // Act & assess
    expect(folded('ΟΔΟΣΑ').startsWith(folded('ΟΔΟΣ'))).toBe(true);
  });

  it('of any text is as of that text in lower case, and folding it again changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(folded(text.toLowerCase())).toBe(folded(text));
        expect(folded(folded(text))).toBe(folded(text));
      }),
      { numRuns: 1000 },
    );
  });
});
