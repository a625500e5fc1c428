import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { lambdaContext } from '../gateway/lambda-context.ts';
import { toSqsEvent } from './sqs-event.ts';

export interface QueuePollerOptions {
  client: SQSClient;
  queue: { url: string; arn: string };
  functionName: string;
  handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
  /** Milliseconds the function may take. */
  timeout?: number;
  /** Batches in flight at a time. */
  concurrency?: number;
  batchSize?: number;
  /** Is told of what the function threw, and of a queue that does not answer. */
  report?: (error: unknown) => void;
}

export interface QueuePoller {
  /** When no message is ready or in flight; messages with a delay are not waited for. */
  idle(): Promise<void>;
  /** Ends the long poll and waits for the batches in flight. */
  stop(): Promise<void>;
}

const LONG_POLL_SECONDS = 20;
const PAUSE_AFTER_ERROR = 500;
const IDLE_CHECK = 25;

/**
 * Lambda's event source mapping for one queue: receives batches, calls the function, deletes what it has
 * done. What it reports as failed, or the whole batch if it throws, stays until its visibility timeout ends.
 */
export function startQueuePoller({
  client,
  queue: { url: QueueUrl, arn },
  functionName,
  handler,
  timeout = 60_000,
  concurrency = 2,
  batchSize = 10,
  report = console.error,
}: QueuePollerOptions): QueuePoller {
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();
  const polling = poll();

  async function poll(): Promise<void> {
    while (!stopping.signal.aborted) {
      if (inFlight.size >= concurrency) {
        await Promise.race(inFlight);
        continue;
      }
      const messages = await receive();
      if (messages.length === 0) continue;
      const batch = process(messages).catch(report);
      inFlight.add(batch);
      void batch.finally(() => inFlight.delete(batch));
    }
  }

  async function receive(): Promise<Message[]> {
    try {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: batchSize,
        WaitTimeSeconds: LONG_POLL_SECONDS,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      });
      const { Messages = [] } = await client.send(command, { abortSignal: stopping.signal });
      return Messages;
    } catch (error) {
      if (stopping.signal.aborted) return [];
      report(error);
      await delay(PAUSE_AFTER_ERROR);
      return [];
    }
  }

  async function process(messages: readonly Message[]): Promise<void> {
    const result = await handler(toSqsEvent(messages, arn), lambdaContext(functionName, timeout));
    const failed = new Set(result.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const ids = new Set(messages.map(({ MessageId }) => MessageId));
    // As Lambda does: an identifier it cannot find makes the whole batch a failure.
    if (![...failed].every((id) => ids.has(id))) throw new Error('The function reported an unknown message.');
    const Entries = messages
      .filter(({ MessageId = '' }) => !failed.has(MessageId))
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }

  async function isIdle(): Promise<boolean> {
    if (inFlight.size > 0) return false;
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).every((count) => count === '0') && inFlight.size === 0;
  }

  return {
    async idle() {
      while (!(await isIdle())) await delay(IDLE_CHECK);
    },
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(inFlight);
    },
  };
}
