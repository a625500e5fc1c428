import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it } from 'vitest';
import { createRetryLater } from '../../functions/queue/retry-later.ts';
import { json, scriptedServer } from '../support/http-server.ts';
import { anSqs, sqsClient } from '../support/sqs.ts';

it('sets when a message can be seen again', async () => {
  // Prepare
  const server = await scriptedServer();
  server.answers('POST /', json(200, {}));
  const queueUrl = `${server.url}/000000000000/changes`;

  // Act
  await createRetryLater(sqsClient(server.url))(queueUrl, 'handle-1', 90);

  // Assess
  const [request] = server.requests;
  expect(request?.headers['x-amz-target']).toBe('AmazonSQS.ChangeMessageVisibility');
  expect(JSON.parse(request?.body ?? '')).toEqual({
    QueueUrl: queueUrl,
    ReceiptHandle: 'handle-1',
    VisibilityTimeout: 90,
  });
});

it.each([
  [0, 1],
  [600, 0],
])('after %i seconds: %i to be seen at once', async (seconds, expected) => {
  // Prepare
  const { client, createQueue } = await anSqs();
  const QueueUrl = await createQueue('changes');
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
  const [received] = (await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? [];

  // Act
  await createRetryLater(client)(QueueUrl, received?.ReceiptHandle ?? '', seconds);

  // Assess
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
  expect(Messages).toHaveLength(expected);
});
