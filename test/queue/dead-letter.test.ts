import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BridgeError } from '../../functions/identity/bridge-error.ts';
import { createDeadLetter } from '../../functions/queue/dead-letter.ts';
import { failureOf } from '../support/failure.ts';
import { json, scriptedServer } from '../support/http-server.ts';
import { anSqs, sqsClient } from '../support/sqs.ts';

const PROBLEM = new BridgeError(
  'clarus_refused',
  'Clarus refused the values for role_id (422). Correct it.',
  {
    retryable: false,
  },
);

it('is the message as it was, with code and reason', async () => {
  // Prepare
  const { client, createQueue } = await anSqs();
  const QueueUrl = await createQueue('changes-dead-letter');

  // Act
  await createDeadLetter(client)(QueueUrl, '{"kind":"change" , "a":1}', 'acme', PROBLEM);

  // Assess
  const receive = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] });
  const { Messages = [] } = await client.send(receive);
  expect(Messages).toEqual([
    expect.objectContaining({
      Body: '{"kind":"change" , "a":1}',
      MessageAttributes: {
        code: { DataType: 'String', StringValue: 'clarus_refused' },
        reason: { DataType: 'String', StringValue: PROBLEM.message },
      },
    }),
  ]);
});

it('is in the group of the tenant', async () => {
  // Prepare
  const server = await scriptedServer();
  server.answers('POST /', json(200, { MessageId: 'message-1' }));

  // Act
  const deadLetter = createDeadLetter(sqsClient(server.url, { md5: false }));
  await deadLetter(`${server.url}/000000000000/dead`, '{}', 'acme', PROBLEM);

  // Assess
  const [request] = server.requests;
  expect(JSON.parse(request?.body ?? '')).toMatchObject({ MessageBody: '{}', MessageGroupId: 'acme' });
});

it('is made whatever the body', async () => {
  const { client, createQueue } = await anSqs();
  const queueUrl = await createQueue('changes-dead-letter');
  const deadLetter = createDeadLetter(client);

  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), async (body) => {
      await deadLetter(queueUrl, body, 'acme', PROBLEM);

      const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
      expect(Messages?.map(({ Body }) => Body)).toEqual([body]);
    }),
    { numRuns: 30 },
  );
});

it('that is not taken is tried again, with the message still on its queue', async () => {
  const deadLetter = createDeadLetter(sqsClient('http://127.0.0.1:9'));

  const failure = await failureOf(() => deadLetter('http://127.0.0.1:9/0/dead', '{}', 'acme', PROBLEM));

  expect(failure).toMatchObject({ code: 'queue_unavailable', retryable: true });
});
