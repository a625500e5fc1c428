import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { NOW } from '../support/changes.ts';
import { anOktaFile } from '../support/tenants.ts';
import { aDeliverBench, type DeliverBench, LEA_IN_CLARUS } from './deliver-bench.ts';
import { activation, deactivation, thin, unavailable } from './messages.ts';

const ADDRESS = 'lea.ver@acme.example';

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
    bench.okta.answer = { kind: 'found', user: {}, signsIn: false, addresses: ['Lea.Ver@acme.example'] };

    await bench.deliver(deactivation({ subject: { id: '00uLEAVER', login: 'lver' } }));

    expect(access(bench, '42')).toBe(false);
  });

  it('is found by an address from before, when the person was renamed before anybody met them', async () => {
    const bench = aDeliverBench();
    bench.inClarus.clear();
    await bench.deliver(thin({ eventId: 'before' }));
    bench.okta.answer = { kind: 'found', user: {}, signsIn: true, addresses: ['lea.new@acme.example'] };
    await bench.deliver(thin({ eventId: 'renamed', subject: { id: '00uLEAVER' } }));
    bench.inClarus.set('lea.ver@acme.example', [LEA_IN_CLARUS]);

    await bench.deliver(deactivation({ subject: { id: '00uLEAVER', login: 'lea.new@acme.example' } }));

    expect(access(bench, '42')).toBe(false);
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'applied', reason: 'concluded_address' });
  });

  it('is nobody by an address from before that is somebody else’s by now', async () => {
    const bench = aDeliverBench();
    bench.inClarus.clear();
    await bench.deliver(thin({ eventId: 'before' }));
    bench.inClarus.set('lea.ver@acme.example', [LEA_IN_CLARUS]);
    await bench.deliver(activation({ eventId: 'other', subject: { id: '00uOTHER', login: ADDRESS } }));

    await bench.deliver(deactivation({ subject: { id: '00uLEAVER', login: 'lea.new@acme.example' } }));

    expect(access(bench, '42')).toBe(true);
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'user_not_in_clarus' });
  });

  describe('where several Clarus users have one address', () => {
    const twins = [LEA_IN_CLARUS, { ...LEA_IN_CLARUS, id: '43' }];

    it('is the one that is linked', async () => {
      const bench = aDeliverBench();
      await bench.deliver(activation({ subject: { id: '00uOTHER', login: ADDRESS } }));
      bench.inClarus.set(ADDRESS, twins);

      await bench.deliver(deactivation({ occurredAt: NOW + 1 }));

      expect(access(bench, '42')).toBe(false);
    });

    it('else nobody, without a guess: a revocation waits', async () => {
      const bench = aDeliverBench();
      bench.inClarus.set(ADDRESS, twins);

      for (const attempt of [1, 2]) expect(await bench.deliver(deactivation(), { attempt })).toBe(false);

      expect([bench.patches, bench.dead]).toEqual([[], []]);
      expect(await bench.state.openItems.waiting('acme')).toMatchObject([
        { waiting: { code: 'clarus_user_ambiguous', taking: true } },
      ]);
    });

    it('and a change is a dead letter', async () => {
      const bench = aDeliverBench();
      bench.inClarus.set(ADDRESS, twins);

      const done = await bench.deliver(activation(), { queue: 'changes' });

      expect(done).toBe(true);
      expect(bench.dead).toMatchObject([{ queueUrl: 'q:changes-dead', code: 'clarus_user_ambiguous' }]);
    });
  });
});

describe('a revocation of somebody whose address has moved to another Clarus user', () => {
  const leave = deactivation({ eventId: 'leave', occurredAt: NOW + 10 });

  /** Linked to 42, whose address is another one by now; theirs is at 77. */
  async function moved() {
    const bench = aDeliverBench();
    bench.inClarus.set('old@acme.example', [{ id: '42', email: 'old@acme.example' }]);
    await bench.deliver(activation({ subject: { id: '00uLEAVER', login: 'old@acme.example' } }));
    bench.inClarus.set(ADDRESS, [{ id: '77', email: ADDRESS }]);
    return bench;
  }

  it('goes to both', async () => {
    const bench = await moved();

    await bench.deliver(leave);

    expect([access(bench, '42'), access(bench, '77')]).toEqual([false, false]);
  });

  it('waits where somebody who is in is linked to the other', async () => {
    const bench = await moved();
    await bench.deliver(activation({ eventId: 'other', subject: { id: '00uOTHER', login: ADDRESS } }));

    for (const attempt of [1, 2]) expect(await bench.deliver(leave, { attempt })).toBe(false);

    expect([access(bench, '42'), access(bench, '77')]).toEqual([false, true]);
    expect(await bench.state.openItems.waiting('acme')).toMatchObject([{ waiting: { code: 'two_users' } }]);
  });

  it('asks Clarus nothing where the linked user is known to have the address', async () => {
    const bench = aDeliverBench();
    await bench.deliver(activation());
    bench.lookups.length = 0;

    await bench.deliver(leave);

    expect(bench.lookups).toEqual([]);
  });
});

describe('an address that is used again', () => {
  const newcomer = { id: '00uNEW', login: ADDRESS };

  it('passes the Clarus user to the newcomer who is given access, and the leaver changes nothing any more', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());

    await bench.deliver(activation({ eventId: 'event-2', occurredAt: NOW + 10, subject: newcomer }));
    await bench.deliver(
      deactivation({
        eventId: 'event-3',
        occurredAt: NOW + 20,
        eventType: 'user.lifecycle.delete.initiated',
        gone: true,
      }),
    );
    await bench.deliver(deactivation({ eventId: 'event-4', occurredAt: NOW + 30, subject: newcomer }));

    expect(bench.patches.map(({ attributes }) => attributes.is_active)).toEqual([false, true, false]);
    expect(bench.state.written.map(({ outcome }) => outcome)).toEqual([
      'applied',
      'taken_over',
      'former_holder',
      'applied',
    ]);
  });

  it('is told as taken over also when the first attempt failed', async () => {
    const bench = aDeliverBench();
    await bench.deliver(deactivation());
    bench.clarus.patch = () => unavailable;
    const come = activation({ eventId: 'event-2', occurredAt: NOW + 10, subject: newcomer });
    await bench.deliver(come);
    bench.clarus.patch = () => ({ kind: 'applied', status: 200 });

    await bench.deliver(come, { attempt: 2 });

    expect(bench.state.written.at(-1)).toMatchObject({ eventId: 'event-2', outcome: 'taken_over' });
  });
});

describe('somebody who leaves before the news of their coming is here', () => {
  const joiner = { id: '00uJOIN', login: 'jo.iner@acme.example' };

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
  });
});

describe('a Clarus user who was off when first met', () => {
  function off(file?: Parameters<typeof aDeliverBench>[0]) {
    const bench = aDeliverBench(file);
    bench.inClarus.set(ADDRESS, [{ ...LEA_IN_CLARUS, isActive: false }]);
    return bench;
  }

  it('stays off when the person is merely read', async () => {
    const bench = off();
    bench.okta.answer = { kind: 'found', user: { displayName: 'Lea' }, signsIn: true, addresses: [ADDRESS] };

    await bench.deliver(thin(), { queue: 'changes' });

    expect(access(bench, '42')).not.toBe(true);
  });

  it('gets the default role with access, also when whoever linked the account has died since', async () => {
    const bench = off({ defaultRole: 3 });
    await diesAfterLinking(bench, activation());

    await bench.deliver(activation(), { attempt: 2 });

    expect(bench.patches).toMatchObject([{ id: '42', attributes: { is_active: true, role_id: 3 } }]);
  });

  it('is switched on by a statement', async () => {
    const bench = off();

    await bench.deliver(activation(), { queue: 'changes' });

    expect(access(bench, '42')).toBe(true);
  });
});

describe('two sources', () => {
  const ALL = { scim: { sha256: ['1'.repeat(64)] } };
  const scim = (active: boolean, at: number) =>
    deactivation({
      source: 'scim',
      eventId: `scim-${at}`,
      occurredAt: at,
      subject: { id: '42' },
      account: 'x',
      user: { active },
    });

  it('what one took the other does not give back, and the receipt says who keeps the person out', async () => {
    const bench = aDeliverBench(ALL);
    await bench.deliver(activation());
    await bench.deliver(scim(false, NOW + 10));

    await bench.deliver(activation({ eventId: 'again', occurredAt: NOW + 20 }));

    expect(access(bench, '42')).toBe(false);
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'kept_out', reason: 'scim' });
  });

  it('in again once both say so', async () => {
    const bench = aDeliverBench(ALL);
    await bench.deliver(deactivation());
    await bench.deliver(scim(false, NOW + 10));
    await bench.deliver(activation({ eventId: 'again', occurredAt: NOW + 20 }));

    await bench.deliver(scim(true, NOW + 30));

    expect(access(bench, '42')).toBe(true);
  });
});

describe('a protected Clarus user', () => {
  it.each([
    ['by id', { protect: { users: ['42'] } }],
    ['by address, in any letter case', { protect: { emails: ['Lea.Ver@acme.example'] } }],
    ['as the API account', { clarus: { subdomain: 'acme', apiUser: '42' } }],
  ])('%s is never touched', async (_, settings) => {
    const bench = aDeliverBench(settings);

    await bench.deliver(deactivation());

    expect(bench.patches).toEqual([]);
    expect(bench.state.written).toMatchObject([{ outcome: 'protected' }]);
  });

  it('is never touched either when whoever linked the account has died since', async () => {
    const bench = aDeliverBench({ protect: { emails: [ADDRESS] } });
    await diesAfterLinking(bench, deactivation());

    await bench.deliver(deactivation(), { attempt: 2 });

    expect(bench.patches).toEqual([]);
    expect(bench.state.written).toMatchObject([{ outcome: 'protected' }]);
  });
});

describe('a role', () => {
  const mapping = { role_id: { expression: 'title', table: { Boss: 7 } } };
  const boss = (address: string) =>
    ({
      kind: 'found',
      user: { displayName: 'B', title: 'Boss' },
      signsIn: true,
      addresses: [address],
    }) as const;

  it('that protects is given by no source, so that who leaves is out', async () => {
    // Prepare: the tenant file names it by its name in one place, and by its id in another.
    const bench = aDeliverBench({ protect: { roles: ['Admin'] }, mapping });
    bench.okta.answer = boss('lea.ver@acme.example');
    await bench.deliver(activation({ eventId: 'joined' }), { queue: 'changes' });
    const [joined] = bench.state.written;
    bench.clock.advance(60_000);

    // Act
    await bench.deliver(deactivation({ occurredAt: bench.clock(), receivedAt: bench.clock() }));

    // Assess
    expect(bench.patches.some(({ attributes }) => attributes.role_id !== undefined)).toBe(false);
    expect(joined).toMatchObject({ outcome: 'applied', reason: 'role_not_allowed', refused: ['role_id'] });
    expect(access(bench, '42')).toBe(false);
  });

  it('that its source may not give nobody is created with', async () => {
    // Prepare
    const okta = anOktaFile({ roles: { allowed: [2, 3] } });
    const bench = aDeliverBench({ unknownUser: 'create', defaultRole: 9, okta, mapping });
    bench.okta.answer = boss('new@acme.example');

    // Act
    await bench.deliver(activation({ subject: { id: '00uNEW', login: 'new@acme.example' } }), {
      queue: 'changes',
    });

    // Assess
    expect(bench.created).toMatchObject([{ email: 'new@acme.example', role_id: 9 }]);
    expect(bench.state.written).toMatchObject([{ outcome: 'applied', reason: 'role_not_allowed' }]);
  });
});

it('stated takings above the tenant’s number are told of, and held up by nothing', async () => {
  const bench = aDeliverBench({ alert: { takingsPerHour: 2 } });

  for (const n of [1, 2, 3]) {
    const login = `p${n}@acme.example`;
    bench.inClarus.set(login, [{ id: String(n), email: login }]);
    await bench.deliver(deactivation({ eventId: `e${n}`, subject: { id: `00u${n}`, login } }));
  }

  expect(bench.patches).toHaveLength(3);
  expect(bench.alerts).toEqual(['acme']);
});

/** Delivers a message to a worker that links the account and gets no further. */
async function diesAfterLinking(bench: DeliverBench, message: unknown): Promise<void> {
  const { records } = bench.state;
  const { join } = records;
  records.join = () => Promise.reject(new BridgeError('state_unavailable', 'no', { retryable: true }));
  expect(await bench.deliver(message)).toBe(false);
  records.join = join;
}

/** Whether a Clarus user was last switched on or off. */
function access({ patches }: DeliverBench, id: string): boolean | undefined {
  return patches.findLast((patch) => patch.id === id && patch.attributes.is_active !== undefined)?.attributes
    .is_active;
}
