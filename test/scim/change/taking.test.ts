import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takesAccess } from '../../../functions/scim/change/taking.ts';
import { operations } from '../../support/scim-bench.ts';
import { CORE } from '../../support/scim-types.ts';

function ops(...all: unknown[]): unknown {
  return operations(...all);
}

describe('a body takes access away', () => {
  it.each<[string, unknown]>([
    ['a PUT', { userName: 'lea', active: false, title: 7 }],
    ['a name in another letter case', { Active: false }],
    ['a word for it', { active: 'False' }],
    ['the core URN as a key', { [CORE]: { active: false } }],
    ['the core URN as a key in another letter case', { [CORE.toUpperCase()]: { active: false } }],
    ['the core URN before the name', { [`${CORE}:active`]: false }],
    ['PATCH by a path', ops({ op: 'replace', path: 'active', value: false })],
    ['PATCH without a path', ops({ op: 'replace', value: { active: false } })],
    ['PATCH by a path with the URN', ops({ op: 'replace', path: `${CORE}:active`, value: false })],
    ['PATCH at the URN', ops({ op: 'replace', path: CORE, value: { active: false } })],
    ['PATCH with the URN as a key', ops({ op: 'replace', value: { [CORE]: { active: false } } })],
    ['PATCH by add', ops({ op: 'Add', path: 'active', value: 'false' })],
    [
      'PATCH with a list of one',
      ops({ op: 'Replace', path: 'active', value: [{ $ref: null, value: 'False' }] }),
    ],
    ['PATCH with the name once more', ops({ op: 'replace', path: 'active', value: { active: false } })],
    ['PATCH of an unknown op', ops({ op: 'move', path: 'active', value: false })],
    ['PATCH beside what is wrong', ops({ path: 7 }, 'x', { op: 'replace', path: ' active ', value: false })],
    [
      'PATCH that says so last',
      ops({ op: 'replace', path: 'active', value: true }, { op: 'replace', value: { active: false } }),
    ],
    ['PATCH of one operation and no list', { Operations: { op: 'replace', path: 'active', value: false } }],
    ['PATCH with a list of one resource', ops({ op: 'replace', value: [{ active: false }] })],
    ['operations without their schema', { Operations: [{ op: 'replace', path: 'active', value: false }] }],
  ])('by %s', (_name, body) => {
    expect(takesAccess(body, CORE)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['gives it', { active: true }],
    ['says nothing of it', { userName: 'lea' }],
    ['says neither', { active: 'no' }],
    ['says nothing', { active: null }],
    ['says it of several', { active: [false, true] }],
    ['says it too deep to be meant', { active: [[[[[false]]]]] }],
    ['says it in lists too deep to be meant', ops({ op: 'replace', value: [[[[[{ active: false }]]]]] })],
    ['says it of an object of its own', { active: { off: false } }],
    ['is no object', [false]],
    ['removes it', ops({ op: 'remove', path: 'active', value: false })],
    ['says it of something else', ops({ op: 'replace', path: 'title', value: { active: false } })],
    ['says it of an extension', { 'urn:other:User': { active: false } }],
    [
      'gives it at last',
      ops({ op: 'replace', value: { active: false } }, { op: 'replace', path: 'active', value: 'True' }),
    ],
    [
      'nests the core URN without an end',
      { [CORE]: { [CORE]: { [CORE]: { [CORE]: { [CORE]: { active: false } } } } } },
    ],
  ])('not when it %s', (_name, body) => {
    expect(takesAccess(body, CORE)).toBe(false);
  });

  it('or not, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(typeof takesAccess(JSON.parse(text), CORE)).toBe('boolean');
      }),
    );
  });
});
