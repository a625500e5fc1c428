import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { BridgeFunction, metricsNamespace } from './bridge-function.ts';
import type { EventQueue } from './event-queue.ts';

interface ReceiveFunctionProps {
  stage: string;
  code: string;
  changes: EventQueue;
  revocations: EventQueue;
}

/** Why items of a webhook are dropped that somebody else than the identity provider may have sent. */
const FORGED = ['client_state', 'other_directory', 'with_resource_data'] as const;

/**
 * The function behind the webhooks. It may put events on the two queues and nothing else: no secret, no
 * table, so that whoever takes it over can neither read nor change a user.
 */
export class ReceiveFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, { stage, code, changes, revocations }: ReceiveFunctionProps) {
    const queues = [changes.queue, revocations.queue];
    super(scope, id, {
      name: 'receive',
      stage,
      code,
      description: 'Authenticates the events of identity providers and puts them on the queues.',
      // Lambda gives CPU by memory, and a cold start must fit into the 3 seconds that Okta waits.
      memorySize: 512,
      // Okta has gone after 3 seconds, but an event that is stored late is stored.
      timeout: Duration.seconds(5),
      environment: {
        CHANGES_QUEUE_URL: changes.queue.queueUrl,
        REVOCATIONS_QUEUE_URL: revocations.queue.queueUrl,
      },
      grants: {
        StoreEvents: { actions: ['sqs:SendMessage'], resources: queues.map(({ queueArn }) => queueArn) },
      },
    });
    // Out of the log, because a library for metrics would be read at every cold start.
    for (const reason of FORGED) {
      this.logGroup.addMetricFilter(`Dropped-${reason}`, {
        filterPattern: FilterPattern.exists(`$.ignored.${reason}`),
        metricNamespace: metricsNamespace(stage),
        metricName: 'NotificationsDropped',
        metricValue: `$.ignored.${reason}`,
      });
    }
  }
}
