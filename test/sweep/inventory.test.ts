import { describe, expect, it } from 'vitest';
import { decide } from '../../functions/identity/access/decide.ts';
import type { Word } from '../../functions/identity/access/word.ts';
import { NOW } from '../support/changes.ts';
import { objectId } from '../support/graph-notifications.ts';
import { aReceipt } from '../support/receipts.ts';
import { addressOf, aSweepBench, inClarus, oktaId, type SweepBench } from './sweep-bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const GIVEN: Word = { id: 'given', at: NOW - HOUR, seen: NOW - HOUR, kind: 'stated', gives: true };
const TAKEN: Word = { id: 'taken', at: NOW - HOUR, seen: NOW - HOUR, kind: 'stated', gives: false };

/** An inventory alone: directories are not compared, and there is a known number of users already. */
async function anInventory(file: Parameters<typeof aSweepBench>[0] = {}): Promise<SweepBench> {
  const bench = await aSweepBench({ sources: ['okta'], ...file });
  await bench.state.cursors.put('acme', 'known-users', '3');
  bench.ports.directories = {};
  return bench;
}

/** Person 1 with these words, which Clarus has confirmed unless said otherwise. */
async function meetOne({ state }: SweepBench, words: readonly Word[], confirmed?: boolean) {
  const key = { tenant: 'acme', source: 'okta', account: oktaId(1) };
  await state.cards.note(key, { words, addresses: [addressOf(1)], at: NOW - HOUR });
  const { rev } = await state.cards.link(key, '1');
  await state.records.update('acme', '1', (record) => ({
    ...record,
    accounts: [{ source: 'okta', account: oktaId(1), rev, words }],
    applied: confirmed === undefined ? {} : { is_active: confirmed },
  }));
  return key;
}

/** Somebody does it in Clarus, past the bridge. */
function switchOne({ clarus }: SweepBench, is_active: boolean): void {
  clarus.setUsers([{ ...inClarus(1), is_active }, inClarus(2), inClarus(3)]);
}

function recordOf({ state }: SweepBench, person = 1) {
  return state.records.load('acme', String(person));
}

async function accessOf(bench: SweepBench): Promise<string> {
  return decide(await recordOf(bench), bench.tenant).access;
}

function part({ lines }: SweepBench, name = 'inventory') {
  return lines.filter((line) => line.part === name);
}

describe('the inventory of Clarus', () => {
  it('counts its users in the first run, however many, and keeps how they are shown', async () => {
    const bench = await aSweepBench();
    bench.clarus.setUsers(Array.from({ length: 250 }, (_, index) => inClarus(index + 1)));

    await bench.sweep();

    expect(await bench.state.cursors.find('acme', 'known-users')).toBe('250');
    expect(part(bench)).toMatchObject([{ pages: 3, users: 250, known: 250 }]);
    expect((await recordOf(bench)).shown).toMatchObject({ email: addressOf(1), active: true });
  });

  it('goes on after the page that was done, when there is no more time or Clarus does not answer', async () => {
    const bench = await anInventory();
    bench.clarus.setUsers(Array.from({ length: 250 }, (_, index) => inClarus(index + 1)));
    const { listUsers } = bench.services.clarus;
    const asked: (string | undefined)[] = [];
    bench.services.clarus.listUsers = async (count, after) => {
      asked.push(after);
      if (asked.length === 2) bench.clarus.addFault({ path: '/graphql', status: 503, count: 1 });
      return listUsers(count, after);
    };

    await bench.sweep();
    await bench.sweep();

    expect(asked).toHaveLength(4);
    expect(asked[2]).toBe(asked[1]);
    expect(part(bench)).toMatchObject([{ code: 'clarus_unavailable' }, { users: 150, known: 250 }]);
  });

  it('asks for 20 pages in a run at the most, once everybody has been counted', async () => {
    const bench = await anInventory();
    bench.services.clarus.listUsers = async (_, after = '0') => ({
      users: [],
      next: String(Number(after) + 1),
    });

    await bench.sweep();

    expect(part(bench)).toMatchObject([{ pages: 20 }]);
  });

  it.each([
    ['nobody', async () => ({ users: [] })],
    ['a page again', async () => ({ users: [], next: 'again' })],
  ])('concludes nothing from a Clarus that shows %s', async (_, listUsers) => {
    const bench = await anInventory();
    bench.services.clarus.listUsers = listUsers;

    await bench.sweep();

    expect(part(bench)).toMatchObject([{ code: 'clarus_response_malformed' }]);
    expect(await bench.state.cursors.find('acme', 'known-users')).toBe('3');
  });

  it('stores how a user is shown when that differs or is a day old, and else writes nothing', async () => {
    const bench = await anInventory();
    await meetOne(bench, [GIVEN], true);

    const revisions: number[] = [];
    for (const wait of [0, HOUR, HOUR, 24 * HOUR]) {
      bench.clock.advance(wait);
      await bench.sweep();
      revisions.push((await recordOf(bench)).revision);
    }

    expect(revisions).toEqual([2, 2, 2, 3]);
    expect(bench.state.storedRecords.size).toBe(1);
  });
});

describe('somebody whom the words have in and Clarus shows off', () => {
  it('was switched off by a hand, at the second look, and stays off until a later statement', async () => {
    const bench = await anInventory();
    await meetOne(bench, [GIVEN], true);
    switchOne(bench, false);

    await bench.sweep();
    const first = await recordOf(bench);
    bench.clock.advance(15 * MINUTE);
    await bench.sweep();

    expect(first.hand).toBeUndefined();
    const { hand, applied } = await recordOf(bench);
    expect(hand).toEqual({ at: bench.clock() + 5 * MINUTE, active: false });
    // Or the statement that lifts it would not be sent.
    expect(applied.is_active).toBe(false);
    expect(await accessOf(bench)).toBe('out');
    expect(bench.looks).toEqual([]);
  });

  it.each([
    ['something of ours has happened since', { first: { at: NOW } }],
    ['an event is under way', { open: { mark: NOW + 10 * MINUTE } }],
    ['a request may land late', { lookAt: NOW + 20 * MINUTE }],
  ])('is no hand when %s', async (_, but) => {
    const bench = await anInventory();
    await meetOne(bench, [GIVEN], true);
    switchOne(bench, false);
    await bench.sweep();
    await bench.state.records.update('acme', '1', (record) => ({ ...record, ...but }));
    bench.clock.advance(15 * MINUTE);

    await bench.sweep();

    expect((await recordOf(bench)).hand).toBeUndefined();
  });

  it('is no hand in two looks that come at once', async () => {
    const bench = await anInventory();
    await meetOne(bench, [GIVEN], true);
    switchOne(bench, false);

    await bench.sweep();
    bench.clock.advance(4 * MINUTE);
    await bench.sweep();

    expect((await recordOf(bench)).hand).toBeUndefined();
  });

  it('is switched on when it was the bridge that had switched them off', async () => {
    const bench = await anInventory();
    await meetOne(bench, [TAKEN, { ...GIVEN, at: NOW - MINUTE }], false);
    switchOne(bench, false);

    await bench.sweep();
    bench.clock.advance(15 * MINUTE);
    await bench.sweep();

    expect(bench.looks).toEqual(['1']);
    expect((await recordOf(bench)).hand).toBeUndefined();
  });

  it('is lifted by a hand that switches on again', async () => {
    const bench = await anInventory();
    await meetOne(bench, [GIVEN], true);
    switchOne(bench, false);
    await bench.sweep();
    bench.clock.advance(15 * MINUTE);
    await bench.sweep();
    switchOne(bench, true);
    bench.clock.advance(15 * MINUTE);

    await bench.sweep();

    expect(await recordOf(bench)).toMatchObject({
      hand: { at: bench.clock(), active: true },
      applied: { is_active: true },
    });
    expect(await accessOf(bench)).toBe('in');
    expect(bench.looks).toEqual([]);
  });
});

describe('somebody whom the words have out and Clarus shows on', () => {
  it('is healed, with a receipt that is proven by the next look (D1)', async () => {
    const bench = await anInventory();
    const key = await meetOne(bench, [TAKEN], false);

    await bench.sweep();
    const asked = structuredClone(bench.state.written);
    const at = bench.clock();
    // What deliver does with the look.
    await bench.state.records.update('acme', '1', ({ lookAt: _, ...record }) => record);
    switchOne(bench, false);
    bench.clock.advance(15 * MINUTE);
    await bench.sweep();

    expect(bench.looks).toEqual(['1']);
    expect(bench.measured.drift).toEqual([
      { healed: 1, left: 0 },
      { healed: 0, left: 0 },
    ]);
    const receipt = {
      source: 'okta',
      eventType: 'drift.healed',
      subjectId: key.account,
      clarusUserId: '1',
      reason: 'switched_on_in_clarus',
      isActive: false,
    };
    expect(asked).toMatchObject([{ ...receipt, outcome: 'waiting', steps: [{ at, step: 'healed' }] }]);
    expect(bench.state.written).toMatchObject([
      {
        ...receipt,
        outcome: 'applied',
        appliedAt: bench.clock(),
        steps: [{ step: 'healed' }, { step: 'read_back', what: 'out' }],
      },
    ]);
  });

  it.each([
    ['a directory', 'okta', oktaId(1)],
    ['a SCIM client', 'scim', '1'],
  ])('tells the receipt of %s that Clarus shows the user off, once', async (_, source, subjectId) => {
    // Prepare
    const bench = await anInventory();
    const side = { resource: {}, created: NOW, lastModified: NOW, deleted: false };
    await bench.state.records.update('acme', '1', (record) => ({
      ...record,
      accounts: [{ source, account: oktaId(1), rev: 0, words: [TAKEN] }],
      scim: source === 'scim' ? { scim: side } : {},
      applied: { is_active: false },
    }));
    const receipt = aReceipt({ source, eventId: TAKEN.id, subjectId, clarusUserId: '1' });
    await bench.state.receipts.put(receipt, 400);
    switchOne(bench, false);

    // Act
    await bench.sweep();
    bench.clock.advance(2 * DAY);
    await bench.sweep();

    // Assess
    const proof = await bench.state.receipts.find({ tenant: 'acme', source, account: subjectId }, TAKEN.id);
    expect(proof?.steps).toEqual([{ at: NOW, step: 'read_back', what: 'out' }]);
  });

  it('brings back whom a hand has switched on, though an event that died an hour ago has left its mark', async () => {
    const bench = await anInventory();
    await meetOne(bench, [TAKEN], false);
    await bench.state.records.update('acme', '1', (record) => ({
      ...record,
      open: { 'okta died': bench.clock() - HOUR },
    }));

    await bench.sweep();

    expect(bench.looks).toEqual(['1']);
  });

  it('has the request in doubt for deliver’s look, and is not healed twice meanwhile', async () => {
    const bench = await anInventory();
    await meetOne(bench, [TAKEN], false);

    await bench.sweep();
    bench.clock.advance(15 * MINUTE);
    await bench.sweep();

    expect((await recordOf(bench)).lookAt).toBe(NOW);
    expect(bench.looks).toEqual(['1']);
  });

  it.each([
    ['the tenant wants it reported', { drift: 'report' as const }, 1],
    ['the user is protected', { protect: { users: ['1'] } }, 0],
    ['the address is protected', { protect: { emails: [addressOf(1)] } }, 0],
  ])('stays on when %s', async (_, file, left) => {
    const bench = await anInventory({ file });
    await meetOne(bench, [TAKEN], false);

    await bench.sweep();

    expect(bench.looks).toEqual([]);
    expect(bench.measured.drift).toEqual([{ healed: 0, left }]);
  });

  it('is announced under the brake when Clarus was never made to take it, once', async () => {
    const bench = await anInventory();
    const key = await meetOne(bench, [TAKEN]);

    await bench.sweep();
    const [change, ...others] = bench.announced();
    await bench.state.receipts.put(
      {
        tenant: 'acme',
        source: 'okta',
        eventId: change?.eventId ?? '',
        eventType: '',
        subjectId: key.account,
        outcome: 'protected',
        attributes: [],
        occurredAt: NOW,
        receivedAt: NOW,
        settledAt: NOW,
        steps: [],
      },
      1,
    );
    await bench.sweep();

    expect(others).toEqual([]);
    expect(change).toMatchObject({
      source: 'okta',
      subject: { id: key.account },
      foundBy: 'inventory',
      occurredAt: TAKEN.at,
      user: { active: false },
    });
    expect(bench.looks).toEqual([]);
    expect(bench.announced()).toEqual([]);
  });

  it.each(['waiting', 'held'] as const)('is left to what is %s', async (what) => {
    const bench = await anInventory();
    const key = await meetOne(bench, [TAKEN]);
    const change = {
      tenant: 'acme',
      source: 'okta',
      eventId: 'taken',
      eventType: '',
      occurredAt: NOW,
      receivedAt: NOW,
      subject: { id: key.account },
    };
    if (what === 'held') await bench.state.cards.hold(key, { at: NOW, by: 'takings', change });
    else {
      const times = { since: NOW, nextAt: NOW + MINUTE, tries: 3 };
      await bench.state.cards.wait(key, { eventId: 'taken', taking: true, code: 'x', change, ...times });
    }

    await bench.sweep();

    expect(bench.announced()).toEqual([]);
  });
});

describe('a user whom nobody is linked to', () => {
  it('is concluded to be a leaver’s when their address leads to accounts that are out', async () => {
    const bench = await anInventory();
    const key = { tenant: 'acme', source: 'okta', account: oktaId(9) };
    await bench.state.cards.note(key, { words: [TAKEN], addresses: [addressOf(2)], at: NOW });

    await bench.sweep();

    expect(bench.announced()).toMatchObject([
      { subject: { id: key.account }, eventId: `inventory:2:${TAKEN.at}`, foundBy: 'inventory' },
    ]);
  });

  it('is concluded to be a leaver’s when a directory says out that had no say in the user yet', async () => {
    const bench = await anInventory();
    const key = { tenant: 'acme', source: 'okta', account: oktaId(9) };
    await bench.state.cards.note(key, { words: [TAKEN], addresses: [addressOf(2)], at: NOW });
    await bench.state.records.join('acme', '2', {
      account: { source: 'entra', account: objectId(9), rev: 1, words: [GIVEN] },
      mark: 'entra',
      now: NOW,
    });
    await bench.state.records.update('acme', '2', (record) => ({ ...record, open: {} }));

    await bench.sweep();

    expect(bench.announced()).toMatchObject([{ source: 'okta', eventId: `inventory:2:${TAKEN.at}` }]);
  });

  it('is concluded to be a leaver’s when somebody has given it their address, whoever is linked', async () => {
    const bench = await anInventory();
    const key = { tenant: 'acme', source: 'okta', account: oktaId(9) };
    await bench.state.cards.note(key, { words: [TAKEN], addresses: [addressOf(2)], at: NOW });
    await bench.state.records.join('acme', '2', {
      account: { source: 'okta', account: oktaId(2), rev: 1, words: [GIVEN] },
      mark: 'okta',
      now: NOW,
      shown: { at: NOW - HOUR, email: addressOf(7), active: true },
    });
    await bench.state.records.update('acme', '2', (record) => ({ ...record, open: {} }));

    await bench.sweep();

    expect(bench.announced()).toMatchObject([{ source: 'okta', eventId: `inventory:2:${TAKEN.at}` }]);
  });

  it('is concluded to be a leaver’s when one directory says out, and another one in', async () => {
    const bench = await anInventory();
    const key = { tenant: 'acme', source: 'okta', account: oktaId(9) };
    const inEntra = { ...key, source: 'entra', account: objectId(9) };
    await bench.state.cards.note(inEntra, { words: [GIVEN], addresses: [addressOf(2)], at: NOW });
    await bench.state.cards.note(key, { words: [TAKEN], addresses: [addressOf(2)], at: NOW });

    await bench.sweep();

    expect(bench.announced()).toMatchObject([{ source: 'okta', eventId: `inventory:2:${TAKEN.at}` }]);
  });

  it.each([
    ['nobody has the address', [], true],
    ['somebody who is in has it too', [GIVEN], true],
    ['the user is off', [TAKEN], false],
  ])('stays as they are when %s', async (_, words, isActive) => {
    const bench = await anInventory();
    bench.clarus.setUsers([{ ...inClarus(2), is_active: isActive }]);
    const keys = [8, 9].map((person) => ({ tenant: 'acme', source: 'okta', account: oktaId(person) }));
    for (const [index, key] of keys.entries()) {
      const said = index === 0 ? words : words.length === 0 ? [] : [TAKEN];
      await bench.state.cards.note(key, { words: said, addresses: [addressOf(2)], at: NOW });
    }

    await bench.sweep();

    expect(bench.announced()).toEqual([]);
  });
});

describe('a user whom Clarus has no more', () => {
  const sweepFor = async (bench: SweepBench, days: number) => {
    for (let day = 0; day < days; day++) {
      bench.clock.advance(DAY);
      await bench.sweep();
    }
  };

  it('loses their links after two whole rounds without them, and nothing else follows', async () => {
    const bench = await anInventory();
    const key = await meetOne(bench, [TAKEN], false);
    switchOne(bench, false);
    await bench.sweep();
    bench.clarus.setUsers([inClarus(2), inClarus(3)]);

    await sweepFor(bench, 2);
    const soon = await bench.state.cards.find(key);
    await sweepFor(bench, 3);

    expect(soon).toMatchObject({ link: '1' });
    expect(await bench.state.cards.find(key)).not.toHaveProperty('link');
    expect((await recordOf(bench)).accounts).toEqual([]);
    expect(bench.announced()).toEqual([]);
  });

  it('keeps them while their address leads to them, whatever the list says', async () => {
    const bench = await anInventory();
    const key = await meetOne(bench, [TAKEN], false);
    switchOne(bench, false);
    await bench.sweep();
    bench.clarus.setUsers([inClarus(2), inClarus(3)]);
    bench.services.clarus.findUsersByEmail = async () => [{ id: '1', email: addressOf(1) }];

    await sweepFor(bench, 6);

    expect(await bench.state.cards.find(key)).toMatchObject({ link: '1' });
  });
});
