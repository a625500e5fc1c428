import * as z from 'zod';
import type { QueuePair } from './emulators/aws-resources.ts';

const attribute = z.object({ StringValue: z.string().optional() });
const message = z.object({ body: z.string(), messageAttributes: z.record(z.string(), attribute) });
const inspected = z.object({
  messages: z.object({
    ready: z.array(message),
    delayed: z.array(message),
    inflight: z.array(z.object({ message })),
  }),
});
const counted = z.array(
  z.object({
    name: z.string(),
    approximateMessageCount: z.number(),
    approximateInflightCount: z.number(),
    approximateDelayedCount: z.number(),
  }),
);

export interface DeadLetter {
  queue: string;
  code: string;
  reason: string;
  body: unknown;
}

export interface QueueView {
  [queue: string]: { ready: number; inFlight: number; delayed: number } | DeadLetter[];
  deadLetters: DeadLetter[];
}

/** What is in the queues, seen through the emulator's own window: looking takes nothing off them. */
export async function viewQueues(sqsUrl: string, queues: readonly QueuePair[]): Promise<QueueView> {
  const counts = counted.parse(await read(`${sqsUrl}/_fauxqs/queues`));
  const deadLetters = await Promise.all(queues.map(({ deadLetters: { name } }) => lettersIn(sqsUrl, name)));
  const view: QueueView = { deadLetters: deadLetters.flat() };
  for (const { name, ...count } of counts) {
    view[name] = {
      ready: count.approximateMessageCount,
      inFlight: count.approximateInflightCount,
      delayed: count.approximateDelayedCount,
    };
  }
  return view;
}

async function lettersIn(sqsUrl: string, queue: string): Promise<DeadLetter[]> {
  const { messages } = inspected.parse(await read(`${sqsUrl}/_fauxqs/queues/${queue}`));
  const all = [...messages.ready, ...messages.delayed, ...messages.inflight.map((entry) => entry.message)];
  return all.map(({ body, messageAttributes: { code, reason } }) => ({
    queue,
    // SQS moves a message that was received too often as it is.
    code: code?.StringValue ?? 'received_too_often',
    reason: reason?.StringValue ?? 'It was received as often as the queue allows, and never succeeded.',
    body: parsed(body),
  }));
}

async function read(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
