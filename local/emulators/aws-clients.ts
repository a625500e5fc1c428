import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AwsEmulators } from './aws-emulators.ts';

const REGION = 'eu-west-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Clients of the stack itself, beside those that the functions make. */
export function awsClients({ sqsUrl, dynamodbUrl }: AwsEmulators): {
  sqs: SQSClient;
  dynamodb: DynamoDBClient;
} {
  const common = { region: REGION, credentials: CREDENTIALS };
  return {
    sqs: new SQSClient({ ...common, endpoint: sqsUrl }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: dynamodbUrl }),
  };
}

/** For the functions' own AWS clients. The files of `directory` do not exist: nobody's profile gets in. */
export function awsEnvironment(
  { sqsUrl, dynamodbUrl }: AwsEmulators,
  secretsUrl: string,
  directory: string,
): Record<string, string | undefined> {
  return {
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: undefined,
    AWS_PROFILE: undefined,
    AWS_CONFIG_FILE: join(directory, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(directory, 'no-credentials'),
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
    AWS_ENDPOINT_URL_SQS: sqsUrl,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
  };
}
