/**
 * A language in its canonical BCP 47 spelling (`en_us` and `EN-us` become `en-US`), or undefined for what is
 * no language tag. Accepts the first entry of an Accept-Language list, which RFC 7643 section 4.1.1 allows
 * in `preferredLanguage`.
 */
export function canonicalLanguage(text: string): string | undefined {
  const [first = ''] = text.split(/[,;]/, 1);
  try {
    return Intl.getCanonicalLocales(first.trim().replaceAll('_', '-'))[0];
  } catch {
    return undefined;
  }
}

/**
 * A time zone by its IANA name in canonical case (`europe/london` becomes `Europe/London`), or undefined for
 * what the time zone database does not know. Bare offsets are no names (RFC 7643 section 4.1.1).
 */
export function canonicalTimezone(text: string): string | undefined {
  const name = text.trim();
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
