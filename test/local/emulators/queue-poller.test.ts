import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createQueuePair, type QueuePair } from '../../../local/emulators/aws-resources.ts';
import {
  type QueuePoller,
  type QueuePollerOptions,
  startQueuePoller,
} from '../../../local/emulators/queue-poller.ts';
import { type Emulator, startSqsEmulator } from '../../../local/emulators/sqs.ts';
import { viewQueues } from '../../../local/queue-view.ts';

const DONE: SQSBatchResponse = { batchItemFailures: [] };

function failing(...records: SQSRecord[]): SQSBatchResponse {
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

describe('the queue poller', () => {
  let emulator: Emulator;
  let sqs: SQSClient;
  let queue: QueuePair;
  let poller: QueuePoller | undefined;
  const events: SQSEvent[] = [];
  const reported: unknown[] = [];

  // Queues of its own for each test: the last long poll of a stopped poller may still take a message.
  beforeEach(async () => {
    events.length = 0;
    reported.length = 0;
    emulator = await startSqsEmulator();
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    sqs = new SQSClient({ region: 'eu-west-1', endpoint: emulator.url, credentials });
    const settings = { visibilityTimeout: 1, maxReceiveCount: 2 };
    queue = await createQueuePair(sqs, emulator.url, 'changes', settings);
  });
  afterEach(async () => {
    await poller?.stop();
    poller = undefined;
    sqs.destroy();
    await emulator.close();
  });

  function start(
    handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>,
    options: Partial<QueuePollerOptions> = {},
  ): QueuePoller {
    poller = startQueuePoller({
      client: sqs,
      queue,
      functionName: 'deliver',
      handler: (event, context) => {
        events.push(event);
        return handler(event, context);
      },
      report: (error) => reported.push(error),
      ...options,
    });
    return poller;
  }

  function send(body: string, more: { DelaySeconds?: number } = {}) {
    return sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body, ...more }));
  }

  function sendMany(count: number) {
    const Entries = Array.from({ length: count }, (_, index) => ({
      Id: `${index}`,
      MessageBody: `${index}`,
    }));
    return sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  }

  function bodies(): string[][] {
    return events.map(({ Records }) => Records.map(({ body }) => body));
  }

  async function counts() {
    return (await viewQueues(emulator.url, [queue])).changes;
  }

  it('hands over the event that Lambda makes of messages', async () => {
    const before = Date.now();
    const { MessageId } = await sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: '{"kind":"look"}',
        MessageGroupId: 'demo',
        MessageAttributes: {
          code: { DataType: 'String', StringValue: 'contention' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
        },
      }),
    );
    let context: Context | undefined;

    await start(async (_, given) => {
      context = given;
      return DONE;
    }).idle();

    const [record] = events.flatMap(({ Records }) => Records);
    expect(record).toEqual({
      messageId: MessageId,
      receiptHandle: expect.any(String),
      body: '{"kind":"look"}',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {
        code: { dataType: 'String', stringValue: 'contention', stringListValues: [], binaryListValues: [] },
        raw: { dataType: 'Binary', binaryValue: 'AP8=', stringListValues: [], binaryListValues: [] },
      },
      md5OfBody: expect.any(String),
      md5OfMessageAttributes: expect.any(String),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:changes',
      awsRegion: 'eu-west-1',
    });
    expect(Number(record?.attributes.SentTimestamp)).toBeGreaterThanOrEqual(before);
    expect(context).toMatchObject({ functionName: 'deliver', awsRequestId: expect.any(String) });
    expect(context?.getRemainingTimeInMillis()).toBeGreaterThan(0);
  });

  it('batches what is there, ten at most, and deletes what succeeded', async () => {
    await sendMany(10);
    await send('10');

    await start(async () => DONE).idle();

    expect(bodies()).toEqual([['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], ['10']]);
    expect(await counts()).toEqual({ ready: 0, inFlight: 0, delayed: 0 });
  });

  it('receives again what was reported as failed, and only that', async () => {
    await sendMany(3);

    await start(async ({ Records: [first, second] }) =>
      events.length > 1 || first === undefined || second === undefined ? DONE : failing(second),
    ).idle();

    expect(bodies()).toEqual([['0', '1', '2'], ['1']]);
    expect(events[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
  });

  it('honours a visibility timeout that the function has set', async () => {
    await send('soon');

    await start(async ({ Records: [record] }) => {
      if (events.length > 1 || record === undefined) return DONE;
      const ReceiptHandle = record.receiptHandle;
      await sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 0 }),
      );
      return failing(record);
    }).idle();

    expect(bodies()).toEqual([['soon'], ['soon']]);
  });

  it('takes a throw as the failure of the whole batch, and reports it', async () => {
    await sendMany(2);
    const boom = new Error('boom');

    await start(async () => {
      if (events.length === 1) throw boom;
      return DONE;
    }).idle();

    expect(reported).toEqual([boom]);
    expect(bodies().flat().sort()).toEqual(['0', '0', '1', '1']);
  });

  it('takes an unknown identifier as the failure of the whole batch, as Lambda does', async () => {
    await send('x');

    await start(async () =>
      events.length === 1 ? { batchItemFailures: [{ itemIdentifier: 'unknown' }] } : DONE,
    ).idle();

    expect(bodies()).toEqual([['x'], ['x']]);
  });

  it('sees a message end on the dead-letter queue when it was received too often', async () => {
    await send('{"poison":true}');

    await start(async ({ Records }) => failing(...Records)).idle();

    const { deadLetters } = await viewQueues(emulator.url, [queue]);
    expect(events).toHaveLength(2);
    expect(deadLetters).toEqual([
      {
        queue: 'changes-dead-letter',
        code: 'received_too_often',
        reason: expect.any(String),
        body: { poison: true },
      },
    ]);
  });

  it('does not wait for delayed messages to be idle', async () => {
    await send('later', { DelaySeconds: 1 });

    const polling = start(async () => DONE);
    await polling.idle();

    expect(events).toEqual([]);
    expect(await counts()).toMatchObject({ delayed: 1 });
    await vi.waitFor(() => expect(bodies()).toEqual([['later']]), { timeout: 5000 });
    await polling.idle();
  });

  it('has as many batches in flight as it may, and no more', async () => {
    await sendMany(6);
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;

    const polling = start(
      async () => {
        most = Math.max(most, ++running);
        await gate.promise;
        running--;
        return DONE;
      },
      { concurrency: 3, batchSize: 1 },
    );
    await vi.waitFor(() => expect(running).toBe(3));
    gate.resolve();
    await polling.idle();

    expect(events).toHaveLength(6);
    expect(most).toBe(3);
  });

  it('waits for the batches in flight when it stops, and takes no more', async () => {
    await send('first');
    const gate = Promise.withResolvers<void>();
    const polling = start(async () => {
      await gate.promise;
      return DONE;
    });
    await vi.waitFor(() => expect(events).toHaveLength(1));

    const stopped = polling.stop();
    await send('second');
    gate.resolve();
    await stopped;

    expect(bodies()).toEqual([['first']]);
    // In flight if the last long poll took it.
    const { ready, inFlight } = Object(await counts());
    expect(ready + inFlight).toBe(1);
  });

  it('stops at once in the middle of a long poll, and that poll loses no message', async () => {
    const first = start(async () => DONE);
    await first.idle();
    await first.stop();

    await send('afterwards');
    await start(async () => DONE).idle();

    expect(bodies()).toEqual([['afterwards']]);
  });
});
