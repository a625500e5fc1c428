import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/identity/json.ts';
import { HOME, LEA, lea, patched, WORK } from '../../support/scim-patch.ts';

const emails = (...values: JsonObject[]) => lea({ emails: values.length === 0 ? undefined : values });

describe('of the values of a list', () => {
  it.each([
    [
      'add appends',
      { op: 'add', path: 'emails', value: [{ value: 'x@y.example' }] },
      emails(WORK, HOME, { value: 'x@y.example' }),
    ],
    ['add of nothing', { op: 'add', path: 'emails', value: [] }, LEA],
    ['add of nothing at a filter', { op: 'add', path: 'emails[type eq "home"]', value: '' }, LEA],
    ['replace takes the list', { op: 'replace', path: 'emails', value: [HOME] }, emails(HOME)],
    ['replace by nothing clears', { op: 'replace', path: 'emails', value: null }, emails()],
    [
      'replace by nothing at a filter clears',
      { op: 'replace', path: 'emails[type eq "home"]', value: null },
      emails(WORK),
    ],
    ['replace of the same twice', { op: 'replace', path: 'emails', value: [HOME, HOME] }, emails(HOME)],
    [
      'a part of every value',
      { op: 'replace', path: 'emails.display', value: 'Mail' },
      emails({ ...WORK, display: 'Mail' }, { ...HOME, display: 'Mail' }),
    ],
    [
      'a part of no value yet',
      { op: 'add', path: 'phoneNumbers.value', value: '1' },
      lea({ phoneNumbers: [{ value: '1' }] }),
    ],
    ['nothing in no value yet', { op: 'add', path: 'phoneNumbers.value', value: null }, LEA],
    ['remove', { op: 'remove', path: 'emails' }, emails()],
    ['remove by filter', { op: 'remove', path: 'emails[type eq "home"]' }, emails(WORK)],
    ['remove by filter without a match', { op: 'remove', path: 'emails[type eq "other"]' }, LEA],
    [
      'remove of a part by filter without a match',
      { op: 'remove', path: 'emails[type eq "other"].type' },
      LEA,
    ],
    [
      'remove of a part by filter',
      { op: 'remove', path: 'emails[type eq "home"].type' },
      emails(WORK, { value: 'lea@home.example' }),
    ],
    [
      'remove of every part',
      { op: 'remove', path: 'emails.type' },
      emails({ value: 'lea.ver@acme.example', primary: true }, { value: 'lea@home.example' }),
    ],
    [
      'a value described by a filter with null in it',
      { op: 'add', path: 'ims[type eq "x" and display eq null].value', value: 'y' },
      lea({ ims: [{ type: 'x', value: 'y' }] }),
    ],
    [
      'a value described by nothing but null',
      { op: 'add', path: 'ims[display eq null].value', value: 'y' },
      lea({ ims: [{ value: 'y' }] }),
    ],
  ])('%s', (_name, operation, expected) => {
    // Act & assess
    expect(patched([operation])).toEqual(expected);
  });

  it('replace at a filter keeps the parts that are not mentioned, such as the type', () => {
    // Act
    const after = patched([
      { op: 'replace', path: 'addresses[type eq "work"]', value: { streetAddress: '2 New' } },
      { op: 'replace', path: 'emails[type eq "home"]', value: { display: 'Home' } },
    ]);

    // Assess
    expect(after).toEqual(
      lea({
        addresses: [{ type: 'work', streetAddress: '2 New', locality: 'Ulm' }],
        emails: [WORK, { ...HOME, display: 'Home' }],
      }),
    );
  });

  it('a list of one at a filter is that one', () => {
    // Act & assess
    expect(
      patched([{ op: 'replace', path: 'emails[type eq "home"]', value: [{ value: 'x@y.example' }] }]),
    ).toEqual(emails(WORK, { ...HOME, value: 'x@y.example' }));
    expect(patched([{ op: 'replace', path: 'emails[type eq "home"]', value: [{ value: '' }] }])).toEqual(
      emails(WORK),
    );
  });
});

describe('the primary value', () => {
  const other = { value: 'x@y.example', primary: true };

  it.each([
    [
      'that is new takes it from the other',
      [{ op: 'add', path: 'emails', value: [other] }],
      [{ ...WORK, primary: false }, HOME, other],
    ],
    [
      'of two new ones is the last',
      [{ op: 'replace', path: 'emails', value: [WORK, { ...HOME, primary: 'True' }] }],
      [
        { ...WORK, primary: false },
        { ...HOME, primary: true },
      ],
    ],
    [
      'is set by filter',
      [{ op: 'replace', path: 'emails[type eq "home"].primary', value: true }],
      [
        { ...WORK, primary: false },
        { ...HOME, primary: true },
      ],
    ],
    [
      'comes back when it is added again',
      [
        { op: 'add', path: 'emails', value: [other] },
        { op: 'add', path: 'emails', value: [WORK] },
      ],
      [WORK, HOME, { ...other, primary: false }],
    ],
    [
      'is not lost when it is sent twice',
      [{ op: 'replace', path: 'emails', value: [other, other] }],
      [other],
    ],
    [
      'is not lost when it is sent twice with others between',
      [{ op: 'replace', path: 'emails', value: [other, HOME, other] }],
      [other, HOME],
    ],
    [
      'is not lost when it is added again without saying so',
      [{ op: 'add', path: 'emails', value: [{ value: WORK.value, type: 'work' }] }],
      [WORK, HOME],
    ],
    [
      'is taken away by null',
      [{ op: 'replace', path: 'emails[primary eq true].primary', value: null }],
      [{ value: WORK.value, type: 'work' }, HOME],
    ],
  ])('%s', (_name, operations, expected) => {
    // Act & assess
    expect(patched(operations).emails).toEqual(expected);
  });

  it('is one, also where there were two', () => {
    // Prepare
    const before = {
      userName: 'lea',
      ims: [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
    };

    // Act
    const after = patched([{ op: 'add', path: 'ims', value: [{ value: 'c' }] }], before);

    // Assess
    expect(after.ims).toEqual([
      { value: 'a', primary: true },
      { value: 'b', primary: false },
      { value: 'c' },
    ]);
  });
});

describe('a value that is there', () => {
  it.each([
    ['is not added again', { value: HOME.value, type: 'home' }, [WORK, HOME]],
    ['nor in another letter case', { value: 'LEA@HOME.example', type: 'Home' }, [WORK, HOME]],
    ['nor without its type', { value: HOME.value }, [WORK, HOME]],
    ['and has more said of it', { ...HOME, display: 'Home' }, [WORK, { ...HOME, display: 'Home' }]],
    ['unless it is of another type', { ...HOME, type: 'other' }, [WORK, HOME, { ...HOME, type: 'other' }]],
  ])('%s', (_name, value, expected) => {
    // Act & assess
    expect(patched([{ op: 'add', path: 'emails', value: [value] }]).emails).toEqual(expected);
  });

  it('gets the type that it lacks', () => {
    // Prepare
    const before = { userName: 'lea', ims: [{ value: 'a' }, { value: 'b', type: 'x' }, { value: 'b' }] };

    // Act
    const after = patched(
      [
        {
          op: 'add',
          path: 'ims',
          value: [{ value: 'a', type: 'y' }, { value: 'b' }, { value: 'A', display: 'D' }],
        },
      ],
      before,
    );

    // Assess
    expect(after.ims).toEqual([
      { value: 'a', type: 'y', display: 'D' },
      { value: 'b', type: 'x' },
      { value: 'b' },
    ]);
  });

  it('is told by letter case where that counts', () => {
    // Prepare
    const before = { userName: 'lea', photos: [{ value: 'https://x.example/A' }] };

    // Act
    const after = patched([{ op: 'add', path: 'photos', value: [{ value: 'https://x.example/a' }] }], before);

    // Assess
    expect(after.photos).toEqual([{ value: 'https://x.example/A' }, { value: 'https://x.example/a' }]);
  });

  it('without a value of its own is the same when all but primary is', () => {
    // Act
    const after = patched([
      {
        op: 'add',
        path: 'addresses',
        value: [{ locality: 'ULM', streetAddress: '1 Main', type: 'work', primary: true }],
      },
      { op: 'add', path: 'addresses', value: [{ locality: 'Bonn', type: 'work' }] },
    ]);

    // Assess
    expect(after.addresses).toEqual([
      { type: 'work', streetAddress: '1 Main', locality: 'Ulm', primary: true },
      { locality: 'Bonn', type: 'work' },
    ]);
  });
});
