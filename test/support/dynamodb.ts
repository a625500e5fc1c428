import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Table, table } from '../../functions/state/table.ts';
import { createTable } from '../../local/emulators/aws-resources.ts';
import { startDynamodbEmulator } from '../../local/emulators/dynamodb.ts';

/** DynamoDB on this machine with the bridge's table in it. */
export interface TableBench {
  table: Table;
  url: string;
  /** The requests made so far, by the names of their commands: to be emptied. */
  calls: string[];
  /** Puts an item there that the bridge did not write. */
  putItem(item: Record<string, unknown>): Promise<void>;
  /** The item as it is stored. */
  itemAt(pk: string, sk: string): Promise<Record<string, unknown> | undefined>;
  stop(): Promise<void>;
}

export async function startTable(): Promise<TableBench> {
  const emulator = await startDynamodbEmulator();
  const client = dynamodbClient(emulator.url);
  const state = table(client, 'state');
  const calls: string[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        calls.push(String(commandName).replace('Command', ''));
        return next(args);
      },
    { step: 'initialize' },
  );
  await createTable(client, state.name);

  async function putItem(Item: Record<string, unknown>): Promise<void> {
    await state.client.send(new PutCommand({ TableName: state.name, Item }));
    calls.length = 0;
  }

  async function itemAt(pk: string, sk: string): Promise<Record<string, unknown> | undefined> {
    const { Item } = await state.client.send(new GetCommand({ TableName: state.name, Key: { pk, sk } }));
    calls.length = 0;
    return Item;
  }

  async function stop(): Promise<void> {
    client.destroy();
    await emulator.close();
  }

  return { table: state, url: emulator.url, calls, putItem, itemAt, stop };
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
