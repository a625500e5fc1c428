import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';

export interface AwsEmulators {
  dynamodbUrl: string;
  sqsUrl: string;
  stop(): Promise<void>;
}

const readySchema = z.object({ dynamodbUrl: z.url(), sqsUrl: z.url() });

/** DynamoDB and SQS in memory, in a thread of their own so that they take no time from the functions. */
export async function startAwsEmulators(): Promise<AwsEmulators> {
  const worker = new Worker(new URL('./aws-emulators-worker.ts', import.meta.url));
  const [ready] = await once(worker, 'message');

  async function stop(): Promise<void> {
    const exited = once(worker, 'exit');
    worker.postMessage('stop');
    await exited;
  }

  return { ...readySchema.parse(ready), stop };
}
