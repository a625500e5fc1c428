import { describe, expect, it } from 'vitest';
import { open, seal } from '../../../functions/scim/credentials/sealed.ts';
import { NOW } from '../../support/changes.ts';

const key = Buffer.alloc(32, 1);

describe('what is sealed', () => {
  const sealed = seal(key, { page: 2 }, NOW);

  it.each([
    ['in time', sealed, NOW - 1, key, { kind: 'good', content: { page: 2 } }],
    ['too late', sealed, NOW, key, { kind: 'expired' }],
    ['with another key', sealed, NOW - 1, Buffer.alloc(32, 2), { kind: 'forged' }],
    ['changed', `x${sealed}`, NOW - 1, key, { kind: 'forged' }],
    ['continued', `${sealed}.x`, NOW - 1, key, { kind: 'forged' }],
    ['empty', '', NOW - 1, key, { kind: 'forged' }],
    ['without its signature', sealed.split('.')[0] ?? '', NOW - 1, key, { kind: 'forged' }],
  ])('opens %s as it should', (_name, text, now, by, expected) => {
    // Act & assess
    expect(open(by, text, now)).toEqual(expected);
  });
});
