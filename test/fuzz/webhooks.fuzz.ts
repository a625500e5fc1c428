import { describe } from 'vitest';
import type { Json } from '../../functions/identity/json.ts';
import { createReceive } from '../../functions/receive/receive.ts';
import { entraNotifications } from '../../functions/sources/entra/notifications.ts';
import { oktaEventHook } from '../../functions/sources/okta/event-hook.ts';
import { tenantTable } from '../../functions/tenants/tenant-table.ts';
import { parseWebhookTenant } from '../../functions/tenants/webhook-tenant.ts';
import { NOW } from '../support/changes.ts';
import { aNotification, objectId } from '../support/graph-notifications.ts';
import { APP, anEnvelope, anOktaEvent, GROUP, LEA } from '../support/okta-events.ts';
import type { Random } from '../support/random.ts';
import { anEntraFile, anOktaFile, aTenantFile, HOOK_CREDENTIAL } from '../support/tenants.ts';
import { fuzz } from './fuzz.ts';
import { anAddress, aText, CANARY } from './json.ts';
import type { Trial } from './judge.ts';
import { aContentType, anEvent, METHODS } from './requests.ts';

const lines: unknown[] = [];

const receive = createReceive({
  tenants: tenantTable(
    new Map([
      ['acme', aTenantFile({ okta: anOktaFile({ apps: [APP.id], locks: true }), entra: anEntraFile() })],
    ]),
    parseWebhookTenant,
  ),
  sources: { okta: oktaEventHook, entra: entraNotifications },
  queues: { changes: 'changes', revocations: 'revocations' },
  sendMessages: async () => {},
  clock: () => NOW,
  log: (line) => lines.push(line),
});

/** A body as JSON has it: what factories of tests leave undefined is not there. */
function sent(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}

const OKTA_TYPES = [
  ...['user.lifecycle.deactivate', 'user.lifecycle.activate', 'user.lifecycle.create', 'user.account.lock'],
  ...[
    'application.user_membership.add',
    'group.user_membership.remove',
    'user.account.update_profile',
    '__proto__',
  ],
];

function anOktaBody(random: Random): Json {
  const person = () => ({
    ...LEA,
    id: `00u${random.below(100)}`,
    alternateId: anAddress(random),
    displayName: `${CANARY} Person`,
  });
  const events = Array.from({ length: 1 + random.below(3) }, () =>
    anOktaEvent({ eventType: random.pick(OKTA_TYPES), target: [person(), APP, GROUP] }),
  );
  return sent(anEnvelope(events));
}

function anEntraBody(random: Random): Json {
  const value = Array.from({ length: 1 + random.below(3) }, () => {
    const id = objectId(random.below(1000));
    const changeType = random.pick(['updated', 'deleted', 'created', CANARY]);
    return aNotification({
      changeType,
      resource: `Users/${id}`,
      ...(random.chance(0.1) && { lifecycleEvent: random.pick(['missed', 'subscriptionRemoved', CANARY]) }),
    });
  });
  return sent({ value });
}

function onReceive(source: string, valid: (random: Random) => Json): (random: Random) => Trial {
  return (random) => {
    lines.length = 0;
    const other = random.pick(['okta', 'entra', 'constructor', '']);
    const validation = `validationToken=${encodeURIComponent(aText(random).toWellFormed())}`;
    const input = anEvent(random, {
      method: random.chance(0.93) ? 'POST' : random.pick(METHODS),
      pathParameters: random.chance(0.97)
        ? {
            source: random.chance(0.97) ? source : other,
            tenant: random.chance(0.9) ? 'acme' : random.pick(['ACME', '', '..', '__proto__']),
          }
        : undefined,
      query: random.chance(0.05) ? random.pick([validation, `${validation}&validationToken=%`]) : '',
      headers: {
        authorization: random.chance(0.9) ? HOOK_CREDENTIAL : aText(random),
        'content-type': aContentType(random),
        ...(random.chance(0.1) && { 'x-okta-verification-challenge': aText(random) }),
      },
      body: valid(random),
    });
    return { input, run: () => receive(input), lines: () => lines };
  };
}

describe('webhooks', () => {
  fuzz('of Okta are answered, whatever they are', onReceive('okta', anOktaBody));
  fuzz('of Entra are answered, whatever they are', onReceive('entra', anEntraBody));
});
