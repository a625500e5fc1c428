/**
 * The address as it compares: letter case does not count, and letters are those of ASCII alone. In Unicode the Kelvin
 * sign is a k and the long s an s, so that an address which nobody but its owner can read apart would be another's.
 */
export function foldAddress(address: string): string {
  return address.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether two addresses are the same but for letter case. */
export function sameAddress(a: string, b: string): boolean {
  return foldAddress(a) === foldAddress(b);
}

/** Whether the text has the shape of an address; deliberately no more than that. */
export function isEmail(text: string): boolean {
  return text.length <= 254 && /^[^\s@"<>\\]+@[^\s@"<>\\]+$/.test(text);
}
