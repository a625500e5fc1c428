import { describe, expect, it } from 'vitest';
import type { Word } from '../../functions/identity/access/word.ts';
import { SAFE_ID } from '../../functions/identity/change.ts';
import { lastSaid, presentAccount, scimAccount } from '../../functions/identity/scim-account.ts';
import { newUserRecord } from '../../functions/identity/user-record.ts';
import { anAccount, foundOut, gave, took } from '../support/words.ts';

describe("the account of a SCIM client's user", () => {
  it.each([
    ["the client's own id", { externalId: '00u1' }, '00u1'],
    ['none', {}, '42'],
    ['an empty one', { externalId: '' }, '42'],
    ['a number', { externalId: 7 }, '42'],
  ])('%s', (_, resource, expected) => {
    expect(scimAccount(resource, '42')).toBe(expected);
  });

  it('is a hash of an id that may not stand in a key', () => {
    const account = scimAccount({ externalId: 'CN=Lea Ver' }, '42');

    expect(account).toMatch(/^[\w-]{43}$/);
    expect(account).toMatch(SAFE_ID);
    expect(scimAccount({ externalId: 'CN=Lea Ver' }, '43')).toBe(account);
    expect(scimAccount({ externalId: 'CN=Lea Wer' }, '42')).not.toBe(account);
  });

  it('is that of what the client wrote last', () => {
    const side = { resource: { externalId: '00u1' }, created: 1, lastModified: 1, deleted: false };
    const record = { ...newUserRecord('demo', '42'), scim: { scim: side } };

    expect(presentAccount(record, 'scim')).toBe('00u1');
    expect(presentAccount(record, 'other')).toBe('42');
  });
});

describe('what a client last said of access', () => {
  it.each<[string, Word[], Word[], string | undefined]>([
    ['nothing', [], [], undefined],
    ['of one account', [took(9), gave(5)], [], 'out@9'],
    ['of another one', [gave(5)], [took(7)], 'out@7'],
    ['not of a rule of the mapping', [gave(5), took(9, { register: 'mapped' })], [], 'in@5'],
    ['not what was read', [gave(5), foundOut(9)], [], 'in@5'],
  ])('%s', (_, one, other, expected) => {
    const accounts = [
      anAccount('scim', 'S', ...one),
      anAccount('scim', 'T', ...other),
      anAccount('okta', 'S', took(99)),
    ];

    const said = lastSaid({ accounts }, 'scim');

    expect(said?.word.id).toBe(expected);
    expect(said?.account).toBe(expected === undefined ? undefined : other.length > 0 ? 'T' : 'S');
  });
});
