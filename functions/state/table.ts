import { ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BridgeError } from '../identity/bridge-error.ts';

/** The one table, and the client to reach it. Partition key `pk`, sort key `sk`, both texts. */
export interface Table {
  client: DynamoDBDocumentClient;
  name: string;
}

export function table(client: DynamoDBClient, name: string): Table {
  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    name,
  };
}

/** Runs a write that has a condition; a condition that does not hold is an answer, not an error. */
export async function conditionally(write: () => Promise<unknown>): Promise<'saved' | 'conflict'> {
  return (await unlessRefused(write)) === 'refused' ? 'conflict' : 'saved';
}

/** As `conditionally`, with DynamoDB's answer. */
export async function unlessRefused<Answer>(write: () => Promise<Answer>): Promise<Answer | 'refused'> {
  try {
    return await answered(write);
  } catch (error) {
    if (error instanceof BridgeError && error.cause instanceof ConditionalCheckFailedException)
      return 'refused';
    throw error;
  }
}

/** Runs a DynamoDB call. Whatever it throws becomes a retryable BridgeError `state_unavailable`. */
export async function answered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (cause) {
    throw new BridgeError(
      'state_unavailable',
      `DynamoDB did not carry out a request (${String(Object(cause).name)}). The event goes back to the queue.`,
      { retryable: true, cause },
    );
  }
}
