import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { NOW } from '../support/changes.ts';
import { aDeliverBench } from './deliver-bench.ts';
import { activation, deactivation, thin, unavailable } from './messages.ts';

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
