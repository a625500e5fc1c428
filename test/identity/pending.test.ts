import { describe, expect, it } from 'vitest';
import {
  commandMark,
  hadBefore,
  isCarriedOut,
  isLive,
  leftBehind,
  withoutLapsed,
} from '../../functions/identity/pending.ts';
import {
  newUserRecord,
  openMark,
  type Pending,
  type UserRecord,
} from '../../functions/identity/user-record.ts';
import { NOW } from '../support/changes.ts';
import { anAccount, took } from '../support/words.ts';

const after = { resource: {}, created: 1, lastModified: 1, deleted: false };

function pending(until: number, but: Partial<Pending> = {}): Pending {
  return { eventId: 'e', client: 'scim', until, after, ...but };
}

function aRecord(but: Partial<UserRecord> = {}): UserRecord {
  return { ...newUserRecord('demo', '42'), ...but };
}

describe('a command', () => {
  it.each<[string, Pending | undefined, boolean]>([
    ['that was never begun', undefined, false],
    ['that is under way', pending(NOW + 1), true],
    ['that lapses now', pending(NOW), false],
  ])('%s', (_, it, expected) => {
    expect(isLive(it, NOW)).toBe(expected);
  });

  it('that has died is as if it had never been', () => {
    const dead = aRecord({ pending: pending(NOW), revision: 3 });
    const live = aRecord({ pending: pending(NOW + 1) });
    const none = aRecord();

    expect(withoutLapsed(dead, NOW)).toEqual(aRecord({ revision: 3 }));
    expect(withoutLapsed(live, NOW)).toBe(live);
    expect(withoutLapsed(none, NOW)).toBe(none);
  });

  it('has another mark than the revocation that is queued for it', () => {
    const account = { source: 'scim', account: 'S' };

    expect(commandMark(account, 'e')).not.toBe(openMark(account, 'e'));
  });
});

describe('what Clarus had before a command', () => {
  const shown = { at: 1, email: 'lea@acme.example', name: 'Lea', roleId: '3', active: true };
  const all = ['email', 'name', 'role_id', 'language', 'is_active'] as const;

  it.each<[string, Partial<UserRecord>, ReturnType<typeof hadBefore>]>([
    ['is what it showed', { shown }, { email: 'lea@acme.example', name: 'Lea', role_id: 3 }],
    ['as far as it showed it', { shown: { at: 1 } }, {}],
    [
      'and before that what it confirmed',
      { shown, applied: { name: 'L', language: 'de' } },
      { email: 'lea@acme.example', name: 'L', role_id: 3, language: 'de' },
    ],
    ['never access', { applied: { is_active: true } }, {}],
  ])('%s', (_, but, expected) => {
    expect(hadBefore(aRecord(but), all)).toEqual(expected);
  });

  it('is only what it touched', () => {
    expect(hadBefore(aRecord({ shown }), ['name'])).toEqual({ name: 'Lea' });
  });

  it.each<[string, Pending | undefined, ReturnType<typeof leftBehind>]>([
    ['nothing without one', undefined, {}],
    ['nothing of one that is under way', pending(NOW + 1, { touches: ['name'] }), {}],
    ['of one that has died', pending(NOW, { touches: ['name'] }), { name: 'Lea' }],
    ['nothing where it touched nothing', pending(NOW), {}],
  ])('is to be there again: %s', (_, it, expected) => {
    expect(leftBehind(aRecord({ shown, ...(it && { pending: it }) }), NOW)).toEqual(expected);
  });
});

describe('a revocation has come to its end by itself', () => {
  const account = { source: 'scim', account: 'S' };
  const done = { accounts: [anAccount('scim', 'S', took(1, { id: 'e' }))], applied: { is_active: false } };

  it.each<[string, Partial<UserRecord>, boolean]>([
    ['its word is there and Clarus confirmed it', done, true],
    [
      "under another of the client's accounts",
      { ...done, accounts: [anAccount('scim', 'T', took(1, { id: 'e' }))] },
      true,
    ],
    [
      'with other words',
      { ...done, accounts: [anAccount('scim', 'S', took(1, { id: 'd' }), took(2, { id: 'e' }))] },
      true,
    ],
    ['not without the word', { ...done, accounts: [anAccount('scim', 'S', took(1))] }, false],
    ["not by another source's", { ...done, accounts: [anAccount('okta', 'S', took(1, { id: 'e' }))] }, false],
    ['not while it is under way', { ...done, open: { [commandMark(account, 'e')]: 1 } }, false],
    [
      'not while it is under way by an earlier id',
      {
        ...done,
        accounts: [...done.accounts, anAccount('scim', 'T', took(1))],
        open: { [commandMark({ source: 'scim', account: 'T' }, 'e')]: 1 },
      },
      false,
    ],
    ['whatever else is', { ...done, open: { [commandMark(account, 'd')]: 1 } }, true],
    ['not unconfirmed', { ...done, applied: {} }, false],
    ['not otherwise', { ...done, applied: { is_active: true } }, false],
  ])('%s', (_, but, expected) => {
    expect(isCarriedOut(aRecord(but), account, 'e')).toBe(expected);
  });
});
