import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { Change } from '../../functions/identity/change.ts';
import { NOW } from '../support/changes.ts';
import { LEA_ID, SUBSCRIPTION } from '../support/graph-notifications.ts';
import { anEntraFile } from '../support/tenants.ts';
import { aDeliverBench, type DeliverBench, LEA_IN_CLARUS } from './deliver-bench.ts';
import { activation, deactivation, thin } from './messages.ts';

const ADDRESS = 'lea.ver@acme.example';

describe('a person whom one directory took out before there was a Clarus user', () => {
  it('is not created by what another directory gives', async () => {
    const bench = await outInOkta();

    await bench.deliver(inEntra());

    expect(bench.created).toEqual([]);
    expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'kept_out', reason: 'okta' });
  });

  it('is created when the first directory gives access back', async () => {
    const bench = await outInOkta();
    await bench.deliver(inEntra());

    await bench.deliver(activation({ eventId: 'back', occurredAt: NOW + 20 }));

    expect(bench.created).toMatchObject([{ email: ADDRESS, is_active: true }]);
    expect(
      bench.state.storedRecords
        .get('acme 77')
        ?.accounts.map(({ source }) => source)
        .sort(),
    ).toEqual(['entra', 'okta']);
  });

  it('stays out when somebody makes them a user and another directory gives', async () => {
    const bench = await outInOkta();
    bench.inClarus.set(ADDRESS, [{ ...LEA_IN_CLARUS, isActive: false }]);

    await bench.deliver(inEntra());

    expect(bench.patches.at(-1)).toMatchObject({ id: '42', attributes: { is_active: false } });
  });

  it('is nobody else’s business: who has another Clarus user is left there', async () => {
    const bench = aBench();
    bench.inClarus.set(ADDRESS, [LEA_IN_CLARUS]);
    await bench.deliver(deactivation());
    bench.inClarus.clear();

    await bench.deliver(inEntra());

    expect(bench.created).toMatchObject([{ email: ADDRESS }]);
  });
});

it('a Clarus user who was deleted and made anew stays out as long as one of two directories says out', async () => {
  // Prepare: both know Lea, and Entra has blocked her. Her user is gone, and there is another one.
  const bench = aDeliverBench({ entra: anEntraFile() });
  await bench.state.subscriptions.save('acme', { known: [SUBSCRIPTION] });
  await bench.deliver(activation());
  bench.entra.answer = { kind: 'found', user: {}, signsIn: false, addresses: [ADDRESS] };
  await bench.deliver(inEntra());
  bench.clarus.patch = (id) => (id === '42' ? missing : { kind: 'applied', status: 200 });
  bench.inClarus.set(ADDRESS, [{ ...LEA_IN_CLARUS, id: '43', isActive: true }]);
  await bench.deliver(deactivation({ eventId: 'out', occurredAt: NOW + 20 }));

  // Act
  await bench.deliver(activation({ eventId: 'back', occurredAt: NOW + 30 }));

  // Assess
  const sent = bench.patches.filter(({ id }) => id === '43').map(({ attributes }) => attributes.is_active);
  expect(sent).toContain(false);
  expect(sent).not.toContain(true);
  expect(bench.state.written.at(-1)).toMatchObject({ outcome: 'kept_out', reason: 'entra' });
});

const missing = new BridgeError('clarus_user_missing', '404', { retryable: false, status: 404 });

function aBench(): DeliverBench {
  const bench = aDeliverBench({ entra: anEntraFile(), unknownUser: 'create' });
  bench.inClarus.clear();
  bench.entra.answer = { kind: 'found', user: {}, signsIn: true, createdAt: NOW + 5, addresses: [ADDRESS] };
  return bench;
}

/** Okta has deactivated Lea, and nobody in Clarus had her address. */
async function outInOkta(): Promise<DeliverBench> {
  const bench = aBench();
  await bench.state.subscriptions.save('acme', { known: [SUBSCRIPTION] });
  await bench.state.beginnings.began('acme', 'entra', NOW);
  await bench.deliver(deactivation());
  return bench;
}

function inEntra(but: Partial<Change> = {}): unknown {
  return thin({ source: 'entra', eventId: 'updated', occurredAt: NOW + 10, subject: { id: LEA_ID }, ...but });
}
