import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Table, table } from '../../functions/state/table.ts';
import { createTable } from '../../local/aws-resources.ts';
import { startDynamodbEmulator } from '../../local/dynamodb-emulator.ts';

/** DynamoDB on this machine with the bridge's table in it. */
export interface TableBench {
  table: Table;
  url: string;
  /** Puts an item there that the bridge did not write. */
  putItem(item: Record<string, unknown>): Promise<void>;
  stop(): Promise<void>;
}

export async function startTable(): Promise<TableBench> {
  const emulator = await startDynamodbEmulator();
  const client = dynamodbClient(emulator.url);
  const state = table(client, 'state');
  await createTable(client, state.name);

  async function putItem(Item: Record<string, unknown>): Promise<void> {
    await state.client.send(new PutCommand({ TableName: state.name, Item }));
  }

  async function stop(): Promise<void> {
    client.destroy();
    await emulator.close();
  }

  return { table: state, url: emulator.url, putItem, stop };
}

/** A table that nobody can reach. */
export function unreachableTable(): Table {
  // Port 9 (discard) is listened on by nothing.
  return table(dynamodbClient('http://127.0.0.1:9'), 'state');
}

function dynamodbClient(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}
