import { expect, it } from 'vitest';
import { BridgeError } from '../../../functions/identity/bridge-error.ts';
import { createClientUses } from '../../../functions/scim/requests/client-use.ts';
import type { RequestEntry } from '../../../functions/scim/requests/entry.ts';
import type { ClientUse } from '../../../functions/state/scim/clients.ts';
import { NOW } from '../../support/changes.ts';
import { aClock } from '../../support/clock.ts';
import { memoryClients } from '../../support/memory-clients.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function entry(but: Partial<RequestEntry> = {}): RequestEntry {
  return { requestId: 'r', tenant: 'acme', op: 'users.get', status: 200, outcome: 'done', ms: 5, ...but };
}

function refused(requestId: string): RequestEntry {
  return entry({ requestId, op: 'users.patch', status: 400, outcome: 'refused', why: 'invalidValue' });
}

function someUses(store = memoryClients()) {
  const clock = aClock();
  const writes: ClientUse[] = [];
  const lines: string[] = [];
  const counted = {
    ...store,
    note(tenant: string, client: string, use: ClientUse) {
      writes.push(use);
      return store.note(tenant, client, use);
    },
  };
  const uses = createClientUses(counted, { clock, log: (_, message) => lines.push(message) });
  return { ...uses, clock, writes, lines, store };
}

it('the use of a client is written once an hour, and by the instance known at once', async () => {
  // Prepare
  const { note, of, clock, writes } = someUses();

  // Act
  await note('scim', entry());
  clock.advance(HOUR - 1);
  await note('scim', entry());
  const known = await of('acme', 'scim');
  clock.advance(1);
  await note('scim', entry());

  // Assess
  expect(known).toEqual({ lastUsedAt: NOW + HOUR - 1 });
  expect(writes).toEqual([{ lastUsedAt: NOW }, { lastUsedAt: NOW + HOUR }]);
});

it('what a client was refused is written once a minute, and the newest is known', async () => {
  // Prepare
  const { note, of, clock, writes } = someUses();
  await note('scim', entry());

  // Act
  await note('scim', refused('r-1'));
  clock.advance(MINUTE - 1);
  await note('scim', refused('r-2'));
  const known = await of('acme', 'scim');
  clock.advance(1);
  await note('scim', refused('r-3'));

  // Assess
  expect(known.lastRefusal).toEqual({
    at: NOW + MINUTE - 1,
    requestId: 'r-2',
    op: 'users.patch',
    status: 400,
    why: 'invalidValue',
  });
  expect(writes.map(({ lastRefusal }) => lastRefusal?.requestId)).toEqual([undefined, 'r-1', 'r-3']);
});

it('each client has a use of its own, and whoever is looked for in vain is no refusal', async () => {
  // Prepare
  const { note, of, writes } = someUses();

  // Act
  await note('scim-okta', entry({ status: 404, outcome: 'refused' }));
  await note('scim-entra', entry());

  // Assess
  expect(writes).toHaveLength(2);
  expect(await of('acme', 'scim-okta')).toEqual({ lastUsedAt: NOW });
  expect(await of('acme', 'scim-hr')).toEqual({});
});

it('what another instance has written counts where it is newer', async () => {
  // Prepare
  const { note, of, clock, store } = someUses();
  await note('scim', refused('ours'));
  const theirs = { at: NOW + 5, requestId: 'theirs', op: 'users.create', status: 409 };
  await store.note('acme', 'scim', { lastUsedAt: NOW + 5, lastRefusal: theirs });

  // Act
  const before = await of('acme', 'scim');
  clock.advance(10);
  await note('scim', refused('ours again'));
  const after = await of('acme', 'scim');

  // Assess
  expect(before).toEqual({ lastUsedAt: NOW + 5, lastRefusal: theirs });
  expect([after.lastUsedAt, after.lastRefusal?.requestId]).toEqual([NOW + 10, 'ours again']);
});

it('an answer does not fail because its use cannot be written', async () => {
  // Prepare
  const failure = new BridgeError('state_unavailable', 'down', { retryable: true });
  const { note, lines } = someUses({ ...memoryClients(), note: () => Promise.reject(failure) });

  // Act & assess
  await expect(note('scim', entry())).resolves.toBeUndefined();
  expect(lines).toEqual(['use of a client not noted']);
});
