import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { BridgeError } from '../identity/bridge-error.ts';
import type { Message } from './message.ts';

/** A message on its way to a queue. */
export interface Outgoing {
  queueUrl: string;
  message: Message;
  /** Seconds until it becomes visible. */
  delay?: number;
}

/** Puts messages on their queues, all of them or a BridgeError: some may be there all the same. */
export type SendMessages = (messages: readonly Outgoing[]) => Promise<void>;

/** What SendMessageBatch takes (SQS quota). */
const BATCH = 10;

/**
 * Sends in batches of ten, in parallel. The message group is the tenant, which makes a standard queue a fair
 * one: one tenant's flood does not delay another's messages. Throws BridgeError `queue_unavailable` when SQS
 * did not take every message.
 */
export function createSendMessages(client: Pick<SQSClient, 'send'>): SendMessages {
  return async function sendMessages(messages) {
    const batches = [...Map.groupBy(messages, ({ queueUrl }) => queueUrl)].flatMap(([queueUrl, all]) =>
      inBatches(all).map((batch) => ({ queueUrl, batch })),
    );
    const ends = await Promise.allSettled(
      batches.map(({ queueUrl, batch }) => sendBatch(client, queueUrl, batch)),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed !== undefined) throw unavailable(failed.reason);
  };
}

async function sendBatch(
  client: Pick<SQSClient, 'send'>,
  QueueUrl: string,
  batch: readonly Outgoing[],
): Promise<void> {
  const Entries = batch.map(({ message, delay }, index) => ({
    Id: String(index),
    MessageBody: inAscii(JSON.stringify(message)),
    MessageGroupId: message.tenant,
    ...(delay !== undefined && { DelaySeconds: delay }),
  }));
  const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  const [first] = Failed;
  if (first !== undefined) throw new Error(`${Failed.length} of ${batch.length} refused: ${first.Code}`);
}

/** SQS refuses a body with U+FFFE or U+FFFF in it, and anybody can have those in their name. */
function inAscii(json: string): string {
  return json.replace(/[^\x20-\x7E]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function inBatches<Element>(all: readonly Element[]): Element[][] {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) =>
    all.slice(i * BATCH, (i + 1) * BATCH),
  );
}

function unavailable(cause: unknown): BridgeError {
  return new BridgeError(
    'queue_unavailable',
    'SQS did not take every message, so the sender is told to try again. What was taken stays: a duplicate ' +
      'does no harm.',
    { retryable: true, cause },
  );
}
