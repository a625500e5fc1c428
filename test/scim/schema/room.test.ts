import { expect, it } from 'vitest';
import { checkRoom } from '../../../functions/scim/schema/resource.ts';

const large = { nickName: 'a'.repeat(99_900) };

it.each([
  ['one client', []],
  ['two clients', [large]],
])('a record holds the largest resources of %s', (_name, others) => {
  expect(() => checkRoom(large, others)).not.toThrow();
});

it('a record holds no more than that of more clients, counted in bytes', () => {
  expect(() => checkRoom({ nickName: 'ß'.repeat(100) }, [large, large])).toThrow(/200045 bytes.*200000/);
  expect(() => checkRoom({ nickName: 's'.repeat(100) }, [large, large])).not.toThrow();
});
