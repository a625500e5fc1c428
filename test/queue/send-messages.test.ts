import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { LOOK_DELAY, type Message, parseMessage } from '../../functions/queue/message.ts';
import { createSendMessages } from '../../functions/queue/send-messages.ts';
import { aChange } from '../support/changes.ts';
import { failureOf } from '../support/failure.ts';
import { type Answer, json, reset, scriptedServer } from '../support/http-server.ts';
import { anSqs, sqsClient } from '../support/sqs.ts';

interface Entry {
  Id: string;
  MessageBody: string;
  MessageGroupId: string;
  DelaySeconds?: number;
}

function aMessage(eventId: string, tenant = 'acme'): Message {
  return {
    kind: 'change',
    ...aChange({ eventId, tenant, user: { active: false } }),
    user: { active: false },
  };
}

function messages(count: number): Message[] {
  return Array.from({ length: count }, (_, index) => aMessage(`event-${index}`));
}

/** The bodies of everything that a queue holds. */
async function taken(client: SQSClient, QueueUrl: string): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await client.send(receive);
    if (Messages.length === 0) return all;
    all.push(...Messages.map(({ Body = '' }) => Body));
  }
}

/** SQS' answer to a batch, with the failures it is told of. */
function aBatchAnswer(failed: readonly string[] = []): Answer {
  return (response, request) => {
    const { Entries }: { Entries: Entry[] } = JSON.parse(request.body);
    const Failed = failed.map((Id) => ({ Id, Code: 'InternalError', SenderFault: false }));
    const Successful = Entries.filter(({ Id }) => !failed.includes(Id)).map(({ Id }) => ({
      Id,
      MessageId: `message-${Id}`,
      MD5OfMessageBody: 'd41d8cd98f00b204e9800998ecf8427e',
    }));
    json(200, { Successful, Failed })(response, request);
  };
}

describe('messages', () => {
  it('reach their queues, all of them and whole', async () => {
    // Prepare
    const { client, createQueue } = await anSqs();
    const [changes, revocations] = [await createQueue('changes'), await createQueue('revocations')];
    const sent = messages(23);
    const other = aMessage('event-x', 'globex');

    // Act
    await createSendMessages(client)([
      ...sent.map((message) => ({ queueUrl: changes, message })),
      { queueUrl: revocations, message: other },
    ]);

    // Assess
    const arrived = await taken(client, changes);
    expect(arrived.toSorted()).toEqual(sent.map((it) => JSON.stringify(it)).toSorted());
    expect(arrived.map((body) => parseMessage(body).kind)).toEqual(sent.map(() => 'change'));
    expect(await taken(client, revocations)).toEqual([JSON.stringify(other)]);
  });

  it.each([
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('go in batches of ten: %i in %j', async (count, sizes) => {
    // Prepare
    const server = await scriptedServer();
    server.always('POST /', aBatchAnswer());
    const queueUrl = `${server.url}/000000000000/changes`;

    // Act
    const outgoing = messages(count).map((message) => ({ queueUrl, message }));
    await createSendMessages(unchecked(server.url))(outgoing);

    // Assess
    const batches = server.requests.map(({ body }): Entry[] => JSON.parse(body).Entries);
    expect(batches.map(({ length }) => length).toSorted((a, b) => b - a)).toEqual(sizes);
    for (const batch of batches) expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
  });

  it('are in the group of their tenant, so that no tenant waits for another', async () => {
    // Prepare
    const server = await scriptedServer();
    server.always('POST /', aBatchAnswer());
    const queueUrl = `${server.url}/000000000000/changes`;

    // Act
    await createSendMessages(unchecked(server.url))([
      { queueUrl, message: aMessage('event-1', 'acme') },
      { queueUrl, message: aMessage('event-2', 'globex') },
    ]);

    // Assess
    const [request] = server.requests;
    const { QueueUrl, Entries } = JSON.parse(request?.body ?? '');
    expect(QueueUrl).toBe(queueUrl);
    expect(Entries).toEqual([
      { Id: '0', MessageBody: JSON.stringify(aMessage('event-1', 'acme')), MessageGroupId: 'acme' },
      { Id: '1', MessageBody: JSON.stringify(aMessage('event-2', 'globex')), MessageGroupId: 'globex' },
    ]);
  });

  it.each(['lea\uFFFFver', 'lea\uFFFEver', 'lea\uD83Dver', 'lea\u0000\u001F\u007Fver', 'léa 😀'])(
    'are written in characters that SQS takes, and say the same: %j',
    async (login) => {
      // Prepare
      const server = await scriptedServer();
      server.answers('POST /', aBatchAnswer());
      const message = { ...aMessage('event-1'), subject: { id: '00uLEAVER', login } };

      // Act
      const queueUrl = `${server.url}/000000000000/changes`;
      await createSendMessages(unchecked(server.url))([{ queueUrl, message }]);

      // Assess
      const [entry]: Entry[] = JSON.parse(server.requests[0]?.body ?? '').Entries;
      expect(entry?.MessageBody).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
      expect(parseMessage(entry?.MessageBody ?? '')).toEqual(message);
    },
  );

  it('can wait before they become visible', async () => {
    // Prepare
    const server = await scriptedServer();
    server.always('POST /', aBatchAnswer());
    const queueUrl = `${server.url}/000000000000/changes`;
    const look: Message = { kind: 'look', tenant: 'acme', clarusUserId: '42' };

    // Act
    await createSendMessages(unchecked(server.url))([
      { queueUrl, message: look, delay: LOOK_DELAY },
      { queueUrl, message: aMessage('event-1') },
    ]);

    // Assess
    const [request] = server.requests;
    const entries: Entry[] = JSON.parse(request?.body ?? '').Entries;
    expect(entries.map(({ DelaySeconds }) => DelaySeconds)).toEqual([120, undefined]);
  });

  it('that are none cause no call', async () => {
    const server = await scriptedServer();

    await createSendMessages(unchecked(server.url))([]);

    expect(server.requests).toEqual([]);
  });
});

describe('the sender is told to try again', () => {
  it.each<[string, Answer]>([
    ['one of a batch was not taken', aBatchAnswer(['3'])],
    ['none was taken', aBatchAnswer(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])],
    ['SQS fails', json(500, { __type: 'InternalFailure' })],
    ['SQS throttles', json(400, { __type: 'com.amazonaws.sqs#RequestThrottled' })],
    ['the connection breaks', reset],
  ])('when %s, though another batch went well', async (_, answer) => {
    // Prepare
    const server = await scriptedServer();
    server.answers('POST /', answer, aBatchAnswer());
    const queueUrl = `${server.url}/000000000000/changes`;

    // Act
    const outgoing = messages(20).map((message) => ({ queueUrl, message }));
    const failure = await failureOf(() => createSendMessages(unchecked(server.url))(outgoing));

    // Assess
    expect(failure).toMatchObject({ code: 'queue_unavailable', retryable: true });
    expect(server.requests).toHaveLength(2);
  });
});

/** A client that believes the script, which does not hash the bodies. */
function unchecked(endpoint: string): SQSClient {
  return sqsClient(endpoint, { md5: false });
}
