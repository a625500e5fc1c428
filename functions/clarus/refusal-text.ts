const LIMIT = 300;

/**
 * What Clarus says is wrong, for people: from a JSON:API error body (`errors[].detail`, `title`,
 * `source.pointer`), from the other shapes APIs use, or nothing. Values that were sent and addresses are
 * taken out, because the text ends up in logs, receipts and dead letters.
 */
export function refusalText(body: unknown, sent: Iterable<unknown> = []): string {
  const texts = [...new Set(collect(body, 0))].join('; ');
  return writable(redact(texts, sent).slice(0, LIMIT));
}

function collect(body: unknown, depth: number): string[] {
  if (depth > 3) return [];
  if (typeof body === 'string') return body.trim() === '' || /<[a-z!/]/i.test(body) ? [] : [body.trim()];
  if (Array.isArray(body)) return body.slice(0, 10).flatMap((element) => collect(element, depth + 1));
  if (typeof body !== 'object' || body === null) return [];
  const fields: Record<string, unknown> = { ...body };
  for (const key of ['errors', 'error', 'detail', 'error_description', 'message', 'title']) {
    const found = collect(fields[key], depth + 1);
    if (found.length > 0) return found.map((text) => `${pointer(fields)}${text}`);
  }
  // The shape of Rails' model errors: {"email": ["has already been taken"]}.
  return Object.entries(fields)
    .slice(0, 10)
    .flatMap(([key, value]) =>
      Array.isArray(value) ? collect(value, depth + 1).map((it) => `${key} ${it}`) : [],
    );
}

function pointer(fields: Record<string, unknown>): string {
  const { pointer } = Object(fields.source);
  return typeof pointer === 'string' ? `${pointer.split('/').at(-1)}: ` : '';
}

function redact(text: string, sent: Iterable<unknown>): string {
  const values = [...sent].filter((value) => typeof value === 'string' && value.length > 2).map(String);
  // The longest first: a value may hold another one.
  values.sort((a, b) => b.length - a.length);
  let redacted = text;
  for (const value of values) redacted = redacted.replaceAll(value, '[value]');
  // Word by word: a pattern that looks for what comes before an @ takes quadratic time on a text without one.
  return redacted.replace(/[^\s<>]+/g, (word) => (word.includes('@') ? '[address]' : word));
}

/** The text in one line, of characters that SQS takes in a message attribute. */
function writable(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\u2028\u2029\uFFFE\uFFFF]+/gu, ' ');
}
