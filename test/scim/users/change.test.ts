import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { ACCESS } from '../../../functions/scim/users/schema.ts';
import { NOW } from '../../support/changes.ts';
import { aMemoryScim, MEMORY_SCIM, type MemoryScim } from '../../support/memory-scim.ts';
import { operations } from '../../support/scim-bench.ts';
import type { TenantFile } from '../../support/tenants.ts';
import { REFUSED_NAME } from '../../support/unreliable-clarus.ts';

const LEA = 'lea@acme.example';
const NO = new BridgeError('state_unavailable', 'No.', { retryable: true });

/** Lea, created by SCIM: Clarus user 42. */
async function withLea(
  but: Record<string, unknown> = {},
  file: Partial<TenantFile> = {},
): Promise<MemoryScim> {
  const scim = aMemoryScim(file);
  const { status } = await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', ...but });
  expect(status).toBe(201);
  scim.queued.length = 0;
  return scim;
}

function replacing(value: Record<string, unknown>): unknown {
  return operations({ op: 'replace', value });
}

/** What Okta says of Lea's access. */
async function okta(scim: MemoryScim, gives: boolean): Promise<void> {
  const word = { id: `okta-${gives}`, at: NOW + 5, seen: NOW + 5, kind: 'stated' as const, gives };
  await scim.state.records.update('acme', '42', (record) => ({
    ...record,
    accounts: [...record.accounts, { source: 'okta', account: '00uLEA', rev: 1, words: [word] }],
  }));
}

function fail(error: Error = NO): () => never {
  return () => {
    throw error;
  };
}

function active(scim: MemoryScim): boolean | undefined {
  return scim.clarus.users.get('42')?.is_active;
}

describe('a deletion', () => {
  it.each([
    ['PATCH', replacing({ active: true })],
    ['PUT', { userName: LEA, displayName: 'Leah', active: true }],
  ])('that overtakes a %s leaves nobody active', async (method, body) => {
    // Prepare
    const scim = await withLea();
    let deleted: unknown;
    scim.before('records.save', async () => {
      deleted = (await scim.call('DELETE', '/Users/42')).status;
    });

    // Act
    await scim.call(method, '/Users/42', body);

    // Assess
    expect([deleted, active(scim)]).toEqual([204, false]);
    expect((await scim.call('GET', '/Users/42')).status).toBe(404);
  });

  it('that Clarus could not take happens all the same, and may be sent again', async () => {
    // Prepare
    const scim = await withLea();
    scim.fates.push('throttled');

    // Act
    const first = await scim.call('DELETE', '/Users/42');
    const shown = await scim.call('GET', '/Users/42');
    const again = await scim.call('DELETE', '/Users/42');
    const third = await scim.call('DELETE', '/Users/42');

    // Assess
    expect([first.status, shown.status, again.status, third.status]).toEqual([429, 404, 204, 404]);
    expect(scim.queued.map(({ queueUrl }) => queueUrl)).toContain('revocations');
    expect(active(scim)).toBe(false);
  });

  it('of somebody whom Clarus has no more is done, and the name is free', async () => {
    // Prepare
    const scim = await withLea();
    scim.clarus.users.delete('42');

    // Act
    const deleted = await scim.call('DELETE', '/Users/42');
    const created = await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea' });

    // Assess
    expect([deleted.status, created.status]).toEqual([204, 201]);
    expect(scim.state.written[1]).toMatchObject({ outcome: 'user_not_in_clarus' });
  });

  it('is what a change of somebody comes to whom Clarus has no more', async () => {
    // Prepare
    const scim = await withLea();
    scim.clarus.users.delete('42');

    // Act
    const patched = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));
    const shown = await scim.call('GET', '/Users/42');
    const created = await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea' });

    // Assess
    expect([patched.status, shown.status, created.status]).toEqual([404, 404, 201]);
  });

  it('leaves of the person no more than by what they come back', async () => {
    const scim = await withLea({ externalId: 'E1', title: 'Picker', phoneNumbers: [{ value: '+44' }] });

    await scim.call('DELETE', '/Users/42');

    const { scim: sides, accounts } = scim.record('42') ?? {};
    expect(sides?.scim?.resource).toEqual({ userName: LEA, externalId: 'E1' });
    expect(accounts?.map(({ profile }) => profile?.attributes)).toEqual([{}]);
  });

  it('with If-Match of another version is refused', async () => {
    const scim = await withLea();

    const { status } = await scim.call('DELETE', '/Users/42', undefined, { 'if-match': 'W/"x"' });

    expect([status, active(scim), scim.queued]).toEqual([412, true, []]);
  });

  it.each(['abc', '7'])('of %s, who is not there, is a 404', async (id) => {
    const scim = await withLea();

    expect((await scim.call('DELETE', `/Users/${id}`)).status).toBe(404);
  });
});

describe('of two writers', () => {
  it('with the same If-Match the slower one leaves nothing in Clarus', async () => {
    // Prepare
    const scim = await withLea();
    const { body } = await scim.call('GET', '/Users/42');
    const headers = { 'if-match': body.meta.version };
    scim.before('records.save', async () => {
      await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Fast' }), headers);
    });

    // Act
    const slow = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Slow' }), headers);

    // Assess
    expect(slow.status).toBe(412);
    expect((await scim.call('GET', '/Users/42')).body.displayName).toBe('Fast');
    expect(scim.clarus.users.get('42')?.name).toBe('Fast');
  });

  it('the second waits for the first one', async () => {
    // Prepare
    const scim = await withLea();
    let second: Promise<{ status: number }> | undefined;
    scim.before('clarus.patch', () => {
      second = scim.call('PATCH', '/Users/42', replacing({ title: 'Picker' }));
    });

    // Act
    const first = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    expect([first.status, (await second)?.status]).toEqual([200, 200]);
    expect((await scim.call('GET', '/Users/42')).body).toMatchObject({
      displayName: 'Leah',
      title: 'Picker',
    });
  });

  it('the second is told to come again while the first one does not end', async () => {
    // Prepare
    const scim = await withLea();
    let second: { status: number; headers: Record<string, unknown> } | undefined;
    scim.before('clarus.patch', async () => {
      second = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Second' }));
    });

    // Act
    await scim.call('PATCH', '/Users/42', replacing({ displayName: 'First' }));

    // Assess
    expect([second?.status, second?.headers['retry-after']]).toEqual([429, '1']);
    expect(scim.clarus.users.get('42')?.name).toBe('First');
  });

  it('the second, who takes access away, is told to come again and its word goes by the queue', async () => {
    // Prepare
    const scim = await withLea();
    let status: number | undefined;
    scim.before('clarus.patch', async () => {
      ({ status } = await scim.call('PATCH', '/Users/42', replacing({ active: false })));
    });

    // Act
    await scim.call('PATCH', '/Users/42', replacing({ displayName: 'First' }));

    // Assess
    expect(status).toBe(429);
    expect(scim.queued.map(({ queueUrl, message }) => [queueUrl, message.kind])).toContainEqual([
      'revocations',
      'change',
    ]);
  });

  it('one that was taken for dead leaves the other one’s word', async () => {
    // Prepare: the first one is held still for longer than it may live.
    const scim = await withLea();
    scim.before('clarus.patch', async () => {
      scim.clock.advance(41_000);
      await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Second' }));
    });

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'First' }));

    // Assess: what has landed late is given back by the look.
    expect(status).toBe(429);
    expect((await scim.call('GET', '/Users/42')).body.displayName).toBe('Second');
    expect(scim.record('42')).toMatchObject({ lookAt: expect.any(Number), open: {} });
  });
});

describe('what another source has said', () => {
  it('of access is not pushed aside by a PUT that repeats what was shown', async () => {
    // Prepare
    const scim = await withLea();
    await okta(scim, false);

    // Act
    const body = { userName: LEA, displayName: 'Leah', active: true };
    const { status, body: shown } = await scim.call('PUT', '/Users/42', body);

    // Assess
    expect([status, shown.active, shown.displayName]).toEqual([200, true, 'Leah']);
    expect(shown[ACCESS].keptOutBy).toEqual(['okta']);
    expect(scim.record('42')?.accounts[1]?.words ?? []).toHaveLength(1);
  });

  it('of access keeps out whom a client says is in, and the receipt says so', async () => {
    // Prepare
    const scim = await withLea();
    await okta(scim, false);

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ active: true }));

    // Assess
    expect([status, active(scim)]).toEqual([200, false]);
    expect(scim.state.written.at(-1)).toMatchObject({ outcome: 'kept_out', reason: 'okta', isActive: true });
  });

  it('makes no statement of a PATCH that speaks of something else', async () => {
    const scim = await withLea();
    await okta(scim, false);

    await scim.call('PATCH', '/Users/42', replacing({ nickName: 'L' }));

    const { accounts } = scim.record('42') ?? {};
    expect(accounts?.find(({ source }) => source === 'scim')?.words).toHaveLength(1);
  });
});

describe('a change that fails', () => {
  it.each(['throttled', 'unavailable', 'late'] as const)(
    'because Clarus is %s leaves nothing behind but a look',
    async (fate) => {
      // Prepare
      const scim = await withLea();
      const before = scim.record('42');
      scim.fates.push(fate);

      // Act
      const { status } = await scim.call(
        'PATCH',
        '/Users/42',
        replacing({ displayName: 'Leah', active: true }),
      );

      // Assess
      expect(status).toBeGreaterThanOrEqual(429);
      const after = scim.record('42');
      expect([after?.scim, after?.open, after?.pending]).toEqual([before?.scim, {}, undefined]);
      expect(after?.accounts).toEqual(before?.accounts);
      expect(after?.lookAt).toEqual(fate === 'throttled' ? undefined : NOW + 120_000);
      expect(scim.queued).toMatchObject([{ message: { kind: 'look' }, delay: 120 }]);
      expect(scim.state.written.at(-1)).toMatchObject({ outcome: 'rejected' });
    },
  );

  it('after Clarus has taken it is taken back', async () => {
    // Prepare
    const scim = await withLea();
    scim.before('records.save', () => {});
    scim.before('records.save', fail());

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    expect([status, scim.clarus.users.get('42')?.name]).toEqual([503, 'Lea']);
    expect((await scim.call('GET', '/Users/42')).body.displayName).toBe('Lea');
  });

  it('and cannot be taken out of the record now is left to the look', async () => {
    // Prepare
    const scim = await withLea();
    scim.fates.push('unavailable');
    scim.before('records.update', fail());

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    expect(status).toBe(503);
    expect(scim.record('42')?.pending).toMatchObject({ client: 'scim', touches: ['email', 'name'] });
    expect((await scim.call('GET', '/Users/42')).body.displayName).toBe('Lea');
  });

  it('by a bug is a 500 that tells nothing', async () => {
    const scim = await withLea();
    scim.before('clarus.patch', fail(new TypeError(LEA)));

    const { status, body } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    expect([status, scim.record('42')?.pending]).toEqual([500, undefined]);
    expect(JSON.stringify([body, scim.lines])).not.toContain(LEA);
  });

  it('of a new userName gives the name back', async () => {
    // Prepare
    const scim = await withLea();
    const renamed = replacing({ userName: 'leah@acme.example', displayName: REFUSED_NAME });

    // Act
    const first = await scim.call('PATCH', '/Users/42', renamed);
    const other = await scim.call('POST', '/Users', { userName: 'leah@acme.example', displayName: 'Leah' });

    // Assess
    expect([first.status, other.status]).toEqual([400, 201]);
  });

  it('asks nothing of Clarus when the look cannot be queued, and stores nothing', async () => {
    const scim = await withLea();
    const before = scim.record('42');
    scim.before('queue.sendMessages', fail(new BridgeError('queue_unavailable', 'No.', { retryable: true })));

    const { status } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    expect([status, scim.record('42')?.scim, scim.clarus.users.get('42')?.name]).toEqual([
      503,
      before?.scim,
      'Lea',
    ]);
  });
});

describe('a deactivation', () => {
  const deactivating = replacing({ active: false });

  it.each(['throttled', 'unavailable', 'late'] as const)(
    'that meets Clarus %s stands, and has been queued before',
    async (fate) => {
      // Prepare
      const scim = await withLea({ externalId: 'E1' });
      scim.fates.push(fate);

      // Act
      const { status } = await scim.call('PATCH', '/Users/42', deactivating);

      // Assess
      expect(status).toBeGreaterThanOrEqual(429);
      expect((await scim.call('GET', '/Users/42')).body.active).toBe(false);
      const [revocation] = scim.queued.filter(({ queueUrl }) => queueUrl === 'revocations');
      expect(revocation).toMatchObject({
        delay: 10,
        message: { source: 'scim', subject: { id: '42' }, account: 'E1', user: { active: false } },
      });
      expect(scim.state.written.at(-1)).toMatchObject({ outcome: 'waiting', isActive: false });
    },
  );

  it.each(['records.load', 'records.save'])(
    'is queued when DynamoDB does not answer at %s (core 16)',
    async (port) => {
      // Prepare
      const scim = await withLea();
      scim.before(port, fail());

      // Act
      const { status } = await scim.call('PATCH', '/Users/42', deactivating);

      // Assess
      expect(status).toBe(503);
      expect(scim.queued.filter(({ queueUrl }) => queueUrl === 'revocations')).toHaveLength(1);
    },
  );

  it('is carried out although no queue answers', async () => {
    const scim = await withLea();
    for (let i = 0; i < 3; i++) {
      scim.before(
        'queue.sendMessages',
        fail(new BridgeError('queue_unavailable', 'No.', { retryable: true })),
      );
    }

    const { status } = await scim.call('PATCH', '/Users/42', deactivating);

    expect([status, active(scim)]).toEqual([200, false]);
  });

  it('beside a value that Clarus refuses stands, and the rest does not', async () => {
    const scim = await withLea();

    const { status } = await scim.call(
      'PATCH',
      '/Users/42',
      replacing({ active: false, displayName: REFUSED_NAME }),
    );

    expect([status, active(scim)]).toEqual([400, false]);
    expect((await scim.call('GET', '/Users/42')).body).toMatchObject({ active: false, displayName: 'Lea' });
  });

  it('beside a value that cannot be mapped stands, and the rest does not', async () => {
    // Prepare
    const scim = await withLea(
      { title: 'Picker' },
      { mapping: { role_id: { expression: 'title', table: { Picker: 3 } } }, defaultRole: 4 },
    );

    // Act
    const { status, body } = await scim.call(
      'PATCH',
      '/Users/42',
      replacing({ active: false, title: 'Pirate' }),
    );

    // Assess
    expect([status, body.scimType, active(scim)]).toEqual([400, 'invalidValue', false]);
    expect((await scim.call('GET', '/Users/42')).body).toMatchObject({ active: false, title: 'Picker' });
  });

  it('is sent again each time it is said', async () => {
    const scim = await withLea();
    await scim.call('PATCH', '/Users/42', deactivating);
    // By hand.
    Object.assign(scim.clarus.users.get('42') ?? {}, { is_active: true });

    const { status } = await scim.call('PATCH', '/Users/42', deactivating);

    expect([status, active(scim)]).toEqual([200, false]);
  });

  it('does not wait for the name of a role', async () => {
    // Prepare
    const scim = aMemoryScim({ defaultRole: 'Picker' });
    scim.clarus.users.set('42', { email: LEA, name: 'Lea', is_active: true });
    await scim.call('GET', '/Users');
    const unreachable = new BridgeError('clarus_unreachable', 'No.', { retryable: true });
    for (let i = 0; i < 2; i++) scim.before('clarus.findRole', fail(unreachable));

    // Act
    const out = await scim.call('PATCH', '/Users/42', deactivating);
    const other = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    expect([out.status, active(scim), other.status]).toEqual([200, false, 503]);
  });

  it('rings where many lose access', async () => {
    const scim = await withLea({}, { alert: { takingsPerHour: 1 } });
    await scim.call('POST', '/Users', { userName: 'pat@acme.example', displayName: 'Pat' });

    for (const id of ['42', '43']) await scim.call('PATCH', `/Users/${id}`, deactivating);

    expect(scim.alerts).toEqual(['acme']);
  });

  it('is done although nobody can count it', async () => {
    const scim = await withLea({}, { alert: { takingsPerHour: 1 } });
    scim.before('brake.take', fail());

    expect((await scim.call('PATCH', '/Users/42', deactivating)).status).toBe(200);
  });
});

describe('a grant that fails', () => {
  it('leaves out whom a revocation before it took out', async () => {
    // Prepare
    const scim = await withLea();
    await scim.call('PATCH', '/Users/42', replacing({ active: false }));
    scim.fates.push('unavailable');

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ active: true }));

    // Assess: it may have landed, which the look puts right.
    expect(status).toBe(503);
    expect((await scim.call('GET', '/Users/42')).body.active).toBe(false);
    expect(scim.record('42')).toMatchObject({ lookAt: NOW + 120_000 });
    expect(scim.record('42')?.applied.is_active).toBeUndefined();
  });

  it('of a role leaves the one that a group has given', async () => {
    // Prepare
    const scim = await withLea({}, { defaultRole: 4 });
    const adding = operations({ op: 'add', path: 'members', value: [{ value: '42' }] });
    await scim.call('PATCH', '/Groups/7', adding);
    scim.fates.push('throttled');

    // Act
    await scim.call('PATCH', '/Groups/8', adding);

    // Assess
    expect(scim.record('42')?.scim.scim?.memberOf).toEqual(['7']);
    expect(scim.clarus.users.get('42')?.role_id).toBe(7);
  });
});

describe('a userName', () => {
  it('of somebody is refused to anybody else, in any letter case', async () => {
    // Prepare
    const scim = await withLea();
    await scim.call('POST', '/Users', { userName: 'pat@acme.example', displayName: 'Pat' });

    // Act
    const renamed = replacing({ userName: LEA.toUpperCase() });
    const { status, body } = await scim.call('PATCH', '/Users/43', renamed);

    // Assess
    expect([status, body.scimType]).toEqual([409, 'uniqueness']);
  });

  it('is found by its new owner and not by the former one, even when no claim could be ended', async () => {
    // Prepare
    const scim = await withLea({ userName: 'lea', emails: [{ value: LEA }] });
    scim.before('names.put', () => {});
    scim.before('names.put', fail());

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ userName: 'leah' }));
    const [now, then] = await Promise.all(
      ['leah', 'lea'].map((name) => scim.call('GET', `/Users?filter=userName+eq+%22${name}%22`)),
    );

    // Assess
    expect([status, now?.body.totalResults, then?.body.totalResults]).toEqual([200, 1, 0]);
  });

  it('that another user has as an address in Clarus stays with whom it was given to', async () => {
    // Prepare: Pat is in Clarus, and nobody has been shown her yet.
    const scim = await withLea({ emails: [{ value: LEA }] });
    await scim.call('PATCH', '/Users/42', replacing({ userName: 'pat@acme.example' }));
    scim.clarus.users.set('7', { email: 'pat@acme.example', name: 'Pat', is_active: true });

    // Act
    const { body } = await scim.call('GET', '/Users');

    // Assess
    const names = body.Resources.map(({ id, userName }: Record<string, string>) => [id, userName]);
    expect(names).toEqual([
      ['7', 'clarus-user-7'],
      ['42', 'pat@acme.example'],
    ]);
  });
});

describe('an address', () => {
  it('that somebody else has in Clarus is a 409', async () => {
    const scim = await withLea();
    scim.clarus.users.set('7', { email: 'pat@acme.example', name: 'Pat' });

    const emails = [{ value: 'pat@acme.example' }];
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ emails }));

    expect(status).toBe(409);
  });

  it('that somebody may get back who could not give it up is nobody else’s until then', async () => {
    // Prepare: Clarus has carried out what it has answered 503 to.
    const scim = await withLea({ emails: [{ value: LEA }] });
    await scim.call('POST', '/Users', { userName: 'nia@acme.example', displayName: 'Nia' });
    scim.fates.push('unavailable');
    const moving = replacing({ emails: [{ value: 'lea.new@acme.example' }] });
    expect((await scim.call('PATCH', '/Users/42', moving)).status).toBe(503);
    const taking = replacing({ emails: [{ value: LEA }] });

    // Act
    const meanwhile = await scim.call('PATCH', '/Users/43', taking);
    const again = await scim.call('PATCH', '/Users/42', moving);
    const after = await scim.call('PATCH', '/Users/43', taking);

    // Assess
    expect([meanwhile.status, meanwhile.headers['retry-after']]).toEqual([429, '120']);
    expect([again.status, after.status, scim.clarus.users.get('43')?.email]).toEqual([200, 200, LEA]);
  });

  it('that somebody is about to give up is nobody else’s until it is known', async () => {
    // Prepare
    const scim = await withLea();
    await scim.call('POST', '/Users', { userName: 'nia@acme.example', displayName: 'Nia' });
    let meanwhile: unknown;
    scim.before('records.save', () => {});
    scim.before('records.save', async () => {
      const { status } = await scim.call('PATCH', '/Users/43', replacing({ emails: [{ value: LEA }] }));
      meanwhile = status;
    });

    // Act
    const moved = await scim.call('PATCH', '/Users/42', replacing({ emails: [{ value: 'l@acme.example' }] }));

    // Assess
    expect([meanwhile, moved.status, scim.clarus.users.get('43')?.email]).toEqual([
      429,
      200,
      'nia@acme.example',
    ]);
  });

  it('that cannot be looked up is what Clarus made of it', async () => {
    const scim = await withLea();
    scim.clarus.users.set('7', { email: 'pat@acme.example', name: 'Pat' });
    scim.before('clarus.findUsers', fail(new BridgeError('clarus_unreachable', 'No.', { retryable: true })));

    const emails = [{ value: 'pat@acme.example' }];
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ emails }));

    expect(status).toBe(400);
  });
});

describe('a receipt', () => {
  it('of a change tells what was decided and confirmed', async () => {
    const scim = await withLea();

    await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    expect(scim.state.written.at(-1)).toMatchObject({
      source: 'scim',
      subjectId: '42',
      eventType: 'scim.user.patch',
      outcome: 'applied',
      attributes: ['email', 'name'],
      appliedAt: NOW,
      steps: [
        { step: 'received', what: 'scim.user.patch' },
        { step: 'decided', what: 'in' },
        { step: 'confirmed', what: '200 name' },
      ],
    });
  });

  it('that cannot be written changes nothing, and the log says so', async () => {
    const scim = await withLea();
    scim.before('receipts.put', fail());

    const { status } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    expect([status, scim.lines.map(({ message }) => message)]).toEqual([
      200,
      expect.arrayContaining(['receipt not written']),
    ]);
  });

  it('of what Clarus need not be told is no change', async () => {
    const scim = await withLea();

    await scim.call('PATCH', '/Users/42', replacing({ nickName: 'L' }));

    expect(scim.state.written.at(-1)).toMatchObject({ outcome: 'no_change' });
    expect(scim.queued).toEqual([]);
  });

  it('of a role that this source may not give says so', async () => {
    const scim = await withLea(
      { title: 'Boss' },
      {
        scim: { ...MEMORY_SCIM, roles: { allowed: [3] } },
        mapping: { role_id: { expression: 'title', table: { Boss: 1, Picker: 3 } } },
        defaultRole: 4,
      },
    );

    expect(scim.clarus.users.get('42')?.role_id).toBe(4);
    expect(scim.state.written.at(-1)).toMatchObject({ reason: 'role_not_allowed', refused: ['role_id'] });
  });

  it('of a role that protects is given by no group', async () => {
    const scim = await withLea({}, { scim: { ...MEMORY_SCIM, groups: true }, protect: { roles: [7] } });
    const joining = operations({ op: 'add', path: 'members', value: [{ value: '42' }] });

    const { status } = await scim.call('PATCH', '/Groups/7', joining);

    expect([status, scim.clarus.users.get('42')?.role_id]).toEqual([403, undefined]);
  });
});
