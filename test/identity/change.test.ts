import { describe, expect, it } from 'vitest';
import { SOURCE_NAME } from '../../functions/identity/access/account.ts';
import { FOUND_BY, isEnabling, isRevocation, SAFE_ID } from '../../functions/identity/change.ts';
import { OPEN_OUTCOMES, OUTCOMES, STEPS } from '../../functions/identity/receipt.ts';
import { aChange, aThinChange } from '../support/changes.ts';

describe('a change', () => {
  it.each([
    ['takes access away', aChange({ user: { active: false } }), true, false],
    ['gives access', aChange({ user: { active: true } }), false, true],
    ['says nothing of it', aChange({ user: { title: 'Picker' } }), false, false],
    ['says nothing at all', aThinChange(), false, false],
  ])('%s', (_, change, revocation, enabling) => {
    expect(isRevocation(change)).toBe(revocation);
    expect(isEnabling(change)).toBe(enabling);
  });
});

describe('an id from outside may stand in keys, paths and logs', () => {
  it.each(['00u1', 'a', 'x'.repeat(128), 'a.b_c:d@e-f', '...', '.a', 'a..'])('%s', (id) => {
    expect(SAFE_ID.test(id)).toBe(true);
  });

  it.each(['', '.', '..', 'a b', 'a/b', 'a#b', 'a%2fb', 'a\n', '\na', 'ä', 'x'.repeat(129)])(
    'not %j',
    (id) => {
      expect(SAFE_ID.test(id)).toBe(false);
    },
  );
});

describe('the name of a source', () => {
  it.each(['okta', 'scim', 'okta-2', 'a', `a${'b'.repeat(30)}`])('%s', (name) => {
    expect(SOURCE_NAME.test(name)).toBe(true);
  });

  it.each(['', 'Okta', '2', '-a', 'a_b', 'a b', 'a#', '#a', `a${'b'.repeat(31)}`])('not %j', (name) => {
    expect(SOURCE_NAME.test(name)).toBe(false);
  });
});

it('stored words stay as they are', () => {
  expect(FOUND_BY).toMatchInlineSnapshot(`
    [
      "sweep",
      "resync",
      "first",
      "inventory",
    ]
  `);
  expect(OUTCOMES).toMatchInlineSnapshot(`
    [
      "applied",
      "no_change",
      "superseded",
      "kept_out",
      "former_holder",
      "user_not_in_clarus",
      "taken_over",
      "protected",
      "held",
      "waiting",
      "rejected",
    ]
  `);
  expect([...OPEN_OUTCOMES]).toMatchInlineSnapshot(`
    [
      "user_not_in_clarus",
      "held",
      "waiting",
      "rejected",
    ]
  `);
  expect(STEPS).toMatchInlineSnapshot(`
    [
      "received",
      "read",
      "decided",
      "confirmed",
      "read_back",
      "tried",
      "held",
      "released",
      "discarded",
      "lifted",
      "unlinked",
      "redriven",
      "healed",
    ]
  `);
});
