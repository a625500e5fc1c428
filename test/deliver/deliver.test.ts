import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { Change } from '../../functions/identity/change.ts';
import { aChange, aThinChange, NOW } from '../support/changes.ts';
import { aDeliverBench } from './deliver-bench.ts';

function deactivation(but: Partial<Change> = {}): unknown {
  return { kind: 'change', ...aChange({ tenant: 'acme', ...but }) };
}

function activation(but: Partial<Change> = {}): unknown {
  return deactivation({ eventType: 'user.lifecycle.activate', user: { active: true }, ...but });
}

function thin(but: Partial<Change> = {}): unknown {
  return { kind: 'change', ...aThinChange({ tenant: 'acme', ...but }) };
}

const refusal = new BridgeError('clarus_refused', 'Clarus refused.', { retryable: false, status: 422 });
const unavailable = new BridgeError('clarus_unavailable', '503', { retryable: true, status: 503 });
const silence = new BridgeError('clarus_unreachable', 'time', { retryable: true, outcomeUnknown: true });

describe('a deactivation', () => {
  it('makes the Clarus user inactive and leaves a receipt that proves it', async () => {
    // Prepare
    const bench = aDeliverBench();
    bench.clock.advance(5_000);

    // Act
    const done = await bench.deliver(deactivation());

    // Assess
    expect(done).toBe(true);
    expect(bench.patches).toEqual([{ id: '42', attributes: { is_active: false } }]);
    expect(bench.state.written).toEqual([
      {
        tenant: 'acme',
        source: 'okta',
        eventId: 'event-1',
        eventType: 'user.lifecycle.deactivate',
        subjectId: '00uLEAVER',
        clarusUserId: '42',
        outcome: 'applied',
        attributes: ['is_active'],
        isActive: false,
        clarusStatus: 200,
        occurredAt: NOW,
        receivedAt: NOW + 2_000,
        settledAt: NOW + 5_000,
        appliedAt: NOW + 5_000,
      },
    ]);
    expect(bench.measured).toEqual(bench.state.written);
  });

  it('delivered twice makes one PATCH and keeps the first receipt', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation());
    await bench.deliver(deactivation());

    expect(bench.patches).toHaveLength(1);
    expect(bench.state.written).toMatchObject([{ outcome: 'applied' }]);
  });

  it('delivered twice in one batch makes one PATCH too', async () => {
    const bench = aDeliverBench();

    await Promise.all([bench.deliver(deactivation()), bench.deliver(deactivation())]);

    expect(bench.patches).toHaveLength(1);
  });

  it('is not undone by an older activation that comes late', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation());
    await bench.deliver(activation({ eventId: 'event-0', occurredAt: NOW - 1 }), { queue: 'changes' });

    expect(bench.patches).toHaveLength(1);
    expect(bench.state.written).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'superseded', isActive: true },
    ]);
  });

  it('again by another event changes nothing more, and says so', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation());
    await bench.deliver(
      deactivation({ eventId: 'event-2', occurredAt: NOW + 1, eventType: 'user.lifecycle.delete.initiated' }),
    );

    expect(bench.patches).toHaveLength(1);
    expect(bench.state.written).toMatchObject([{ outcome: 'applied' }, { outcome: 'no_change' }]);
  });

  it('that is delivered again after a crash is sent again with the whole state', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());

    await bench.deliver(deactivation(), { attempt: 2 });

    expect(bench.patches).toHaveLength(2);
  });

  it('does not wait for an identity provider that cannot be read', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = new BridgeError('okta_unavailable', '503', { retryable: true });

    await bench.deliver(deactivation());

    expect(bench.patches).toEqual([{ id: '42', attributes: { is_active: false } }]);
  });

  it('of somebody Clarus does not know is settled without a call', async () => {
    const bench = aDeliverBench({ unknownUser: 'create' });

    await bench.deliver(deactivation({ subject: { id: '00uX', login: 'nobody@acme.example' } }));
    await bench.deliver(deactivation({ eventId: 'event-2', subject: { id: '00uY' } }));

    expect([bench.patches, bench.created]).toEqual([[], []]);
    expect(bench.state.written).toMatchObject([
      { outcome: 'user_not_in_clarus', isActive: false },
      { outcome: 'user_not_in_clarus' },
    ]);
  });
});

describe('who a person is in Clarus', () => {
  it('is remembered: later events need neither the address nor a look-up', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    bench.inClarus.clear();

    await bench.deliver(
      activation({
        eventId: 'event-2',
        occurredAt: NOW + 1,
        subject: { id: '00uLEAVER', login: 'renamed@acme.example' },
      }),
    );

    expect(bench.patches.at(-1)).toEqual({ id: '42', attributes: { is_active: true } });
  });

  it('is found by the address in the profile where it may be read', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { userName: 'lver', emails: [{ value: 'Lea.Ver@acme.example' }] },
    };

    await bench.deliver(deactivation({ subject: { id: '00uLEAVER', login: 'lver' } }));

    expect(bench.patches).toEqual([{ id: '42', attributes: { is_active: false } }]);
  });

  it('several users with one address are an error and not a guess', async () => {
    const bench = aDeliverBench();
    const ambiguous = new BridgeError('clarus_user_ambiguous', 'Two.', { retryable: false });
    bench.inClarus.get = () => {
      throw ambiguous;
    };

    const done = await bench.deliver(deactivation());

    expect(done).toBe(true);
    expect(bench.state.written).toMatchObject([
      { outcome: 'rejected', reason: 'clarus_user_ambiguous', isActive: false },
    ]);
    expect(bench.dead).toMatchObject([{ queueUrl: 'q:revocations-dead', code: 'clarus_user_ambiguous' }]);
  });

  it('is found again by address when the Clarus user of the link is gone', async () => {
    const bench = aDeliverBench();
    await bench.deliver(activation());
    const gone = new BridgeError('clarus_user_missing', '404', { retryable: false, status: 404 });
    bench.clarus.patch = () => (bench.patches.at(-1)?.id === '42' ? gone : { kind: 'applied', status: 200 });
    bench.inClarus.set('lea.ver@acme.example', { id: '43', email: 'lea.ver@acme.example' });

    await bench.deliver(deactivation({ eventId: 'event-2', occurredAt: NOW + 10 }));
    await bench.deliver(activation({ eventId: 'event-3', occurredAt: NOW + 20 }));

    expect(bench.patches.slice(1)).toEqual([
      { id: '42', attributes: { is_active: false } },
      { id: '43', attributes: { is_active: false } },
      { id: '43', attributes: { is_active: true } },
    ]);
    expect(bench.state.written.at(-2)).toMatchObject({
      outcome: 'applied',
      clarusUserId: '43',
      isActive: false,
    });
  });
});

describe('an address that is used again', () => {
  const newcomer = { id: '00uNEW', login: 'lea.ver@acme.example' };

  it('passes the Clarus user to the newcomer who is given access, and the leaver changes nothing any more', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());

    await bench.deliver(activation({ eventId: 'event-2', occurredAt: NOW + 10, subject: newcomer }));
    await bench.deliver(
      deactivation({
        eventId: 'event-3',
        occurredAt: NOW + 20,
        eventType: 'user.lifecycle.delete.initiated',
      }),
    );
    await bench.deliver(deactivation({ eventId: 'event-4', occurredAt: NOW + 30, subject: newcomer }));

    expect(bench.patches.map(({ attributes }) => attributes.is_active)).toEqual([false, true, false]);
    expect(bench.state.written.map(({ outcome }) => outcome)).toEqual([
      'applied',
      'taken_over',
      'former_owner',
      'applied',
    ]);
  });

  it('gives the newcomer access even when the news of it is older than the last news of the leaver', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation({ occurredAt: NOW + 50 }));

    await bench.deliver(activation({ eventId: 'event-2', occurredAt: NOW + 10, subject: newcomer }));

    expect(bench.patches.at(-1)?.attributes).toEqual({ is_active: true });
  });

  it('is told as taken over also when the first attempt failed', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    bench.clarus.patch = () => unavailable;
    await bench.deliver(activation({ eventId: 'event-2', occurredAt: NOW + 10, subject: newcomer }));
    bench.clarus.patch = () => ({ kind: 'applied', status: 200 });

    await bench.deliver(activation({ eventId: 'event-2', occurredAt: NOW + 10, subject: newcomer }), {
      attempt: 2,
    });

    expect(bench.state.written.at(-1)).toMatchObject({ eventId: 'event-2', outcome: 'taken_over' });
  });

  it('does not keep a former owner out who comes back as another Clarus user', async () => {
    // Prepare: Lea has left, a newcomer has her account, and she is back with an address and account of her own.
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    await bench.deliver(activation({ eventId: 'event-2', occurredAt: NOW + 10, subject: newcomer }));
    bench.inClarus.set('lea.two@acme.example', { id: '55', email: 'lea.two@acme.example' });
    const back = { id: '00uLEAVER', login: 'lea.two@acme.example' };

    // Act
    await bench.deliver(activation({ eventId: 'event-3', occurredAt: NOW + 20, subject: back }));
    await bench.deliver(deactivation({ eventId: 'event-4', occurredAt: NOW + 30, subject: back }));

    // Assess
    expect(bench.patches.slice(2)).toEqual([
      { id: '55', attributes: { is_active: true } },
      { id: '55', attributes: { is_active: false } },
    ]);
    expect(bench.state.records.get('42')?.owners.okta?.subjectId).toBe('00uNEW');
  });

  it.each([
    ['takes access away', deactivation({ eventId: 'event-2', subject: newcomer })],
    ['only hints', thin({ eventId: 'event-2', subject: newcomer })],
  ])('stays with its owner when a stranger’s event %s', async (_, message) => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { active: true, emails: [{ value: 'lea.ver@acme.example' }] },
    };
    await bench.deliver(activation());

    await bench.deliver(message);

    expect(bench.patches.every(({ attributes }) => attributes.is_active === true)).toBe(true);
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'former_owner', clarusUserId: '42' });
  });
});

describe('somebody who leaves before the news of their coming is here', () => {
  const newcomer = { id: '00uNEW', login: 'lea.ver@acme.example' };
  const joiner = { id: '00uJOIN', login: 'jo.iner@acme.example' };

  it('does not take a Clarus user over with the older news: it ends as it would have in order', async () => {
    const bench = aDeliverBench();
    await bench.deliver(activation());

    await bench.deliver(deactivation({ eventId: 'left', occurredAt: NOW + 20, subject: newcomer }));
    await bench.deliver(activation({ eventId: 'came', occurredAt: NOW + 10, subject: newcomer }));

    expect(bench.patches.at(-1)?.attributes).toEqual({ is_active: false });
    expect(bench.patches.filter(({ attributes }) => attributes.is_active)).toHaveLength(1);
  });

  it('is not created by the older news', async () => {
    const bench = aDeliverBench({ unknownUser: 'create' });

    await bench.deliver(deactivation({ eventId: 'left', occurredAt: NOW + 20, subject: joiner }));
    await bench.deliver(activation({ eventId: 'came', occurredAt: NOW + 10, subject: joiner }));

    expect(bench.created).toEqual([]);
    expect(bench.state.written.map(({ outcome }) => outcome)).toEqual(['user_not_in_clarus', 'superseded']);
  });

  it('is created by newer news', async () => {
    const bench = aDeliverBench({ unknownUser: 'create' });

    await bench.deliver(deactivation({ eventId: 'left', occurredAt: NOW + 20, subject: joiner }));
    await bench.deliver(activation({ eventId: 'back', occurredAt: NOW + 30, subject: joiner }));

    expect(bench.created).toHaveLength(1);
    expect(bench.patches.at(-1)?.attributes).toEqual({ is_active: true });
  });

  it('is shut out even when both are handled at the same time, whichever step comes first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, creates) => {
        // Prepare: every call on the state or on Clarus waits for the scheduler.
        const bench = aDeliverBench({ unknownUser: 'create' }, (port) =>
          scheduler.scheduleFunction(port as (...args: unknown[]) => Promise<unknown>),
        );
        const subject = creates ? joiner : newcomer;
        if (!creates) await scheduler.waitFor(bench.deliver(activation()));

        // Act: by two functions, which have no memory in common.
        const came = bench.deliver(activation({ eventId: 'came', occurredAt: NOW + 10, subject }));
        const left = bench.deliverElsewhere(deactivation({ eventId: 'left', occurredAt: NOW + 20, subject }));
        await scheduler.waitFor(Promise.all([came, left]));

        // Assess
        const record = bench.state.records.get(creates ? '77' : '42');
        const active = record?.desired.is_active?.value ?? bench.created.length > 0;
        expect([active, record?.applied.is_active ?? false]).toEqual([false, false]);
      }),
    );
  });
});

describe('a thin event', () => {
  it('brings over what the identity provider says now', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { active: true, displayName: 'Lea V', emails: [{ value: 'lea.ver@acme.example' }] },
    };

    await bench.deliver(thin(), { queue: 'changes' });

    expect(bench.patches).toEqual([
      { id: '42', attributes: { is_active: true, email: 'lea.ver@acme.example', name: 'Lea V' } },
    ]);
    expect(bench.state.written).toMatchObject([
      { outcome: 'applied', attributes: ['is_active', 'email', 'name'] },
    ]);
  });

  it('dates what was read with the time of the reading, so that a deactivation since then stands', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { active: true, emails: [{ value: 'lea.ver@acme.example' }] },
    };
    await bench.deliver(deactivation({ occurredAt: NOW + 1 }));

    await bench.deliver(thin({ eventId: 'event-2', occurredAt: NOW + 60_000 }), { queue: 'changes' });

    expect(bench.patches.some(({ attributes }) => attributes.is_active === true)).toBe(false);
  });

  it.each([
    ['without credentials for the API', 'no_credentials', 'okta_api_credentials_missing'],
    ['about somebody who is gone', 'gone', 'okta_user_gone'],
  ] as const)('%s changes nothing and says why', async (_, kind, reason) => {
    const bench = aDeliverBench();
    bench.okta.answer = { kind };

    await bench.deliver(thin(), { queue: 'changes' });

    expect(bench.patches).toEqual([]);
    expect(bench.state.written).toMatchObject([{ outcome: 'no_change', reason }]);
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
      bench.inClarus.set(email, { id: '78', email });
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
  const leaverWithBadRole = {
    active: false,
    title: 'Astronaut',
    emails: [{ value: 'lea.ver@acme.example' }],
  };
  const mapping = { role_id: { expression: 'title', table: { Astronaut: 99 } } };

  it('applies the revocation, rejects the rest and says which', async () => {
    const bench = aDeliverBench({ mapping });
    bench.okta.answer = { kind: 'found', user: leaverWithBadRole };
    bench.clarus.patch = (patch) =>
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
        appliedAt: NOW,
        clarusStatus: 422,
      },
    ]);
    expect(bench.dead).toMatchObject([
      { queueUrl: 'q:changes-dead', group: 'acme', code: 'clarus_refused', reason: 'Clarus refused.' },
    ]);
  });

  it('does not hold the refused value against later events, and tries it again when it is said again', async () => {
    const bench = aDeliverBench({ mapping });
    bench.okta.answer = { kind: 'found', user: leaverWithBadRole };
    bench.clarus.patch = (patch) =>
      'role_id' in patch
        ? { kind: 'refused', status: 422, error: refusal }
        : { kind: 'applied', status: 200 };
    await bench.deliver(thin(), { queue: 'changes' });
    bench.clarus.patch = () => ({ kind: 'applied', status: 200 });
    bench.okta.answer = { kind: 'no_credentials' };
    const before = bench.patches.length;

    await bench.deliver(activation({ eventId: 'event-2', occurredAt: NOW + 60_000 }), { queue: 'changes' });
    const afterOther = bench.patches.slice(before);
    bench.okta.answer = { kind: 'found', user: leaverWithBadRole };
    await bench.deliver(thin(), { queue: 'changes' });

    expect(afterOther).toEqual([{ id: '42', attributes: { is_active: true } }]);
    expect(bench.patches.at(-1)?.attributes).toEqual({ role_id: 99 });
    expect(bench.state.written[0]).toMatchObject({ eventId: 'event-1', outcome: 'applied' });
  });

  it('a value that cannot be mapped is the same to the receipt', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = {
      kind: 'found',
      user: { active: false, timezone: 'Mars', emails: [{ value: 'lea.ver@acme.example' }] },
    };

    await bench.deliver(thin(), { queue: 'changes' });

    expect(bench.state.written).toMatchObject([
      { outcome: 'rejected', reason: 'mapping_failed', refused: ['timezone'], isActive: false },
    ]);
    expect(bench.patches[0]?.attributes).toEqual({ is_active: false });
  });

  it.each([
    [
      'a user that is gone',
      new BridgeError('clarus_user_missing', '404', { retryable: false, status: 404 }),
      { clarusStatus: 404 },
    ],
    [
      'credentials that are refused',
      new BridgeError('clarus_credentials_refused', '401', { retryable: false }),
      {},
    ],
  ])('%s is rejected, with the reason on the dead letter', async (_, error, expected) => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => error;

    const done = await bench.deliver(deactivation());

    expect(done).toBe(true);
    expect(bench.state.written).toMatchObject([
      { outcome: 'rejected', reason: error.code, clarusUserId: '42', isActive: false, ...expected },
    ]);
    expect(bench.dead).toMatchObject([{ code: error.code }]);
  });
});

describe('when something does not work now', () => {
  it('the message comes again, later each time', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;

    for (const attempt of [1, 2, 3, 20]) await bench.deliver(deactivation(), { attempt });

    expect(bench.waits).toEqual([1, 2, 4, 450]);
    expect([bench.state.written, bench.dead, bench.looks]).toEqual([[], [], []]);
  });

  it('and not before Clarus wants it', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () =>
      new BridgeError('clarus_throttled', '429', { retryable: true, retryAfter: 9_500 });

    await bench.deliver(deactivation());

    expect(bench.waits).toEqual([11]);
  });

  it('and after a hundred times it is given up, with a receipt and the reason', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;

    const [last, one] = [
      await bench.deliver(deactivation(), { attempt: 99 }),
      await bench.deliver(deactivation(), { attempt: 100 }),
    ];

    expect([last, one]).toEqual([false, true]);
    expect(bench.dead).toMatchObject([{ code: 'clarus_unavailable' }]);
    expect(bench.state.written).toMatchObject([
      { outcome: 'rejected', reason: 'clarus_unavailable', isActive: false },
    ]);
  });

  it('a request whose end is not known is looked after two minutes later', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => silence;

    await bench.deliver(deactivation());

    expect(bench.looks).toEqual(['42']);
  });

  it('comes again by the queue’s own timeout when even that cannot be set', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => unavailable;
    bench.broken.retryLater = true;

    expect(await bench.deliver(deactivation())).toBe(false);
  });

  it('a dead letter that is not taken stays where it is', async () => {
    const bench = aDeliverBench();
    bench.broken.deadLetter = true;

    expect(await bench.deliver('{')).toBe(false);
    expect(bench.waits).toHaveLength(1);
  });

  it('a fault of ours comes again too, and nothing of the event is logged', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => {
      throw new TypeError('lea.ver@acme.example');
    };

    expect(await bench.deliver(deactivation())).toBe(false);
    expect(JSON.stringify(bench.lines)).toContain('TypeError');
    expect(JSON.stringify(bench.lines)).not.toContain('lea.ver');
  });

  it('a queue that nobody told us of is a fault in the deployment', async () => {
    const bench = aDeliverBench();

    expect(await bench.deliver('{', { queue: 'other' })).toBe(false);
  });
});

describe('a look', () => {
  const look = { kind: 'look', tenant: 'acme', clarusUserId: '42' };

  it('sends the whole state once more', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());

    const done = await bench.deliver(look, { queue: 'changes' });

    expect(done).toBe(true);
    expect(bench.patches).toHaveLength(2);
    expect(bench.lines.at(-1)).toMatchObject({
      message: 'look',
      fields: { clarusUserId: '42', sent: ['is_active'] },
    });
  });

  it('left for a revision that has been applied does nothing', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    // The deactivation was merged as revision 1 and its application stored as 2.
    const stored = bench.state.records.get('42')?.revision;

    const done = await bench.deliver({ ...look, revision: 1 }, { queue: 'changes' });

    expect([done, stored, bench.patches.length]).toEqual([true, 2, 1]);
    expect(bench.lines.at(-1)).toMatchObject({ message: 'look', fields: { sent: [], settled: true } });
  });

  it('left for a revision that others have written after sends the whole state once more', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    await bench.deliver(deactivation({ eventId: 'event-2', occurredAt: NOW + 1 }));

    await bench.deliver({ ...look, revision: 1 }, { queue: 'changes' });

    expect(bench.patches).toHaveLength(2);
  });

  it.each([
    ['in doubt again waits for its own request in turn', silence, 121],
    ['that fails for now comes again soon', unavailable, 1],
  ])('%s', async (_, error, wait) => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    bench.clarus.patch = () => error;

    const done = await bench.deliver(look, { queue: 'changes' });

    expect([done, bench.waits, bench.looks]).toEqual([false, [wait], []]);
  });
});

describe('a message that cannot be carried out', () => {
  it.each([
    ['no JSON', '{', 'change_malformed'],
    ['no message', '{"kind":"other"}', 'change_malformed'],
    ['a tenant that is gone', deactivation({ tenant: 'gone' }), 'tenant_unknown'],
    [
      'a look for a tenant that is gone',
      { kind: 'look', tenant: 'gone', clarusUserId: '42' },
      'tenant_unknown',
    ],
  ])('%s is a dead letter with the body as it was', async (_, message, code) => {
    const bench = aDeliverBench();

    const done = await bench.deliver(message);

    expect(done).toBe(true);
    expect(bench.dead).toMatchObject([
      { code, body: typeof message === 'string' ? message : JSON.stringify(message) },
    ]);
  });

  it('for a tenant that is gone leaves a receipt all the same', async () => {
    const bench = aDeliverBench();

    await bench.deliver(deactivation({ tenant: 'gone' }));

    expect(bench.state.written).toMatchObject([
      { tenant: 'gone', outcome: 'rejected', reason: 'tenant_unknown', isActive: false },
    ]);
  });
});

it('logs and receipts hold ids, never a name or an address', async () => {
  const bench = aDeliverBench({ unknownUser: 'create' });
  bench.okta.answer = {
    kind: 'found',
    user: { displayName: 'Lea Ver', emails: [{ value: 'lea.ver@acme.example' }] },
  };

  await bench.deliver(
    activation({ subject: { id: '00uLEAVER', login: 'lea.ver@acme.example', displayName: 'Lea Ver' } }),
  );
  await bench.deliver(thin({ eventId: 'event-2' }), { queue: 'changes' });

  expect(JSON.stringify([bench.lines, bench.state.written])).not.toMatch(/Lea Ver|lea\.ver|acme\.example/i);
});
