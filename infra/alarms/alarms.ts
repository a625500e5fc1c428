import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../settings.ts';
import { type Functions, functionWatches } from './function-watches.ts';
import { type Lanes, peopleWatches } from './people-watches.ts';
import { sourceWatches } from './source-watches.ts';
import type { Watch } from './watch.ts';

interface AlarmsProps extends Settings, Functions, Lanes {
  /** How many tenants the stage serves. */
  tenants: number;
}

/** The alarms of a deployment. Each tells what it means and what to do. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { stage, alarmTopicArn, tenants } = props;
    const action =
      alarmTopicArn === undefined
        ? undefined
        : new SnsAction(Topic.fromTopicArn(this, 'Topic', alarmTopicArn));
    const watches = [
      ...peopleWatches(stage, props),
      ...sourceWatches(stage, tenants),
      ...functionWatches(stage, props),
    ];
    for (const watch of watches) {
      const alarm = this.#alarm(stage, watch);
      if (action === undefined) continue;
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }

  #alarm(stage: string, { name, metric, limit, periods = 1, missing, description }: Watch): Alarm {
    const isAbove = 'above' in limit;
    return new Alarm(this, name, {
      alarmName: `clarus-bridge-${stage}-${name}`,
      alarmDescription: description,
      metric,
      threshold: isAbove ? limit.above : limit.below,
      comparisonOperator: isAbove
        ? ComparisonOperator.GREATER_THAN_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      // A queue that nobody used and a function that nobody called report nothing.
      treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
    });
  }
}
