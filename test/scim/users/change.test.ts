import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { update } from '../../../functions/identity/converge.ts';
import { merge } from '../../../functions/identity/merge.ts';
import { withDesired } from '../../../functions/identity/user-record.ts';
import { NOW } from '../../support/changes.ts';
import { aMemoryScim, type MemoryScim } from '../../support/memory-scim.ts';
import { operations } from '../../support/scim-bench.ts';
import { REFUSED_NAME } from '../../support/unreliable-clarus.ts';

const LEA = 'lea@acme.example';
const NO = new BridgeError('state_unavailable', 'No.', { retryable: true });

/** Lea, created by SCIM: Clarus user 42. */
async function withLea(but: Record<string, unknown> = {}): Promise<MemoryScim> {
  const scim = aMemoryScim();
  const { status } = await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', ...but });
  expect(status).toBe(201);
  scim.queued.length = 0;
  return scim;
}

function replacing(value: Record<string, unknown>): unknown {
  return operations({ op: 'replace', value });
}

/** What another source says of Lea. */
async function news(scim: MemoryScim, attributes: Record<string, unknown>, at = NOW + 5): Promise<void> {
  await update(scim.state.users, 'acme', '42', (record) =>
    withDesired(record, merge(record.desired, { at, eventId: 'okta-1', origin: 'okta', attributes })),
  );
}

function fail(error: Error): () => never {
  return () => {
    throw error;
  };
}

describe('a deletion', () => {
  it.each([
    ['PATCH', replacing({ active: true })],
    ['PUT', { userName: LEA, displayName: 'Lea', active: true }],
  ])('that overtakes a %s of active: true leaves nobody active', async (method, body) => {
    // Prepare
    const scim = await withLea();
    let deleted: unknown;
    scim.before('users.load', () => {});
    scim.before('users.load', async () => {
      deleted = (await scim.call('DELETE', '/Users/42')).status;
    });

    // Act
    const written = await scim.call(method, '/Users/42', body);

    // Assess
    expect([deleted, written.status]).toEqual([204, 404]);
    expect(scim.clarus.users.get('42')?.is_active).toBe(false);
    expect((await scim.call('GET', '/Users/42')).status).toBe(404);
  });

  it('that Clarus could not take is a 503, happens all the same, and may be sent again', async () => {
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
    expect(scim.clarus.users.get('42')?.is_active).toBe(false);
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
    expect(scim.queued.map(({ queueUrl }) => queueUrl)).not.toContain('revocations');
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

  it('that died half-way is finished by whoever looks', async () => {
    // Prepare
    const scim = await withLea();
    scim.before('scimUsers.save', fail(NO));
    expect((await scim.call('DELETE', '/Users/42')).status).toBe(503);

    // Act
    const list = await scim.call('GET', `/Users?filter=userName+eq+%22${LEA}%22`);
    const shown = await scim.call('GET', '/Users/42');
    const stored = await scim.scimState.scimUsers.find('acme', '42');

    // Assess
    expect([list.body.totalResults, shown.status, stored?.deleted]).toEqual([0, 404, true]);
  });

  it('meets somebody who writes all the time, and gets through', async () => {
    // Prepare
    const scim = await withLea();
    scim.before('scimUsers.save', async () => {
      await scim.call('PATCH', '/Users/42', replacing({ title: 'Picker' }));
    });

    // Act
    const { status } = await scim.call('DELETE', '/Users/42');

    // Assess
    expect([status, (await scim.call('GET', '/Users/42')).status]).toEqual([204, 404]);
  });

  it('with If-Match of another version is refused', async () => {
    const scim = await withLea();

    const { status } = await scim.call('DELETE', '/Users/42', undefined, { 'if-match': 'W/"x"' });

    expect([status, scim.clarus.users.get('42')?.is_active]).toEqual([412, true]);
  });
});

describe('of two writers', () => {
  it('with the same If-Match the slower one leaves nothing in Clarus', async () => {
    // Prepare
    const scim = await withLea();
    const { body } = await scim.call('GET', '/Users/42');
    const headers = { 'if-match': body.meta.version };
    scim.before('scimUsers.save', async () => {
      await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Fast' }), headers);
    });

    // Act
    const slow = await scim.call(
      'PATCH',
      '/Users/42',
      replacing({ displayName: 'Slow', title: 'X' }),
      headers,
    );

    // Assess
    expect(slow.status).toBe(412);
    expect(scim.state.written.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['applied', undefined],
      ['applied', undefined],
      ['rejected', 'scim_412'],
    ]);
    expect((await scim.call('GET', '/Users/42')).body.displayName).toBe('Fast');
    expect(scim.clarus.users.get('42')?.name).toBe('Fast');
  });

  it('the one that restates what is there makes the other begin anew', async () => {
    // Prepare
    const scim = await withLea();
    scim.before('scimUsers.save', async () => {
      // Clarus has Leah by now, and SCIM shows Lea still.
      const end = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Lea' }));
      expect(end.status).toBe(200);
    });

    // Act
    await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    const { body } = await scim.call('GET', '/Users/42');
    expect(body.displayName).toBe(scim.clarus.users.get('42')?.name);
  });

  it('who never get through are told to come again', async () => {
    // Prepare
    const scim = await withLea();
    for (let i = 0; i < 30; i++) {
      scim.before('scimUsers.save', async () => {
        const stored = await scim.scimState.scimUsers.find('acme', '42');
        if (stored !== undefined) await scim.scimState.scimUsers.save('acme', stored, []);
      });
    }

    // Act
    const { status, headers } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess: what Clarus was told meanwhile is taken back.
    expect([status, headers['retry-after']]).toEqual([503, '1']);
    expect(scim.clarus.users.get('42')?.name).toBe('Lea');
  });
});

describe('what another source has said meanwhile', () => {
  it('of a name is written over by a client that states the name, though SCIM shows the same', async () => {
    // Prepare
    const scim = await withLea();
    await news(scim, { name: 'Okta' });

    // Act
    const { status } = await scim.call('PUT', '/Users/42', { userName: LEA, displayName: 'Lea' });

    // Assess
    expect([status, scim.clarus.users.get('42')?.name]).toEqual([200, 'Lea']);
  });

  it('of a name is left alone by a client that does not speak of the name', async () => {
    // Prepare
    const scim = await withLea();
    await news(scim, { name: 'Okta' });

    // Act
    await scim.call('PATCH', '/Users/42', replacing({ title: 'Picker' }));

    // Assess
    expect(scim.state.records.get('42')?.desired.name?.value).toBe('Okta');
  });

  it('of access is not pushed aside by a write that has to begin anew', async () => {
    // Prepare
    const scim = await withLea();
    scim.before('scimUsers.save', async () => {
      await news(scim, { is_active: false });
      await scim.call('PATCH', '/Users/42', replacing({ title: 'Picker' }));
    });

    // Act
    const body = { userName: LEA, displayName: 'Leah', active: true };
    const { status, body: shown } = await scim.call('PUT', '/Users/42', body);

    // Assess
    expect([status, shown.active, shown.displayName]).toEqual([200, false, 'Leah']);
    expect(scim.state.records.get('42')?.desired.is_active?.value).toBe(false);
  });

  it('of a name is what a write that fails goes back to', async () => {
    // Prepare
    const scim = await withLea();
    await news(scim, { name: 'Okta' });
    scim.fates.push('throttled');

    // Act
    await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    expect(scim.state.records.get('42')?.desired.name).toMatchObject({ value: 'Okta', origin: 'okta' });
  });

  it('of access shows in the user, and changes its lastModified', async () => {
    // Prepare
    const scim = await withLea();
    await news(scim, { is_active: false });

    // Act
    const { body } = await scim.call('GET', '/Users/42');

    // Assess
    expect([body.active, Date.parse(body.meta.lastModified)]).toEqual([false, NOW + 5]);
  });
});

describe('a change that fails', () => {
  it('when it is to be stored is taken back in Clarus', async () => {
    // Prepare
    const scim = await withLea();
    scim.before('scimUsers.save', fail(NO));

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    expect([status, scim.clarus.users.get('42')?.name]).toEqual([503, 'Lea']);
  });

  it('and cannot be taken back either is the failure that it was, and a look is left', async () => {
    // Prepare
    const scim = await withLea();
    scim.before('scimUsers.save', () => {
      scim.before('users.load', fail(NO));
      throw NO;
    });

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    expect(status).toBe(503);
    expect(scim.queued.map(({ message }) => message.kind)).toContain('look');
  });

  it('by a bug is a 500 that tells nothing', async () => {
    // Prepare
    const scim = await withLea();
    scim.before('clarus.patch', fail(new TypeError(LEA)));

    // Act
    const { status, body } = await scim.call('PATCH', '/Users/42', replacing({ displayName: 'Leah' }));

    // Assess
    expect(status).toBe(500);
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

  it('of a name that cannot be mapped keeps no leaver in', async () => {
    // Prepare
    const scim = aMemoryScim({
      mapping: { role_id: { expression: 'title', table: { Picker: 3 } } },
      defaultRole: 4,
    });
    await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', title: 'Picker' });

    // Act
    const { status, body } = await scim.call(
      'PATCH',
      '/Users/42',
      replacing({ active: false, title: 'Pirate' }),
    );

    // Assess
    expect([status, body.scimType]).toEqual([400, 'invalidValue']);
    expect(scim.clarus.users.get('42')?.is_active).toBe(false);
    expect((await scim.call('GET', '/Users/42')).body).toMatchObject({ active: false, title: 'Picker' });
  });
});

describe('a grant that fails', () => {
  it('after a revocation that failed before Clarus had it is taken back to no access', async () => {
    // Prepare
    const scim = await withLea();
    scim.fates.push('throttled');
    await scim.call('PATCH', '/Users/42', replacing({ active: false }));
    scim.fates.push('throttled');

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ active: true }));

    // Assess
    expect([status, scim.state.records.get('42')?.desired.is_active?.value]).toEqual([429, false]);
    expect((await scim.call('GET', '/Users/42')).body.active).toBe(false);
  });

  it('together with another one is taken back to no access', async () => {
    // Prepare
    const scim = await withLea();
    await news(scim, { is_active: false });
    scim.fates.push('throttled', 'throttled');
    scim.before('clarus.patch', async () => {
      await scim.call('PATCH', '/Users/42', replacing({ active: true, title: 'X' }));
    });

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ active: true }));

    // Assess
    expect([status, scim.state.records.get('42')?.desired.is_active?.value]).toEqual([429, false]);
  });

  it('of a role goes back to the one that a group has given', async () => {
    // Prepare
    const scim = aMemoryScim({ mapping: { role_id: { expression: 'roles.value', table: { Boss: 8 } } } });
    await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', roles: [{ value: 'Boss' }] });
    const adding = operations({ op: 'add', path: 'members', value: [{ value: '42' }] });
    await scim.call('PATCH', '/Groups/7', adding);
    scim.fates.push('throttled');

    // Act
    await scim.call('PATCH', '/Groups/8', adding);

    // Assess
    expect(scim.state.records.get('42')?.desired.role_id?.value).toBe(7);
  });
});

describe('a userName', () => {
  it('of somebody is refused to anybody else, in any letter case', async () => {
    // Prepare
    const scim = await withLea();
    await scim.call('POST', '/Users', { userName: 'pat@acme.example', displayName: 'Pat' });

    // Act
    const { status, body } = await scim.call(
      'PATCH',
      '/Users/43',
      replacing({ userName: LEA.toUpperCase() }),
    );

    // Assess
    expect([status, body.scimType]).toEqual([409, 'uniqueness']);
  });

  it('is found by its new owner and not by the former one, even when no claim could be ended', async () => {
    // Prepare
    const scim = await withLea({ userName: 'lea', emails: [{ value: LEA }] });
    scim.before('names.put', () => {});
    scim.before('names.put', fail(NO));

    // Act
    const { status } = await scim.call('PATCH', '/Users/42', replacing({ userName: 'leah' }));
    const [now, then] = await Promise.all(
      ['leah', 'lea'].map((name) => scim.call('GET', `/Users?filter=userName+eq+%22${name}%22`)),
    );

    // Assess
    expect([status, now?.body.totalResults, then?.body.totalResults]).toEqual([200, 1, 0]);
  });
});
