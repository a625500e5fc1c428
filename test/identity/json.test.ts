import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, isPresent, type Json, sameJson } from '../../functions/identity/json.ts';

describe('a JSON value', () => {
  it.each([
    [undefined, false],
    [null, false],
    ['', false],
    [[], false],
    [{}, false],
    [[null, { a: '', b: [[]] }], false],
    [false, true],
    [0, true],
    [' ', true],
    [[null, 'a'], true],
    [{ a: null, b: { c: false } }, true],
  ])('%j is present: %s', (value, expected) => {
    // Act & assess
    expect(isPresent(value)).toBe(expected);
  });

  it('is the same whatever the order of members, at any depth', () => {
    // Act & assess
    expect(sameJson({ a: [{ b: 1, c: 2 }], d: null }, { d: null, a: [{ c: 2, b: 1 }] })).toBe(true);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
    expect(sameJson({ a: 1 }, { a: 1, b: null })).toBe(false);
  });

  it('is the same as itself, and is what its canonical text says', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (any) => {
        const value = JSON.parse(JSON.stringify(any)) as Json;
        expect(sameJson(value, structuredClone(value))).toBe(true);
        expect(JSON.parse(canonicalJson(value))).toEqual(value);
      }),
    );
  });
});
