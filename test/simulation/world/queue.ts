import type { SQSRecord } from 'aws-lambda';
import type { Message } from '../../../functions/queue/message.ts';
import type { Random } from '../random.ts';
import { DAY, MINUTE, SECOND, type VirtualTime } from './time.ts';
import type { Weather } from './weather.ts';

export const QUEUES = ['revocations', 'changes'] as const;
export type QueueName = (typeof QUEUES)[number];

/** What SQS promises: at least once, in no order, again when nobody has deleted it in time. */
export interface Queue {
  name: QueueName;
  send(message: Message, delay?: number): void;
  /** Up to so many that are visible now, in any order. */
  receive(count: number): SQSRecord[];
  remove(record: SQSRecord): void;
  /** Makes a message visible again after so many seconds. */
  later(receiptHandle: string, seconds: number): void;
  /** Messages that are there, for the end of a history. */
  size(): number;
}

interface Stored {
  id: string;
  body: string;
  visibleAt: number;
  receives: number;
  sentAt: number;
}

/** A message that was received and neither deleted nor put off comes again. */
export const VISIBILITY = 6 * MINUTE;

/** After which SQS drops a message without a word. */
const RETENTION = 14 * DAY;

interface QueuePorts {
  time: VirtualTime;
  random: Random;
  weather: Weather;
  /** Told when something may have become visible. */
  visible: () => void;
}

export function queueOf(name: QueueName, { time, random, weather, visible }: QueuePorts): Queue {
  let messages: Stored[] = [];
  let sent = 0;

  function put(body: string, delay: number): void {
    const id = `${name}-${++sent}`;
    const visibleAt = time.now() + delay * SECOND + random.between(5, 500);
    messages.push({ id, body, visibleAt, receives: 0, sentAt: time.now() });
    time.at(visibleAt, visible);
  }

  function send(message: Message, delay = 0): void {
    const copies = weather.isRough() && random.chance(0.03) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) put(JSON.stringify(message), delay);
  }

  function receive(count: number): SQSRecord[] {
    const now = time.now();
    messages = messages.filter(({ sentAt }) => now - sentAt < RETENTION);
    const received = random.shuffle(messages.filter((it) => it.visibleAt <= now)).slice(0, count);
    return received.map((it) => {
      it.receives++;
      hide(it, VISIBILITY);
      return recordOf(it);
    });
  }

  function hide(message: Stored, milliseconds: number): void {
    message.visibleAt = time.now() + milliseconds;
    time.at(message.visibleAt, visible);
  }

  function recordOf({ id, body, receives, sentAt }: Stored): SQSRecord {
    return {
      messageId: id,
      receiptHandle: `${id} ${receives}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(receives),
        SentTimestamp: String(sentAt),
        SenderId: 'sender',
        ApproximateFirstReceiveTimestamp: String(sentAt),
        MessageGroupId: 'acme',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${name}`,
      awsRegion: 'eu-west-1',
    };
  }

  return {
    name,
    send,
    receive,
    remove({ messageId }) {
      messages = messages.filter(({ id }) => id !== messageId);
    },
    later(receiptHandle, seconds) {
      const message = messages.find(({ id, receives }) => `${id} ${receives}` === receiptHandle);
      if (message !== undefined) hide(message, seconds * SECOND);
    },
    size: () => messages.length,
  };
}
