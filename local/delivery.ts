import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Queue } from './emulators/aws-resources.ts';
import { type QueuePoller, type QueuePollerOptions, startQueuePoller } from './emulators/queue-poller.ts';

/** What takes messages off all queues and hands them to the function. */
export interface Delivery {
  /** Takes no more messages; waits for the batches in flight. */
  pause(): Promise<void>;
  resume(): void;
  /** When nothing is left to do but what waits for its time. */
  idle(): Promise<void>;
}

const TIMEOUT = 60_000;

/** Starts a poller for each queue. */
export function startDelivery(
  client: SQSClient,
  queues: readonly Queue[],
  handler: QueuePollerOptions['handler'],
  concurrency: number,
): Delivery {
  let pollers: QueuePoller[] = [];

  function resume(): void {
    if (pollers.length > 0) return;
    const common = { client, functionName: 'deliver', handler, timeout: TIMEOUT, concurrency };
    pollers = queues.map((queue) => startQueuePoller({ ...common, queue }));
  }

  async function pause(): Promise<void> {
    await Promise.all(pollers.map((poller) => poller.stop()));
    pollers = [];
  }

  async function idle(): Promise<void> {
    // Twice: a message of the second queue may have caused one in the first after that was found empty.
    for (let pass = 0; pass < 2; pass++) {
      for (const poller of pollers) await poller.idle();
    }
  }

  resume();
  return { pause, resume, idle };
}
