import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { etagListed, weakEtag } from '../../../functions/scim/protocol/etag.ts';

describe('an entity tag', () => {
  const tag = weakEtag({ a: 1, b: { c: 2, d: [3] } });

  it('is of the content, whatever its order', () => {
    // Act & assess
    expect(weakEtag({ b: { d: [3], c: 2 }, a: 1 })).toBe(tag);
    expect(weakEtag({ b: { d: [3], c: 2 }, a: 2 })).not.toBe(tag);
    expect(tag).toMatch(/^W\/"[\w-]{22}"$/);
  });

  it('of any content is the same for the same content', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (content) => {
        const turned = Object.fromEntries(Object.entries(content).reverse());
        expect(weakEtag({ content: turned })).toBe(weakEtag({ content }));
      }),
    );
  });

  it.each([
    [`"x", ${tag}`, true],
    [tag.slice(2), true],
    ['*', true],
    ['"x"', false],
    ['', false],
  ])('is compared weakly: in %s it is listed: %s', (header, expected) => {
    // Act & assess
    expect(etagListed(header, tag)).toBe(expected);
  });
});
