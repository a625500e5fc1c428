import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { ClarusAttributes } from '../../functions/identity/clarus-attributes.ts';
import { converge, outstanding, type PatchAnswer, update } from '../../functions/identity/converge.ts';
import { merge } from '../../functions/identity/merge.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import { memoryState } from '../support/memory-state.ts';

type Patch = Partial<ClarusAttributes>;

function wanting(attributes: Patch, but: Partial<UserRecord> = {}): UserRecord {
  const desired = merge({}, { at: 1, eventId: 'e', origin: 'okta', attributes });
  return { ...newUserRecord('demo', '42'), desired, ...but };
}

/** Clarus that answers by a rule and remembers what it was sent. */
function clarusThat(answer: (patch: Patch, n: number) => PatchAnswer | BridgeError | Promise<PatchAnswer>) {
  const patches: Patch[] = [];
  async function patch(_: string, attributes: Patch): Promise<PatchAnswer> {
    patches.push(attributes);
    const end = await answer(attributes, patches.length);
    if (end instanceof BridgeError) throw end;
    return end;
  }
  return { patches, patch };
}

const applied: PatchAnswer = { kind: 'applied', status: 200 };
const refusal = new BridgeError('clarus_refused', 'no', { retryable: false, status: 422 });
const refused: PatchAnswer = { kind: 'refused', status: 422, error: refusal };
const unavailable = new BridgeError('clarus_unavailable', 'later', { retryable: true, status: 503 });

describe('converge sends what is desired and not applied', () => {
  it('sends nothing, and stores nothing, when all is applied', async () => {
    const { users, records } = memoryState();
    const clarus = clarusThat(() => applied);

    const end = await converge(
      { users, clarus },
      wanting({ name: 'Lea' }, { applied: { name: 'Lea' } }),
      false,
    );

    expect(clarus.patches).toEqual([]);
    expect(records.size).toBe(0);
    expect(end).toMatchObject({ sent: new Set(), refusals: new Map() });
    expect(end.status).toBeUndefined();
  });

  it('sends the difference in one patch and stores it as applied', async () => {
    const { users, records } = memoryState();
    const clarus = clarusThat(() => applied);
    const start = wanting({ name: 'Lea', role_id: 3, is_active: true }, { applied: { role_id: 3 } });

    const end = await converge({ users, clarus }, start, false);

    expect(clarus.patches).toEqual([{ is_active: true, name: 'Lea' }]);
    expect(records.get('42')?.applied).toEqual({ name: 'Lea', role_id: 3, is_active: true });
    expect(end).toMatchObject({ sent: new Set(['is_active', 'name']), status: 200 });
  });

  it('sends all that is desired again after an attempt that may have died half-way', async () => {
    const { users } = memoryState();
    const clarus = clarusThat(() => applied);
    const all = { is_active: true, name: 'Lea' };

    await converge({ users, clarus }, wanting(all, { applied: all }), true);

    expect(clarus.patches).toEqual([all]);
  });
});

describe('converge takes access away first', () => {
  it('sends a revocation alone, then the rest', async () => {
    const { users } = memoryState();
    const clarus = clarusThat(() => applied);

    await converge({ users, clarus }, wanting({ name: 'Lea', is_active: false, role_id: 3 }), false);

    expect(clarus.patches).toEqual([{ is_active: false }, { name: 'Lea', role_id: 3 }]);
  });

  it('sends a revocation that is all there is once', async () => {
    const { users } = memoryState();
    const clarus = clarusThat(() => applied);

    await converge({ users, clarus }, wanting({ is_active: false }), false);

    expect(clarus.patches).toEqual([{ is_active: false }]);
  });

  it('keeps what a revocation achieved when the rest fails', async () => {
    const { users, records } = memoryState();
    const clarus = clarusThat((patch) => ('name' in patch ? unavailable : applied));

    const end = converge({ users, clarus }, wanting({ name: 'Lea', is_active: false }), false);

    await expect(end).rejects.toBe(unavailable);
    expect(records.get('42')?.applied).toEqual({ is_active: false });
  });

  it('stores nothing when the first request fails', async () => {
    const { users, records } = memoryState();
    const clarus = clarusThat(() => unavailable);

    await expect(converge({ users, clarus }, wanting({ is_active: false }), false)).rejects.toBe(unavailable);

    expect(records.size).toBe(0);
  });
});

describe('converge lets one bad value keep no other out', () => {
  it('sends values one by one when Clarus refuses them together', async () => {
    const { users, records } = memoryState();
    const clarus = clarusThat((patch) => ('role_id' in patch ? refused : applied));

    const end = await converge(
      { users, clarus },
      wanting({ name: 'Lea', role_id: 99, is_active: true }),
      false,
    );

    expect(clarus.patches).toEqual([
      { is_active: true, name: 'Lea', role_id: 99 },
      { is_active: true },
      { name: 'Lea' },
      { role_id: 99 },
    ]);
    expect(end.refusals).toEqual(new Map([['role_id', refusal]]));
    expect(end.sent).toEqual(new Set(['is_active', 'name']));
    expect(records.get('42')).toMatchObject({
      applied: { name: 'Lea', is_active: true },
      refused: { role_id: 99 },
    });
  });

  it('does not send a refused value again, not even with the whole state', async () => {
    const { users } = memoryState();
    const clarus = clarusThat(() => applied);

    await converge(
      { users, clarus },
      wanting({ name: 'Lea', role_id: 99 }, { refused: { role_id: 99 } }),
      true,
    );

    expect(clarus.patches).toEqual([{ name: 'Lea' }]);
  });

  it('sends another value than the refused one, and forgets the refusal when Clarus takes it', async () => {
    const { users, records } = memoryState();
    const clarus = clarusThat(() => applied);

    await converge({ users, clarus }, wanting({ role_id: 3 }, { refused: { role_id: 99 } }), false);

    expect(records.get('42')).toMatchObject({ applied: { role_id: 3 }, refused: {} });
  });
});

describe('converge meets other workers', () => {
  it('sends again what it just sent, with the newest values, when the record has moved', async () => {
    // Prepare: another worker merges, sends and stores a newer name while our request is under way.
    const { users, records } = memoryState();
    const start = wanting({ name: 'Old' });
    const clarus = clarusThat(async (_, n) => {
      if (n === 1) await users.save(wanting({ name: 'New' }, { applied: { name: 'New' } }));
      return applied;
    });

    // Act
    const end = await converge({ users, clarus }, start, false);

    // Assess: our old PATCH may have landed last, so the new name goes out once more.
    expect(clarus.patches).toEqual([{ name: 'Old' }, { name: 'New' }]);
    expect(records.get('42')).toMatchObject({ revision: 2, applied: { name: 'New' } });
    expect(end.record.applied).toEqual({ name: 'New' });
  });

  it('gives the event back to the queue when the record never stops moving', async () => {
    const clarus = clarusThat(() => applied);
    const users = { load: async () => wanting({ name: 'Lea' }), save: async () => 'conflict' as const };

    const end = converge({ users, clarus }, wanting({ name: 'Lea' }), false);

    await expect(end).rejects.toMatchObject({ code: 'contention', retryable: true });
  });
});

describe('update', () => {
  it('applies its step to the newest record when another worker came first', async () => {
    const { users, records } = memoryState();
    let first = true;
    const racing = {
      ...users,
      async load(tenant: string, id: string) {
        const loaded = await users.load(tenant, id);
        if (first) await users.save({ ...loaded, applied: { name: 'Other' } });
        first = false;
        return loaded;
      },
    };

    const stored = await update(racing, 'demo', '42', (record) => ({ ...record, refused: { role_id: 9 } }));

    expect(stored).toMatchObject({ revision: 2, applied: { name: 'Other' }, refused: { role_id: 9 } });
    expect(records.get('42')).toEqual(stored);
  });

  it('stores nothing when the step changes nothing', async () => {
    const { users, records } = memoryState();

    await update(users, 'demo', '42', (record) => record);

    expect(records.size).toBe(0);
  });

  it('gives the event back to the queue when it never comes first', async () => {
    const users = { ...memoryState().users, save: async () => 'conflict' as const };

    const end = update(users, 'demo', '42', (record) => ({ ...record }));

    await expect(end).rejects.toMatchObject({ code: 'contention', retryable: true });
  });
});

describe('outstanding', () => {
  it.each<[string, Patch, Partial<UserRecord>, Patch]>([
    ['nothing desired', {}, {}, {}],
    ['never applied', { name: 'Lea' }, {}, { name: 'Lea' }],
    ['applied', { name: 'Lea' }, { applied: { name: 'Lea' } }, {}],
    ['applied another value', { is_active: false }, { applied: { is_active: true } }, { is_active: false }],
    ['refused', { role_id: 9 }, { refused: { role_id: 9 } }, {}],
  ])('%s', (_, desired, but, expected) => {
    expect(outstanding(wanting(desired, but))).toEqual(expected);
  });
});
