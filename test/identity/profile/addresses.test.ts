import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldAddress, isEmail, sameAddress } from '../../../functions/identity/profile/addresses.ts';

describe('two addresses', () => {
  it.each<[string, string, string, boolean]>([
    ['the same', 'lea@acme.example', 'lea@acme.example', true],
    ['in capitals', 'Lea.VER@Acme.Example', 'lea.ver@ACME.example', true],
    ['of which one goes on', 'lea@acme.example', 'lea@acme.example.uk', false],
    ['with the Kelvin sign', 'pat.pic\u212Aer@acme.example', 'pat.picker@acme.example', false],
    ['with the long s', 'le\u017Fs@acme.example', 'less@acme.example', false],
    ['with a dotted capital', 'L\u0130A@acme.example', 'lia@acme.example', false],
    ['with a dotless letter', 'l\u0131a@acme.example', 'lIa@acme.example', false],
    ['with full-width letters', 'lea@acme.example', '\uFF4Cea@acme.example', false],
    ['composed in two ways', 'le\u00E1@acme.example', 'lea\u0301@acme.example', false],
    ['with another letter in capitals', 'ZO\u00CB@acme.example', 'zo\u00EB@acme.example', false],
  ])('%s', (_, a, b, same) => {
    expect([sameAddress(a, b), sameAddress(b, a)]).toEqual([same, same]);
    expect(foldAddress(a) === foldAddress(b)).toBe(same);
  });

  it('are the same when nothing but the case of ASCII letters tells them apart', () => {
    const anyText = fc.string({ unit: 'binary' });
    const cased = (text: string, flips: boolean[]) =>
      [...text].map((it, at) => (/[a-zA-Z]/.test(it) && flips[at] ? swapped(it) : it)).join('');

    fc.assert(
      fc.property(anyText, fc.array(fc.boolean()), (text, flips) => {
        expect(sameAddress(text, cased(text, flips))).toBe(true);
        expect(foldAddress(foldAddress(text))).toBe(foldAddress(text));
        expect(foldAddress(text)).toHaveLength(text.length);
      }),
    );
  });
});

function swapped(letter: string): string {
  return letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
}

describe('an address', () => {
  it.each<[string, boolean]>([
    ['lea@acme.example', true],
    ["l_e+a.%o'x@acme.example", true],
    [`${'a'.repeat(241)}@acme.example`, true],
    [`${'a'.repeat(242)}@acme.example`, false],
    ['lea', false],
    ['lea@', false],
    ['@acme.example', false],
    ['lea@acme@example', false],
    ['le a@acme.example', false],
    ['lea@acme.example\n', false],
    ['"lea"@acme.example', false],
    ['Lea <lea@acme.example>', false],
    ['le\\a@acme.example', false],
    ['', false],
  ])('%j is one: %s', (text, expected) => {
    expect(isEmail(text)).toBe(expected);
  });
});
