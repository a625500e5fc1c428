import { CreateQueueCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import { startSqsEmulator } from '../../local/emulators/sqs.ts';

/** SQS on this machine. */
export interface SqsBench {
  client: SQSClient;
  /** Creates a queue and returns its URL. */
  createQueue(name: string): Promise<string>;
}

export async function anSqs(): Promise<SqsBench> {
  const emulator = await startSqsEmulator();
  const client = sqsClient(emulator.url);
  onTestFinished(async () => {
    client.destroy();
    await emulator.close();
  });

  async function createQueue(QueueName: string): Promise<string> {
    await client.send(new CreateQueueCommand({ QueueName }));
    return `${emulator.url}/000000000000/${QueueName}`;
  }

  return { client, createQueue };
}

/** AWS' own client for what listens at `endpoint`. `md5: false` believes an answer that hashes no bodies. */
export function sqsClient(endpoint: string, settings: SQSClientConfig = {}): SQSClient {
  return new SQSClient({
    ...settings,
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}
