import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { update } from '../../../functions/identity/converge.ts';
import { merge } from '../../../functions/identity/merge.ts';
import { withDesired } from '../../../functions/identity/user-record.ts';
import type { Outgoing } from '../../../functions/queue/send-messages.ts';
import { createClarusWrites } from '../../../functions/scim/commands/carry-out.ts';
import { makeTenant } from '../../../functions/scim/make-tenant.ts';
import { NOW } from '../../support/changes.ts';
import { aClarusBench } from '../../support/clarus.ts';
import { failureOf } from '../../support/failure.ts';
import { json, reset } from '../../support/http-server.ts';
import { memoryScimState } from '../../support/memory-scim-state.ts';
import { memoryState } from '../../support/memory-state.ts';

const PATCH = 'PATCH /api/users/42';
const DONE = json(200, { data: { id: 42, type: 'users', attributes: {} } });
const COMMAND = { eventId: 'request-1', eventType: 'scim.user.patch', at: NOW };

async function aWritesBench({ tokens = true } = {}) {
  const bench = await aClarusBench({ tokens });
  const state = memoryState();
  const sent: (Outgoing & { asked: number })[] = [];
  const logged: string[] = [];
  const queue = { broken: false };
  const writes = createClarusWrites({
    users: state.users,
    links: state.links,
    receipts: state.receipts,
    scimUsers: memoryScimState().scimUsers,
    names: unused(),
    scimGroups: unused(),
    random: unused(),
    pause: unused(),
    sendMessages: async (messages) => {
      if (queue.broken) throw new BridgeError('queue_unavailable', 'No.', { retryable: true });
      sent.push(...messages.map((it) => ({ ...it, asked: bench.server.requestsTo(PATCH).length })));
    },
    queues: { changes: 'changes', revocations: 'revocations' },
    clock: bench.clock,
    newId: () => 'id',
    log: (_level, message) => logged.push(message),
    measure: () => undefined,
  });
  return {
    ...bench,
    state,
    sent,
    logged,
    queue,
    writes,
    scim: makeTenant(bench.tenant, bench.http, bench.secrets),
  };
}

/** A store that this code must not touch. */
function unused(): never {
  return new Proxy({}, { get: () => () => Promise.reject(new Error('not to be touched')) }) as never;
}

describe('a write', () => {
  it('leaves a look with its revision before Clarus is asked, so that a crash is looked after', async () => {
    // Prepare
    const { writes, scim, server, sent, state } = await aWritesBench();
    server.answers(PATCH, DONE);

    // Act
    await writes.write(scim, '42', { is_active: false }, COMMAND);

    // Assess
    expect(sent).toEqual([
      {
        queueUrl: 'changes',
        message: { kind: 'look', tenant: 'acme', clarusUserId: '42', revision: 1 },
        delay: 120,
        asked: 0,
      },
    ]);
    expect(state.records.get('42')).toMatchObject({ revision: 2, applied: { is_active: false } });
    expect(state.written).toMatchObject([{ outcome: 'applied', source: 'scim', isActive: false }]);
  });

  it('that Clarus has already asks nobody and queues nothing', async () => {
    // Prepare
    const { writes, scim, server, sent, state } = await aWritesBench();
    server.answers(PATCH, DONE);
    await writes.write(scim, '42', { is_active: false }, COMMAND);

    // Act
    await writes.write(scim, '42', { is_active: false }, { ...COMMAND, eventId: 'request-2' });

    // Assess
    expect([sent.length, server.requestsTo(PATCH).length]).toEqual([1, 1]);
    expect(state.written.at(-1)).toMatchObject({ eventId: 'request-2', outcome: 'no_change' });
  });

  it.each([
    ['a connection that broke', reset],
    ['a 503', json(503, {})],
    ['credentials that are refused', json(403, {})],
  ])('of a deactivation that met %s puts it on the revocations queue', async (_name, answer) => {
    // Prepare
    const { writes, scim, server, sent, state } = await aWritesBench();
    server.answers(PATCH, answer);

    // Act
    const failure = await failureOf(() => writes.write(scim, '42', { is_active: false }, COMMAND));

    // Assess
    expect(failure.name).toBe('BridgeError');
    expect(sent.at(-1)).toMatchObject({
      queueUrl: 'revocations',
      message: {
        kind: 'change',
        source: 'scim',
        eventId: 'request-1',
        subject: { id: '42' },
        user: { active: false },
      },
    });
    expect(await state.links.find('acme', 'scim', '42')).toBe('42');
    expect(state.records.get('42')?.desired.is_active?.value).toBe(false);
  });

  it('that Clarus refuses is taken back as a whole, but for the deactivation that went first', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    const tooLong = json(422, { errors: [{ detail: 'name is too long' }] });
    server.answers(PATCH, DONE, tooLong, DONE, tooLong);
    await writes.write(scim, '42', { name: 'Before' }, COMMAND);

    // Act
    const wanted = { is_active: false, name: 'Long', language: 'de' };
    const failure = await failureOf(() =>
      writes.write(scim, '42', { name: 'Long', language: 'de' }, { ...COMMAND, eventId: 'request-2' }),
    );
    const second = await failureOf(() =>
      writes.write(scim, '42', wanted, { ...COMMAND, eventId: 'request-3' }),
    );

    // Assess
    expect([failure, second]).toMatchObject([{ code: 'clarus_refused' }, { code: 'clarus_refused' }]);
    const { desired, applied } = state.records.get('42') ?? {};
    expect([desired?.name?.value, desired?.language, desired?.is_active?.value]).toEqual([
      'Before',
      undefined,
      false,
    ]);
    expect(applied).toEqual({ name: 'Before', is_active: false });
    expect(state.written.map(({ outcome }) => outcome)).toEqual(['applied', 'rejected', 'rejected']);
  });

  it('that Clarus could not take now leaves nothing behind that another write would send', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    server.answers(PATCH, DONE, DONE, json(429, {}), DONE);
    await writes.write(scim, '42', { name: 'Before', is_active: false }, COMMAND);

    // Act
    const failed = { name: 'After', is_active: true };
    await failureOf(() => writes.write(scim, '42', failed, { ...COMMAND, eventId: 'request-2' }));
    await writes.write(scim, '42', { string1: 'A1' }, { ...COMMAND, eventId: 'request-3' });

    // Assess
    const { desired, applied } = state.records.get('42') ?? {};
    expect([desired?.name?.value, desired?.is_active?.value]).toEqual(['Before', false]);
    expect(applied).toEqual({ name: 'Before', is_active: false, string1: 'A1' });
    expect(server.requestsTo(PATCH)).toHaveLength(4);
    expect(state.written.at(1)).toMatchObject({ outcome: 'rejected', reason: 'clarus_throttled' });
  });

  it('whose end nobody heard is taken back in Clarus as well', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    server.answers(PATCH, DONE, reset);
    await writes.write(scim, '42', { name: 'Before' }, COMMAND);

    // Act
    await failureOf(() => writes.write(scim, '42', { name: 'After' }, { ...COMMAND, eventId: 'request-2' }));

    // Assess: what Clarus has is unknown, so the look that was queued sends the name of before.
    const { desired, applied } = state.records.get('42') ?? {};
    expect([desired?.name?.value, applied]).toEqual(['Before', {}]);
  });

  it('whose end nobody heard goes back to what Clarus showed of somebody whom SCIM does not know', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    server.answers(PATCH, reset);
    const found = { name: 'Shown' };

    // Act
    await failureOf(() => writes.write(scim, '42', { name: 'After', string1: 'A1' }, COMMAND, { found }));

    // Assess
    const { desired } = state.records.get('42') ?? {};
    expect([desired?.name?.value, desired?.string1]).toEqual(['Shown', undefined]);
  });

  it('of a deactivation is sent after a reactivation that nobody heard of', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    server.answers(PATCH, DONE, reset, DONE);
    await writes.write(scim, '42', { is_active: false }, COMMAND);
    await failureOf(() =>
      writes.write(scim, '42', { is_active: true }, { ...COMMAND, eventId: 'request-2' }),
    );

    // Act
    await writes.write(scim, '42', { is_active: false }, { ...COMMAND, eventId: 'request-3' });

    // Assess
    expect(server.requestsTo(PATCH)).toHaveLength(3);
    expect(state.written.at(-1)).toMatchObject({ eventId: 'request-3', outcome: 'applied' });
  });

  it("does not fail for somebody else's value that Clarus refuses", async () => {
    // Prepare: a command has died between its decision and Clarus.
    const { writes, scim, server, state } = await aWritesBench();
    const tooLong = json(422, { errors: [{ detail: 'name is too long' }] });
    server.answers(PATCH, tooLong, tooLong, DONE);
    await writes.decide(scim, '42', { name: 'Long' }, COMMAND);

    // Act
    await writes.write(scim, '42', { string1: 'A1' }, { ...COMMAND, eventId: 'request-2' });

    // Assess
    expect(state.records.get('42')).toMatchObject({ applied: { string1: 'A1' }, refused: { name: 'Long' } });
    expect(state.written.at(-1)).toMatchObject({ eventId: 'request-2', outcome: 'applied' });
  });

  it('finds nobody once a deletion has been decided, and a creation brings the user back', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    server.answers(PATCH, DONE, DONE);
    await writes.write(scim, '42', { is_active: false }, COMMAND, { life: 'delete' });

    // Act
    const active = { is_active: true };
    const failure = await writes.write(scim, '42', active, COMMAND).catch((error: unknown) => error);
    await writes.write(scim, '42', active, { ...COMMAND, eventId: 'request-2' }, { life: 'create' });

    // Assess
    expect(failure).toMatchObject({ name: 'ScimError', status: 404 });
    expect(state.records.get('42')).toMatchObject({ deleted: false, applied: { is_active: true } });
  });

  it('of a creation anew that fails leaves the user deleted', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    server.answers(PATCH, DONE, json(503, {}));
    await writes.write(scim, '42', { is_active: false }, COMMAND, { life: 'delete' });

    // Act
    const options = { life: 'create' } as const;
    const again = { ...COMMAND, eventId: 'request-2' };
    await failureOf(() => writes.write(scim, '42', { is_active: true }, again, options));

    // Assess
    const { deleted, desired } = state.records.get('42') ?? {};
    expect([deleted, desired?.is_active?.value]).toEqual([true, false]);
  });

  it('that begins anew is not later than news of access that came meanwhile', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    server.answers(PATCH, DONE, DONE);
    const { command } = await writes.decide(scim, '42', { is_active: true, name: 'Lea' }, COMMAND);
    const news = {
      at: NOW + 1,
      eventId: 'okta-1',
      origin: 'okta',
      attributes: { is_active: false },
    } as const;
    await update(state.users, 'acme', '42', (record) => withDesired(record, merge(record.desired, news)));

    // Act
    await writes.write(scim, '42', { is_active: true, name: 'Lea' }, command);

    // Assess
    expect(state.records.get('42')?.applied).toEqual({ is_active: false, name: 'Lea' });
  });

  it('asks nothing of Clarus when the look cannot be queued, and stores nothing', async () => {
    // Prepare
    const { writes, scim, server, state, queue } = await aWritesBench({ tokens: false });
    queue.broken = true;

    // Act
    const failure = await failureOf(() => writes.write(scim, '42', { is_active: false }, COMMAND));

    // Assess
    expect(failure).toMatchObject({ code: 'queue_unavailable' });
    expect([state.records.size, server.requestsTo(PATCH).length]).toEqual([0, 0]);
  });

  it('is later than all that is known of its attributes, whatever other clocks say', async () => {
    // Prepare
    const { writes, scim, server, state } = await aWritesBench();
    server.answers(PATCH, DONE, DONE);
    await writes.write(scim, '42', { is_active: true }, { ...COMMAND, at: NOW + 3_600_000 });

    // Act
    await writes.write(scim, '42', { is_active: false }, COMMAND);

    // Assess
    expect(state.records.get('42')?.applied.is_active).toBe(false);
  });

  it('whose receipt cannot be written stands, and the log says so', async () => {
    // Prepare
    const { writes, scim, server, state, logged } = await aWritesBench();
    server.answers(PATCH, DONE);
    state.receipts.put = () =>
      Promise.reject(new BridgeError('state_unavailable', 'No.', { retryable: true }));

    // Act
    const record = await writes.write(scim, '42', { is_active: true }, COMMAND);

    // Assess
    expect([record.applied.is_active, logged]).toEqual([true, ['receipt not written']]);
  });
});
