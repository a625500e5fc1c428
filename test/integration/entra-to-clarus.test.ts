import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEMO_DIRECTORY } from '../../local/simulators/graph/notification.ts';
import { DEMO_CLIENT_STATE, type Stack, startStack } from '../../local/stack.ts';
import { aNotification, objectId } from '../support/graph-notifications.ts';
import { sha256, type TenantFile } from '../support/tenants.ts';
import { everybody, SOON } from './bridge.ts';

function tenantsDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tenants-'));
  const file: TenantFile = {
    tenant: 'acme',
    clarus: { subdomain: 'acme' },
    entra: { directoryId: DEMO_DIRECTORY, clientState: { sha256: [sha256(DEMO_CLIENT_STATE)] } },
  };
  writeFileSync(join(directory, 'acme.json'), JSON.stringify(file));
  return directory;
}

async function anEntraBridge(): Promise<Stack> {
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED = 'true';
  vi.spyOn(Math, 'random').mockReturnValue(0);
  const stack = await startStack({ tenants: tenantsDirectory(), concurrency: 4 });
  stack.clarus.setUsers(everybody());
  stack.graph.setUsers(
    everybody().map(({ id, email, name }) => ({
      id: objectId(id),
      userPrincipalName: email,
      mail: email,
      displayName: name,
    })),
  );
  await stack.sweep();
  await stack.idle();
  return stack;
}

/** Whether each person is active in Clarus, by number. */
function inClarus(stack: Stack): boolean[] {
  return stack.clarus
    .users()
    .toSorted((a, b) => a.id - b.id)
    .map((user) => user.is_active);
}

describe('from Entra to Clarus', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await anEntraBridge();
  });
  afterAll(() => stack.stop());

  function post(body: unknown, query = ''): Promise<Response> {
    return fetch(`${stack.url}/webhooks/entra/acme${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  function item(person: number, but: Record<string, unknown> = {}): Record<string, unknown> {
    const [subscription] = stack.graph.subscriptions();
    return aNotification({
      subscriptionId: subscription?.id,
      clientState: DEMO_CLIENT_STATE,
      tenantId: DEMO_DIRECTORY,
      resource: `Users/${objectId(person)}`,
      resourceData: { id: objectId(person) },
      ...but,
    });
  }

  async function becomes(person: number, active: boolean): Promise<void> {
    await vi.waitFor(() => expect(inClarus(stack)[person - 1]).toBe(active), SOON);
  }

  it('the first sweep subscribes, by a handshake on both URLs, and brings everybody to the truth', () => {
    const [subscription, ...others] = stack.graph.subscriptions();

    expect(others).toEqual([]);
    expect(subscription).toMatchObject({
      changeType: 'updated,deleted',
      resource: 'users',
      notificationUrl: `${stack.url}/webhooks/entra/acme`,
      lifecycleNotificationUrl: `${stack.url}/webhooks/entra/acme`,
    });
    expect(inClarus(stack)).toEqual(everybody().map(() => true));
  });

  it.each([
    ['Validation%3A+a%2Bb%20c', 'Validation: a+b c'],
    ['%E2%82%AC', '€'],
  ])('the handshake %s comes back as text and nothing else', async (sent, token) => {
    const response = await post('', `?validationToken=${sent}`);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toBe(token);
  });

  it('blocked, deleted, restored and purged: the same Clarus user follows', async () => {
    await stack.graph.change({ id: objectId(1), accountEnabled: false });
    await becomes(1, false);
    await stack.graph.change({ id: objectId(1), accountEnabled: true });
    await becomes(1, true);
    await stack.graph.change({ id: objectId(1), delete: true });
    await becomes(1, false);
    await stack.graph.change({ id: objectId(1), restore: true });
    await becomes(1, true);
    await stack.graph.change({ id: objectId(1), delete: true });
    await becomes(1, false);
    await stack.graph.change({ id: objectId(1), purge: true });
    await stack.idle();

    expect(inClarus(stack)[0]).toBe(false);
    const receipts = await stack.receipts('acme');
    const ofPurge = receipts.filter(({ eventType }) => eventType === 'user.deleted');
    expect(ofPurge).toMatchObject([{ clarusUserId: '1', isActive: false }]);
  });

  it('an edit reaches Clarus', async () => {
    await stack.graph.change({ id: objectId(2), displayName: 'Renamed Person' });

    await vi.waitFor(
      () => expect(stack.clarus.users().find(({ id }) => id === 2)?.name).toBe('Renamed Person'),
      SOON,
    );
  });

  it('a mixed batch: forged items are dropped, the others are followed, the answer is 202', async () => {
    stack.graph.set({ notifications: false });
    await stack.graph.change({ id: objectId(3), accountEnabled: false });
    await stack.graph.change({ id: objectId(4), accountEnabled: false });
    await stack.graph.change({ id: objectId(5), accountEnabled: false });

    const response = await post({
      value: [
        item(3, { clientState: 'forged' }),
        item(4),
        item(5, { subscriptionId: objectId(999) }),
        null,
        item(5, { tenantId: objectId(998) }),
      ],
    });
    await becomes(4, false);
    await stack.idle();

    expect(response.status).toBe(202);
    expect(await response.text()).toBe('');
    expect(inClarus(stack).slice(2, 5)).toEqual([true, false, true]);
    expect(await stack.receipts('acme')).toContainEqual(
      expect.objectContaining({ subjectId: objectId(5), reason: 'unknown_subscription' }),
    );
    stack.graph.set({ notifications: true });
  });

  it('a storm of 500 notifications for one user makes few reads and one PATCH', async () => {
    stack.graph.set({ notifications: false });
    await stack.graph.change({ id: objectId(6), accountEnabled: false });
    await stack.pauseDelivery();
    const reads = () =>
      stack.graph.requests().filter(({ path }) => path.includes(`/users/${objectId(6)}?`)).length;
    const patches = () =>
      stack.clarus.requests().filter(({ method, path }) => method === 'PATCH' && path === '/api/users/6')
        .length;
    const before = { reads: reads(), patches: patches() };

    await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        post({
          value: [
            item(6, { resourceData: { id: objectId(6), eventTime: new Date(1e12 + i).toISOString() } }),
          ],
        }),
      ),
    );
    stack.resumeDelivery();
    await stack.idle();

    expect(inClarus(stack)[5]).toBe(false);
    expect(patches() - before.patches).toBe(1);
    expect(reads() - before.reads).toBeLessThanOrEqual(20);
    stack.graph.set({ notifications: true });
  });

  it('webhooks that are off while 50 users change: the sweep brings Clarus to the truth', async () => {
    stack.graph.set({ notifications: false });
    for (let person = 11; person <= 60; person++) {
      await stack.graph.change({ id: objectId(person), accountEnabled: person % 2 === 0 });
    }
    await stack.idle();
    const before = inClarus(stack).slice(10);

    await stack.sweep();
    await stack.idle();

    expect(before).toEqual(before.map(() => true));
    expect(inClarus(stack).slice(10)).toEqual(before.map((_, index) => (index + 11) % 2 === 0));
    const missed = (await stack.receipts('acme')).filter(
      ({ foundBy, appliedAt }) => foundBy === 'sweep' && appliedAt !== undefined,
    );
    expect(new Set(missed.map(({ subjectId }) => subjectId)).size).toBeGreaterThanOrEqual(25);
    stack.graph.set({ notifications: true });
  });

  it('after 410 all users are read again, and the brake holds what goes beyond its limit', async () => {
    // Prepare: 15 people lose access, and nobody hears of it.
    stack.graph.set({ notifications: false });
    const leavers = Array.from({ length: 15 }, (_, i) => 12 + 2 * i);
    for (const person of leavers) await stack.graph.change({ id: objectId(person), accountEnabled: false });
    stack.graph.expireDelta();
    const held = async () => (await stack.receipts('acme')).filter(({ outcome }) => outcome === 'held');
    const active = () => leavers.filter((person) => inClarus(stack)[person - 1]);

    // Act: somebody purged is read again for minutes, so the queue does not get idle.
    await stack.sweep();
    await vi.waitFor(async () => expect(await held()).toHaveLength(5), SOON);
    await vi.waitFor(() => expect(active()).toHaveLength(5), SOON);

    // Assess
    const kept = await held();
    expect(kept.map(({ clarusUserId }) => Number(clarusUserId)).sort((a, b) => a - b)).toEqual(active());
    expect(kept[0]).toMatchObject({ foundBy: 'resync', reason: 'brake' });

    // Act: an operator has looked at them.
    const released = await stack.release('acme');
    await vi.waitFor(() => expect(active()).toEqual([]), SOON);

    // Assess
    expect(released).toBe(5);
    await vi.waitFor(async () => expect(await held()).toEqual([]), SOON);
    expect(await stack.release('acme')).toBe(0);
    stack.graph.set({ notifications: true });
  });

  it.each([
    ['no JSON', '{'],
    ['no collection', []],
  ])('%s is 400', async (_, body) => {
    expect((await post(body)).status).toBe(400);
  });
});
