import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildApp } from 'fauxqs';

export interface Emulator {
  url: string;
  close(): Promise<void>;
}

type App = ReturnType<typeof buildApp>;

/** Requests that can make a message visible. */
const ARRIVALS = new Set(['SendMessage', 'SendMessageBatch', 'ChangeMessageVisibility']);
/** Milliseconds between looks for messages whose delay or visibility timeout has ended. */
const RECHECK = 50;

/** SQS in memory. Not by the package's own start function, which listens on all of the machine's addresses. */
export async function startSqsEmulator(): Promise<Emulator> {
  const app = buildApp({ logger: false });
  pollForOurselves(app);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}

/**
 * Long polling in place of the package's own, where a poll whose caller has hung up goes on and takes the
 * next messages, which then nobody sees until their visibility timeout ends.
 */
function pollForOurselves(app: App): void {
  const waiting = new Set<() => void>();

  app.addHook('onResponse', async (request) => {
    if (!ARRIVALS.has(actionOf(request.headers))) return;
    for (const wake of waiting) wake();
  });
  app.addHook('preClose', async () => {
    for (const wake of waiting) wake();
  });

  app.addHook('preHandler', async (request, reply) => {
    const input: { QueueUrl?: string; WaitTimeSeconds?: number } = Object(request.body);
    if (actionOf(request.headers) !== 'ReceiveMessage' || !input.WaitTimeSeconds) return;
    const until = Date.now() + input.WaitTimeSeconds * 1000;
    const { socket } = request.raw;
    const hungUp = () => socket.readableEnded || socket.destroyed;
    let answer = { statusCode: 200, payload: '{}' };
    while (!hungUp()) {
      const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
      const timer = setTimeout(wake, RECHECK);
      // Before the look: what arrives during it must not be missed.
      waiting.add(wake);
      answer = await ask(app, 'ReceiveMessage', { ...input, WaitTimeSeconds: 0 });
      const over = answer.statusCode !== 200 || answer.payload !== '{}' || Date.now() >= until;
      if (!over) await woken;
      clearTimeout(timer);
      waiting.delete(wake);
      if (over) break;
      // A caller who hung up before this message was sent has now been noticed.
      await nextTurn();
    }
    return reply
      .code(answer.statusCode)
      .header('content-type', 'application/x-amz-json-1.0')
      .send(answer.payload);
  });
}

function ask(app: App, action: string, payload: object): Promise<{ statusCode: number; payload: string }> {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` };
  return app.inject({ method: 'POST', url: '/', headers, payload });
}

function actionOf(headers: Record<string, unknown>): string {
  return String(headers['x-amz-target']).replace('AmazonSQS.', '');
}
