import { randomUUID } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Account, Profile } from '../../../functions/identity/access/account.ts';
import type { Word } from '../../../functions/identity/access/word.ts';
import { newUserRecord, type ScimSide, type UserRecord } from '../../../functions/identity/user-record.ts';
import { recordAttributes } from '../../../functions/state/items/record.ts';
import { itemSize } from '../../../functions/state/items/size.ts';
import { fitting } from '../../../functions/state/records/fitting.ts';
import { createUserRecords } from '../../../functions/state/user-records.ts';
import { NOW } from '../../support/changes.ts';
import { startTable, type TableBench } from '../../support/dynamodb.ts';

/** The most that DynamoDB takes for an item. */
const LIMIT = 400 * 1024;

let bench: TableBench;
beforeAll(async () => {
  bench = await startTable();
});
afterAll(() => bench.stop());

/** The size by the developer guide's rules ("DynamoDB item sizes and formats"), of what is sent. */
function sizeOf(value: unknown): number {
  const [[type, it] = ['', undefined]] = Object.entries(Object(value));
  switch (type) {
    case 'S':
      return Buffer.byteLength(String(it));
    case 'N':
      return Math.ceil(String(it).replace(/\D/g, '').length / 2) + 2;
    case 'L':
      return [...Object(it)].reduce((sum, element) => sum + 1 + sizeOf(element), 3);
    case 'M':
      return sizeOfMembers(it) + 3 + Object.keys(Object(it)).length;
    default:
      return 1;
  }
}

function sizeOfMembers(item: unknown): number {
  return Object.entries(Object(item)).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value),
    0,
  );
}

function itemOf(record: UserRecord) {
  return marshall(recordAttributes(record), { removeUndefinedValues: true });
}

/** The words of a busy month, of two registers, nearly all of which the short form keeps. */
function manyWords(newId: () => string, at: number): Word[] {
  return Array.from({ length: 33 }, (_, index) => ({
    id: newId(),
    at: at + index * 86_400_000,
    seen: at + index * 86_400_000 + 1_500,
    kind: index % 3 === 0 ? 'read' : 'stated',
    gives: index % 2 === 0,
    ...(index < 16 && { register: '00g1emaKYZTWRYYRRTSK' }),
    ...(index % 3 === 0 && { changed: true as const, news: true as const }),
  }));
}

function fullProfile(): Profile {
  const text = 'x'.repeat(255);
  const texts = [
    'email',
    'name',
    'language',
    'timezone',
    'string1',
    'string2',
    'string3',
    'string4',
    'string5',
  ];
  const attributes = { role_id: 123_456, ...Object.fromEntries(texts.map((name) => [name, text])) };
  return { at: NOW, eventId: randomUUID(), attributes };
}

function aSide(): ScimSide {
  const resource = { userName: 'x'.repeat(100_000 - '{"userName":""}'.length) };
  return { resource, created: NOW, lastModified: NOW, deleted: false, memberOf: ['1', '2', '3'] };
}

/** All that a record can have, at its largest. */
function largest(newId: () => string): UserRecord {
  const accounts = ['okta', 'entra', 'scim'].flatMap((source) =>
    Array.from({ length: 20 }, (_, index): Account => {
      const rev = source === 'scim' ? 0 : 123_456;
      const words = manyWords(newId, NOW + index * 1_000);
      return { source, account: newId(), rev, words, profile: fullProfile() };
    }),
  );
  const { attributes } = fullProfile();
  return {
    ...newUserRecord('largest', '42'),
    accounts,
    scim: { scim: aSide() },
    pending: { eventId: newId(), client: 'scim', until: NOW, after: aSide() },
    applied: { ...attributes, is_active: true },
    refused: { ...attributes, is_active: true },
    open: Object.fromEntries(Array.from({ length: 10 }, () => [`okta ${newId()} ${newId()}`, NOW])),
    first: { at: NOW, active: true },
    shown: { at: NOW, email: 'x'.repeat(255), name: 'x'.repeat(255), active: true, roleId: '3' },
    hand: { at: NOW, active: true },
    liftedAt: NOW,
    lookAt: NOW,
  };
}

function longId(): string {
  return `${randomUUID()}${randomUUID()}${randomUUID()}`.padEnd(128, '0');
}

describe('the largest record', () => {
  it('is counted as DynamoDB counts it', () => {
    const record = largest(randomUUID);

    expect(itemSize(recordAttributes(record))).toBe(sizeOfMembers(itemOf(record)));
  });

  it('fits into an item with all its accounts and words', async () => {
    const record = largest(randomUUID);

    const saved = await createUserRecords(bench.table).save(record);

    const stored = await createUserRecords(bench.table).load('largest', '42');
    const [before, after] = [record, stored].map(({ accounts }) =>
      accounts
        .map(({ profile: _, ...account }) => account)
        .toSorted((a, b) => (a.account < b.account ? -1 : 1)),
    );
    expect(saved).toBe('saved');
    expect(after).toEqual(before);
    expect(sizeOfMembers(itemOf(stored))).toBeLessThan(LIMIT - 20_000);
  });

  it('leaves room for joins where ids are as long as they may be, and drops who was silent longest', async () => {
    const record = largest(longId);

    const fit = fitting(record);

    const left = (source: string) => fit.accounts.filter((it) => it.source === source);
    expect(sizeOfMembers(itemOf(record))).toBeGreaterThan(LIMIT);
    expect(sizeOfMembers(itemOf(fit))).toBeLessThan(LIMIT - 30_000);
    // A SCIM client's account has no card to come back from.
    expect(left('scim')).toHaveLength(20);
    expect(left('okta').length).toBeGreaterThan(1);
    expect(left('okta')).toEqual(record.accounts.slice(20 - left('okta').length, 20));
  });
});
