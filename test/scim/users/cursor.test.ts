import { describe, expect, it } from 'vitest';
import { seal } from '../../../functions/scim/credentials/sealed.ts';
import { CURSOR_TIMEOUT } from '../../../functions/scim/protocol/limits.ts';
import { makeCursor, readCursor } from '../../../functions/scim/users/cursor.ts';
import { NOW } from '../../support/changes.ts';
import { refusalOf } from '../../support/scim-types.ts';

const key = Buffer.alloc(32, 1);

describe('a cursor', () => {
  const scope = { key, now: NOW, endpoint: '/Users', parameters: { filter: 'title pr' } };

  it.each([{ after: 'abc' }, { offset: 200 }, {}])('leads to %j again', (position) => {
    // Act
    const cursor = makeCursor(scope, position);

    // Assess
    expect(readCursor(scope, cursor)).toEqual(position);
    expect(cursor).toMatch(/^[\w.~-]+$/);
  });

  it('that is empty leads to the beginning', () => {
    // Act & assess
    expect(readCursor(scope, '')).toEqual({});
  });

  it('may ask for other attributes and another count on each page', () => {
    // Act & assess
    const parameters = { filter: 'title pr', count: '7', attributes: ['id'] };
    expect(readCursor({ ...scope, parameters }, makeCursor(scope, { offset: 1 }))).toEqual({ offset: 1 });
  });

  it.each([
    ['of another filter', scope, { ...scope, parameters: { filter: 'title eq "x"' } }, 'invalidCursor'],
    ['of no filter', { ...scope, parameters: {} }, scope, 'invalidCursor'],
    ['of another endpoint', { ...scope, endpoint: '/Groups' }, scope, 'invalidCursor'],
    ['of another tenant', { ...scope, key: Buffer.alloc(32, 2) }, scope, 'invalidCursor'],
    ['that is old', scope, { ...scope, now: NOW + CURSOR_TIMEOUT * 1000 }, 'expiredCursor'],
  ])('%s is refused', (_name, made, read, scimType) => {
    // Act & assess
    expect(refusalOf(() => readCursor(read, makeCursor(made, { offset: 1 })))).toMatchObject({
      status: 400,
      scimType,
    });
  });

  it.each([
    ['something else that was sealed', seal(key, { offset: -1 }, NOW + 1)],
    ['nothing that was sealed', 'abc'],
  ])('that is %s is refused', (_name, cursor) => {
    // Act & assess
    expect(refusalOf(() => readCursor(scope, cursor))).toMatchObject({
      status: 400,
      scimType: 'invalidCursor',
    });
  });
});
