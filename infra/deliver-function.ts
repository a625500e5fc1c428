import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { BridgeFunction, type Grant, indexArns } from './bridge-function.ts';
import type { EventQueue } from './event-queue.ts';

interface DeliverFunctionProps {
  stage: string;
  code: string;
  timeout: Duration;
  changes: EventQueue;
  revocations: EventQueue;
  table: Table;
  secrets: readonly Secret[];
}

/**
 * How many batches of a queue are worked on at once. Each queue has its own, so that a flood of changes takes
 * nothing from revocations. Few altogether, because up to ten events of each call Clarus at the same time,
 * and its limits are not documented.
 */
const CONCURRENCY = { revocations: 5, changes: 10 };

/** Events that are taken together. More would let one slow call hold more of them up. */
const BATCH_SIZE = 10;

/** The function that brings Clarus to what the events say, and what it works on. */
export class DeliverFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: DeliverFunctionProps) {
    const { stage, code, timeout, changes, revocations, table } = props;
    super(scope, id, {
      name: 'deliver',
      stage,
      code,
      description: 'Brings Clarus users to what the events say and leaves a receipt of each event.',
      // It waits for others most of the time; the CPU is for a cold start and for JSONata.
      memorySize: 512,
      timeout,
      environment: {
        TABLE_NAME: table.tableName,
        CHANGES_QUEUE_URL: changes.queue.queueUrl,
        REVOCATIONS_QUEUE_URL: revocations.queue.queueUrl,
        CHANGES_DEAD_LETTER_QUEUE_URL: changes.deadLetterQueue.queueUrl,
        REVOCATIONS_DEAD_LETTER_QUEUE_URL: revocations.deadLetterQueue.queueUrl,
      },
      grants: grantsOf(props),
    });
    this.#consume('ChangesMapping', changes, CONCURRENCY.changes);
    this.#consume('RevocationsMapping', revocations, CONCURRENCY.revocations);
  }

  #consume(id: string, { queue }: EventQueue, maxConcurrency: number): void {
    new EventSourceMapping(this, id, {
      target: this.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: BATCH_SIZE,
      reportBatchItemFailures: true,
      maxConcurrency,
    });
  }
}

function grantsOf({ changes, revocations, table, secrets }: DeliverFunctionProps): Record<string, Grant> {
  const queues = [changes.queue.queueArn, revocations.queue.queueArn];
  const deadLetterQueues = [changes.deadLetterQueue.queueArn, revocations.deadLetterQueue.queueArn];
  return {
    ConsumeEvents: {
      actions: [
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:ReceiveMessage',
      ],
      resources: queues,
    },
    LookAgainAndPutAside: { actions: ['sqs:SendMessage'], resources: [...queues, ...deadLetterQueues] },
    // No Delete: nothing is removed but by its time to live.
    KeepState: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [table.tableArn],
    },
    CountWhatIsOpenAndFindByAddress: {
      actions: ['dynamodb:Query'],
      resources: indexArns(table, ['waiting', 'held', 'accountsByAddress']),
    },
    // A policy without resources is none that AWS takes.
    ...(secrets.length > 0 && {
      ReadTenantSecrets: {
        actions: ['secretsmanager:GetSecretValue'],
        resources: secrets.map(({ secretArn }) => secretArn),
      },
    }),
  };
}
