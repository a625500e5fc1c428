import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { Change } from '../../functions/identity/change.ts';
import type { DirectoryUser } from '../../functions/sources/directory.ts';
import { NOW } from '../support/changes.ts';
import { LEA_ID } from '../support/graph-notifications.ts';
import { anEntraFile, anOktaFile } from '../support/tenants.ts';
import { aDeliverBench, type DeliverBench, LEA_IN_CLARUS } from './deliver-bench.ts';
import { activation, deactivation, silence, thin, unavailable } from './messages.ts';

/**
 * What an attack on the first edition found, by its number: people who left and stayed in, or who were locked out.
 * Clarus is what counts here, never what the bridge has stored.
 */

const ADDRESS = 'lea.ver@acme.example';
/** All three kinds of sources. */
const ALL = { entra: anEntraFile(), scim: { sha256: ['1'.repeat(64)] } };
const throttled = new BridgeError('okta_throttled', '429', { retryable: true, retryAfter: 1000 });

/** Whether Lea's Clarus user was last switched on or off; undefined when it was never touched. */
function access({ patches }: DeliverBench, id = '42'): boolean | undefined {
  return patches.findLast((patch) => patch.id === id && patch.attributes.is_active !== undefined)?.attributes
    .is_active;
}

function inOkta(but: Partial<DirectoryUser> = {}): DirectoryUser {
  return { kind: 'found', user: { displayName: 'Lea' }, signsIn: true, addresses: [ADDRESS], ...but };
}

function withEmail(value: string): DirectoryUser['user'] {
  return { emails: [{ value, primary: true }] };
}

function inEntra(signsIn: boolean, but: Partial<DirectoryUser> = {}): DirectoryUser {
  return { kind: 'found', user: { active: signsIn }, signsIn, addresses: [ADDRESS], ...but };
}

function fromEntra(but: Partial<Change> = {}): unknown {
  return thin({ source: 'entra', eventType: 'user.updated', subject: { id: LEA_ID }, ...but });
}

function fromScim(active: boolean, but: Partial<Change> = {}): unknown {
  const common = {
    source: 'scim',
    eventType: 'scim.user.patch',
    subject: { id: '42' },
    account: '00uLEAVER',
  };
  return deactivation({ ...common, eventId: `scim-${active}`, user: { active }, ...but });
}

describe('1: a deactivation whose Okta read fails, of somebody nobody has met', () => {
  it.each([
    ['429', throttled],
    ['a time-out', new BridgeError('okta_unavailable', 'time', { retryable: true, outcomeUnknown: true })],
    [
      'a refused token',
      new BridgeError('okta_credentials_refused', '401', { retryable: false, status: 401 }),
    ],
  ])('%s: is tried until the address is known, and then ends access', async (_, error) => {
    // Prepare: the login is no address in Clarus.
    const bench = aDeliverBench();
    bench.okta.answer = error;
    const leave = deactivation({ subject: { id: '00uLEAVER', login: 'm20' } });

    // Act
    const first = await bench.deliver(leave);
    bench.okta.answer = inOkta({ signsIn: false, changedAt: NOW });
    const second = await bench.deliver(leave, { attempt: 2 });

    // Assess
    expect([first, second]).toEqual([false, true]);
    expect(access(bench)).toBe(false);
    expect(bench.dead).toEqual([]);
  });
});

it.each<[string, (but: Partial<Change>) => unknown]>([
  ['a deactivation', deactivation],
  ['news that only says go and read', thin],
])('the login of %s leads to a leaver who was renamed before anybody had met them', async (_, news) => {
  const bench = aDeliverBench();
  bench.okta.answer = inOkta({ signsIn: false, changedAt: NOW, addresses: ['lea.new@acme.example'] });

  await bench.deliver(news({ subject: { id: '00uLEAVER', login: ADDRESS } }));

  expect(access(bench)).toBe(false);
});

describe('2: a mere edit gives nothing back', () => {
  it('A1: what SCIM took stays taken when Entra shows the person enabled', async () => {
    const bench = aDeliverBench(ALL);
    bench.entra.answer = inEntra(true);
    await bench.deliver(fromEntra({ eventId: 'met' }));
    await bench.deliver(fromScim(false));

    await bench.deliver(fromEntra({ eventId: 'title', receivedAt: NOW + 60_000 }));

    expect(access(bench)).toBe(false);
  });

  it('A2: the second look at Entra after an edit gives nothing back that Okta took meanwhile', async () => {
    const bench = aDeliverBench(ALL);
    bench.entra.answer = inEntra(true);
    await bench.deliver(fromEntra());
    await bench.deliver(deactivation({ eventId: 'suspended', occurredAt: NOW + 30_000 }));

    bench.clock.advance(90_000);
    await bench.deliver(fromEntra({ eventId: 'event-1:again', readAfter: NOW + 90_000 }));

    expect(access(bench)).toBe(false);
  });

  it('A3: an HR title change by the hook gives nothing back that SCIM took', async () => {
    const bench = aDeliverBench(ALL);
    bench.okta.answer = inOkta({ changedAt: 1 });
    await bench.deliver(activation({ eventId: 'in' }));
    await bench.deliver(fromScim(false));

    await bench.deliver(thin({ eventId: 'title' }));

    expect(access(bench)).toBe(false);
  });
});

describe('3: ownership by e-mail', () => {
  it('C1: a second account that was heard of first keeps no leaver in', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = inOkta();
    await bench.deliver(thin({ eventId: 'admin', subject: { id: '00uADMIN', login: ADDRESS } }));
    bench.okta.answer = inOkta({ signsIn: false, changedAt: NOW });

    await bench.deliver(deactivation());

    expect(access(bench)).toBe(false);
  });

  it('C2: a second account that is given access while the person works keeps no leaver in', async () => {
    const bench = aDeliverBench();
    const lea = { id: '00uLEA', login: ADDRESS };
    await bench.deliver(activation({ subject: lea }));
    await bench.deliver(
      activation({ eventId: 'admin', occurredAt: NOW + 10, subject: { id: '00uADMIN', login: ADDRESS } }),
    );

    await bench.deliver(deactivation({ eventId: 'leave', occurredAt: NOW + 20, subject: lea }));

    expect(access(bench)).toBe(false);
  });

  it('C3b: so it does when Entra blocks the newcomer', async () => {
    const bench = aDeliverBench(ALL);
    await bench.state.beginnings.began('acme', 'entra', NOW);
    bench.entra.answer = inEntra(true);
    await bench.deliver(fromEntra({ eventId: 'met' }));
    bench.inClarus.clear();
    bench.inClarus.set('nia@acme.example', [{ id: '42', email: 'nia@acme.example' }]);
    bench.entra.answer = inEntra(false, { addresses: ['nia@acme.example'] });

    const nia = { id: 'aaaaaaaa-0000-4000-8000-000000000099' };
    await bench.deliver(fromEntra({ eventId: 'blocked', receivedAt: NOW + 60_000, subject: nia }));

    expect(access(bench)).toBe(false);
  });

  it('C3: a Clarus user that was recycled by hand follows the newcomer who leaves', async () => {
    const bench = aDeliverBench();
    await bench.deliver(activation({ subject: { id: '00uLEA', login: ADDRESS } }));
    bench.inClarus.clear();
    bench.inClarus.set('nia@acme.example', [{ id: '42', email: 'nia@acme.example' }]);

    await bench.deliver(
      deactivation({
        eventId: 'nia',
        occurredAt: NOW + 10,
        subject: { id: '00uNIA', login: 'nia@acme.example' },
      }),
    );

    expect(access(bench)).toBe(false);
  });

  it('C5: a second Entra account with the same mail that is merely looked at gives nothing back', async () => {
    const bench = aDeliverBench(ALL);
    bench.entra.answer = inEntra(true);
    await bench.deliver(fromEntra({ eventId: 'met' }));
    bench.entra.answer = inEntra(false);
    await bench.deliver(fromEntra({ eventId: 'blocked' }));
    bench.entra.answer = inEntra(true);

    const other = { id: 'aaaaaaaa-0000-4000-8000-000000000099' };
    await bench.deliver(fromEntra({ eventId: 'resync', foundBy: 'resync', subject: other }));

    expect(access(bench)).toBe(false);
  });
});

it('4: news of a leaver that overtakes their older activation keeps them out, whoever dies when', async () => {
  const bench = aDeliverBench();
  await bench.deliver(activation({ eventId: 'lea', subject: { id: '00uLEA', login: ADDRESS } }));
  const nia = { id: '00uNIA', login: ADDRESS };
  await bench.deliver(deactivation({ eventId: 'out', occurredAt: NOW + 20, subject: nia }));

  for (const attempt of [1, 2]) {
    await bench.deliver(activation({ eventId: 'in', occurredAt: NOW + 10, subject: nia }), { attempt });
  }

  expect(access(bench)).toBe(false);
});

it('5: a second revocation is sent although the bridge believes that the first still holds', async () => {
  const bench = aDeliverBench();
  await bench.deliver(deactivation({ eventType: 'user.lifecycle.suspend' }));

  await bench.deliver(deactivation({ eventId: 'event-2', occurredAt: NOW + 86_400_000 }));

  expect(bench.patches).toHaveLength(2);
});

describe('7: tenants that give access by app or group', () => {
  const apps = { okta: anOktaFile({ apps: ['0oaAPP'], groups: ['00gONE', '00gTWO'] }) };
  const unassigned = (but: Partial<Change> = {}) =>
    deactivation({ eventType: 'application.user_membership.remove', register: '0oaAPP', ...but });

  it.each(['unsuspend', 'activate', 'reactivate'])(
    'E1: %s does not give back what unassigning took',
    async (type) => {
      const bench = aDeliverBench(apps);
      await bench.deliver(unassigned({ eventId: 'removed' }));
      await bench.deliver(deactivation({ eventId: 'suspended', occurredAt: NOW + 1 }));

      await bench.deliver(
        activation({ eventId: 'back', eventType: `user.lifecycle.${type}`, occurredAt: NOW + 2 }),
      );

      expect(access(bench)).toBe(false);
    },
  );

  it('E2: nobody is created for an activation alone', async () => {
    const bench = aDeliverBench({ ...apps, unknownUser: 'create' });

    await bench.deliver(activation({ subject: { id: '00uNEW', login: 'new@acme.example' } }));

    expect(bench.created).toEqual([]);
  });

  it('E3: a suspended person who is added to the app stays out', async () => {
    const bench = aDeliverBench(apps);
    await bench.deliver(deactivation({ eventType: 'user.lifecycle.suspend' }));

    await bench.deliver(
      activation({
        eventId: 'added',
        eventType: 'application.user_membership.add',
        register: '0oaAPP',
        occurredAt: NOW + 5,
      }),
    );

    expect(access(bench)).toBe(false);
  });

  it('E4: who leaves one of two groups stays in', async () => {
    const bench = aDeliverBench(apps);
    await bench.deliver(activation({ eventId: 'one', register: '00gONE' }));
    await bench.deliver(activation({ eventId: 'two', register: '00gTWO', occurredAt: NOW + 1 }));

    await bench.deliver(deactivation({ eventId: 'left', register: '00gONE', occurredAt: NOW + 2 }));

    expect(access(bench)).not.toBe(false);
  });

  it('E5: a stale reading at the unsuspension locks nobody out for good', async () => {
    const bench = aDeliverBench(apps);
    await bench.deliver(deactivation({ eventType: 'user.lifecycle.suspend', occurredAt: NOW - 60_000 }));
    bench.okta.answer = inOkta({ signsIn: false, changedAt: NOW - 60_000 });
    await bench.deliver(activation({ eventId: 'back', eventType: 'user.lifecycle.unsuspend' }));
    const [look] = bench.secondLooks;
    if (look === undefined) return expect.unreachable();

    bench.clock.advance(look.after);
    bench.okta.answer = inOkta({ changedAt: NOW });
    await bench.deliver(thin({ eventId: 'event-1:again', readAfter: NOW + look.after }));

    expect(access(bench)).toBe(true);
  });
});

describe('10: a creation whose answer was lost', () => {
  const creates = { unknownUser: 'create' } as const;
  const nia = { id: '00uNIA', login: 'nia@acme.example' };
  const join = activation({ eventId: 'join', subject: nia });
  const leave = deactivation({ eventId: 'leave', occurredAt: NOW + 10, subject: nia });

  it('lands after the person left: the user is found by address and switched off', async () => {
    // Prepare: the POST is answered by nobody.
    const bench = aDeliverBench(creates);
    bench.clarus.create = () => Promise.reject(silence);
    await bench.deliver(join, { queue: 'changes' });
    expect(await bench.deliver(leave)).toBe(false);

    // Act: it lands, and both messages come again.
    bench.inClarus.set('nia@acme.example', [{ id: '77', email: 'nia@acme.example' }]);
    bench.clock.advance(130_000);
    const ends = [
      await bench.deliver(join, { queue: 'changes', attempt: 2 }),
      await bench.deliver(leave, { attempt: 2 }),
    ];

    expect(ends).toEqual([true, true]);
    expect(access(bench, '77')).toBe(false);
  });

  it('lands with an address that only the tenant’s mapping makes: the user is found and switched off', async () => {
    // Prepare: the POST lands, and its answer is lost.
    const email = 'nia@wms.example';
    const bench = aDeliverBench({
      ...creates,
      mapping: { email: { expression: "userName & '@wms.example'" } },
    });
    const inDirectory = { user: { userName: 'nia' }, addresses: ['nia@acme.example'] };
    bench.okta.answer = inOkta(inDirectory);
    bench.clarus.create = () => {
      bench.inClarus.set(email, [{ id: '77', email }]);
      return Promise.reject(silence);
    };
    await bench.deliver(join, { queue: 'changes' });

    // Act
    bench.okta.answer = inOkta({ ...inDirectory, signsIn: false, changedAt: NOW + 10 });
    await bench.deliver(leave);

    expect(access(bench, '77')).toBe(false);
  });

  it('never lands: both end once it must have died, and nobody is created for a leaver', async () => {
    const bench = aDeliverBench(creates);
    bench.clarus.create = () => Promise.reject(silence);
    await bench.deliver(join, { queue: 'changes' });
    await bench.deliver(leave);
    bench.clock.advance(130_000);

    const ends = [
      await bench.deliver(leave, { attempt: 2 }),
      await bench.deliver(join, { queue: 'changes', attempt: 2 }),
    ];

    expect(ends).toEqual([true, true]);
    expect(bench.created).toHaveLength(1);
  });
});

it('11: what is delivered again after the user has changed hands sends the state of now', async () => {
  const bench = aDeliverBench();
  await bench.deliver(
    activation({ eventId: 'met', occurredAt: NOW - 10, subject: { id: '00uLEA', login: ADDRESS } }),
  );
  bench.clarus.patch = () => unavailable;
  const lea = deactivation({ eventId: 'lea', subject: { id: '00uLEA', login: ADDRESS } });
  await bench.deliver(lea);
  bench.clarus.patch = () => ({ kind: 'applied', status: 200 });
  await bench.deliver(
    activation({ eventId: 'nia', occurredAt: NOW + 10, subject: { id: '00uNIA', login: ADDRESS } }),
  );

  await bench.deliver(lea, { attempt: 2 });

  expect(access(bench)).toBe(true);
});

it('11: a giving that lands late, after the newcomer has come and gone, is taken back', async () => {
  // Prepare: Lea's activation is not answered; Nia follows her, and leaves.
  const bench = aDeliverBench();
  const [lea, nia] = [
    { id: '00uLEA', login: ADDRESS },
    { id: '00uNIA', login: ADDRESS },
  ];
  bench.clarus.patch = () => silence;
  const given = activation({ eventId: 'lea', subject: lea });
  await bench.deliver(given);
  bench.clarus.patch = () => ({ kind: 'applied', status: 200 });
  await bench.deliver(activation({ eventId: 'nia', occurredAt: NOW + 10, subject: nia }));
  await bench.deliver(deactivation({ eventId: 'out', occurredAt: NOW + 20, subject: nia }));
  bench.patches.push({ id: '42', attributes: { is_active: true } });

  await bench.deliver(given, { attempt: 2 });

  expect(access(bench)).toBe(false);
});

describe('12: the order of arrival decides nothing', () => {
  it('T4: the newcomer’s own deactivation counts, though the leaver’s activation came an hour late', async () => {
    const bench = aDeliverBench();
    const [lea, nia] = [
      { id: '00uLEA', login: ADDRESS },
      { id: '00uNIA', login: ADDRESS },
    ];
    await bench.deliver(activation({ eventId: 'nia', occurredAt: NOW, subject: nia }));
    await bench.deliver(activation({ eventId: 'lea', occurredAt: NOW - 3_600_000, subject: lea }));

    await bench.deliver(deactivation({ eventId: 'out', occurredAt: NOW + 10, subject: nia }));

    expect(access(bench)).toBe(false);
  });

  it.each(['rename', 'newcomer'])(
    'P1: who is renamed keeps the user, and the newcomer gets one: the %s first',
    async (first) => {
      // Prepare: Lea is renamed, and Nia gets her address.
      const bench = aDeliverBench({ unknownUser: 'create' });
      const lea = { id: '00uLEA', login: 'lea.new@acme.example' };
      await bench.deliver(activation({ subject: { id: '00uLEA', login: ADDRESS } }));
      const [ofLea, ofNia] = [
        inOkta({
          user: withEmail('lea.new@acme.example'),
          addresses: ['lea.new@acme.example'],
          changedAt: NOW,
        }),
        inOkta({ user: withEmail(ADDRESS), changedAt: NOW + 20 }),
      ];
      bench.okta.readUser = (id) => (id === '00uLEA' ? ofLea : ofNia);
      bench.clarus.patch = (id, { email }) => {
        if (email !== undefined) bench.inClarus.clear();
        if (email !== undefined) bench.inClarus.set(email, [{ id, email }]);
        return { kind: 'applied', status: 200 };
      };
      const rename = thin({ eventId: 'rename', occurredAt: NOW + 10, subject: lea });
      const come = activation({
        eventId: 'come',
        occurredAt: NOW + 20,
        subject: { id: '00uNIA', login: ADDRESS },
      });

      // Act
      if (first === 'newcomer') await bench.deliver(come, { queue: 'changes' });
      const [look] = bench.secondLooks;
      if (look !== undefined) await bench.deliver({ kind: 'change', ...look.change });
      await bench.deliver(rename, { queue: 'changes' });
      await bench.deliver(come, { queue: 'changes', attempt: 2 });

      // Assess
      expect(bench.state.storedCards.get('acme okta 00uLEA')?.link).toBe('42');
      expect(bench.created).toMatchObject([{ email: ADDRESS }]);
      expect(bench.patches).toContainEqual({ id: '42', attributes: { email: 'lea.new@acme.example' } });
    },
  );

  it('C4: who comes back under the old address comes back', async () => {
    const bench = aDeliverBench();
    const [lea, nia] = [
      { id: '00uLEA', login: ADDRESS },
      { id: '00uNIA', login: ADDRESS },
    ];
    const story = [
      activation({ eventId: '1', occurredAt: NOW, subject: lea }),
      deactivation({ eventId: '2', occurredAt: NOW + 1, subject: lea }),
      activation({ eventId: '3', occurredAt: NOW + 2, subject: nia }),
      deactivation({ eventId: '4', occurredAt: NOW + 3, subject: nia }),
      activation({ eventId: '5', occurredAt: NOW + 4, subject: lea }),
    ];

    for (const event of story) await bench.deliver(event);

    expect(access(bench)).toBe(true);
  });
});

it('14: one revocation through 12 hours of silence makes at most 200 requests and one look', async () => {
  const bench = aDeliverBench();
  bench.clarus.patch = () => silence;
  const end = NOW + 12 * 3_600_000;

  for (let attempt = 1; bench.clock() < end; attempt++) {
    await bench.deliver(deactivation(), { attempt, sentAt: NOW });
    bench.clock.advance((bench.waits.at(-1) ?? 0) * 1000);
  }

  expect(bench.patches.length).toBeLessThan(200);
  expect(bench.looks).toEqual(['42']);
  expect(bench.dead).toEqual([]);
});

describe('17: a passing fault is no permanent one', () => {
  it.each(['clarus_forbidden', 'clarus_credentials_refused', 'clarus_request_refused'] as const)(
    'a revocation that Clarus answers with %s is tried on, and listed',
    async (code) => {
      const bench = aDeliverBench();
      bench.clarus.patch = () => new BridgeError(code, 'no', { retryable: false, status: 403 });

      for (const attempt of [1, 2]) expect(await bench.deliver(deactivation(), { attempt })).toBe(false);

      expect(bench.dead).toEqual([]);
      expect(bench.gauges.at(-1)).toMatchObject({ waitingRevocations: 1, oldestRevocation: NOW + 2_000 });
      expect(bench.state.written).toMatchObject([{ outcome: 'waiting', reason: code, isActive: false }]);
    },
  );
});

it('18: a mapping of is_active voids no revocation', async () => {
  const is_active = { expression: 'userType', table: { Employee: true }, otherwise: false };
  const bench = aDeliverBench({ mapping: { is_active } });

  await bench.deliver(deactivation());

  expect(access(bench)).toBe(false);
});

it('20: the brake holds nobody below its limit, however many come at once', async () => {
  const bench = aDeliverBench({ ...ALL, brake: { users: 150 } });
  bench.entra.answer = { kind: 'gone' };
  const people = Array.from({ length: 150 }, (_, i) => ({
    id: `aaaaaaaa-0000-4000-8000-${String(i).padStart(12, '0')}`,
    login: `p${i}@acme.example`,
  }));
  for (const [i, { login }] of people.entries())
    bench.inClarus.set(login, [{ id: String(i + 1), email: login }]);

  await Promise.all(
    people.map((subject) => bench.deliver(fromEntra({ eventId: subject.id, foundBy: 'resync', subject }))),
  );

  expect(bench.patches.filter(({ attributes }) => attributes.is_active === false)).toHaveLength(150);
});

it('22: a take-over keeps nothing of the leaver’s role', async () => {
  const bench = aDeliverBench({
    defaultRole: 3,
    mapping: { role_id: { expression: 'title', table: { Boss: 1 } } },
  });
  bench.okta.answer = inOkta({ user: { title: 'Boss' } });
  await bench.deliver(activation({ eventId: '1', subject: { id: '00uLEA', login: ADDRESS } }));
  await bench.deliver(
    deactivation({ eventId: '2', occurredAt: NOW + 1, subject: { id: '00uLEA', login: ADDRESS } }),
  );
  bench.okta.answer = inOkta({ user: { displayName: 'Nia' }, changedAt: NOW + 2 });

  await bench.deliver(
    activation({ eventId: '3', occurredAt: NOW + 2, subject: { id: '00uNIA', login: ADDRESS } }),
  );

  expect(bench.patches.at(-1)?.attributes).toMatchObject({ is_active: true, role_id: 3 });
});

describe('23: smaller ones', () => {
  it('I1: a late duplicate of an activation without a time does not outrank the deactivation between', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = inOkta({ changedAt: NOW });
    await bench.deliver(thin({ eventId: 'timeless', timeless: true }));
    await bench.deliver(deactivation({ occurredAt: NOW + 10 }));
    bench.okta.answer = inOkta({ signsIn: false, changedAt: NOW + 10 });

    await bench.deliver(thin({ eventId: 'timeless', timeless: true, receivedAt: NOW + 3_600_000 }));

    expect(access(bench)).toBe(false);
  });

  it('F3: an activation of somebody whom Okta does not have gives no access', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = { kind: 'gone' };

    const early = await bench.deliver(activation());
    bench.clock.advance(6 * 60_000);
    const late = await bench.deliver(activation(), { attempt: 2 });

    expect([early, late]).toEqual([false, true]);
    expect(access(bench)).not.toBe(true);
  });

  it('I1: a taking without a time is not outranked by a giving that a fast clock has dated', async () => {
    const bench = aDeliverBench();
    await bench.deliver(activation({ occurredAt: NOW + 45_000 }));

    await bench.deliver(deactivation({ eventId: 'timeless', timeless: true }));

    expect(access(bench)).toBe(false);
  });

  it('Y3: ten events of one leaver in one batch wait one time-out of a silent Clarus together', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () => silence;
    const events = Array.from({ length: 10 }, (_, i) => deactivation({ eventId: `${i}` }));

    const ends = await Promise.all(events.map((event) => bench.deliver(event)));
    const requests = bench.patches.length;
    bench.clarus.patch = () => ({ kind: 'applied', status: 200 });
    const later = await Promise.all(events.map((event) => bench.deliver(event, { attempt: 2 })));

    expect({ requests, waits: bench.waits.length }).toEqual({ requests: 1, waits: 10 });
    expect(new Set(ends)).toEqual(new Set([false]));
    expect(new Set(later)).toEqual(new Set([true]));
    expect(access(bench)).toBe(false);
  });

  it('Q1: a Retry-After of a day puts a revocation to sleep for a quarter of an hour', async () => {
    const bench = aDeliverBench();
    bench.clarus.patch = () =>
      new BridgeError('clarus_throttled', '429', { retryable: true, retryAfter: 86_400_000 });

    await bench.deliver(deactivation());

    expect(bench.waits).toEqual([15 * 60 + 1]);
  });

  it('O1: a revocation that a later event has overtaken does not look applied', async () => {
    const bench = aDeliverBench();
    await bench.deliver(activation({ occurredAt: NOW + 10 }));

    await bench.deliver(deactivation({ eventId: 'late' }));

    expect(bench.state.written.at(-1)).toMatchObject({ eventId: 'late', outcome: 'superseded' });
    expect(bench.state.written.at(-1)).not.toHaveProperty('appliedAt');
  });

  it('O1: nor does it where the reading brings a changed profile along', async () => {
    // Prepare
    const bench = aDeliverBench();
    bench.okta.answer = inOkta({ user: { displayName: 'Lea' } });
    await bench.deliver(activation({ eventId: 'later', occurredAt: NOW + 1 }), { queue: 'changes' });
    bench.okta.answer = inOkta({ user: { displayName: 'Lea Ver' } });

    // Act
    await bench.deliver(deactivation());

    // Assess
    expect(bench.patches.at(-1)?.attributes).toEqual({ name: 'Lea Ver' });
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'superseded', isActive: false });
    expect(bench.state.written.at(-1)).not.toHaveProperty('appliedAt');
    expect(bench.readBacks).toEqual([]);
  });

  it('a linked user whom Clarus does not have any more is found again by address', async () => {
    const bench = aDeliverBench();
    await bench.deliver(activation());
    const missing = new BridgeError('clarus_user_missing', '404', { retryable: false, status: 404 });
    bench.clarus.patch = (id) => (id === '42' ? missing : { kind: 'applied', status: 200 });
    bench.inClarus.set(ADDRESS, [{ ...LEA_IN_CLARUS, id: '43' }]);

    await bench.deliver(deactivation({ eventId: 'out', occurredAt: NOW + 1 }));

    expect(access(bench, '43')).toBe(false);
  });
});
