import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { metricsNamespace } from './bridge-function.ts';
import type { EventQueue } from './event-queue.ts';
import type { Settings } from './settings.ts';

interface AlarmsProps extends Settings {
  changes: EventQueue;
  revocations: EventQueue;
  http: HttpStage;
  receive: IFunction;
  deliver: IFunction;
  scim: IFunction;
  sweep: IFunction;
}

interface Watch {
  name: string;
  metric: IMetric;
  /** The alarm rings above this. */
  above: number;
  /** How many of the metric's periods in a row. */
  periods?: number;
  /** What it means and what to do, for somebody who was asleep a minute ago. In ASCII: CloudFormation. */
  description: string;
}

const MINUTE = { period: Duration.minutes(1), statistic: 'Maximum' };
const FIVE_MINUTES = { period: Duration.minutes(5), statistic: 'Sum' };

/** The alarms of a deployment. Each tells what it means and what to do. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const action =
      props.alarmTopicArn === undefined
        ? undefined
        : new SnsAction(Topic.fromTopicArn(this, 'Topic', props.alarmTopicArn));
    for (const { name, metric, above, periods = 1, description } of watches(props)) {
      const alarm = new Alarm(this, name, {
        alarmName: `clarus-bridge-${props.stage}-${name}`,
        alarmDescription: description,
        metric,
        threshold: above,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: periods,
        // A queue that nobody used and a function that nobody called report nothing.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      if (action === undefined) continue;
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}

function watches({ stage, changes, revocations, http, receive, deliver, scim, sweep }: AlarmsProps): Watch[] {
  return [
    deadLetters('revocations', revocations, 'People who were to lose access may still have it. '),
    deadLetters('changes', changes, 'People in Clarus differ from the identity provider. '),
    {
      name: 'revocations-late',
      metric: revocations.queue.metricApproximateAgeOfOldestMessage(MINUTE),
      above: 5 * 60,
      description:
        'A revocation has waited for more than 5 minutes: somebody who was to lose access may still have ' +
        `it. Find the reason in the log group /clarus-bridge/${stage}/deliver. Mostly Clarus does not ` +
        'answer: the bridge tries again by itself; where it matters, deactivate the person in Clarus by ' +
        'hand.',
    },
    {
      name: 'changes-late',
      metric: changes.queue.metricApproximateAgeOfOldestMessage(MINUTE),
      above: 30 * 60,
      description:
        'A change has waited for more than 30 minutes; revocations are not behind it. Find the reason in ' +
        `the log group /clarus-bridge/${stage}/deliver. If Clarus or the identity provider throttles or ` +
        'fails, the bridge tries again by itself for about half a day; then the event goes to the ' +
        'dead-letter queue.',
    },
    {
      name: 'webhook-5xx',
      metric: http.metricServerError(FIVE_MINUTES),
      above: 0,
      description:
        'A webhook or a SCIM request was answered with 5xx. SCIM: Clarus could not be reached, look into ' +
        `/clarus-bridge/${stage}/scim. Webhook: an event could not be stored; Okta sends it once more, after ` +
        `that it is lost. Find the reason in the log group /clarus-bridge/${stage}/receive (no entry: ` +
        `/aws/vendedlogs/clarus-bridge/${stage}/http-api), then compare that time with the Okta System Log.`,
    },
    {
      name: 'receive-errors',
      metric: receive.metricErrors(FIVE_MINUTES),
      above: 0,
      description:
        'The function receive crashed or ran out of time, and the webhook was answered with 5xx: Okta ' +
        'sends the event once more, after that it is lost. Look into the log group ' +
        `/clarus-bridge/${stage}/receive; after a deployment, put the last one back.`,
    },
    {
      name: 'receive-throttles',
      metric: receive.metricThrottles(FIVE_MINUTES),
      above: 0,
      description:
        'Lambda refused to run receive, and the webhook was answered with 5xx: events may be lost. The ' +
        'account has no concurrency left: find the function that uses it up, or have the quota raised.',
    },
    {
      name: 'deliver-errors',
      metric: deliver.metricErrors(FIVE_MINUTES),
      above: 0,
      periods: 3,
      description:
        'The function deliver has crashed or run out of time for 15 minutes. Nothing is lost, the events ' +
        'go back to their queue, but they are late. Look into the log group ' +
        `/clarus-bridge/${stage}/deliver; after a deployment, put the last one back.`,
    },
    {
      name: 'deliver-throttles',
      metric: deliver.metricThrottles(FIVE_MINUTES),
      above: 0,
      periods: 3,
      description:
        'Lambda has refused to run deliver for 15 minutes. Nothing is lost, but events are late. The ' +
        'account has no concurrency left: find the function that uses it up, or have the quota raised.',
    },
    {
      name: 'scim-errors',
      metric: scim.metricErrors(FIVE_MINUTES),
      above: 0,
      description:
        'The function scim crashed or ran out of time, and a provisioning client got a 5xx: Okta leaves the ' +
        `user in error until somebody retries the task, Entra tries again. Look into /clarus-bridge/${stage}/scim; ` +
        'after a deployment, put the last one back.',
    },
    {
      name: 'scim-throttles',
      metric: scim.metricThrottles(FIVE_MINUTES),
      above: 0,
      description:
        'Lambda refused to run scim, and a provisioning client got a 5xx. The account has no concurrency ' +
        'left: find the function that uses it up, or have the quota raised.',
    },
    {
      name: 'subscription-life',
      metric: own(stage, 'sweep', 'SubscriptionLifeUsed', 'Maximum'),
      above: 75,
      description:
        "A tenant's Graph subscription has less than a quarter of its life left, or there is none: the bridge " +
        'cannot renew it, and Entra changes are found by the sweep alone, up to 15 minutes late. Find tenant ' +
        `and reason in the log group /clarus-bridge/${stage}/sweep; mostly a client secret has ended or ` +
        'consent was withdrawn.',
    },
    {
      name: 'missed-by-webhook',
      metric: own(stage, 'deliver', 'MissedByWebhook', 'Sum'),
      above: 0,
      description:
        'A sweep found changes that no webhook had brought, and repaired Clarus. Webhooks do not get through ' +
        `or come very late: see the receipts with foundBy, the log group /clarus-bridge/${stage}/receive, and ` +
        'at Okta whether the event hook is active and verified.',
    },
    {
      name: 'event-hook-trouble',
      metric: own(stage, 'sweep', 'EventHookTrouble', 'Sum'),
      above: 0,
      description:
        'Okta logged that an event hook could not be delivered or was deactivated. What was missed is found ' +
        'by the sweep within 15 minutes. Look at the hook in the Okta console and into the log group ' +
        `/clarus-bridge/${stage}/receive.`,
    },
    {
      name: 'brake',
      metric: own(stage, 'deliver', 'Receipts_held', 'Sum'),
      above: 0,
      description:
        'The brake holds deactivations: a comparison with a directory would have taken access from more ' +
        'people than the tenant allows in an hour. See the receipts with outcome held. If the directory is ' +
        `right, let them go: npm run bridge -- release --tenant T --stage ${stage} (the function is in the log group ` +
        `/clarus-bridge/${stage}/deliver).`,
    },
    {
      name: 'sweep-failures',
      metric: own(stage, 'sweep', 'SweepFailures', 'Sum'),
      above: 0,
      periods: 2,
      description:
        'The sweep has failed for a tenant for half an hour: what its webhooks miss is not found meanwhile. ' +
        `The reason is in the log group /clarus-bridge/${stage}/sweep.`,
    },
    {
      name: 'sweep-errors',
      metric: sweep.metricErrors(FIVE_MINUTES),
      above: 0,
      description:
        'The function sweep crashed or ran out of time. Nothing is lost, the next one goes on where it ' +
        `stopped. If this repeats, look into the log group /clarus-bridge/${stage}/sweep; after a ` +
        'deployment, put the last one back.',
    },
  ];
}

/** What one of the functions measures itself. */
function own(stage: string, service: string, metricName: string, statistic: string): IMetric {
  const period = Duration.minutes(15);
  return new Metric({
    namespace: metricsNamespace(stage),
    metricName,
    dimensionsMap: { service },
    statistic,
    period,
  });
}

function deadLetters(name: string, { queue, deadLetterQueue }: EventQueue, meaning: string): Watch {
  return {
    name: `${name}-dead-letters`,
    metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible(MINUTE),
    above: 0,
    description:
      `${meaning}An event was given up: it is in the dead-letter queue of ${name} with the reason, for 14 ` +
      'days at most. Correct the reason, then send the events back (a late event cannot undo a newer one): ' +
      `aws sqs start-message-move-task --source-arn ${deadLetterQueue.queueArn} --destination-arn ` +
      `${queue.queueArn}`,
  };
}
