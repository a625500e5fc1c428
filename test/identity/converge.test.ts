import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import {
  type Converged,
  converge,
  type Errand,
  outstanding,
  type PatchAnswer,
  type RecordStore,
} from '../../functions/identity/converge.ts';
import type { AttributeName, ClarusAttributes } from '../../functions/identity/profile/clarus-attributes.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import { NOW } from '../support/changes.ts';

type Patch = Partial<ClarusAttributes>;

const applied: PatchAnswer = { kind: 'applied', status: 200 };
const refusal = new BridgeError('clarus_refused', 'no', { retryable: false, status: 422 });
const refused: PatchAnswer = { kind: 'refused', status: 422, error: refusal };
const unavailable = new BridgeError('clarus_unavailable', 'later', { retryable: true, status: 503 });

/** A store of one record, which is there already, and Clarus that answers by a rule. */
function aBridge(but: Partial<UserRecord>, answer: (patch: Patch, n: number) => PatchAnswer | BridgeError) {
  let stored: UserRecord = { ...newUserRecord('demo', '42'), revision: 1, ...but };
  const patches: Patch[] = [];
  let saves = 0;
  const records: RecordStore = {
    load: async () => structuredClone(stored),
    async save(record) {
      saves++;
      if (record.revision !== stored.revision) return 'conflict';
      stored = structuredClone({ ...record, revision: record.revision + 1 });
      return 'saved';
    },
  };
  const clarus = {
    async patch(id: string, attributes: Patch) {
      expect(id).toBe('42');
      patches.push(attributes);
      const end = answer(attributes, patches.length);
      if (end instanceof BridgeError) throw end;
      return end;
    },
  };
  return {
    start: structuredClone(stored),
    patches,
    stored: () => stored,
    saves: () => saves,
    /** Another worker stores something. */
    move: (step: (record: UserRecord) => UserRecord) => {
      stored = { ...step(stored), revision: stored.revision + 1 };
    },
    converge(wanted: Patch, errand: Partial<Errand> = {}, record = stored): Promise<Converged> {
      return converge({ records, clarus, clock: () => NOW }, record, { want: () => wanted, ...errand });
    },
  };
}

const names = (...all: AttributeName[]) => new Set(all);

describe('converge sends what is wanted and not applied', () => {
  it('sends nothing, and stores nothing, when all is applied', async () => {
    const bridge = aBridge({ applied: { name: 'Lea' } }, () => applied);

    const end = await bridge.converge({ name: 'Lea' });

    expect(bridge.patches).toEqual([]);
    expect(bridge.saves()).toBe(0);
    expect(end).toStrictEqual({ record: bridge.start, sent: new Set(), refusals: new Map() });
  });

  it('sends the difference in one patch and stores it as applied', async () => {
    const bridge = aBridge({ applied: { role_id: 3 } }, () => applied);

    const end = await bridge.converge({ name: 'Lea', role_id: 3, is_active: true });

    expect(bridge.patches).toEqual([{ is_active: true, name: 'Lea' }]);
    expect(bridge.stored()).toMatchObject({
      revision: 2,
      applied: { name: 'Lea', role_id: 3, is_active: true },
    });
    expect(end).toMatchObject({ sent: names('is_active', 'name'), status: 200, record: bridge.stored() });
  });

  it('asks for what is wanted of the record as it is', async () => {
    const bridge = aBridge({ applied: { name: 'Lea' } }, () => applied);

    await bridge.converge({}, { want: (record) => ({ name: `${record.applied.name} Ver` }) });

    expect(bridge.patches).toEqual([{ name: 'Lea Ver' }]);
  });

  it('sends all that is wanted again after an attempt that may have died half-way', async () => {
    const all = { is_active: true, name: 'Lea' };
    const bridge = aBridge({ applied: all }, () => applied);

    await bridge.converge(all, { whole: true });

    expect(bridge.patches).toEqual([all]);
  });

  it('sends what is always sent, and nothing else', async () => {
    const all = { is_active: false, name: 'Lea' };
    const bridge = aBridge({ applied: all }, () => applied);

    await bridge.converge(all, { always: names('is_active') });

    expect(bridge.patches).toEqual([{ is_active: false }]);
  });

  it('sends all on a second attempt, what is always sent or not', async () => {
    const all = { is_active: false, name: 'Lea' };
    const bridge = aBridge({ applied: all }, () => applied);

    await bridge.converge(all, { whole: true, always: names('is_active') });

    expect(bridge.patches).toEqual([{ is_active: false }, { name: 'Lea' }]);
  });
});

describe('what Clarus showed of a user nothing was sent to yet', () => {
  const shown = { at: NOW, email: 'lea@acme.example', name: 'Lea', active: true, roleId: '3' };
  const same = { email: 'lea@acme.example', name: 'Lea' };

  it('need not be said again', async () => {
    const bridge = aBridge({ shown }, () => applied);

    await bridge.converge({ ...same, role_id: 3, is_active: true });

    expect(bridge.patches).toEqual([{ is_active: true, role_id: 3 }]);
    expect(bridge.stored().applied).toEqual({ ...same, role_id: 3, is_active: true });
  });

  it.each<[string, Partial<UserRecord>, Partial<Errand>]>([
    ['other than is wanted', { shown: { at: NOW, email: 'l@acme.example', name: 'L' } }, {}],
    ['not all of it', { shown: { at: NOW } }, {}],
    ['before something was sent', { shown, applied: { role_id: 3 } }, {}],
    ['before an attempt that may have died', { shown }, { whole: true }],
    ['never', {}, {}],
  ])('%s: all is sent', async (_, but, errand) => {
    const bridge = aBridge(but, () => applied);

    await bridge.converge(same, errand);

    expect(bridge.patches).toEqual([same]);
    expect(bridge.stored().applied).toStrictEqual({ ...but.applied, ...same });
  });

  it.each<[string, UserRecord['shown'], Patch]>([
    ['a name alone', { at: NOW, name: 'Lea' }, { name: 'Lea' }],
    ['an address alone', { at: NOW, email: 'lea@acme.example' }, { email: 'lea@acme.example' }],
  ])('is stored as far as it was shown: %s', async (_, part, expected) => {
    const bridge = aBridge({ ...(part && { shown: part }) }, () => applied);

    await bridge.converge({ role_id: 3 });

    expect(bridge.stored().applied).toStrictEqual({ ...expected, role_id: 3 });
  });

  it('is not believed after an attempt that may have died', async () => {
    const bridge = aBridge({ shown }, () => applied);

    await bridge.converge({ name: 'Lea' }, { whole: true });

    expect(bridge.stored().applied).toStrictEqual({ name: 'Lea' });
  });
});

describe('the marks of events in the record', () => {
  it('an event that ends takes its own away, though nothing was sent', async () => {
    const bridge = aBridge({ applied: { name: 'Lea' }, open: { mine: NOW - 1 } }, () => applied);

    await bridge.converge({ name: 'Lea' }, { mark: 'mine' });

    expect(bridge.patches).toEqual([]);
    expect(bridge.stored().open).toEqual({});
  });

  it("others' have all sent, since what is applied may be another's that is under way", async () => {
    const all = { is_active: true, name: 'Lea' };
    const bridge = aBridge({ applied: all, open: { mine: NOW, other: NOW - 1000 } }, () => applied);

    await bridge.converge(all, { mark: 'mine' });

    expect(bridge.patches).toEqual([all]);
    expect(bridge.stored().open).toEqual({ other: NOW - 1000 });
  });

  it('a look has none and leaves them', async () => {
    const bridge = aBridge({ applied: { name: 'Lea' }, open: { other: NOW } }, () => applied);

    await bridge.converge({ name: 'Lea' });

    expect(bridge.patches).toEqual([{ name: 'Lea' }]);
    expect(bridge.stored().open).toEqual({ other: NOW });
  });

  it('those of events long over go with it: no request of theirs can be under way', async () => {
    const tenMinutes = 10 * 60_000;
    const open = { mine: NOW, dead: NOW - tenMinutes, slow: NOW - tenMinutes + 1 };
    const bridge = aBridge({ open }, () => applied);

    await bridge.converge({}, { mark: 'mine' });

    expect(Object.keys(bridge.stored().open)).toEqual(['slow']);
  });

  it('an event that fails keeps its own', async () => {
    const bridge = aBridge({ open: { mine: NOW, dead: 0 }, applied: { name: 'Old' } }, () => unavailable);

    await expect(bridge.converge({ name: 'Lea' }, { mark: 'mine' })).rejects.toBe(unavailable);

    expect(bridge.stored().open).toEqual({ mine: NOW, dead: 0 });
  });
});

describe('converge takes access away first', () => {
  it('sends a revocation alone, then the rest', async () => {
    const bridge = aBridge({}, () => applied);

    await bridge.converge({ name: 'Lea', is_active: false, role_id: 3 });

    expect(bridge.patches).toEqual([{ is_active: false }, { name: 'Lea', role_id: 3 }]);
  });

  it('sends a revocation that is all there is once', async () => {
    const bridge = aBridge({}, () => applied);

    await bridge.converge({ is_active: false });

    expect(bridge.patches).toEqual([{ is_active: false }]);
  });

  it('keeps what a revocation achieved when the rest fails', async () => {
    const bridge = aBridge({}, (patch) => ('name' in patch ? unavailable : applied));

    await expect(bridge.converge({ name: 'Lea', is_active: false })).rejects.toBe(unavailable);

    expect(bridge.stored().applied).toEqual({ is_active: false });
  });

  it('sends the rest though Clarus refuses the revocation', async () => {
    const bridge = aBridge({}, (patch) => ('is_active' in patch ? refused : applied));

    const end = await bridge.converge({ name: 'Lea', is_active: false });

    expect(bridge.stored()).toMatchObject({ applied: { name: 'Lea' }, refused: { is_active: false } });
    expect([...end.refusals.keys()]).toEqual(['is_active']);
  });

  it.each<[string, Partial<Errand>]>([
    ['always', { always: names('is_active') }],
    ['with the whole state', { whole: true }],
    ['with anything else', {}],
  ])('sends a revocation again that Clarus has refused: %s', async (_, errand) => {
    const bridge = aBridge({ refused: { is_active: false } }, () => applied);

    await bridge.converge({ is_active: false }, errand);

    expect(bridge.patches).toEqual([{ is_active: false }]);
    expect(bridge.stored()).toMatchObject({ applied: { is_active: false }, refused: {} });
  });
});

describe('a request whose end is not known', () => {
  it('is about values that nobody knows any more', async () => {
    const before = { name: 'Old', role_id: 3 };
    const bridge = aBridge({ applied: before }, () => unavailable);

    await expect(bridge.converge({ name: 'Lea', role_id: 3 })).rejects.toBe(unavailable);

    expect(bridge.stored().applied).toEqual({ role_id: 3 });
  });

  it('stores nothing where nothing was known', async () => {
    const bridge = aBridge({}, () => unavailable);

    await expect(bridge.converge({ is_active: false })).rejects.toBe(unavailable);

    expect(bridge.saves()).toBe(0);
  });

  it('ends the attempt: nothing more is sent', async () => {
    const bridge = aBridge({}, () => unavailable);

    await expect(bridge.converge({ is_active: false, name: 'Lea' })).rejects.toBe(unavailable);

    expect(bridge.patches).toEqual([{ is_active: false }]);
  });

  it('throws its error even where the record has moved', async () => {
    const bridge = aBridge({ applied: { name: 'Old' } }, () => {
      bridge.move((record) => ({ ...record, refused: { role_id: 1 } }));
      return unavailable;
    });

    await expect(bridge.converge({ name: 'Lea' })).rejects.toBe(unavailable);

    expect(bridge.patches).toHaveLength(1);
  });
});

describe('converge lets one bad value keep no other out', () => {
  it('sends values one by one when Clarus refuses them together', async () => {
    const bridge = aBridge({}, (patch) => ('role_id' in patch ? refused : applied));

    const end = await bridge.converge({ name: 'Lea', role_id: 99, is_active: true });

    expect(bridge.patches).toEqual([
      { is_active: true, name: 'Lea', role_id: 99 },
      { is_active: true },
      { name: 'Lea' },
      { role_id: 99 },
    ]);
    expect(end.refusals).toEqual(new Map([['role_id', refusal]]));
    expect(end.sent).toEqual(names('is_active', 'name'));
    expect(end.status).toBe(422);
    expect(bridge.stored()).toMatchObject({
      applied: { name: 'Lea', is_active: true },
      refused: { role_id: 99 },
    });
  });

  it('does not send a refused value again, not even with the whole state', async () => {
    const bridge = aBridge({ refused: { role_id: 99 } }, () => applied);

    await bridge.converge({ name: 'Lea', role_id: 99 }, { whole: true });

    expect(bridge.patches).toEqual([{ name: 'Lea' }]);
  });

  it('sends it when somebody says it again', async () => {
    const bridge = aBridge({ refused: { role_id: 99, name: 'Lea' } }, () => refused);

    const end = await bridge.converge({ name: 'Lea', role_id: 99 }, { again: names('role_id') });

    expect(bridge.patches).toEqual([{ role_id: 99 }]);
    expect(end.refusals).toEqual(new Map([['role_id', refusal]]));
  });

  it('sends another value than the refused one, and forgets the refusal when Clarus takes it', async () => {
    const bridge = aBridge({ refused: { role_id: 99 } }, () => applied);

    await bridge.converge({ role_id: 3 });

    expect(bridge.stored()).toMatchObject({ applied: { role_id: 3 }, refused: {} });
  });

  it('remembers what Clarus refused beside what it holds', async () => {
    const bridge = aBridge({ applied: { role_id: 3 }, refused: { name: 'x' } }, () => refused);

    await bridge.converge({ role_id: 99 });

    expect(bridge.stored()).toMatchObject({ applied: { role_id: 3 }, refused: { name: 'x', role_id: 99 } });
  });
});

describe('converge meets other workers', () => {
  it('sends again what it just sent, with the newest values, when the record has moved', async () => {
    // Prepare: another worker sends and stores a newer name while our request is under way.
    const bridge = aBridge({ open: { mine: NOW } }, (_, n) => {
      if (n === 1) bridge.move((record) => ({ ...record, applied: { name: 'New' } }));
      return applied;
    });
    const want = ({ applied: { name } }: UserRecord) => ({ name: name ?? 'Old' });

    // Act
    const end = await bridge.converge({}, { mark: 'mine', want });

    // Assess: our old PATCH may have landed last, so the new name goes out once more.
    expect(bridge.patches).toEqual([{ name: 'Old' }, { name: 'New' }]);
    expect(bridge.stored()).toMatchObject({ revision: 3, applied: { name: 'New' }, open: {} });
    expect(end).toMatchObject({ record: bridge.stored(), sent: names('name'), status: 200 });
  });

  it('tells of both rounds', async () => {
    const bridge = aBridge({}, (patch, n) => {
      if (n === 1) bridge.move((record) => record);
      return 'role_id' in patch ? refused : applied;
    });

    const end = await bridge.converge({ name: 'Lea', role_id: 9 });

    expect([...end.refusals.keys()]).toEqual(['role_id']);
    expect(end.sent).toEqual(names('name'));
  });

  it('does not say again in the next round what Clarus has just refused', async () => {
    const bridge = aBridge({ refused: { role_id: 9 } }, (_, n) => {
      if (n === 1) bridge.move((record) => record);
      return refused;
    });

    await bridge.converge({ role_id: 9 }, { again: names('role_id') });

    expect(bridge.patches).toEqual([{ role_id: 9 }]);
  });

  it('has the newest status', async () => {
    const bridge = aBridge({}, (_, n) => {
      if (n === 1) bridge.move((record) => ({ ...record, refused: { name: 'Lea' } }));
      return applied;
    });

    expect((await bridge.converge({ name: 'Lea' })).status).toBe(200);
    expect(bridge.patches).toHaveLength(1);
  });

  it('gives the event back to the queue when the record never stops moving', async () => {
    const bridge = aBridge({}, () => {
      bridge.move((record) => record);
      return applied;
    });

    const end = bridge.converge({ name: 'Lea' });

    await expect(end).rejects.toMatchObject({
      code: 'contention',
      retryable: true,
      message:
        'The record of Clarus user 42 changed 50 times while it was being written. The event goes back to the queue; ' +
        'if this repeats, look for a loop of writers.',
    });
    expect(bridge.patches).toHaveLength(50);
  });
});

describe('outstanding', () => {
  it.each<[string, Patch, Partial<UserRecord>, Patch]>([
    ['nothing wanted', {}, {}, {}],
    ['never applied', { name: 'Lea' }, {}, { name: 'Lea' }],
    ['applied', { name: 'Lea' }, { applied: { name: 'Lea' } }, {}],
    ['applied another value', { is_active: false }, { applied: { is_active: true } }, { is_active: false }],
    ['applied, a revocation', { is_active: false }, { applied: { is_active: false } }, {}],
    ['refused', { role_id: 9 }, { refused: { role_id: 9 } }, {}],
    ['refused, a revocation', { is_active: false }, { refused: { is_active: false } }, { is_active: false }],
    ['refused, a giving', { is_active: true }, { refused: { is_active: true } }, {}],
  ])('%s', (_, wanted, but, expected) => {
    expect(outstanding({ ...newUserRecord('demo', '42'), ...but }, wanted)).toEqual(expected);
  });
});
