import { describe, expect, it } from 'vitest';
import { resourceFrom } from '../../../functions/scim/change/body.ts';
import { LENIENT, STRICT } from '../../../functions/scim/schema/leniencies.ts';
import { lea, patched } from '../../support/scim-patch.ts';
import { CORE, refusalOf, USER } from '../../support/scim-types.ts';

describe('the core schema under its URN', () => {
  it.each([
    ['as a key without a path', { op: 'replace', value: { [CORE]: { title: 'Packer', userName: 'leah' } } }],
    [
      'as a key in another letter case',
      { op: 'add', value: { [CORE.toUpperCase()]: { title: 'Packer', userName: 'leah' } } },
    ],
    ['as a path', { op: 'replace', path: CORE, value: { title: 'Packer', userName: 'leah' } }],
  ])('is read by PATCH %s', (_name, operation) => {
    expect(patched([operation])).toEqual(lea({ title: 'Packer', userName: 'leah' }));
  });

  it.each([LENIENT, STRICT])('is read by POST and PUT', (lenient) => {
    const { resource } = resourceFrom(USER, { userName: 'lea', [CORE]: { title: 'Packer' } }, {}, lenient);

    expect(resource).toEqual({ userName: 'lea', title: 'Packer' });
  });

  it('says nothing when it is null', () => {
    const { resource, stated } = resourceFrom(USER, { userName: 'lea', [CORE]: null }, {}, LENIENT);

    expect([resource, stated.length]).toEqual([{ userName: 'lea' }, 1]);
  });

  it('has to be an object', () => {
    expect(refusalOf(() => patched([{ op: 'replace', value: { [CORE]: 'x' } }]))).toMatchObject({
      status: 400,
      scimType: 'invalidValue',
    });
  });

  it('cannot be removed', () => {
    expect(refusalOf(() => patched([{ op: 'remove', path: CORE }]))).toMatchObject({ status: 400 });
  });
});

describe('one value in a list as Entra’s old jobs send it', () => {
  it('is that value', () => {
    const operation = { op: 'Replace', path: 'displayName', value: [{ $ref: null, value: 'Lea V.' }] };

    expect(patched([operation]).displayName).toBe('Lea V.');
  });
});
