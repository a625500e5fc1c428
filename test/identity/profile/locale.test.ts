import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalLanguage, canonicalTimezone } from '../../../functions/identity/profile/locale.ts';

describe('canonicalLanguage', () => {
  it.each([
    ['en', 'en'],
    ['en_US', 'en-US'],
    ['EN-gb', 'en-GB'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['en-US,en;q=0.8', 'en-US'],
    [' de ', 'de'],
    ['', undefined],
    ['english language', undefined],
    ['*', undefined],
  ])('%j is %j', (text, expected) => {
    expect(canonicalLanguage(text)).toBe(expected);
  });
});

describe('canonicalTimezone', () => {
  it.each([
    ['Europe/London', 'Europe/London'],
    ['europe/london', 'Europe/London'],
    [' Europe/London\n', 'Europe/London'],
    ['utc', 'UTC'],
    ['+01:00', undefined],
    ['GMT Standard Time', undefined],
    ['', undefined],
  ])('%j is %j', (text, expected) => {
    expect(canonicalTimezone(text)).toBe(expected);
  });
});

it('neither throws, and both are settled after one pass', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const [language, timezone] = [canonicalLanguage(text), canonicalTimezone(text)];
      if (language !== undefined) expect(canonicalLanguage(language)).toBe(language);
      if (timezone !== undefined) expect(canonicalTimezone(timezone)).toBe(timezone);
    }),
  );
});
