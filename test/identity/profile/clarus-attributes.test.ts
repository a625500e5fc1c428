import { expect, it } from 'vitest';
import { entriesIn, namesIn } from '../../../functions/identity/profile/clarus-attributes.ts';

it('attributes that are there come in the order of a patch, and no others', () => {
  const attributes = { string1: '', name: undefined, email: 'lea@acme.example', is_active: false };

  expect(namesIn(attributes)).toEqual(['is_active', 'email', 'string1']);
  expect(entriesIn<string | boolean>(attributes)).toEqual([
    ['is_active', false],
    ['email', 'lea@acme.example'],
    ['string1', ''],
  ]);
});
