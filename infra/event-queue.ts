import { type IQueue, Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { MAX_RECEIVE_COUNT } from '../functions/deliver/backoff.ts';

interface EventQueueProps {
  /** Stands in the queue's name: `clarus-bridge-<stage>-<name>`. */
  name: string;
  stage: string;
  /** How long the consumer may take for a batch. */
  consumerTimeout: Duration;
}

/** The longest SQS keeps a message. deliver tries one for 13 days and then puts it aside itself, with the reason. */
const RETENTION = Duration.days(14);

/**
 * A queue of events with its dead-letter queue. Standard, not FIFO: order and duplicates do not matter to
 * the merge, and a message group would hold a tenant's other users up behind one that fails.
 */
export class EventQueue extends Construct {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, { name, stage, consumerTimeout }: EventQueueProps) {
    super(scope, id);
    const queueName = `clarus-bridge-${stage}-${name}`;
    // SQS's own key: at rest encrypted like with KMS, without a key policy that could lock the queue.
    const encryption = QueueEncryption.SQS_MANAGED;

    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      queueName: `${queueName}-dead-letters`,
      encryption,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      redriveAllowPolicy: {
        redrivePermission: RedrivePermission.BY_QUEUE,
        sourceQueues: [this.#byName(queueName)],
      },
    });
    this.queue = new Queue(this, 'Queue', {
      queueName,
      encryption,
      enforceSSL: true,
      retentionPeriod: RETENTION,
      // Lambda's advice for batches that are throttled; also far beyond the life of the longest attempt, so
      // that no two attempts at one message overlap.
      visibilityTimeout: Duration.seconds(6 * consumerTimeout.toSeconds()),
      // Reached only by what ends the function each time, which is put aside without a reason.
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }

  /** By its name instead of by reference: the two queues name each other, and a template has no loops. */
  #byName(queueName: string): IQueue {
    const arn = Stack.of(this).formatArn({
      service: 'sqs',
      resource: queueName,
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    return Queue.fromQueueArn(this, 'Source', arn);
  }
}
