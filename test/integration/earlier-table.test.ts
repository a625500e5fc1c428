import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { decide } from '../../functions/identity/access/decide.ts';
import { createCursors } from '../../functions/state/cursors.ts';
import { type Table, table } from '../../functions/state/table.ts';
import { createUserRecords } from '../../functions/state/user-records.ts';
import { compare } from '../../operator/compare.ts';
import { aBridge, type Bridge, everybody, SOON } from './bridge.ts';

let bridge: Bridge;
let state: Table;

beforeAll(async () => {
  bridge = await aBridge();
  const { dynamodb } = bridge.stack;
  const { TableNames = [] } = await dynamodb.send(new ListTablesCommand({}));
  state = table(dynamodb, TableNames[0] ?? '');
});
afterAll(() => bridge.stack.stop());

type Item = Record<string, unknown>;

async function items(): Promise<Item[]> {
  return (await state.client.send(new ScanCommand({ TableName: state.name }))).Items ?? [];
}

/** Puts the table back to what it was. */
async function restore(earlier: readonly Item[]): Promise<void> {
  for (const { pk, sk } of await items()) {
    await state.client.send(new DeleteCommand({ TableName: state.name, Key: { pk, sk } }));
  }
  for (const Item of earlier) await state.client.send(new PutCommand({ TableName: state.name, Item }));
}

function inOkta(person: number, status: 'ACTIVE' | 'SUSPENDED', statusChanged?: number) {
  const email = `p${person}@acme.example`;
  const at = new Date(statusChanged ?? Date.UTC(2025, 4, 6)).toISOString();
  return { id: `00u${person}`, status, statusChanged: at, profile: { login: email, email } };
}

it('after a restore of the table from an earlier second the directories know better', async () => {
  // Prepare: when the table was copied, person 1 had access and person 2 had not.
  const { clarus, okta } = bridge.stack;
  const body = JSON.stringify({ extendedFields: true });
  await fetch(`${clarus.url}/_sim/options`, { method: 'PUT', body });
  clarus.setUsers(everybody());
  okta.reset();
  okta.setUsers([inOkta(1, 'ACTIVE'), inOkta(2, 'ACTIVE'), inOkta(3, 'ACTIVE')]);
  await bridge.stack.sweep();
  await bridge.stack.idle();
  const suspended = Date.now();
  okta.setUsers([inOkta(1, 'ACTIVE'), inOkta(2, 'SUSPENDED', suspended), inOkta(3, 'ACTIVE')]);
  await bridge.hook([{ id: 'out-2', type: 'user.lifecycle.suspend', person: 2, ago: 0 }]);
  await vi.waitFor(() => expect(bridge.user(2)?.is_active).toBe(false), SOON);
  await bridge.stack.idle();
  const earlier = await items();

  // Since then person 1 has left, and person 2 has come back.
  const since = Date.now();
  okta.setUsers([inOkta(1, 'SUSPENDED', since), inOkta(2, 'ACTIVE', since), inOkta(3, 'ACTIVE')]);
  await bridge.hook([
    { id: 'out-1', type: 'user.lifecycle.suspend', person: 1, ago: -1 },
    { id: 'in-2', type: 'user.lifecycle.unsuspend', person: 2, ago: -1 },
  ]);
  await vi.waitFor(() => {
    expect([1, 2].map((person) => bridge.user(person)?.is_active)).toEqual([false, true]);
  }, SOON);
  await bridge.stack.idle();

  // Act: the table is that of before, and so is Clarus for the one who left.
  await restore(earlier);
  clarus.setUsers(clarus.users().map((user) => (user.id === 1 ? { ...user, is_active: true } : user)));
  await compare({ cursors: createCursors(state) }, 'acme', ['okta']);
  for (let sweeps = 0; sweeps < 3; sweeps++) {
    await bridge.stack.sweep();
    await bridge.stack.idle();
  }

  // Assess: who left is out. Who came back is in by all that is known; a second look at Clarus, five minutes after the
  // first, brings that about.
  await vi.waitFor(() => {
    expect([1, 3].map((person) => bridge.user(person)?.is_active)).toEqual([false, true]);
  }, SOON);
  const records = await createUserRecords(state).loadMany('acme', ['1', '2', '3']);
  expect(records.map((record) => decide(record, { sources: ['okta'] }).access)).toEqual([
    'out',
    'in',
    'unsaid',
  ]);
  expect(await bridge.deadLetters()).toEqual([]);
});
