import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EVENT_TYPES } from '../../functions/sources/okta/event-types.ts';
import { aBridge, type Bridge, everybody, SOON } from './bridge.ts';

describe('from Okta’s call to Clarus', () => {
  let bridge: Bridge;
  beforeAll(async () => {
    bridge = await aBridge();
  });
  afterAll(() => bridge.stack.stop());
  beforeEach(() => {
    bridge.stack.clarus.reset();
    bridge.stack.clarus.setUsers(everybody());
  });

  it.each(
    Object.entries(EVENT_TYPES).filter(
      ([, { meaning, scope }]) => meaning === 'disable' || (meaning === 'enable' && scope !== 'lock'),
    ),
  )('%s changes the account', async (type, { meaning, scope }) => {
    // Prepare: who is given access is there. Where apps and groups give access an account gives back what it took.
    const person = 1 + Object.keys(EVENT_TYPES).indexOf(type);
    const isBack = meaning === 'enable' && scope === 'any';
    const suspended = { id: `before-${type}`, type: 'user.lifecycle.suspend', person, ago: 10_000 };
    if (isBack) await bridge.hook([suspended]);
    await bridge.stack.idle();
    bridge.inOkta(meaning === 'enable' ? [person] : []);

    // Act
    const status = await bridge.hook([{ id: `table-${type}`, type, person }]);
    await bridge.stack.idle();

    // Assess
    expect(status).toBe(204);
    const before = isBack ? [{ is_active: false }] : [];
    expect(bridge.patches(person)).toEqual([...before, { is_active: meaning === 'enable' }]);
    expect(await bridge.outcomes(`table-${type}`)).toEqual(['applied']);
  });

  it('an unlocking gives back what the lock took, and nothing else', async () => {
    bridge.inOkta([27]);
    await bridge.hook([{ id: 'unlock-0', type: 'user.account.unlock', person: 27, ago: 3000 }]);
    await bridge.stack.idle();
    const before = bridge.patches(27);
    bridge.inOkta([27], 'LOCKED_OUT');
    const failed = { result: 'FAILURE', reason: 'LOCKED_OUT' };
    await bridge.hook([
      { id: 'lock', type: 'user.account.lock', person: 27, ago: 2000, but: { outcome: failed } },
    ]);
    await bridge.stack.idle();
    bridge.inOkta([27]);
    await bridge.hook([{ id: 'unlock', type: 'user.account.unlock', person: 27, ago: 1000 }]);
    await bridge.stack.idle();

    expect(before).toEqual([]);
    expect(bridge.patches(27)).toEqual([{ is_active: false }, { is_active: true }]);
  });

  it('one event five times, in one call and in several, makes one PATCH and one receipt', async () => {
    const twin = { id: 'twin', type: 'user.lifecycle.deactivate', person: 20, ago: 5 };

    await bridge.hook([twin, twin, twin]);
    await Promise.all([bridge.hook([twin]), bridge.hook([twin])]);
    await bridge.stack.idle();

    expect(bridge.patches(20)).toEqual([{ is_active: false }]);
    expect(await bridge.outcomes('twin')).toEqual(['applied']);
  });

  it('an older activation that comes late does not undo a deactivation', async () => {
    await bridge.hook([{ id: 'order-2', type: 'user.lifecycle.deactivate', person: 21, ago: 1000 }]);
    await bridge.stack.idle();
    bridge.inOkta([21], 'DEPROVISIONED');
    await bridge.hook([{ id: 'order-1', type: 'user.lifecycle.activate', person: 21, ago: 2000 }]);
    await bridge.stack.idle();

    expect(bridge.user(21)?.is_active).toBe(false);
    expect(bridge.patches(21)).not.toContainEqual(expect.objectContaining({ is_active: true }));
  });

  it('a storm of many people in one call reaches each of them', async () => {
    const people = Array.from({ length: 30 }, (_, i) => 30 + i);

    await bridge.hook(
      people.map((person) => ({ id: `storm-${person}`, type: 'user.lifecycle.suspend', person })),
    );
    await bridge.stack.idle();

    for (const person of people) expect(bridge.patches(person)).toEqual([{ is_active: false }]);
    expect(await bridge.deadLetters()).toEqual([]);
  });

  it('good events go through beside bad ones', async () => {
    const type = 'user.lifecycle.deactivate';
    const status = await bridge.hook([
      { id: 'mixed-1', type, person: 22, but: { target: null } },
      { id: 'mixed-2', type: 'user.session.start', person: 22 },
      { id: 'mixed-3', type, person: 23, but: { outcome: { result: 'FAILURE' } } },
      { id: 'mixed-4', type, person: 24, but: { actor: null, client: null, debugContext: null } },
      { id: 'mixed-5', type, person: 25, but: { outcome: { result: 'Success' } } },
    ]);
    await bridge.stack.idle();

    expect(status).toBe(204);
    expect([22, 23, 24, 25].map((person) => bridge.user(person)?.is_active)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('a new joiner who gets a leaver’s address keeps the account when the leaver is deleted', async () => {
    const address = 'p26@acme.example';
    bridge.stack.okta.setUsers([
      { id: '00u99', profile: { login: address, email: address }, apps: ['0oaCLARUS'] },
    ]);
    await bridge.hook([{ id: 'reuse-1', type: 'user.lifecycle.deactivate', person: 26, ago: 3000 }]);
    await bridge.stack.idle();
    await bridge.hook([
      { id: 'reuse-2', type: 'user.lifecycle.activate', person: 99, login: address, ago: 2000 },
    ]);
    await bridge.stack.idle();
    await bridge.hook([{ id: 'reuse-3', type: 'user.lifecycle.delete.initiated', person: 26, ago: 1000 }]);
    await bridge.stack.idle();

    expect(bridge.user(26)?.is_active).toBe(true);
    expect(await bridge.outcomes('reuse-2')).toEqual(['taken_over']);
    expect(await bridge.outcomes('reuse-3')).toEqual(['former_holder']);
  });

  it('somebody Clarus does not know leaves a receipt and nothing else', async () => {
    await bridge.hook([{ id: 'unknown', type: 'user.lifecycle.deactivate', person: 1234 }]);
    await bridge.stack.idle();

    expect(await bridge.outcomes('unknown')).toEqual(['user_not_in_clarus']);
  });
});

describe('when Clarus or AWS misbehave', () => {
  let bridge: Bridge;
  const type = 'user.lifecycle.deactivate';
  const ofUsers = { method: 'PATCH', path: '/api/users' };

  beforeAll(async () => {
    bridge = await aBridge({ requestTimeout: 300 });
  });
  afterAll(() => bridge.stack.stop());
  beforeEach(() => {
    bridge.stack.clarus.reset();
    bridge.stack.clarus.setUsers(everybody());
  });

  async function applied(eventId: string): Promise<void> {
    await vi.waitFor(async () => expect(await bridge.outcomes(eventId)).toEqual(['applied']), SOON);
  }

  it.each<[string, Parameters<Bridge['stack']['clarus']['addFault']>[0], number]>([
    ['500 three times', { status: 500, count: 3 }, 1],
    ['429 with a wait of a second', { status: 429, retryAfter: 1, count: 1 }, 2],
    ['503 with a date', { status: 503, retryAfter: new Date(0).toUTCString(), count: 1 }, 3],
    ['a connection that breaks', { drop: true, count: 1 }, 4],
    ['a connection that breaks after the PATCH landed', { dropAfter: true, count: 1 }, 5],
    ['a timeout after the PATCH landed', { delayMs: 500, count: 1 }, 6],
    ['a token endpoint that is down', { method: 'POST', path: '/oauth/token', status: 502, count: 1 }, 7],
    ['a look-up that is throttled', { method: 'POST', path: '/graphql', status: 429, count: 1 }, 8],
  ])('%s: the revocation goes through all the same', async (_, fault, person) => {
    // Prepare
    bridge.stack.clarus.expireTokens();
    bridge.stack.clarus.addFault({ ...ofUsers, ...fault });

    // Act
    await bridge.hook([{ id: `fault-${person}`, type, person }]);
    await applied(`fault-${person}`);

    // Assess
    expect(bridge.user(person)?.is_active).toBe(false);
    expect(await bridge.deadLetters()).toEqual([]);
  });

  it('429: the next attempt comes no sooner than Clarus asked', async () => {
    bridge.stack.clarus.addFault({ ...ofUsers, status: 429, retryAfter: 2 });

    await bridge.hook([{ id: 'patience', type, person: 9 }]);
    await applied('patience');

    const [first, second] = bridge.stack.clarus.requests().filter(({ method }) => method === 'PATCH');
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1900);
  });

  it('401 with a rotated secret: it is read again, once, and the revocation goes through', async () => {
    await bridge.hook([{ id: 'rotation-0', type, person: 10 }]);
    await applied('rotation-0');
    const reads = bridge.stack.secrets.reads('clarus-bridge/acme');
    const client = { clientId: 'rotated', clientSecret: 'rotated-secret' };
    bridge.stack.clarus.setCredentials(client);
    bridge.stack.clarus.expireTokens();
    bridge.stack.secrets.set('clarus-bridge/acme', JSON.stringify({ clarus: client }));

    await bridge.hook([11, 12, 13].map((person) => ({ id: `rotation-${person}`, type, person })));
    for (const person of [11, 12, 13]) await applied(`rotation-${person}`);

    expect(bridge.stack.secrets.reads('clarus-bridge/acme')).toBe(reads + 1);
  });

  it('401 for good: a revocation waits and is listed, another tenant is not touched', async () => {
    const rotated = '{"clarus":{"clientId":"rotated","clientSecret":"rotated-secret"}}';
    bridge.stack.secrets.set('clarus-bridge/acme', '{"clarus":{"clientId":"wrong","clientSecret":"wrong"}}');
    bridge.stack.secrets.set('clarus-bridge/other', rotated);
    bridge.stack.clarus.setCredentials({ clientId: 'rotated', clientSecret: 'rotated-secret' });
    bridge.stack.clarus.expireTokens();

    await Promise.all([
      bridge.hook([{ id: 'refused', type, person: 14 }]),
      bridge.hook([{ id: 'neighbour', type, person: 15 }], 'other'),
    ]);
    await vi.waitFor(async () => expect(await bridge.outcomes('refused')).toEqual(['waiting']), SOON);
    await vi.waitFor(
      async () => expect(await bridge.outcomes('neighbour', 'other')).toEqual(['applied']),
      SOON,
    );

    expect(await bridge.deadLetters()).toEqual([]);
    bridge.stack.secrets.set('clarus-bridge/acme', rotated);
  });
});

describe('when a tenant’s secret is not usable', () => {
  let bridge: Bridge;
  beforeAll(async () => {
    bridge = await aBridge();
  });
  afterAll(() => bridge.stack.stop());

  it.each([
    ['missing', undefined, 1],
    ['not JSON', 'GENERATED-BY-THE-STACK', 2],
    ['incomplete', '{"clarus":{"clientId":"demo-client"}}', 3],
  ])('%s: the revocation waits, and goes through once the secret is set', async (_, text, person) => {
    // Prepare: sent for the tenant whose secret nobody has read yet.
    const name = 'clarus-bridge/acme';
    const good = '{"clarus":{"clientId":"demo-client","clientSecret":"demo-client-secret"}}';
    if (text === undefined) bridge.stack.secrets.remove(name);
    else bridge.stack.secrets.set(name, text);
    const reads = bridge.stack.secrets.reads(name);

    // Act
    await bridge.hook([{ id: `secret-${person}`, type: 'user.lifecycle.deactivate', person }]);
    await vi.waitFor(() => expect(bridge.stack.secrets.reads(name)).toBeGreaterThan(reads), SOON);
    const meanwhile = bridge.user(person)?.is_active;
    bridge.stack.secrets.set(name, good);
    await vi.waitFor(() => expect(bridge.user(person)?.is_active).toBe(false), SOON);

    // Assess
    expect(meanwhile).toBe(true);
    expect(await bridge.deadLetters()).toEqual([]);
    bridge.stack.clarus.expireTokens();
    bridge.stack.clarus.setUsers(everybody());
  });
});

describe('when Clarus will not have a value', () => {
  let bridge: Bridge;
  beforeAll(async () => {
    const mapping = { role_id: { expression: 'title', table: { Astronaut: 999 } } };
    bridge = await aBridge({}, { mapping });
  });
  afterAll(() => bridge.stack.stop());

  it('422: the revocation is applied, the dead letter names the attribute and not the value', async () => {
    // Prepare: Okta says that the person has left and has a title for which Clarus has no role.
    const profile = {
      login: 'p1@acme.example',
      email: 'p1@acme.example',
      firstName: 'Person',
      lastName: '1',
    };
    bridge.stack.okta.setUsers([
      { id: '00u1', status: 'DEPROVISIONED', profile: { ...profile, title: 'Astronaut' } },
    ]);

    // Act
    await bridge.hook([{ id: 'bad-role', type: 'user.account.update_profile', person: 1 }]);
    await vi.waitFor(async () => expect(await bridge.outcomes('bad-role')).toEqual(['rejected']), SOON);

    // Assess
    expect(bridge.user(1)).toMatchObject({ is_active: false, name: 'Person 1' });
    // The letter follows the receipt.
    const letter = await vi.waitFor(async () => {
      const [first] = await bridge.deadLetters();
      expect(first).toMatchObject({ queue: 'changes-dead-letter', code: 'clarus_refused' });
      return first;
    }, SOON);
    expect(letter?.reason).toMatch(/role_id/);
    expect(letter?.reason).not.toMatch(/999|acme/);
  });
});
