import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { EventQueue } from '../event-queue.ts';
import { MINUTE, own, shared, type Watch } from './watch.ts';

export interface Lanes {
  changes: EventQueue;
  revocations: EventQueue;
}

/**
 * Two sweeps lie within it, and a sweep measures every tenant: no tenant's 0 hides another one's people. Without a
 * reading an alarm stays as it is; that there is none is an alarm of its own.
 */
const GAUGE = Duration.minutes(30);
const STAYS = TreatMissingData.IGNORE;

/** What tells of people whose access is not as it should be, or who should be looked at. */
export function peopleWatches(stage: string, { changes, revocations }: Lanes): Watch[] {
  return [
    deadLetters('revocations', revocations, 'People who were to lose access may still have it. '),
    deadLetters('changes', changes, 'People in Clarus differ from the identity provider. '),
    {
      name: 'revocations-waiting',
      metric: shared(stage, 'OldestRevocationSeconds', 'Maximum', GAUGE),
      limit: { above: 5 * 60 },
      missing: STAYS,
      description:
        'A revocation could not be carried out for more than 5 minutes: somebody who was to lose access may still ' +
        'have it. It is tried until it is done. Who and why: npm run bridge -- waiting --tenant T --stage ' +
        `${stage} (the tenant is in the lines retry of the log group /clarus-bridge/${stage}/deliver). Mostly Clarus ` +
        'does not answer; where it matters, deactivate the person in Clarus by hand. The alarm ends with the last of ' +
        'them, half an hour later at most.',
    },
    {
      name: 'many-revocations-waiting',
      metric: shared(stage, 'RevocationsWaiting', 'Maximum', GAUGE),
      limit: { above: 9 },
      missing: STAYS,
      description:
        'Ten people or more of one tenant who were to lose access may still have it, whether since minutes or ' +
        `seconds: Clarus or a directory is down. Who and why: npm run bridge -- waiting --tenant T --stage ${stage} (the ` +
        `tenant is in the lines retry of the log group /clarus-bridge/${stage}/deliver). They are tried until it is done.`,
    },
    {
      name: 'changes-waiting',
      metric: shared(stage, 'Waiting', 'Maximum'),
      limit: { above: 0 },
      periods: 3,
      missing: STAYS,
      description:
        'Changes that could not be carried out at once have been waiting in each of the last three quarters of an ' +
        `hour. Who and why: npm run bridge -- waiting --tenant T --stage ${stage} (the tenant is in the lines retry ` +
        `of the log group /clarus-bridge/${stage}/deliver). Mostly Clarus or the identity provider throttles or ` +
        'fails, or a secret is not set: the bridge tries again by itself until it is done. What waits as two_users ' +
        'or clarus_user_ambiguous needs somebody: its code is in the runbook.',
    },
    stuck('revocations', revocations, 5, 'Somebody who was to lose access may still have it'),
    stuck('changes', changes, 30, 'People in Clarus differ from the identity provider'),
    {
      name: 'held',
      metric: shared(stage, 'Held', 'Maximum', GAUGE),
      limit: { above: 0 },
      missing: STAYS,
      description:
        'The brake holds what nobody has stated: a comparison with a directory, a release or a changed tenant file ' +
        'would have taken access from, or given more important roles to, more people than the tenant allows in an ' +
        `hour. See who: npm run bridge -- waiting --tenant T --stage ${stage} (the tenant is in the lines change with ` +
        `outcome held of the log group /clarus-bridge/${stage}/deliver). If it is right, let it go: npm run bridge -- ` +
        `release --tenant T --stage ${stage}. If one of them is to stay as they are: npm run bridge -- discard ` +
        `--tenant T --account ID --stage ${stage}. It stays red while anybody is held.`,
    },
    {
      name: 'stated-takings',
      metric: shared(stage, 'StatedTakings', 'Sum'),
      limit: { above: 0 },
      description:
        'More people than the tenant wants to be told of (alert.takingsPerHour) have lost access within an hour ' +
        'because a directory said so. Nothing was held up. Which tenant: the lines with StatedTakings in the log ' +
        `groups /clarus-bridge/${stage}/deliver and scim. If the directory is wrong, correct it there: each person is ` +
        'followed back. Until it is, stop the queue revocations at its event source mapping.',
    },
    {
      name: 'drift',
      metric: own(stage, 'sweep', 'Drift', 'Maximum'),
      limit: { above: 0 },
      description:
        'People are active in Clarus whom a source keeps out, and the tenant file says to report that (drift: report). ' +
        `Tenant and number: the lines of part inventory with left above 0 in the log group /clarus-bridge/${stage}/sweep. ` +
        `Why somebody is kept out: npm run bridge -- explain --tenant T --user ID --stage ${stage}. If they are to stay: ` +
        `npm run bridge -- lift --tenant T --user ID --stage ${stage}; else switch them off in Clarus, or set drift to ` +
        'heal.',
    },
  ];
}

function deadLetters(name: string, { queue, deadLetterQueue }: EventQueue, meaning: string): Watch {
  return {
    name: `${name}-dead-letters`,
    metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible(MINUTE),
    limit: { above: 0 },
    description:
      `${meaning}An event was given up: it is in the dead-letter queue of ${name} with the reason, for 14 ` +
      'days at most. Correct the reason, then send the events back (a late event cannot undo a newer one): ' +
      `aws sqs start-message-move-task --source-arn ${deadLetterQueue.queueArn} --destination-arn ` +
      `${queue.queueArn}`,
  };
}

/** SQS' age of the oldest message leaves out what was received three times, so it tells of what nobody takes. */
function stuck(name: string, { queue }: EventQueue, minutes: number, meaning: string): Watch {
  return {
    name: `${name}-stuck`,
    metric: queue.metricApproximateAgeOfOldestMessage(MINUTE),
    limit: { above: minutes * 60 },
    description:
      `Nobody has taken a message off the queue ${name} for more than ${minutes} minutes. ${meaning}. The function ` +
      'deliver does not run or cannot keep up: see whether its event source mapping is enabled, whether the alarms ' +
      `deliver-errors and deliver-throttles ring, and the log group that it writes to. Nothing is lost for 14 days.`,
  };
}
