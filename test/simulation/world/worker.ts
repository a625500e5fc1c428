import type { SQSRecord } from 'aws-lambda';
import type { Random } from '../random.ts';
import { type Life, type LifePorts, lifeOf } from './life.ts';
import type { Queue } from './queue.ts';
import { MINUTE } from './time.ts';

/** Handles a record: resolves when it is done with, rejects when it must come again. */
export type Handle = (record: SQSRecord) => Promise<void>;

/** A Lambda function behind a queue: a batch at a time, each record by itself, and a new process after a death. */
export interface Worker {
  /** Takes what is visible, unless it is at work. */
  wake(): void;
}

interface WorkerPorts extends Omit<LifePorts, 'died'> {
  random: Random;
  /** What a process does, with the outside as that process sees it. */
  start: (life: Life) => Handle;
  tell: (line: string) => void;
}

/** Lambda ends a function that takes longer. */
const TIMEOUT = MINUTE;

export function workerOf(queue: Queue, ports: WorkerPorts): Worker {
  const { time, random, tell, start } = ports;
  let life: Life | undefined;
  let handle: Handle | undefined;
  let isAtWork = false;

  function born(): Life {
    const mine: Life = lifeOf({ ...ports, died: () => over(mine, 'dies') });
    return mine;
  }

  /** What it had received comes again. */
  function over(mine: Life, how: string): void {
    mine.end();
    if (life !== mine) return;
    tell(`a worker of ${queue.name} ${how}`);
    life = undefined;
    isAtWork = false;
    time.after(200, wake);
  }

  function wake(): void {
    if (isAtWork) return;
    const batch = queue.receive(random.pick([1, 2, 10]));
    if (batch.length === 0) return;
    isAtWork = true;
    const mine = life ?? born();
    if (life === undefined || handle === undefined) handle = start(mine);
    life = mine;
    void work(mine, handle, batch);
    time.after(TIMEOUT, () => {
      if (isAtWork && life === mine && current === batch) over(mine, 'takes too long and is ended');
    });
    current = batch;
  }

  let current: SQSRecord[] | undefined;

  async function work(mine: Life, by: Handle, batch: SQSRecord[]): Promise<void> {
    const ends = await Promise.allSettled(batch.map(by));
    if (!mine.isAlive()) return;
    for (const [index, record] of batch.entries()) {
      if (ends[index]?.status === 'fulfilled') queue.remove(record);
    }
    isAtWork = false;
    time.after(10, wake);
  }

  return { wake };
}
