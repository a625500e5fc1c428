import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { settingsWithoutRoles, settingsWithRoles } from '../../../functions/clarus/decide-settings.ts';
import { guardsOf } from '../../../functions/clarus/guards.ts';
import { createDeliver } from '../../../functions/deliver/deliver.ts';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { compileMapping } from '../../../functions/identity/profile/mapping.ts';
import { aMemoryScim, MEMORY_SCIM, type MemoryScim } from '../../support/memory-scim.ts';
import { operations } from '../../support/scim-bench.ts';
import { aTenant } from '../../support/tenants.ts';

const LEA = 'lea@acme.example';

async function withLea(but: Record<string, unknown> = {}): Promise<MemoryScim> {
  const scim = aMemoryScim();
  await scim.call('POST', '/Users', { userName: LEA, displayName: 'Lea', ...but });
  scim.queued.length = 0;
  return scim;
}

/** Has the real `deliver` carry out what is queued by now; how many messages it was done with. */
async function deliverQueued(scim: MemoryScim): Promise<number> {
  const tenant = aTenant({ scim: MEMORY_SCIM });
  const { clarus, clock } = scim;
  const deliver = createDeliver({
    ...scim.state,
    clock,
    servicesOf: () => ({
      tenant,
      map: compileMapping(tenant.mapping),
      clarus,
      settings: settingsWithRoles(tenant, clarus),
      withoutRoles: settingsWithoutRoles(tenant),
      guards: guardsOf(tenant, clarus),
      isScim: (source) => source === 'scim',
    }),
    secrets: { load: unused, forget: () => {} },
    directories: {},
    knownUsers: async () => 0,
    readAgain: unused,
    lookAgain: async () => {},
    toReadBack: () => {},
    queues: {
      changes: { url: 'c', deadLetterUrl: 'd', urgent: false },
      revocations: { url: 'r', deadLetterUrl: 'd', urgent: true },
    },
    retryLater: async () => {},
    deadLetter: unused,
    random: () => 0,
    log: () => {},
    measure: () => {},
    measureOpen: () => {},
    alert: () => {},
  });
  let done = 0;
  for (const { message, queueUrl } of scim.queued.splice(0)) {
    const record = {
      body: JSON.stringify(message),
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(clock()) },
      eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${queueUrl}`,
    } as unknown as SQSRecord;
    await deliver(record);
    done++;
  }
  return done;
}

function unused(): Promise<never> {
  return Promise.reject(new Error('not to be touched'));
}

function requests(scim: MemoryScim): string[] {
  const sent: string[] = [];
  const { patch } = scim.clarus;
  scim.clarus.patch = (id, attributes) => {
    sent.push(`${id} ${JSON.stringify(attributes)}`);
    return patch(id, attributes);
  };
  return sent;
}

const deactivating = operations({ op: 'replace', value: { active: false } });

describe('what is queued for a command', () => {
  it.each<[string, string, unknown]>([
    ['a deactivation', 'PATCH', deactivating],
    ['a deletion', 'DELETE', undefined],
    ['a change of a name', 'PATCH', operations({ op: 'replace', value: { displayName: 'Leah' } })],
  ])('asks Clarus for nothing once %s has confirmed itself', async (_name, method, body) => {
    // Prepare
    const scim = await withLea({ externalId: 'E1' });
    expect((await scim.call(method, '/Users/42', body)).status).toBeLessThan(300);
    const { length } = scim.state.written;
    const sent = requests(scim);
    scim.clock.advance(121_000);

    // Act
    const done = await deliverQueued(scim);

    // Assess
    expect([done > 0, sent, scim.state.written.length]).toEqual([true, [], length]);
  });

  it('takes access away when the command could not', async () => {
    // Prepare
    const scim = await withLea({ externalId: 'E1' });
    scim.fates.push('throttled');
    await scim.call('PATCH', '/Users/42', deactivating);

    // Act
    await deliverQueued(scim);

    // Assess: one receipt, of one event.
    expect(scim.clarus.users.get('42')?.is_active).toBe(false);
    const receipts = scim.state.written.filter(({ isActive }) => isActive === false);
    expect(receipts).toMatchObject([{ outcome: 'applied', clarusUserId: '42' }]);
  });

  it('finds the account of a command that could not read the record', async () => {
    // Prepare
    const scim = await withLea({ externalId: 'E1' });
    scim.before('records.load', () => {
      throw new BridgeError('state_unavailable', 'No.', { retryable: true });
    });
    expect((await scim.call('PATCH', '/Users/42', deactivating)).status).toBe(503);

    // Act
    await deliverQueued(scim);

    // Assess
    expect(scim.clarus.users.get('42')?.is_active).toBe(false);
    expect(scim.record('42')?.accounts.map(({ account }) => account)).toEqual(['E1']);
    expect((await scim.call('GET', '/Users/42')).body.active).toBe(false);
  });

  it('gives up the word where Clarus has the user no more', async () => {
    // Prepare
    const scim = await withLea();
    scim.fates.push('throttled');
    await scim.call('PATCH', '/Users/42', deactivating);
    scim.clarus.users.delete('42');
    scim.queued.splice(0, scim.queued.length, ...scim.queued.filter((it) => it.queueUrl === 'revocations'));

    // Act
    await deliverQueued(scim);

    // Assess
    expect(scim.state.written.at(-1)).toMatchObject({ outcome: 'user_not_in_clarus' });
  });

  it('gives back what a command that died has left in Clarus', async () => {
    // Prepare: it dies between Clarus and its end in the record.
    const scim = await withLea();
    const dying = Promise.withResolvers<void>();
    scim.before('records.save', () => {});
    scim.before('records.save', () => {
      dying.resolve();
      return new Promise(() => {});
    });
    void scim.call('PATCH', '/Users/42', operations({ op: 'replace', value: { displayName: 'Leah' } }));
    await dying.promise;
    expect(scim.clarus.users.get('42')?.name).toBe('Leah');
    scim.clock.advance(121_000);

    // Act
    await deliverQueued(scim);

    // Assess
    expect(scim.clarus.users.get('42')?.name).toBe('Lea');
    expect(scim.record('42')).not.toHaveProperty('pending');
  });
});
