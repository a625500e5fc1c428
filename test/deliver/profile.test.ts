import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { DirectoryAnswer } from '../../functions/sources/directory.ts';
import { NOW } from '../support/changes.ts';
import { aDeliverBench } from './deliver-bench.ts';
import { activation, deactivation, refusal, thin } from './messages.ts';

const ADDRESS = 'lea.ver@acme.example';

describe('a thin event', () => {
  it('brings over what the identity provider says now', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { active: true, displayName: 'Lea V', emails: [{ value: 'lea.ver@acme.example' }] },
      signsIn: true,
      addresses: [ADDRESS],
    };

    await bench.deliver(thin(), { queue: 'changes' });

    // That somebody is found to have access gives none, and the address Clarus has already: it showed it.
    expect(bench.patches).toEqual([{ id: '42', attributes: { name: 'Lea V' } }]);
    expect(bench.state.written).toMatchObject([
      { outcome: 'applied', attributes: ['is_active', 'email', 'name'] },
    ]);
  });

  it('dates what was read with the time of the reading, so that a deactivation since then stands', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { active: true, emails: [{ value: 'lea.ver@acme.example' }] },
      signsIn: true,
      addresses: [ADDRESS],
    };
    await bench.deliver(deactivation({ occurredAt: NOW + 1 }));

    await bench.deliver(thin({ eventId: 'event-2', occurredAt: NOW + 60_000 }), { queue: 'changes' });

    expect(bench.patches.some(({ attributes }) => attributes.is_active === true)).toBe(false);
  });

  it('without credentials for the API changes nothing and says why', async () => {
    const bench = aDeliverBench();

    await bench.deliver(thin(), { queue: 'changes' });

    expect(bench.patches).toEqual([]);
    expect(bench.state.written).toMatchObject([
      { outcome: 'no_change', reason: 'okta_api_credentials_missing' },
    ]);
  });

  it('about somebody who is gone ends their access', async () => {
    const bench = aDeliverBench({ brake: { users: 1 } });
    bench.okta.answer = { kind: 'gone' };

    await bench.deliver(thin(), { queue: 'changes' });

    expect(bench.patches).toEqual([{ id: '42', attributes: { is_active: false } }]);
  });

  it('of a source that cannot be read at all says so too', async () => {
    const bench = aDeliverBench();

    await bench.deliver(thin({ source: 'entra' }), { queue: 'changes' });

    expect(bench.state.written).toMatchObject([
      { outcome: 'no_change', reason: 'entra_api_credentials_missing' },
    ]);
  });

  it('waits for an identity provider that cannot be read now', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = new BridgeError('okta_throttled', '429', { retryable: true, retryAfter: 30_000 });

    const done = await bench.deliver(thin(), { queue: 'changes' });

    expect([done, bench.waits, bench.state.written]).toEqual([false, [31], []]);
  });
});

describe('a tenant that has unknown users created', () => {
  const joiner = { id: '00uJOIN', login: 'jo.iner@acme.example', displayName: 'Jo Iner' };

  it('creates somebody who is given access, with what is known of them', async () => {
    const bench = aDeliverBench({ unknownUser: 'create', defaultRole: 'Standard' });

    await bench.deliver(activation({ subject: joiner }), { queue: 'changes' });

    expect(bench.created).toEqual([
      { email: 'jo.iner@acme.example', name: 'Jo Iner', is_active: true, role_id: 7 },
    ]);
    expect(bench.state.written).toMatchObject([{ outcome: 'applied', clarusUserId: '77' }]);
  });

  it('uses the profile where it may be read, and the mapping’s role before the default', async () => {
    const bench = aDeliverBench({
      unknownUser: 'create',
      defaultRole: 5,
      mapping: { role_id: { expression: 'title', table: { Picker: 3 } } },
    });
    bench.okta.answer = {
      kind: 'found',
      user: { displayName: 'Jo I', title: 'Picker', emails: [{ value: 'jo@acme.example' }] },
      addresses: ['jo@acme.example'],
    };

    await bench.deliver(activation({ subject: joiner }), { queue: 'changes' });

    expect(bench.created).toEqual([{ email: 'jo@acme.example', name: 'Jo I', is_active: true, role_id: 3 }]);
  });

  it.each([
    [
      'the address for want of a name, and no role for want of one',
      {},
      { id: '00uJOIN', login: 'jo.iner@acme.example' },
      { name: 'jo.iner@acme.example' },
    ],
    ['the default role by id', { defaultRole: 5 }, joiner, { role_id: 5 }],
  ])('takes %s', async (_, settings, subject, expected) => {
    const bench = aDeliverBench({ unknownUser: 'create', ...settings });

    await bench.deliver(activation({ subject }), { queue: 'changes' });

    expect(bench.created).toMatchObject([expected]);
  });

  it('cannot create somebody without an address', async () => {
    const bench = aDeliverBench({ unknownUser: 'create' });

    await bench.deliver(activation({ subject: { id: '00uJOIN', login: 'jiner' } }), { queue: 'changes' });
    await bench.deliver(activation({ eventId: 'event-2', subject: { id: '00uJOIN' } }), { queue: 'changes' });

    expect(bench.state.written).toMatchObject([
      { outcome: 'user_not_in_clarus' },
      { outcome: 'user_not_in_clarus' },
    ]);
  });

  it('finds the user that somebody else created meanwhile', async () => {
    const bench = aDeliverBench({ unknownUser: 'create' });
    bench.clarus.create = async ({ email }) => {
      bench.inClarus.set(email, [{ id: '78', email }]);
      return { kind: 'refused', error: refusal };
    };

    await bench.deliver(activation({ subject: joiner }), { queue: 'changes' });

    expect(bench.state.written).toMatchObject([{ outcome: 'applied', clarusUserId: '78' }]);
  });

  it('is told when Clarus will not have the user', async () => {
    const bench = aDeliverBench({ unknownUser: 'create' });
    bench.clarus.create = async () => ({ kind: 'refused', error: refusal });

    await bench.deliver(activation({ subject: joiner }), { queue: 'changes' });

    expect(bench.state.written).toMatchObject([
      { outcome: 'rejected', reason: 'clarus_refused', isActive: true },
    ]);
    expect(bench.dead).toHaveLength(1);
  });
});

describe('when Clarus will not have a value', () => {
  const leaverWithBadRole: DirectoryAnswer = {
    kind: 'found',
    user: { title: 'Astronaut' },
    signsIn: false,
    addresses: [ADDRESS],
  };
  const mapping = { role_id: { expression: 'title', table: { Astronaut: 99 } } };

  it('applies the revocation, rejects the rest and says which', async () => {
    const bench = aDeliverBench({ mapping });
    bench.okta.answer = leaverWithBadRole;
    bench.clarus.patch = (_, patch) =>
      'role_id' in patch
        ? { kind: 'refused', status: 422, error: refusal }
        : { kind: 'applied', status: 200 };

    const done = await bench.deliver(thin(), { queue: 'changes' });

    expect(done).toBe(true);
    expect(bench.patches[0]?.attributes).toEqual({ is_active: false });
    expect(bench.state.written).toMatchObject([
      {
        outcome: 'rejected',
        reason: 'clarus_refused',
        isActive: false,
        refused: ['role_id'],
        appliedAt: bench.clock(),
        clarusStatus: 422,
      },
    ]);
    expect(bench.dead).toMatchObject([
      { queueUrl: 'q:changes-dead', group: 'acme', code: 'clarus_refused', reason: 'Clarus refused.' },
    ]);
  });

  it('does not hold the refused value against later events, and tries it again when it is said again', async () => {
    const bench = aDeliverBench({ mapping });
    bench.okta.answer = leaverWithBadRole;
    bench.clarus.patch = (_, patch) =>
      'role_id' in patch
        ? { kind: 'refused', status: 422, error: refusal }
        : { kind: 'applied', status: 200 };
    await bench.deliver(thin(), { queue: 'changes' });
    bench.clarus.patch = () => ({ kind: 'applied', status: 200 });
    bench.okta.answer = { kind: 'no_credentials' };
    const before = bench.patches.length;

    await bench.deliver(deactivation({ eventId: 'event-2', occurredAt: NOW + 60_000 }));
    const afterOther = bench.patches.slice(before);
    bench.okta.answer = leaverWithBadRole;
    await bench.deliver(thin(), { queue: 'changes' });

    expect(afterOther).toEqual([{ id: '42', attributes: { is_active: false } }]);
    expect(bench.patches.at(-1)?.attributes).toEqual({ role_id: 99 });
    expect(bench.state.written[0]).toMatchObject({ eventId: 'event-1', outcome: 'applied' });
  });

  it('a value that cannot be mapped is the same to the receipt', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { timezone: 'Mars' },
      signsIn: false,
      addresses: [ADDRESS],
    };

    await bench.deliver(thin(), { queue: 'changes' });

    expect(bench.state.written).toMatchObject([
      { outcome: 'rejected', reason: 'mapping_failed', refused: ['timezone'], isActive: false },
    ]);
    expect(bench.patches[0]?.attributes).toEqual({ is_active: false });
  });

  it('credentials that are refused: a change is rejected, with the reason on the dead letter', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { displayName: 'Lea V' },
      signsIn: true,
      addresses: [ADDRESS],
    };
    bench.clarus.patch = () =>
      new BridgeError('clarus_credentials_refused', '401', { retryable: false, status: 401 });

    const done = await bench.deliver(thin(), { queue: 'changes' });

    expect(done).toBe(true);
    expect(bench.state.written).toMatchObject([
      { outcome: 'rejected', reason: 'clarus_credentials_refused' },
    ]);
    expect(bench.dead).toMatchObject([{ code: 'clarus_credentials_refused' }]);
  });
});
