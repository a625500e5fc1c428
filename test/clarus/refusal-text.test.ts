import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalText } from '../../functions/clarus/refusal-text.ts';

describe('what Clarus says is wrong', () => {
  it.each<[string, unknown, string]>([
    [
      'a JSON:API error',
      {
        errors: [
          {
            status: '422',
            title: 'Invalid attribute',
            detail: 'Role does not exist',
            source: { pointer: '/data/attributes/role_id' },
          },
        ],
      },
      'role_id: Role does not exist',
    ],
    [
      'several JSON:API errors',
      { errors: [{ detail: 'too long' }, { title: 'is taken' }] },
      'too long; is taken',
    ],
    ['the same twice', { errors: [{ detail: 'too long' }, { detail: 'too long' }] }, 'too long'],
    ['a text for errors', { errors: 'Role does not exist' }, 'Role does not exist'],
    ['texts for errors', { errors: ['a', 'b'] }, 'a; b'],
    ['an OAuth error', { error: 'invalid_client', error_description: 'Unknown client' }, 'invalid_client'],
    ['a message', { message: 'No such role' }, 'No such role'],
    ['a message within an error', { error: { message: 'No such role' } }, 'No such role'],
    [
      "Rails' model errors",
      { email: ['has already been taken'], name: ['is short'] },
      'email has already been taken; name is short',
    ],
    ["Rails' model errors within", { errors: { email: ['is taken'] } }, 'email is taken'],
    ['a bare text', 'No such role', 'No such role'],
    ['lines as one', { message: 'No\r\nsuch\u2028role' }, 'No such role'],
    ['nothing', undefined, ''],
    ['null', null, ''],
    ['a number', 422, ''],
    ['an empty object', {}, ''],
    ['an empty list', { errors: [] }, ''],
    ['blank texts', { errors: [{ detail: ' ', title: 'Invalid' }] }, 'Invalid'],
    ['a page', '<html><body>422</body></html>', ''],
    ['a source that is none', { errors: [{ detail: 'no', source: 'x' }] }, 'no'],
    ['a pointer that is none', { errors: [{ detail: 'no', source: { pointer: 5 } }] }, 'no'],
  ])('%s', (_, body, expected) => {
    expect(refusalText(body)).toBe(expected);
  });

  it('is cut where it is long', () => {
    expect(refusalText({ message: 'no '.repeat(1000) })).toHaveLength(300);
  });

  it.each([
    ['a pair cut in half', `${'n'.repeat(299)}😀`],
    ['half a pair', 'no \uD83D role'],
    ['what is no character', 'no \uFFFF role'],
    ['control characters', 'no \u0000\u001B[31m\u0085 role'],
  ])('is of characters that a queue takes: %s', (_, message) => {
    // SQS refuses an attribute with any other.
    expect(refusalText({ message })).toMatch(/^[\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
  });

  it('is read in no more than a moment, however long it is', () => {
    // Quadratic work on this text would take minutes.
    const text = refusalText({ errors: [{ detail: 'a'.repeat(200_000) }] });

    expect(text).toBe('a'.repeat(300));
  });
});

describe('personal data stays out', () => {
  it.each<[string, string, unknown[], string]>([
    ['a value', 'Lea Ver is not a name', ['Lea Ver'], '[value] is not a name'],
    ['a value, everywhere', 'Lea: Lea', ['Lea'], '[value]: [value]'],
    ['a value that holds another one', 'Lea Ver is not a name', ['Lea', 'Lea Ver'], '[value] is not a name'],
    ['an address that was not sent', 'taken by lea.ver@acme.example (id 7)', [], 'taken by [address] (id 7)'],
    ['a text that may be HTML', 'taken by Lea <lea@acme.example>', [], ''],
    ['an address in another case', 'LEA@ACME.EXAMPLE is taken', ['lea@acme.example'], '[address] is taken'],
  ])('%s', (_, text, sent, expected) => {
    expect(refusalText({ message: text }, sent)).toBe(expected);
  });

  it.each([
    ['an apostrophe', "taken by d.o'ver@acme.example"],
    ['quotes', 'taken by "d.over"@acme.example'],
    ['quotes around', "taken by 'd.over@acme.example'"],
    ['a tag', 'taken by d.over+wms@acme.example'],
    ['a label around', 'taken by (mailto:d.over@acme.example)'],
  ])('an address with %s', (_, message) => {
    const text = refusalText({ message });

    expect(text).toContain('taken by');
    expect(text).toContain('[address]');
    expect(text).not.toMatch(/d\.o|ver|acme/);
  });

  it('in any body: never throws, no address, nothing sent, one short line', () => {
    const aLocalPart = fc.stringMatching(/^[A-Za-z0-9._+-]{1,20}$/);
    const anAddress = fc.tuple(aLocalPart, fc.domain()).map(([local, domain]) => `${local}@${domain}`);
    // The two words that stand in for what was taken out are no secrets.
    const aValue = fc
      .string({ minLength: 3, maxLength: 40 })
      .filter((it) => it.trim() === it && !'[value] [address]'.includes(it) && !it.includes('<'));
    const aBodyWith = (leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
      fc.letrec((tie) => ({
        node: fc.oneof(
          { maxDepth: 4 },
          leaf,
          fc.array(tie('node'), { maxLength: 3 }),
          fc.dictionary(
            fc.oneof(
              fc.constantFrom('errors', 'error', 'detail', 'message', 'title', 'source', 'pointer'),
              fc.string(),
            ),
            tie('node'),
            { maxKeys: 4 },
          ),
        ),
      })).node;

    fc.assert(
      fc.property(
        anAddress,
        aValue,
        fc.string(),
        aBodyWith(fc.constantFrom('ADDRESS', 'VALUE', 'a ADDRESS VALUE z', 'other', 5, null, true)),
        (address, value, around, shape) => {
          const body = JSON.parse(
            JSON.stringify(shape ?? null, (_key, leaf) =>
              typeof leaf === 'string'
                ? leaf.replaceAll('ADDRESS', () => address).replaceAll('VALUE', () => `${value} ${around}`)
                : leaf,
            ),
          );

          const text = refusalText(body, [value, 7, undefined]);

          expect(text).not.toContain(address);
          expect(text.replaceAll(/\[value\]|\[address\]/g, '')).not.toContain(value);
          expect(text.length).toBeLessThanOrEqual(300);
          expect(text).not.toMatch(/[\n\r\u2028\u2029]/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('in any JSON at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.jsonValue()), (body, sent) => {
        expect(refusalText(body, sent).length).toBeLessThanOrEqual(300);
      }),
      { numRuns: 500 },
    );
  });
});
