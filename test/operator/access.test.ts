import { describe, expect, it } from 'vitest';
import { settingsWithoutRoles } from '../../functions/clarus/decide-settings.ts';
import { explainUser } from '../../operator/explain.ts';
import { explanationLines } from '../../operator/in-words.ts';
import { lift } from '../../operator/lift.ts';
import { unlink } from '../../operator/unlink.ts';
import { activation, deactivation, unavailable } from '../deliver/messages.ts';
import { NOW } from '../support/changes.ts';
import { anOperatorBench, type OperatorBench, WHO } from './operator-bench.ts';

const KEY = { tenant: 'acme', source: 'okta', account: '00uLEAVER' };

/** Lea is kept out of Clarus user 42 by Okta. */
async function aLockOut(file: Parameters<typeof anOperatorBench>[0] = {}): Promise<OperatorBench> {
  const bench = anOperatorBench(file);
  await bench.deliver(activation({ eventId: 'joined', occurredAt: NOW - 1 }));
  await bench.deliver(deactivation({ eventId: 'left' }));
  expect(bench.access('42')).toBe(false);
  bench.clock.advance(60_000);
  return bench;
}

function liftLea({ ports, tenant }: OperatorBench, clarusUserId = '42') {
  return lift(ports, {
    tenant: 'acme',
    clarusUserId,
    who: WHO,
    settings: settingsWithoutRoles(tenant),
    receiptDays: tenant.receiptDays,
  });
}

describe('lift', () => {
  it('gives access back at once, and both receipts say who did it', async () => {
    // Prepare
    const bench = await aLockOut();

    // Act
    const end = await liftLea(bench);

    // Assess
    expect(end).toMatchObject({ kind: 'lifted', takings: [{ by: 'okta', eventId: 'left' }] });
    expect(bench.sent).toMatchObject([
      { queueUrl: 'q:changes', message: { kind: 'look', clarusUserId: '42' } },
    ]);
    await bench.deliverSent();
    expect(bench.access('42')).toBe(true);
    const lifted = expect.arrayContaining([expect.objectContaining({ step: 'lifted', who: WHO })]);
    expect(await bench.state.receipts.find(KEY, 'left')).toMatchObject({ outcome: 'applied', steps: lifted });
    const [own] = await bench.state.receipts.ofSubject('acme', 'operator', '42');
    expect(own).toMatchObject({
      eventType: 'operator.lift',
      clarusUserId: '42',
      reason: 'lift',
      steps: lifted,
    });
    // It is no proof of anything in Clarus.
    expect(own).not.toHaveProperty('appliedAt');
  });

  it('lets a later deactivation take access again', async () => {
    // Prepare
    const bench = await aLockOut();
    await liftLea(bench);
    await bench.deliverSent();
    bench.clock.advance(60_000);
    const now = bench.clock();

    // Act
    await bench.deliver(deactivation({ eventId: 'left-again', occurredAt: now, receivedAt: now }));

    // Assess
    expect(bench.access('42')).toBe(false);
  });

  it("lifts all that was heard, though the operator's clock is behind", async () => {
    // Prepare
    const bench = await aLockOut();

    // Act
    await liftLea({ ...bench, ports: { ...bench.ports, clock: () => NOW - 3_600_000 } });
    await bench.deliverSent();

    // Assess
    expect(bench.access('42')).toBe(true);
  });

  it('lifts what was switched off in Clarus and how the user was first met', async () => {
    // Prepare
    const bench = await aLockOut();
    await bench.state.records.update('acme', '42', (record) => ({
      ...record,
      first: { at: NOW, active: false },
      hand: { at: bench.clock() + 5 * 60_000, active: false },
    }));

    // Act
    const end = await liftLea(bench);
    await bench.deliverSent();

    // Assess
    expect(end).toMatchObject({ takings: [{ by: 'okta' }, { by: 'clarus' }, { by: 'first_look' }] });
    expect(bench.access('42')).toBe(true);
  });

  it('says so when the bridge does not know the user, and invents no record', async () => {
    // Prepare
    const bench = anOperatorBench();

    // Act
    const end = await liftLea(bench, '43');

    // Assess
    expect(end).toEqual({ kind: 'unknown_user' });
    expect(bench.state.storedRecords.size).toBe(0);
    expect(bench.sent).toEqual([]);
  });

  it('that could not have Clarus look goes on when it is run again', async () => {
    // Prepare
    const bench = await aLockOut();
    const sendMessages = () => Promise.reject(new Error('SQS is down'));
    await expect(liftLea({ ...bench, ports: { ...bench.ports, sendMessages } })).rejects.toThrow();

    // Act
    await liftLea(bench);
    await bench.deliverSent();

    // Assess
    expect(bench.access('42')).toBe(true);
  });
});

describe('unlink', () => {
  const options = { ...KEY, who: WHO, receiptDays: 400 };

  it("takes the account's words off the user and gives nothing by that", async () => {
    // Prepare
    const bench = await aLockOut();

    // Act
    const end = await unlink(bench.ports, options);
    await bench.deliverSent();

    // Assess
    expect(end).toEqual({ kind: 'unlinked', clarusUserId: '42' });
    expect((await bench.state.cards.find(KEY))?.link).toBeUndefined();
    expect((await bench.state.records.load('acme', '42')).accounts).toEqual([]);
    expect(bench.access('42')).toBe(false);
    expect(await bench.state.receipts.ofSubject('acme', 'operator', '42')).toMatchObject([
      {
        eventType: 'operator.unlink',
        reason: 'unlink',
        steps: [{ step: 'unlinked', what: 'okta 00uLEAVER', who: WHO }],
      },
    ]);
  });

  it('gives access to whom another account of the user has in', async () => {
    // Prepare
    const bench = await aLockOut({ scim: { sha256: ['a'.repeat(64)] } });
    await bench.deliver(
      activation({
        source: 'scim',
        eventId: 'scim-1',
        subject: { id: '42' },
        account: 'x',
        occurredAt: NOW + 5,
      }),
    );
    expect(bench.access('42')).toBe(false);

    // Act
    await unlink(bench.ports, options);
    await bench.deliverSent();

    // Assess
    expect(bench.access('42')).toBe(true);
  });

  it('finds the person anew with their next news', async () => {
    // Prepare
    const bench = await aLockOut();
    bench.inClarus.set('lea.ver@acme.example', [{ id: '55', email: 'lea.ver@acme.example' }]);
    await unlink(bench.ports, options);

    // Act
    await bench.deliver(deactivation({ eventId: 'later', occurredAt: NOW + 9 }));

    // Assess
    expect((await bench.state.cards.find(KEY))?.link).toBe('55');
    expect(bench.access('55')).toBe(false);
  });

  it('that got no further than the card goes on with the user it is told', async () => {
    // Prepare
    const bench = await aLockOut();
    await bench.state.cards.unlink(KEY, '42');

    // Act
    const ends = [
      await unlink(bench.ports, options),
      await unlink(bench.ports, { ...options, clarusUserId: '42' }),
    ];

    // Assess
    expect(ends).toEqual([{ kind: 'not_linked' }, { kind: 'unlinked', clarusUserId: '42' }]);
    expect((await bench.state.records.load('acme', '42')).accounts).toEqual([]);
  });
});

describe('explain', () => {
  it('says who keeps a person out, what ends it, and what waits', async () => {
    // Prepare
    const bench = await aLockOut();
    const change = { ...KEY, eventId: 'e1', eventType: 't', occurredAt: NOW, receivedAt: NOW };
    await bench.state.cards.wait(KEY, {
      eventId: 'e1',
      taking: true,
      since: NOW,
      code: 'two_users',
      tries: 4,
      nextAt: NOW + 60_000,
      change: { ...change, subject: { id: KEY.account } },
    });

    // Act
    const found = await explainUser(bench.ports, bench.tenant, '42');

    // Assess
    const lines = found === undefined ? [] : explanationLines(found);
    expect(found?.explanation).toMatchObject({ access: 'out', takings: [{ by: 'okta', eventId: 'left' }] });
    expect(lines.join('\n')).toContain('npm run bridge -- lift --tenant acme --user 42');
    expect(lines).toContain('Clarus last confirmed the user inactive.');
    expect(lines).toContain(
      'okta account 00uLEAVER, Clarus user 42; waiting since 2026-03-02T09:15:00.000Z with access perhaps left on, ' +
        'event e1: two_users, 4 tries, the next at 2026-03-02T09:16:00.000Z.',
    );
    expect(lines.join('\n')).not.toMatch(/@/);
  });

  it('says what waits of a SCIM client, whose account has an id of its own', async () => {
    // Prepare
    const bench = anOperatorBench({ scim: { sha256: ['1'.repeat(64)] } });
    const account = { source: 'scim', account: 'E1', rev: 0, words: [] };
    await bench.state.records.update('acme', '42', (record) => ({ ...record, accounts: [account] }));
    bench.clarus.patch = () => unavailable;
    const left = deactivation({ source: 'scim', subject: { id: '42' }, account: 'E1' });
    for (const attempt of [1, 2]) await bench.deliver(left, { attempt });

    // Act
    const found = await explainUser(bench.ports, bench.tenant, '42');

    // Assess
    expect(found?.open).toMatchObject([{ source: 'scim', account: '42', waiting: { taking: true } }]);
  });

  it('names what was lifted, what Clarus showed and what protects the user', async () => {
    // Prepare
    const bench = await aLockOut();
    await liftLea(bench);
    const shown = { at: NOW + 120_000, active: true };
    await bench.state.records.update('acme', '42', (record) => ({ ...record, shown }));
    const tenant = { ...bench.tenant, clarus: { ...bench.tenant.clarus, apiUser: '42' } };

    // Act
    const found = await explainUser(bench.ports, tenant, '42');

    // Assess
    const lines = found === undefined ? [] : explanationLines(found);
    expect(lines).toEqual(
      expect.arrayContaining([
        'The tenant file protects the user (by user): the bridge changes nothing.',
        'Clarus showed the user active at 2026-03-02T09:17:00.000Z.',
        expect.stringMatching(/^An operator lifted all that had been heard until 2026-03-02T09:16:0/),
      ]),
    );
  });

  it('knows nothing of a user the bridge has not met', async () => {
    const bench = anOperatorBench();

    expect(await explainUser(bench.ports, bench.tenant, '42')).toBeUndefined();
  });
});
