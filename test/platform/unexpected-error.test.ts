import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unexpectedError } from '../../functions/platform/unexpected-error.ts';

interface Line {
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

/** What the middleware makes of an error. */
function after(error: unknown): { response: unknown; lines: Line[] } {
  const lines: Line[] = [];
  const request: { error: Error; response?: unknown } = { error: Object(error) };
  const { onError } = unexpectedError((level, message, fields) => lines.push({ level, message, fields }));
  // Middy hands over far more, of which nothing is read.
  onError?.(Object(request));
  return { response: request.response, lines };
}

it('is answered with a 500 that tells nothing', () => {
  const { response } = after(new TypeError('lea@acme.example'));

  expect(response).toEqual({
    statusCode: 500,
    headers: { 'content-type': 'application/json' },
    body: '{"error":"unexpected","message":"Something went wrong here. Send it again."}',
  });
});

it("is logged with the error's name, code and place", () => {
  const { lines } = after(Object.assign(new TypeError('x'), { code: 'ERR_X' }));

  expect(lines).toEqual([
    {
      level: 'error',
      message: 'unexpected error',
      fields: {
        error: 'TypeError',
        code: 'ERR_X',
        at: expect.stringMatching(/^at .+unexpected-error\.test/),
      },
    },
  ]);
});

it.each(['a text', 5, null, undefined, {}, []])('may be anything that was thrown: %j', (thrown) => {
  const { response, lines } = after(thrown);

  expect(response).toMatchObject({ statusCode: 500 });
  expect(lines).toHaveLength(1);
});

it.each([
  ['in a line', 'no user lea@acme.example'],
  ['in lines', 'no user\nlea@acme.example'],
  ['in a line that looks like a place', 'no user\n    at lea@acme.example'],
  ['in such a line after a blank one', '\n\n  at home of lea@acme.example\n'],
])('is logged without its message, which may quote the input: %s', (_, message) => {
  const { lines } = after(new Error(message));

  expect(JSON.stringify(lines)).not.toContain('lea@');
  expect(lines[0]?.fields.at).toContain('unexpected-error.test');
});

it('is logged without its message, whatever that is', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', '\n', '\n at ', '\n    at '), (text, before) => {
      const { lines } = after(new Error(`${before}hunter2 ${text}`));

      expect(JSON.stringify(lines)).not.toContain('hunter2');
    }),
  );
});
