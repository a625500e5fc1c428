import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { BridgeError } from '../identity/bridge-error.ts';

/** Puts a message that cannot succeed on a dead-letter queue, with the reason. */
export type DeadLetter = (
  queueUrl: string,
  body: string,
  group: string,
  problem: BridgeError,
) => Promise<void>;

/** Body as it was, so that a redrive simply tries again; `code` and `reason` as message attributes. */
export function createDeadLetter(client: Pick<SQSClient, 'send'>): DeadLetter {
  return async function deadLetter(QueueUrl, MessageBody, MessageGroupId, { code, message }) {
    const MessageAttributes = {
      code: { DataType: 'String', StringValue: code },
      reason: { DataType: 'String', StringValue: message },
    };
    try {
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId, MessageAttributes }));
    } catch (cause) {
      throw new BridgeError(
        'queue_unavailable',
        'The dead-letter queue did not take a message, so it stays on its queue and is tried again.',
        { retryable: true, cause },
      );
    }
  };
}
