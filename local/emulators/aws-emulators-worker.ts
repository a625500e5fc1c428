import { parentPort } from 'node:worker_threads';
import { startDynamodbEmulator } from './dynamodb.ts';
import { startSqsEmulator } from './sqs.ts';

const emulators = await Promise.all([startDynamodbEmulator(), startSqsEmulator()]);
const [dynamodb, sqs] = emulators;

parentPort?.once('message', async () => {
  await Promise.all(emulators.map((emulator) => emulator.close()));
  parentPort?.close();
});
parentPort?.postMessage({ dynamodbUrl: dynamodb.url, sqsUrl: sqs.url });
