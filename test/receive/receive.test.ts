import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import type { Outgoing } from '../../functions/queue/send-messages.ts';
import { createReceive, type ReceiveLine } from '../../functions/receive/receive.ts';
import { entraNotifications } from '../../functions/sources/entra/notifications.ts';
import { oktaEventHook } from '../../functions/sources/okta/event-hook.ts';
import { tenantTable } from '../../functions/tenants/tenant-table.ts';
import { parseWebhookTenant } from '../../functions/tenants/webhook-tenant.ts';
import { NOW } from '../support/changes.ts';
import { aLifecycleNotification, aNotification, objectId } from '../support/graph-notifications.ts';
import { APP, anEnvelope, anOktaEvent, LEA } from '../support/okta-events.ts';
import { anEntraFile, anOktaFile, aTenantFile, HOOK_CREDENTIAL } from '../support/tenants.ts';

interface Call {
  method?: string;
  source?: string;
  tenant?: string;
  headers?: Record<string, string>;
  body?: string;
  isBase64Encoded?: boolean;
}

function theEvent({
  method = 'POST',
  source = 'okta',
  tenant = 'acme',
  ...call
}: Call): APIGatewayProxyEventV2 {
  const rawPath = `/webhooks/${source}/${tenant}`;
  const http = { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'Okta' };
  const { headers = { authorization: HOOK_CREDENTIAL }, body, isBase64Encoded = false } = call;
  return {
    version: '2.0',
    routeKey: 'ANY /webhooks/{source}/{tenant}',
    rawPath,
    rawQueryString: '',
    headers,
    pathParameters: { source, tenant },
    requestContext: { http, requestId: 'request-1' } as APIGatewayProxyEventV2['requestContext'],
    isBase64Encoded,
    ...(body !== undefined && { body }),
  };
}

const file = aTenantFile({ okta: anOktaFile({ apps: [APP.id] }), entra: anEntraFile() });

/** A receive whose queue takes everything, or fails. */
function aReceive(queueFails = false) {
  const sent: Outgoing[] = [];
  const lines: ReceiveLine[] = [];
  const receive = createReceive({
    tenants: tenantTable(new Map([['acme', file]]), parseWebhookTenant),
    sources: { okta: oktaEventHook, entra: entraNotifications },
    queues: { changes: 'q:changes', revocations: 'q:revocations' },
    async sendMessages(messages) {
      if (queueFails) throw new BridgeError('queue_unavailable', 'no', { retryable: true });
      sent.push(...messages);
    },
    clock: () => NOW,
    log: (line) => lines.push(line),
  });
  return { receive: (call: Call) => receive(theEvent(call)), sent, lines };
}

const deactivation = JSON.stringify(anEnvelope([anOktaEvent()]));

describe('the answers of the webhook', () => {
  it.each<[string, Call, number]>([
    ['a good event', { body: deactivation }, 204],
    [
      'a good event in base64',
      { body: Buffer.from(deactivation).toString('base64'), isBase64Encoded: true },
      204,
    ],
    ['an empty list of events', { body: JSON.stringify(anEnvelope([])) }, 204],
    ['a wrong credential', { headers: { authorization: 'wrong' }, body: deactivation }, 401],
    ['no credential', { headers: {}, body: deactivation }, 401],
    ['an unknown tenant', { tenant: 'nobody', body: deactivation }, 401],
    ['a tenant that is no name', { tenant: '../demo', body: deactivation }, 401],
    ['a tenant named like a member of every object', { tenant: 'constructor', body: deactivation }, 401],
    ['an unknown source', { source: 'octa', body: deactivation }, 404],
    ['a source named like a member of every object', { source: 'constructor', body: deactivation }, 404],
    ['another method', { method: 'PUT', body: deactivation }, 405],
    ['no body', {}, 400],
    ['no JSON', { body: '{' }, 400],
    ['no envelope', { body: '[]' }, 400],
    ['1 MiB and a byte', { body: ' '.repeat(1024 * 1024 + 1) }, 413],
    [
      'the same in base64',
      { body: Buffer.alloc(1024 * 1024 + 1, 32).toString('base64'), isBase64Encoded: true },
      413,
    ],
    ['more than 1 MiB in fewer characters', { body: 'é'.repeat(600_000) }, 413],
    ['1 MiB of no JSON', { body: ' '.repeat(1024 * 1024) }, 400],
    ['too large a body from a stranger', { headers: {}, body: ' '.repeat(1024 * 1024 + 1) }, 401],
  ])('%s: %i', async (_, call, status) => {
    // Prepare
    const { receive, sent } = aReceive();

    // Act
    const answer = await receive(call);

    // Assess
    expect(answer.statusCode).toBe(status);
    expect(sent.length).toBe(status === 204 && !call.body?.includes('"events":[]') ? 1 : 0);
    if (status === 204) expect(answer.body).toBeUndefined();
  });

  it('a wrong credential and an unknown tenant cannot be told apart', async () => {
    const { receive } = aReceive();

    const wrong = await receive({ headers: { authorization: 'wrong' }, body: deactivation });
    const unknown = await receive({ tenant: 'nobody', body: deactivation });

    expect(unknown).toEqual(wrong);
    expect(wrong.headers).toHaveProperty('www-authenticate');
  });

  it('405 names the methods there are', async () => {
    const answer = await aReceive().receive({ method: 'DELETE' });

    expect(answer.headers).toMatchObject({ allow: 'GET, POST' });
  });

  it('503 when the queue refuses, so that Okta sends the events again', async () => {
    const { receive, lines } = aReceive(true);

    const answer = await receive({ body: deactivation });

    expect(answer.statusCode).toBe(503);
    expect(lines).toMatchObject([{ status: 503, note: 'not_stored', why: 'queue_unavailable' }]);
  });

  it('the verification challenge comes back to the one who knows the secret', async () => {
    const { receive, sent } = aReceive();
    const challenge = { 'x-okta-verification-challenge': 'abc-123' };

    const known = await receive({ method: 'GET', headers: { authorization: HOOK_CREDENTIAL, ...challenge } });
    const stranger = await receive({ method: 'GET', headers: challenge });
    const bare = await receive({ method: 'GET' });

    expect(known).toMatchObject({ statusCode: 200, body: '{"verification":"abc-123"}' });
    expect(known.headers).toMatchObject({ 'content-type': 'application/json' });
    expect([stranger.statusCode, bare.statusCode]).toEqual([401, 400]);
    expect(sent).toEqual([]);
  });
});

describe('what is put on the queues', () => {
  it('takes access away on a queue of its own', async () => {
    const { receive, sent } = aReceive();
    const events = [
      anOktaEvent({ uuid: 'e1', eventType: 'user.lifecycle.deactivate' }),
      anOktaEvent({ uuid: 'e2', eventType: 'user.lifecycle.activate' }),
      anOktaEvent({ uuid: 'e3', eventType: 'user.account.update_profile' }),
    ];

    await receive({ body: JSON.stringify(anEnvelope(events)) });

    const byQueue = sent.map(({ queueUrl, message }) => [queueUrl, Object(message).eventId]);
    expect(byQueue).toEqual([
      ['q:revocations', 'e1'],
      ['q:changes', 'e2'],
      ['q:changes', 'e3'],
    ]);
  });

  it('lets everything that Graph says of a person by before comparisons of everybody', async () => {
    const { receive, sent } = aReceive();
    const value = [
      aNotification(),
      aNotification({ changeType: 'deleted', resourceData: { id: objectId(2) } }),
      aLifecycleNotification('reauthorizationRequired'),
    ];

    const answer = await receive({ source: 'entra', headers: {}, body: JSON.stringify({ value }) });

    expect(answer.statusCode).toBe(202);
    expect(sent).toMatchObject([
      { queueUrl: 'q:revocations', message: { kind: 'change', eventType: 'user.updated' } },
      { queueUrl: 'q:revocations', message: { kind: 'change', eventType: 'user.deleted', gone: true } },
      { queueUrl: 'q:changes', message: { kind: 'subscription' } },
    ]);
  });

  it('carries a notice of an app that is gone, and the register of who left it', async () => {
    const { receive, sent } = aReceive();
    const events = [
      anOktaEvent({ uuid: 'e1', eventType: 'application.lifecycle.delete', target: [APP] }),
      anOktaEvent({ uuid: 'e2', eventType: 'application.user_membership.remove', target: [APP, LEA] }),
    ];

    await receive({ body: JSON.stringify(anEnvelope(events)) });

    expect(sent).toMatchObject([
      { queueUrl: 'q:revocations', message: { kind: 'change', eventId: 'e2', register: APP.id } },
      { queueUrl: 'q:changes', message: { kind: 'attention', eventId: 'e1' } },
    ]);
  });

  it('one event twice in one envelope is one message', async () => {
    const { receive, sent } = aReceive();

    await receive({ body: JSON.stringify(anEnvelope([anOktaEvent(), anOktaEvent()])) });

    expect(sent).toHaveLength(1);
  });

  it('a bad event does not take the good ones with it, and is counted by its reason', async () => {
    const { receive, sent, lines } = aReceive();
    const failed = anOktaEvent({ uuid: 'e2', outcome: { result: 'FAILURE', reason: null } });
    const login = anOktaEvent({ uuid: 'e3', eventType: 'user.session.start' });

    const answer = await receive({
      body: JSON.stringify(anEnvelope([null, 7, failed, login, anOktaEvent({ uuid: 'e4' })])),
    });

    expect(answer.statusCode).toBe(204);
    expect(sent).toHaveLength(1);
    expect(lines).toMatchObject([
      { queued: 1, ignored: { malformed: 2, outcome_not_success: 1, type_not_mapped: 1 } },
    ]);
  });
});

describe('whatever comes', () => {
  it('any body gets an answer that is documented, and no unhandled error', async () => {
    const { receive } = aReceive();
    const anyEvents = fc.array(fc.oneof(fc.jsonValue(), fc.constant(anOktaEvent())), { maxLength: 4 });
    const anyBody = fc.oneof(
      fc.string(),
      fc.json(),
      anyEvents.map((events) => JSON.stringify({ ...anEnvelope([]), data: { events } })),
    );
    await fc.assert(
      fc.asyncProperty(anyBody, fc.boolean(), async (body, isBase64Encoded) => {
        const answer = await receive({ body, isBase64Encoded });
        expect([204, 400]).toContain(answer.statusCode);
      }),
      { numRuns: 500 },
    );
  });

  it('any header text and any name in the path is turned away', async () => {
    const { receive, sent } = aReceive();
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.string(),
        async (text, source, tenant) => {
          fc.pre(text !== HOOK_CREDENTIAL);
          const byHeader = await receive({ headers: { authorization: text }, body: deactivation });
          const byPath = await receive({
            source,
            tenant,
            headers: { authorization: text },
            body: deactivation,
          });
          expect([byHeader.statusCode, [401, 404].includes(byPath.statusCode ?? 0)]).toEqual([401, true]);
        },
      ),
    );
    expect(sent).toEqual([]);
  });

  it('logs ids and counts, never a credential, a name or an address', async () => {
    const { receive, lines } = aReceive();
    const event = anOktaEvent({
      target: [{ id: '00uX', type: 'User', alternateId: 'lea@acme.example', displayName: 'Lea' }],
    });

    await receive({ body: JSON.stringify(anEnvelope([event])) });
    await receive({
      headers: { authorization: 'a-wrong-secret' },
      tenant: 'x'.repeat(5000),
      body: deactivation,
    });

    const text = JSON.stringify(lines);
    for (const secret of [HOOK_CREDENTIAL, 'a-wrong-secret', 'lea@acme.example', 'Lea'])
      expect(text).not.toContain(secret);
    expect(text.length).toBeLessThan(1000);
  });
});
