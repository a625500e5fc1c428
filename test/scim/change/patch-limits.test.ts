import { describe, expect, it } from 'vitest';
import { counting, newWork } from '../../../functions/scim/protocol/work.ts';
import { patched } from '../../support/scim-patch.ts';
import { refusalOf } from '../../support/scim-types.ts';

const values = (count: number, prefix = '') =>
  Array.from({ length: count }, (_, i) => ({ value: `${prefix}${i}` }));
const each = (count: number, operation: (i: number) => unknown) =>
  Array.from({ length: count }, (_, i) => operation(i));
const tenPaths = Object.fromEntries(values(10).map(({ value }) => [`ims[type eq "${value}"].value`, 'x']));
const lea = { userName: 'lea' };

describe('a PATCH is kept within bounds:', () => {
  it.each([
    ['characters of one text', [{ op: 'replace', path: 'title', value: 'a'.repeat(8193) }], 'invalidValue'],
    ['values in one list', [{ op: 'replace', path: 'ims', value: values(1001) }], 'invalidValue'],
    [
      'values in a list that grows',
      [
        { op: 'add', path: 'ims', value: values(600) },
        { op: 'add', path: 'ims', value: values(401, 'x') },
        { op: 'remove', path: 'ims' },
      ],
      'invalidValue',
    ],
    [
      'values in a list that grows by filters',
      [
        { op: 'add', path: 'ims', value: values(1000) },
        { op: 'add', path: 'ims[type eq "x"].value', value: 'y' },
      ],
      'invalidValue',
    ],
    ['values to remove', [{ op: 'remove', path: 'ims', value: values(1001) }], 'invalidValue'],
    [
      'attributes in operations without a path',
      each(101, () => ({ op: 'add', value: tenPaths })),
      'invalidSyntax',
    ],
    [
      'terms of filters',
      each(501, () => ({ op: 'remove', path: 'ims[type eq "a" or not (type eq "b")]' })),
      'invalidSyntax',
    ],
    [
      'members without a path',
      [{ op: 'add', value: Object.fromEntries(values(1001).map(({ value }) => [value, 1])) }],
      'invalidSyntax',
    ],
  ])('%s', (_name, operations, scimType) => {
    // Act & assess
    expect(refusalOf(() => patched(operations, lea))).toMatchObject({ status: 400, scimType });
  });

  it.each([
    ['in many values', [{ op: 'add', path: 'ims', value: values(900, 'x'.repeat(300)) }]],
    [
      'by one long text in each of many values',
      [
        { op: 'add', path: 'ims', value: values(1000) },
        { op: 'add', path: 'ims.display', value: 'x'.repeat(8000) },
        { op: 'remove', path: 'ims' },
      ],
    ],
  ])('the size of the resource, %s', (_name, operations) => {
    // Act & assess
    expect(refusalOf(() => patched(operations, lea))).toMatchObject({ status: 413 });
  });

  it.each([
    [
      'a thousand values replaced',
      each(20, () => ({ op: 'replace', path: 'ims', value: values(1000) })),
      1000,
    ],
    [
      'a thousand removed by filter',
      [
        { op: 'add', path: 'ims', value: values(999) },
        ...each(999, (i) => ({ op: 'remove', path: `ims[value eq "${i}"]` })),
      ],
      undefined,
    ],
    [
      'a thousand removed by lists',
      [
        { op: 'add', path: 'ims', value: values(999) },
        ...each(999, (i) => ({ op: 'remove', path: 'ims', value: [{ value: `${i}` }] })),
      ],
      undefined,
    ],
    [
      'a thousand added one by one',
      each(1000, (i) => ({ op: 'add', path: 'ims', value: [{ value: `${i}` }] })),
      1000,
    ],
  ])('%s are not compared each with each', (_name, operations, left) => {
    // Prepare
    const work = newWork();

    // Act
    const { ims } = counting(work, () => patched(operations, lea));

    // Assess
    expect(Array.isArray(ims) ? ims.length : ims).toBe(left);
    expect(work.compared).toBeLessThanOrEqual(41_000);
  });
});
