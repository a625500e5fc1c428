import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { aBridge, type Bridge, everybody, SOON } from './bridge.ts';

/** Before the bridge began. */
const BEFORE = '2025-05-06T07:08:09.000Z';

function inOkta(person: number, email = `p${person}@acme.example`) {
  return { id: `00u${person}`, statusChanged: BEFORE, profile: { login: email, email } };
}

describe('a bridge that has met everybody', () => {
  let bridge: Bridge;

  beforeAll(async () => {
    // Prepare: person 2 was switched off in Clarus by hand, and person 4 has left, before there was a bridge.
    bridge = await aBridge();
    const { okta, clarus } = bridge.stack;
    okta.reset();
    okta.setUsers([inOkta(1), inOkta(2), inOkta(3), { ...inOkta(4), status: 'DEPROVISIONED' }]);
    clarus.setUsers(everybody().map((user) => ({ ...user, is_active: user.id !== 2 })));
    await clarusTells(true);
    await sweep();
  });
  afterAll(() => bridge.stack.stop());

  async function sweep(): Promise<void> {
    await bridge.stack.sweep();
    await bridge.stack.idle();
  }

  function clarusTells(extendedFields: boolean): Promise<unknown> {
    const body = JSON.stringify({ extendedFields });
    return fetch(`${bridge.stack.clarus.url}/_sim/options`, { method: 'PUT', body });
  }

  function switchByHand(person: number, is_active: boolean): void {
    const { clarus } = bridge.stack;
    clarus.setUsers(clarus.users().map((user) => (user.id === person ? { ...user, is_active } : user)));
  }

  it('has given nobody access, and taken it from who had left', () => {
    expect([1, 2, 3, 4].map((person) => bridge.user(person)?.is_active)).toEqual([true, false, true, false]);
  });

  it('finds a leaver who has another address in Okta than in Clarus (F1)', async () => {
    const renamed = 'lea.other@acme.example';
    bridge.stack.okta.setUsers([{ ...inOkta(1, renamed), status: 'SUSPENDED' }, inOkta(2), inOkta(3)]);

    await bridge.hook([{ id: 'f1', type: 'user.lifecycle.suspend', person: 1, login: renamed }]);

    await vi.waitFor(async () => expect(await bridge.outcomes('f1')).toEqual(['applied']), SOON);
    expect(bridge.user(1)?.is_active).toBe(false);
  });

  it('switches off again who was switched on by hand, and proves it (D1)', async () => {
    switchByHand(1, true);

    await sweep();
    await vi.waitFor(() => expect(bridge.user(1)?.is_active).toBe(false), SOON);
    await sweep();

    const receipts = await bridge.stack.receipts('acme');
    expect(receipts.filter(({ eventType }) => eventType === 'drift.healed')).toMatchObject([
      { subjectId: '00u1', clarusUserId: '1', outcome: 'applied', isActive: false },
    ]);
  });
});
