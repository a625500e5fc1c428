import { describe, expect, it } from 'vitest';
import { NOW } from '../support/changes.ts';
import { aDeliverBench, type DeliverBench, LEA_IN_CLARUS } from './deliver-bench.ts';
import { activation, deactivation, thin } from './messages.ts';

const ADDRESS = 'lea.ver@acme.example';
const LEAVER = { id: '00uLEAVER', login: 'lver' };

describe('of whom the directory does not show any more', () => {
  it('what it showed last is the current address: also against somebody else who is in', async () => {
    const bench = await metWithoutUser();
    bench.okta.answer = { kind: 'gone' };

    await bench.deliver(deactivation({ eventId: 'leave', occurredAt: NOW + 10, subject: LEAVER }));

    expect(access(bench, '42')).toBe(false);
  });
});

describe('of whom the directory showed several addresses', () => {
  it('each of them is a current one once it does not show any more', async () => {
    const bench = await metWithoutUser(['m20@corp.example', ADDRESS]);
    bench.okta.answer = { kind: 'gone' };

    await bench.deliver(deactivation({ eventId: 'leave', occurredAt: NOW + 10, subject: LEAVER }));

    expect(access(bench, '42')).toBe(false);
  });
});

describe('a revocation that the inventory has announced', () => {
  it('looks for another user of the address, whatever the linked one was known to have', async () => {
    const bench = aDeliverBench();
    bench.okta.answer = { kind: 'found', user: {}, signsIn: false, addresses: [ADDRESS] };
    await bench.deliver(deactivation({ subject: LEAVER }));
    bench.inClarus.set(ADDRESS, [{ ...LEA_IN_CLARUS, id: '77' }]);
    bench.okta.answer = { kind: 'gone' };

    const found = { foundBy: 'inventory', subject: { id: '00uLEAVER' } } as const;
    await bench.deliver(deactivation({ eventId: 'inventory:77:1', ...found }));

    expect(access(bench, '77')).toBe(false);
  });
});

/** Read while nobody in Clarus had the address; a user with it came later, by another account that is in. */
async function metWithoutUser(addresses = [ADDRESS]): Promise<DeliverBench> {
  const bench = aDeliverBench();
  bench.inClarus.clear();
  bench.okta.answer = { kind: 'found', user: {}, signsIn: true, addresses };
  await bench.deliver(thin({ eventId: 'met', subject: LEAVER }));
  bench.inClarus.set(ADDRESS, [LEA_IN_CLARUS]);
  await bench.deliver(activation({ eventId: 'other', subject: { id: '00uOTHER', login: ADDRESS } }));
  return bench;
}

function access({ patches }: DeliverBench, id: string): boolean | undefined {
  return patches.findLast((patch) => patch.id === id && patch.attributes.is_active !== undefined)?.attributes
    .is_active;
}
