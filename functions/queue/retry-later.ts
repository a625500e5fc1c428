import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Makes a received message visible again after so many seconds. */
export type RetryLater = (queueUrl: string, receiptHandle: string, seconds: number) => Promise<void>;

export function createRetryLater(client: Pick<SQSClient, 'send'>): RetryLater {
  return async function retryLater(QueueUrl, ReceiptHandle, VisibilityTimeout) {
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  };
}
