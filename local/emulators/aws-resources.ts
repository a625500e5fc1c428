import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { INDEXES, KEYS } from '../../functions/state/table-definition.ts';

export type QueueName = 'changes' | 'revocations';

export interface Queue {
  name: string;
  url: string;
  arn: string;
}

/** A queue with the dead-letter queue behind it. */
export interface QueuePair extends Queue {
  deadLetters: Queue;
}

export interface QueueSettings {
  /** Seconds that a received message stays hidden. */
  visibilityTimeout: number;
  maxReceiveCount: number;
}

/** The one table, as the stack declares it. */
export async function createTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  const indexes = Object.values(INDEXES);
  const names = [KEYS, ...indexes].flatMap(({ partition, sort }) => [partition, sort]);
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...new Set<string>(names)].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: keys(KEYS.partition, KEYS.sort),
      GlobalSecondaryIndexes: indexes.map(({ name, partition, sort, whole }) => ({
        IndexName: name,
        KeySchema: keys(partition, sort),
        Projection: { ProjectionType: whole ? 'ALL' : 'KEYS_ONLY' },
      })),
    }),
  );
  await waitUntilTableExists({ client, minDelay: 1, maxWaitTime: 10 }, { TableName });
}

/** A queue and its dead-letter queue, as the stack declares them. */
export async function createQueuePair(
  client: SQSClient,
  endpoint: string,
  name: QueueName,
  { visibilityTimeout, maxReceiveCount }: QueueSettings,
): Promise<QueuePair> {
  const deadLetters = await createQueue(client, endpoint, `${name}-dead-letter`, {});
  const queue = await createQueue(client, endpoint, name, {
    VisibilityTimeout: String(visibilityTimeout),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount }),
  });
  return { ...queue, deadLetters };
}

async function createQueue(
  client: SQSClient,
  endpoint: string,
  name: string,
  Attributes: Record<string, string>,
): Promise<Queue> {
  await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  // The emulator finds a queue by the end of its URL; the name it gives the host need not resolve here.
  const url = `${endpoint}/000000000000/${name}`;
  const read = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
  const { QueueArn = '' } = (await client.send(read)).Attributes ?? {};
  return { name, url, arn: QueueArn };
}
