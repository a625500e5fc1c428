import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { BridgeFunction, indexArns } from './bridge-function.ts';
import type { EventQueue } from './event-queue.ts';
import { DEV } from './settings.ts';

interface ScimFunctionProps {
  stage: string;
  code: string;
  changes: EventQueue;
  revocations: EventQueue;
  table: Table;
  secrets: readonly Secret[];
}

/**
 * Instances that SCIM may have: what a client floods it with is no concurrency of the account that webhooks and
 * revocations need. Each serves a few requests a second.
 */
const INSTANCES = 20;

/** The function behind SCIM: it keeps state, calls Clarus, and queues what it cannot carry out now. */
export class ScimFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: ScimFunctionProps) {
    const { stage, code, changes, revocations, table, secrets } = props;
    const queues = [changes.queue, revocations.queue];
    super(scope, id, {
      name: 'scim',
      stage,
      code,
      description: 'Serves SCIM 2.0 to identity providers, with the Clarus users behind it.',
      // It waits for others most of the time; the CPU is for a cold start and for JSONata.
      memorySize: 512,
      // API Gateway gives up after 30 seconds; a claim of a userName is good for 40.
      timeout: Duration.seconds(29),
      // It is the request log: who did what to whom.
      retention: RetentionDays.ONE_MONTH,
      environment: {
        TABLE_NAME: table.tableName,
        CHANGES_QUEUE_URL: changes.queue.queueUrl,
        REVOCATIONS_QUEUE_URL: revocations.queue.queueUrl,
        INSTANCES: String(INSTANCES),
      },
      // A new account may have too little concurrency for a part of it to be kept.
      ...(stage !== DEV && { instances: INSTANCES }),
      grants: {
        LookAgainAndRevoke: {
          actions: ['sqs:SendMessage'],
          resources: queues.map(({ queueArn }) => queueArn),
        },
        // No Delete: a deleted user leaves a tombstone.
        KeepState: {
          actions: [
            'dynamodb:BatchGetItem',
            'dynamodb:GetItem',
            'dynamodb:PutItem',
            'dynamodb:Query',
            'dynamodb:UpdateItem',
          ],
          resources: [table.tableArn],
        },
        ListUsers: { actions: ['dynamodb:Query'], resources: indexArns(table, ['users']) },
        // A policy without resources is none that AWS takes.
        ...(secrets.length > 0 && {
          ReadTenantSecrets: {
            actions: ['secretsmanager:GetSecretValue'],
            resources: secrets.map(({ secretArn }) => secretArn),
          },
        }),
      },
    });
  }
}
