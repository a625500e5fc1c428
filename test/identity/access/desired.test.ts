import { describe, expect, it } from 'vitest';
import type { Account, ProfileAttributes } from '../../../functions/identity/access/account.ts';
import { CLEARABLE, type DecideSettings, desired } from '../../../functions/identity/access/desired.ts';
import type { Word } from '../../../functions/identity/access/word.ts';
import type { ClarusAttributes } from '../../../functions/identity/profile/clarus-attributes.ts';
import { newUserRecord, type ScimSide, type UserRecord } from '../../../functions/identity/user-record.ts';
import { anAccount, foundIn, foundOut, gave, took } from '../../support/words.ts';

const settings: DecideSettings = {
  sources: ['okta', 'scim'],
  profile: ['okta', 'scim'],
  roles: {},
  defaultRole: 7,
};

function saying(account: Account, attributes: ProfileAttributes): Account {
  return { ...account, profile: { at: 1, eventId: 'e', attributes } };
}

function okta(attributes: ProfileAttributes, ...words: Word[]): Account {
  return saying(anAccount('okta', 'O', ...words), attributes);
}

function scim(attributes: ProfileAttributes, ...words: Word[]): Account {
  return saying(anAccount('scim', 'S', ...words), attributes);
}

function aRecord(accounts: readonly Account[], but: Partial<UserRecord> = {}): UserRecord {
  return { ...newUserRecord('demo', '42'), accounts, ...but };
}

function aSide(memberOf?: string[], but: Partial<ScimSide> = {}): ScimSide {
  return { resource: {}, created: 1, lastModified: 1, deleted: false, ...(memberOf && { memberOf }), ...but };
}

describe('access', () => {
  it.each<[string, Account[], boolean | undefined]>([
    ['in', [okta({}, gave(1))], true],
    ['out', [okta({}, took(1))], false],
    ['of which nobody said anything', [okta({}, foundIn(1))], undefined],
  ])('%s', (_, accounts, expected) => {
    expect(desired(aRecord(accounts), settings).attributes.is_active).toBe(expected);
  });
});

describe('each attribute comes from the first source of `profile` that said it', () => {
  const both = [scim({ name: 'S', language: 'de' }, gave(1)), okta({ name: 'O' }, gave(1))];

  it('and the next one says what it left out', () => {
    const { attributes, origins } = desired(aRecord(both), settings);

    expect(attributes).toEqual({ name: 'O', language: 'de', is_active: true });
    expect(origins).toEqual({ name: 'okta', language: 'scim' });
  });

  it('in the order of the tenant', () => {
    const { attributes } = desired(aRecord(both), { ...settings, profile: ['scim', 'okta'] });

    expect(attributes).toMatchObject({ name: 'S', language: 'de' });
  });

  it('a source that is not in it comes last', () => {
    const { attributes } = desired(aRecord(both), { ...settings, profile: ['scim'] });

    expect(attributes.name).toBe('S');
    const { attributes: others } = desired(aRecord(both.toReversed()), { ...settings, profile: ['okta'] });
    expect(others.name).toBe('O');
  });

  it('an empty text is a word', () => {
    const accounts = [okta({ string1: '' }, gave(1)), scim({ string1: 'x' }, gave(1))];

    expect(desired(aRecord(accounts), settings).attributes.string1).toBe('');
  });

  it('the record is left as it is', () => {
    const accounts = Object.freeze([...both]);

    expect(() => desired(aRecord(accounts), settings)).not.toThrow();
  });
});

describe('only holders speak', () => {
  it.each<[string, Account[], Partial<UserRecord>, Partial<DecideSettings>, string | undefined]>([
    [
      'not an earlier person',
      [okta({ name: 'X' }, took(1)), saying(anAccount('okta', 'Y', gave(5)), { name: 'Y' })],
      {},
      {},
      'Y',
    ],
    [
      'not a source that has left the tenant file',
      [scim({ name: 'S' }, gave(1))],
      {},
      { sources: ['okta'] },
      undefined,
    ],
    ['who is out as long as they keep the user out', [okta({ name: 'O' }, took(1))], {}, {}, 'O'],
    [
      'not who was out and lifted: it may be somebody else',
      [okta({ name: 'O' }, took(1)), scim({}, gave(1))],
      { liftedAt: 9 },
      {},
      undefined,
    ],
    [
      'not whose id is that of another source',
      [
        okta({ name: 'O' }, gave(5)),
        saying(anAccount('scim', 'O', took(1)), { name: 'X' }),
        scim({ name: 'S' }, gave(5)),
      ],
      {},
      { profile: ['scim'] },
      'S',
    ],
    [
      'not whom an id tells apart',
      [scim({ name: 'X' }, took(1)), okta({}, gave(5))],
      {},
      { idOf: { scim: 'okta' } },
      undefined,
    ],
  ])('%s', (_, accounts, but, more, expected) => {
    expect(desired(aRecord(accounts, but), { ...settings, ...more }).attributes.name).toBe(expected);
  });
});

describe('the role', () => {
  const member = (memberOf: string[] | undefined, but: Partial<ScimSide> = {}) => ({
    scim: { scim: aSide(memberOf, but) },
  });

  it.each<[string, Account[], Partial<UserRecord>, Partial<DecideSettings>, number | undefined]>([
    ['as mapped', [okta({ role_id: 3 }, gave(1))], {}, {}, 3],
    ['none', [okta({}, gave(1))], {}, {}, undefined],
    ['of a group', [scim({}, gave(1))], member(['4']), {}, 4],
    ['before the mapped one', [scim({ role_id: 3 }, gave(1))], member(['4']), {}, 4],
    [
      'of the group joined last, where the tenant has no order',
      [scim({}, gave(1))],
      member(['4', '5']),
      {},
      5,
    ],
    [
      'of the first one in the order of the tenant',
      [scim({}, gave(1))],
      member(['4', '5']),
      { roles: { scim: [4, 5] } },
      4,
    ],
    [
      'of the other group when one is left',
      [scim({}, gave(1))],
      member(['5']),
      { roles: { scim: [4, 5] } },
      5,
    ],
    ['the default one when all are left', [scim({}, gave(1))], member([]), {}, 7],
    ['not where it was never in any', [scim({}, gave(1))], member(undefined), {}, undefined],
    ['nor in a deleted user', [scim({}, gave(1))], member(['4'], { deleted: true }), {}, undefined],
    ['mapped, when all are left', [scim({ role_id: 3 }, gave(1))], member([]), {}, 3],
    [
      "another source's, when all are left",
      [okta({ role_id: 3 }, gave(1)), scim({}, gave(1))],
      member([]),
      {},
      3,
    ],
    ['no default, none', [scim({}, gave(1))], member([]), { defaultRole: undefined }, undefined],
    ["not of another client's groups", [okta({}, gave(1))], { scim: { other: aSide(['4']) } }, {}, 7],
  ])('%s', (_, accounts, but, more, expected) => {
    expect(desired(aRecord(accounts, but), { ...settings, ...more }).attributes.role_id).toBe(expected);
  });

  it.each<[string, Account[], Partial<UserRecord>, DecideSettings['roles'], number | undefined]>([
    [
      'that the source may not give is refused',
      [okta({ role_id: 3 }, gave(1))],
      {},
      { okta: [4] },
      undefined,
    ],
    [
      'and left to the next source',
      [okta({ role_id: 3 }, gave(1)), scim({ role_id: 4 }, gave(1))],
      {},
      { okta: [4] },
      4,
    ],
    ['of a group too', [scim({}, gave(1))], { scim: { scim: aSide(['3']) } }, { scim: [4] }, 7],
    ['no source gives any when none may', [okta({ role_id: 3 }, gave(1))], {}, { okta: [] }, undefined],
  ])('%s', (_, accounts, but, roles, expected) => {
    const { attributes, refusedRoles, origins } = desired(aRecord(accounts, but), { ...settings, roles });

    expect(attributes.role_id).toBe(expected);
    expect(refusedRoles).toMatchObject([{ role: 3 }]);
    expect(origins.role_id).toBe(expected === 4 ? 'scim' : undefined);
  });
});

it('of a source that names no role none is refused', () => {
  expect(desired(aRecord([okta({}, gave(1))]), { ...settings, roles: { okta: [4] } }).refusedRoles).toEqual(
    [],
  );
});

describe('what nobody maps falls to defaults for a newcomer', () => {
  const newcomer = [okta({}, took(1)), saying(anAccount('okta', 'Y', gave(5)), { string2: 'Y' })];
  const texts: Partial<ClarusAttributes> = {};
  for (const name of CLEARABLE) texts[name] = 'x';

  it('the role, and the texts that Clarus is known to have', () => {
    const { attributes, origins } = desired(aRecord(newcomer, { applied: texts }), settings);

    const cleared = Object.fromEntries(CLEARABLE.map((name) => [name, '']));
    expect(attributes).toEqual({ ...cleared, string2: 'Y', role_id: 7, is_active: true });
    expect(origins).toEqual({ string2: 'okta' });
  });

  it.each<[string, Partial<ClarusAttributes>]>([
    ['empty already', { string1: '' }],
    ['unknown', {}],
  ])('not texts that are %s', (_, applied) => {
    expect(desired(aRecord(newcomer, { applied }), settings).attributes).not.toHaveProperty('string1');
  });

  it('no role where there is no default', () => {
    const { defaultRole: _, ...without } = settings;

    expect(desired(aRecord(newcomer), without).attributes).not.toHaveProperty('role_id');
  });

  it('what is mapped stays', () => {
    const mapped = [okta({}, took(1)), saying(anAccount('okta', 'Y', gave(5)), { role_id: 3 })];

    expect(desired(aRecord(mapped), settings).attributes.role_id).toBe(3);
  });

  it('nothing for whom it is no new person', () => {
    const { attributes } = desired(aRecord([okta({}, foundOut(1), gave(2))], { applied: texts }), settings);

    expect(attributes).toEqual({ is_active: true });
  });

  it('the same for who was off when first met', () => {
    const first = { at: 1, active: false };
    const { attributes } = desired(
      aRecord([okta({}, gave(5))], { first, applied: { string1: 'x' } }),
      settings,
    );

    expect(attributes).toEqual({ string1: '', role_id: 7, is_active: true });
  });
});
