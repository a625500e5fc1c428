import { describe, expect, it } from 'vitest';
import type { Account, ProfileAttributes } from '../../../functions/identity/access/account.ts';
import { type DecideSettings, desired } from '../../../functions/identity/access/desired.ts';
import {
  type Case,
  type Guards,
  guard,
  type Occasion,
  type Verdict,
} from '../../../functions/identity/access/guard.ts';
import { newUserRecord, openMark, type UserRecord } from '../../../functions/identity/user-record.ts';
import { anAccount, foundIn, foundOut, gave, took } from '../../support/words.ts';

const RECEIVED = 100;
const none: Guards = { users: [], emails: [], roles: [] };
const settings: DecideSettings = {
  sources: ['okta', 'scim'],
  profile: ['okta', 'scim'],
  roles: { okta: [1, 2, 3], scim: [1, 2, 3] },
};
const own: Occasion = { source: 'okta', account: 'A', eventId: 'e', receivedAt: RECEIVED, concluded: false };
const compared = { concluded: true };

interface Circumstances {
  record?: Partial<UserRecord>;
  occasion?: Partial<Occasion>;
  guards?: Partial<Guards>;
  settings?: Partial<DecideSettings>;
}

function aCase(accounts: readonly Account[], but: Circumstances = {}): Case {
  const record = { ...newUserRecord('demo', '42'), accounts, ...but.record };
  const { roles, ...others } = { ...settings, ...but.settings };
  return {
    record,
    desired: desired(record, { ...others, roles }),
    guards: { ...none, ...but.guards },
    roles,
    occasion: { ...own, ...but.occasion },
  };
}

const okta = (...words: Parameters<typeof anAccount>[2][]) => anAccount('okta', 'A', ...words);
const pass: Verdict = { kind: 'pass', rings: false };
const rings: Verdict = { kind: 'pass', rings: true };
const takings: Verdict = { kind: 'brake', what: 'takings' };
const promotions: Verdict = { kind: 'brake', what: 'promotions' };

describe('who is protected is never touched', () => {
  const leaver = [okta(took(RECEIVED))];
  const shown = { at: 1, email: 'Boss@acme.example', roleId: '9' };

  it.each<[string, Partial<Guards>, Partial<UserRecord>, Verdict]>([
    ['by id', { users: ['41', '42'] }, {}, { kind: 'protected', by: 'user' }],
    ['not another one', { users: ['41'] }, {}, rings],
    [
      'by the e-mail that Clarus shows',
      { emails: ['boss@ACME.example'] },
      { shown },
      { kind: 'protected', by: 'email' },
    ],
    [
      'by the one that it confirmed',
      { emails: ['a@b.example'] },
      { applied: { email: 'A@b.example' } },
      { kind: 'protected', by: 'email' },
    ],
    [
      'by both',
      { emails: ['boss@acme.example'] },
      { shown, applied: { email: 'x@y.example' } },
      { kind: 'protected', by: 'email' },
    ],
    [
      'not by letters that are not of ASCII',
      { emails: ['\u212Aim@acme.example'] },
      { applied: { email: 'kim@acme.example' } },
      rings,
    ],
    ['by the role that Clarus shows', { roles: [8, 9] }, { shown }, { kind: 'protected', by: 'role' }],
    [
      'by the one that it confirmed',
      { roles: [9] },
      { applied: { role_id: 9 } },
      { kind: 'protected', by: 'role' },
    ],
    [
      'by the role that somebody gave in Clarus since',
      { roles: [9] },
      { shown, applied: { role_id: 3 } },
      { kind: 'protected', by: 'role' },
    ],
    ['not by another one', { roles: [8] }, { shown }, rings],
    ['not where nothing is known', { roles: [8], emails: ['a@b.example'] }, {}, rings],
  ])('%s', (_, guards, record, expected) => {
    expect(guard(aCase(leaver, { guards, record, occasion: { active: false } }))).toEqual(expected);
  });
});

describe('a taking', () => {
  const stated = { occasion: { active: false } };
  const byReading = (word: Partial<Parameters<typeof foundOut>[1]> = {}) =>
    okta(foundIn(1), foundOut(RECEIVED, { news: true, ...word }));

  it.each<[string, Account[], Circumstances, Verdict]>([
    ['that is stated goes on', [okta(took(RECEIVED))], stated, rings],
    ['whenever it was first said', [okta(took(1), took(RECEIVED))], stated, rings],
    [
      'by another account of the source than the one that speaks',
      [okta(took(5)), anAccount('okta', 'B', took(6))],
      stated,
      rings,
    ],
    ['that news made the bridge read goes on', [byReading()], {}, rings],
    ['that a word of the same event says', [okta(took(1, { seen: RECEIVED }))], {}, rings],
    ['that a comparison found asks the brake', [byReading({})], { occasion: compared }, takings],
    ['whatever it states', [okta(took(RECEIVED))], { occasion: { ...compared, active: false } }, takings],
    ['that was read without news', [okta(foundIn(1), foundOut(RECEIVED))], {}, takings],
    ['that was heard before', [byReading({ seen: RECEIVED - 1 })], {}, takings],
    [
      'with something else that keeps the person out',
      [okta(took(RECEIVED))],
      { occasion: { active: false }, record: { hand: { at: 1, active: false } } },
      rings,
    ],
    [
      'that news shows no other than it was',
      [okta(took(1), foundOut(RECEIVED, { news: true }))],
      {},
      takings,
    ],
    [
      "of another account's with the id of a new word",
      [
        okta(took(RECEIVED, { id: 'x' }), gave(RECEIVED + 1)),
        anAccount('okta', 'B', took(RECEIVED + 5, { id: 'x', seen: 1 })),
      ],
      {},
      takings,
    ],
    ["of another account's", [anAccount('okta', 'B', took(RECEIVED))], {}, takings],
    [
      "of another source's",
      [okta(gave(1)), anAccount('scim', 'S', took(RECEIVED))],
      { occasion: { active: false } },
      takings,
    ],
    [
      'of a source that has left the tenant file',
      [okta(gave(1)), anAccount('ad', 'A', took(5))],
      {},
      takings,
    ],
    [
      'of how Clarus stood',
      [okta(foundIn(1))],
      { record: { first: { at: 1, active: false }, shown: { at: 1, active: true } } },
      takings,
    ],
    [
      'whose account is not in the record',
      [anAccount('scim', 'S', took(RECEIVED))],
      { occasion: { source: 'scim' } },
      takings,
    ],
  ])('%s', (_, accounts, but, expected) => {
    expect(guard(aCase(accounts, but))).toEqual(expected);
  });

  it.each<[string, Partial<UserRecord>, Verdict]>([
    ['that Clarus confirmed takes nobody out', { applied: { is_active: false } }, pass],
    ['of whom Clarus shows off neither', { shown: { at: 1, active: false } }, pass],
    [
      'what Clarus confirmed counts before what it shows',
      { applied: { is_active: true }, shown: { at: 1, active: false } },
      takings,
    ],
    ['nobody knows', {}, takings],
  ])('%s', (_, record, expected) => {
    expect(guard(aCase([okta(took(1))], { record }))).toEqual(expected);
  });

  it.each<[string, Record<string, number>, Partial<Occasion>, Verdict]>([
    ['another event that is under way says it', { [openMark(own, 'other')]: 1 }, {}, rings],
    ['not this one', { [openMark(own, 'e')]: 1 }, {}, takings],
    ['and to a comparison it says nothing', { [openMark(own, 'other')]: 1 }, compared, takings],
  ])('%s', (_, open, occasion, expected) => {
    expect(guard(aCase([okta(took(1))], { record: { open }, occasion }))).toEqual(expected);
  });
});

describe('a giving', () => {
  const off = { applied: { is_active: false } };

  it.each<[string, Account[], Circumstances, Verdict]>([
    ['that is stated goes on', [okta(gave(RECEIVED))], { occasion: { active: true } }, pass],
    ['that is stated again', [okta(gave(1))], { occasion: { active: true } }, pass],
    [
      "nor another source's of the same id",
      [anAccount('scim', 'A', gave(RECEIVED)), okta(gave(1))],
      {},
      promotions,
    ],
    ['that was read goes on', [okta(foundOut(1), foundIn(RECEIVED))], {}, pass],
    ['by a comparison too', [okta(foundOut(1), foundIn(RECEIVED))], { occasion: compared }, pass],
    ['that no new word says asks the brake', [okta(gave(1))], {}, promotions],
    ['whatever else is new', [okta(gave(1), took(2), gave(3), took(1, { seen: RECEIVED }))], {}, promotions],
    [
      "nor another account's",
      [okta(gave(1)), anAccount('okta', 'B', gave(2, { seen: RECEIVED }))],
      {},
      promotions,
    ],
    [
      'whose account is not in the record',
      [okta(gave(RECEIVED))],
      { occasion: { account: 'B' } },
      promotions,
    ],
    ['an operator lets in', [okta(took(1))], { record: { ...off, liftedAt: 9 } }, pass],
    ['a hand lets in', [okta(gave(1))], { record: { ...off, hand: { at: 9, active: true } } }, pass],
    [
      'not a hand that was lifted',
      [okta(gave(9))],
      { record: { ...off, hand: { at: 5, active: false } } },
      promotions,
    ],
    [
      'another event that is under way says it',
      [okta(gave(1))],
      { record: { ...off, open: { other: 1 } } },
      pass,
    ],
    ['Clarus shows off', [okta(gave(1))], { record: { shown: { at: 1, active: false } } }, promotions],
    ['Clarus has it', [okta(gave(1))], { record: { applied: { is_active: true } } }, pass],
    ['nobody knows', [okta(gave(1))], { record: {} }, pass],
  ])('%s', (_, accounts, but, expected) => {
    expect(guard(aCase(accounts, { record: off, ...but }))).toEqual(expected);
  });
});

describe('a promotion', () => {
  function withRole(role_id: number, source = 'okta'): Account {
    const attributes: ProfileAttributes = { role_id };
    return { ...anAccount(source, 'A', gave(1)), profile: { at: 1, eventId: 'e', attributes } };
  }
  const at = (role_id: number) => ({ record: { applied: { role_id } } });

  it.each<[string, Account[], Circumstances, Verdict]>([
    ['by a mapping asks the brake', [withRole(1)], at(2), promotions],
    ['from what Clarus shows', [withRole(1)], { record: { shown: { at: 1, roleId: '3' } } }, promotions],
    ['from a role that is not in the order', [withRole(3)], at(9), promotions],
    ['from what nobody knows', [withRole(3)], {}, promotions],
    ['is none without an order', [withRole(1)], { ...at(2), settings: { roles: {} } }, pass],
    ['is none to a later role', [withRole(3)], at(2), pass],
    ['nor to the same', [withRole(2)], at(2), pass],
    ['nor to one that nobody names', [okta(gave(1))], at(2), pass],
    [
      'nor to the default one',
      [okta(took(1)), anAccount('okta', 'B', gave(5))],
      { ...at(2), settings: { defaultRole: 1 } },
      pass,
    ],
    [
      'waits for no taking: that goes first',
      [{ ...withRole(1), words: [took(RECEIVED)] }],
      { ...at(2), occasion: { active: false } },
      rings,
    ],
  ])('%s', (_, accounts, but, expected) => {
    expect(guard(aCase(accounts, but))).toEqual(expected);
  });

  it.each<[string, Partial<Occasion>, Verdict]>([
    ['that a SCIM client states goes on', { source: 'scim' }, pass],
    ['not when a comparison found it', { source: 'scim', ...compared }, promotions],
    ["not with another source's news", {}, promotions],
  ])('%s', (_, occasion, expected) => {
    const side = { resource: {}, created: 1, lastModified: 1, deleted: false };
    const record = { ...at(2).record, scim: { scim: side } };

    expect(guard(aCase([withRole(1, 'scim')], { record, occasion }))).toEqual(expected);
  });
});
