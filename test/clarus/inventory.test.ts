import { describe, expect, it } from 'vitest';
import { driftOf, isLookLost, isSameShown, shownOf } from '../../functions/clarus/inventory.ts';
import type { Word } from '../../functions/identity/access/word.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import { NOW } from '../support/changes.ts';

const MINUTE = 60_000;
const SETTINGS = { sources: ['okta'] };

function word(gives: boolean, at: number): Word {
  return { id: `${at}`, at, seen: at, kind: 'stated', gives };
}

const GIVEN = [word(true, NOW - 9 * MINUTE)];
const TAKEN = [word(false, NOW - 9 * MINUTE)];

function aRecord(words: readonly Word[], but: Partial<UserRecord> = {}): UserRecord {
  const accounts = [{ source: 'okta', account: 'A', rev: 1, words }];
  return { ...newUserRecord('acme', '42'), revision: 1, accounts, ...but };
}

function drift(record: UserRecord, active: boolean | undefined): string {
  return driftOf(record, { at: NOW, ...(active !== undefined && { active }) }, SETTINGS).kind;
}

const ON = { applied: { is_active: true } };
const OFF = { applied: { is_active: false } };
const HAND_OFF = { hand: { at: NOW - MINUTE, active: false } };
const FIRST_OFF = { first: { at: NOW, active: false } };

describe('drift', () => {
  it.each<[string, boolean | undefined, readonly Word[], Partial<UserRecord>, string]>([
    ['Clarus does not tell', undefined, TAKEN, OFF, 'none'],
    ['in, and on', true, GIVEN, ON, 'none'],
    ['out, and off', false, TAKEN, OFF, 'none'],
    ['in, off, and on was confirmed', false, GIVEN, ON, 'off'],
    ['in, off, and off was confirmed', false, GIVEN, OFF, 'owed'],
    ['in, off, and nothing was ever sent', false, GIVEN, {}, 'none'],
    ['nothing said, and off', false, [], ON, 'none'],
    ['nothing said, and on', true, [], {}, 'none'],
    ['out, on, and off was confirmed', true, TAKEN, OFF, 'on'],
    ['out, on, and on was confirmed', true, TAKEN, ON, 'never_taken'],
    ['out, on, and nothing was ever sent', true, TAKEN, {}, 'never_taken'],
    ['out by a hand alone, and on', true, GIVEN, { ...HAND_OFF, ...OFF }, 'on_again'],
    ['out by the first look alone, and on', true, [], { ...FIRST_OFF, ...OFF }, 'on_again'],
    ['out by a hand and by a source, and on', true, TAKEN, { ...HAND_OFF, ...OFF }, 'on'],
  ])('%s', (_, active, words, but, kind) => {
    expect(drift(aRecord(words, but), active)).toBe(kind);
  });

  it.each<[string, Partial<UserRecord>, string]>([
    ['an event is under way', { open: { mark: NOW - MINUTE } }, 'busy'],
    ['an event never ended', { open: { mark: NOW - 25 * 60 * MINUTE } }, 'on'],
    ['a request is in doubt', { lookAt: NOW + MINUTE }, 'busy'],
    ['the look after a request is lost', { lookAt: NOW - 60 * MINUTE }, 'on'],
    ['a command has begun', { pending: aPending(NOW + MINUTE) }, 'busy'],
    ['a command has ended', { pending: aPending(NOW - MINUTE) }, 'busy'],
    ['nobody looked after a command', { pending: aPending(NOW - 61 * MINUTE) }, 'on'],
  ])('when %s', (_, but, kind) => {
    expect(drift(aRecord(TAKEN, { ...OFF, ...but }), true)).toBe(kind);
  });

  it('names who keeps the person out', () => {
    const found = driftOf(aRecord(TAKEN, OFF), { at: NOW, active: true }, SETTINGS);

    expect(found).toMatchObject({ taking: { by: 'okta', account: 'A' } });
  });
});

it('takes no look for lost that nobody owes', () => {
  expect(isLookLost(aRecord(TAKEN), NOW)).toBe(false);
});

it.each([
  ['the same later', { at: NOW + MINUTE }, true],
  ['another name', { name: 'Lea' }, false],
  ['another role', { roleId: '2' }, false],
  ['off', { active: false }, false],
  ['another address', { email: 'x@acme.example' }, false],
])('two looks: %s', (_, but, same) => {
  const one = shownOf({ id: '42', email: 'lea@acme.example', name: 'L', isActive: true, roleId: '1' }, NOW);

  expect(isSameShown(one, { ...one, ...but })).toBe(same);
  expect(isSameShown(undefined, one)).toBe(false);
});

function aPending(until: number): NonNullable<UserRecord['pending']> {
  const after = { resource: {}, created: NOW, lastModified: NOW, deleted: false };
  return { eventId: 'e', client: 'scim', until, after };
}
