import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/identity/json.ts';
import { counting, newWork, type Work } from '../../../functions/scim/protocol/work.ts';
import { STRICT } from '../../../functions/scim/schema/leniencies.ts';
import { patched } from '../../support/scim-patch.ts';
import { refusalOf } from '../../support/scim-types.ts';

const each = (count: number, of: (i: number) => unknown) => Array.from({ length: count }, (_, i) => of(i));

/** The text that is dearest to fold, and no two alike. */
const dear = (i: number) => `${'ıẞ'.repeat(16)}${i}`;
const CHARACTERS = each(1000, dear).join('').length;

/** A user with as many values as may be. */
const heavy = () =>
  patched([{ op: 'add', path: 'ims', value: each(1000, (i) => ({ value: dear(i) })) }], {
    userName: 'heavy',
  });

function counted(operations: unknown[], before: JsonObject): { work: Work; resource: JsonObject } {
  const work = newWork();
  return { work, resource: counting(work, () => patched(operations, before)) };
}

describe('what a PATCH of a thousand operations compares is as many values as there are:', () => {
  it.each([
    ['removals beside the path', (i: number) => ({ op: 'remove', path: 'ims', value: [{ value: dear(i) }] })],
    ['removals by filter', (i: number) => ({ op: 'remove', path: `ims[value eq "${dear(i)}"]` })],
    [
      'additions',
      (i: number) => ({ op: 'add', path: 'ims', value: [{ value: dear(i).replaceAll('ẞ', 'SS') }] }),
    ],
  ])('%s', (_name, operation) => {
    // Prepare
    const before = heavy();

    // Act
    const { work } = counted(each(1000, operation), before);

    // Assess: each value a few times, and not each with each.
    expect(work.compared).toBeLessThanOrEqual(4000);
    expect(work.characters).toBeLessThanOrEqual(3 * CHARACTERS);
  });
});

describe('a PATCH is refused that would compare more than is good for the others:', () => {
  it.each([
    [
      'many terms over many values',
      each(10, () => ({ op: 'remove', path: `ims[${Array(100).fill('value co "zz"').join(' or ')}]` })),
    ],
    ['a part of each of many values', each(1000, () => ({ op: 'replace', path: 'ims.display', value: 'x' }))],
    [
      'removals and additions by turns',
      each(1000, (i) => ({
        op: i % 2 === 0 ? 'remove' : 'add',
        path: 'ims',
        value: [{ value: dear(i >> 1) }],
      })),
    ],
  ])('%s', (_name, operations) => {
    // Prepare
    const before = heavy();

    // Act & assess
    expect(refusalOf(() => counted(operations, before))).toMatchObject({ status: 400, scimType: 'tooMany' });
  });

  it('but a hundred terms over a thousand values are held against each, and its texts folded once', () => {
    // Prepare
    const path = `ims[${Array(100).fill('value co "zz"').join(' or ')}]`;

    // Act
    const { work } = counted([{ op: 'remove', path }], heavy());

    // Assess
    expect(work).toMatchObject({ compared: 100_000, characters: CHARACTERS });
  });
});

describe('steps that are carried out together', () => {
  const value = fc.record(
    {
      value: fc.constantFrom('a', 'A', 'b', 'ß', 'SS'),
      type: fc.constantFrom('work', 'home'),
      primary: fc.boolean(),
      display: fc.constantFrom('x', 'y'),
    },
    { requiredKeys: ['value'] },
  );
  const operation = fc.oneof(
    fc.record({ op: fc.constant('add'), path: fc.constant('ims'), value: fc.array(value, { maxLength: 3 }) }),
    fc.record({
      op: fc.constant('remove'),
      path: fc.constant('ims'),
      value: fc.array(value, { maxLength: 2 }),
    }),
    fc.record({ op: fc.constant('remove'), path: value.map((it) => `ims[value eq "${it.value}"]`) }),
  );

  it('leave what they leave one by one', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 1, maxLength: 8 }), (operations) => {
        // Act
        const together = patched(operations, { userName: 'lea' });
        const oneByOne = operations.reduce<JsonObject>((user, it) => patched([it], user), {
          userName: 'lea',
        });

        // Assess
        expect(together).toEqual(oneByOne);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a filter that names no value that could be there', 'x509Certificates[value eq "no base64"]'],
    ['a filter for half a character', 'ims[value eq "\\ud800"]'],
  ])('say nothing against %s', (_name, path) => {
    // Prepare
    const before = { userName: 'lea', ims: [{ value: 'a' }] };

    // Act & assess
    for (const lenient of [undefined, STRICT]) {
      expect(patched([{ op: 'remove', path }], before, lenient)).toEqual(before);
    }
  });
});
