import { expect, it } from 'vitest';
import { newUserRecord, openMark } from '../../functions/identity/user-record.ts';

it('a user the bridge has not met has nothing', () => {
  expect(newUserRecord('demo', '42')).toEqual({
    tenant: 'demo',
    clarusUserId: '42',
    revision: 0,
    accounts: [],
    scim: {},
    applied: {},
    refused: {},
    open: {},
  });
});

it("an event's mark tells events of different accounts apart", () => {
  const account = { source: 'okta', account: '00u1' };

  expect(openMark(account, 'e1')).toBe('okta 00u1 e1');
  expect(openMark({ ...account, account: '00u2' }, 'e1')).not.toBe(openMark(account, 'e1'));
});
