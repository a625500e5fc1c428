import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEAVER } from '../../local/demo-people.ts';
import { PortTakenError, serveLoopback } from '../../local/gateway/loopback-server.ts';
import { oktaEventHook } from '../../local/simulators/okta/event-hook.ts';
import { type Stack, startStack } from '../../local/stack.ts';

const ORG = 'https://demo.okta.com';

describe('the bridge on one machine', () => {
  let before: NodeJS.ProcessEnv;
  let stack: Stack;

  beforeAll(async () => {
    before = { ...process.env };
    process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  function callHook(eventTypes: string, credential = 'demo-okta-secret'): Promise<Response> {
    return fetch(`${stack.url}/webhooks/okta/demo`, {
      method: 'POST',
      headers: { authorization: credential, 'content-type': 'application/json' },
      body: JSON.stringify(oktaEventHook({ orgUrl: ORG, user: LEAVER, eventTypes })),
    });
  }

  async function view(path: string): Promise<unknown> {
    return (await fetch(`${stack.url}${path}`)).json();
  }

  it('takes a deactivation from Okta’s call to Clarus, and shows the receipt', async () => {
    const response = await callHook('user.lifecycle.deactivate');
    await stack.idle();

    expect(response.status).toBe(204);
    expect(stack.clarus.users().find(({ id }) => id === 41)).toMatchObject({ is_active: false });
    expect(await view('/_local/receipts?tenant=demo')).toEqual([
      expect.objectContaining({ subjectId: '00uLEAVER', clarusUserId: '41', outcome: 'applied' }),
    ]);
    expect(stack.secrets.reads('clarus-bridge/demo')).toBe(1);
  });

  it('lets nobody in without the credential', async () => {
    expect((await callHook('user.lifecycle.activate', 'guess')).status).toBe(401);
  });

  it('shows queues and dead letters without taking anything off them', async () => {
    // A look at whoever was just deactivated may still be delayed in the queue.
    await stack.idle();
    const { changes } = await stack.viewQueues();
    const QueueUrl = stack.queues.changes.url;
    await stack.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"kind":"nonsense"}' }));
    await stack.idle();

    const first = await view('/_local/queues');
    const second = await view('/_local/queues');

    expect(first).toMatchObject({
      changes: { ...changes, ready: 0, inFlight: 0 },
      'changes-dead-letter': { ready: 1 },
      deadLetters: [
        {
          queue: 'changes-dead-letter',
          code: 'change_malformed',
          reason: expect.any(String),
          body: { kind: 'nonsense' },
        },
      ],
    });
    expect(second).toEqual(first);
  });

  it('keeps messages while delivery is paused', async () => {
    await stack.pauseDelivery();
    await callHook('user.lifecycle.activate');
    const paused = await stack.viewQueues();
    stack.resumeDelivery();
    await stack.idle();

    expect(paused.changes).toMatchObject({ ready: 1 });
    expect((await stack.viewQueues()).changes).toMatchObject({ ready: 0, inFlight: 0 });
  });

  it.each([
    ['GET', '/_local/anything'],
    ['POST', '/_local/queues'],
  ])('has no view at %s %s', async (method, path) => {
    expect((await fetch(`${stack.url}${path}`, { method })).status).toBe(404);
  });

  it('stops promptly in the middle of a request that hangs, and leaves the environment as it was', async () => {
    await stack.stop();
    stack = await startStack();
    stack.clarus.addFault({ delayMs: 60_000, count: 100 });
    await callHook('user.lifecycle.deactivate');
    await expect.poll(() => stack.clarus.requests().length).toBeGreaterThan(0);
    const begun = performance.now();

    await stack.stop();

    expect(performance.now() - begun).toBeLessThan(4000);
    for (const name of ['AWS_ENDPOINT_URL_SQS', 'AWS_REGION', 'TENANTS_FILE', 'OKTA_API_BASE_URL']) {
      expect(process.env[name]).toBe(before[name]);
    }
  });
});

describe('a stack that cannot start', () => {
  it('names the service whose port is taken', async () => {
    const other = await serveLoopback('other', () => {});

    await expect(startStack({ ports: { bridge: other.port } })).rejects.toThrow(PortTakenError);
    await expect(startStack({ ports: { okta: other.port } })).rejects.toMatchObject({
      service: 'okta',
      port: other.port,
    });

    await other.close();
  });
});
