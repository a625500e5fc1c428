/** Turkish: its capital is I, and yet it is another letter than i, also by Unicode's case folding. */
const BUT_DOTLESS_I = /[^ı]+/g;

/** Nearly every text, and five times as fast by itself. */
const PLAIN = /^[ -~]*$/;

/**
 * The text as it compares where letter case does not count. Upper case takes ß and SS together, lower case
 * before it the capital ẞ, and lower case after it leaves a sigma at the end of a word as one of its own.
 */
export function folded(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  const lower = text.toLowerCase();
  const upper = lower.replace(BUT_DOTLESS_I, (part) => part.toUpperCase());
  return upper.toLowerCase().replaceAll('ς', 'σ');
}
