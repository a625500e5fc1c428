import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { BridgeFunction, type Grant, indexArns } from './bridge-function.ts';
import type { EventQueue } from './event-queue.ts';

interface SweepFunctionProps {
  stage: string;
  code: string;
  changes: EventQueue;
  revocations: EventQueue;
  table: Table;
  secrets: readonly Secret[];
  /** Where Graph reaches the bridge. */
  webhooksUrl: string;
}

/** The longest that Lambda allows: the first sweep reads whole directories. */
const TIMEOUT = Duration.minutes(15);

/** The function that finds what webhooks missed and keeps subscriptions alive, and its schedule. */
export class SweepFunction extends BridgeFunction {
  constructor(scope: Construct, id: string, props: SweepFunctionProps) {
    const { stage, code, changes, revocations, table, webhooksUrl } = props;
    super(scope, id, {
      name: 'sweep',
      stage,
      code,
      description: 'Renews Graph subscriptions and finds what webhooks missed.',
      memorySize: 512,
      timeout: TIMEOUT,
      environment: {
        TABLE_NAME: table.tableName,
        CHANGES_QUEUE_URL: changes.queue.queueUrl,
        REVOCATIONS_QUEUE_URL: revocations.queue.queueUrl,
        WEBHOOKS_URL: webhooksUrl,
      },
      grants: grantsOf(props),
    });
    this.#schedule(stage);
  }

  /** Every 15 minutes; a sweep that failed is not repeated, since the next one does the same. */
  #schedule(stage: string): void {
    const group = new CfnScheduleGroup(this, 'Schedules', { name: `clarus-bridge-${stage}` });
    const { functionArn } = this.lambda;
    const role = new Role(this, 'ScheduleRole', {
      // Only this account's schedules of this group may take it (confused deputy).
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.attrArn },
        },
      }),
      inlinePolicies: {
        Sweep: new PolicyDocument({
          statements: [
            new PolicyStatement({
              effect: Effect.ALLOW,
              actions: ['lambda:InvokeFunction'],
              resources: [functionArn],
            }),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      groupName: group.ref,
      description: 'Has the bridge look for what webhooks missed.',
      scheduleExpression: 'rate(15 minutes)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: functionArn, roleArn: role.roleArn, retryPolicy: { maximumRetryAttempts: 0 } },
    });
  }
}

function grantsOf({ changes, revocations, table, secrets }: SweepFunctionProps): Record<string, Grant> {
  return {
    StoreEvents: {
      actions: ['sqs:SendMessage'],
      resources: [changes.queue.queueArn, revocations.queue.queueArn],
    },
    KeepState: {
      actions: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resources: [table.tableArn],
    },
    ListPeople: {
      actions: ['dynamodb:Query'],
      resources: indexArns(table, ['waiting', 'held', 'users', 'accountsByAddress']),
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
