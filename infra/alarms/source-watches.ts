import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { own, type Watch } from './watch.ts';

/** What tells of identity providers that are not heard, and of the sweep that looks after that. */
export function sourceWatches(stage: string, tenants: number): Watch[] {
  return [
    {
      name: 'subscription-life',
      metric: own(stage, 'sweep', 'SubscriptionLifeUsed', 'Maximum'),
      limit: { above: 75 },
      description:
        "A tenant's Graph subscription has less than a quarter of its life left, or there is none: the bridge " +
        'cannot renew it, and Entra changes are found by the sweep alone, up to 15 minutes late. Find tenant ' +
        `and reason in the log group /clarus-bridge/${stage}/sweep; mostly a client secret has ended or ` +
        'consent was withdrawn.',
    },
    {
      name: 'missed-by-webhook',
      metric: own(stage, 'deliver', 'MissedByWebhook', 'Sum'),
      limit: { above: 0 },
      description:
        'A sweep found changes that no webhook had brought, and repaired Clarus. Webhooks do not get through ' +
        `or come very late: see the receipts with foundBy, the log group /clarus-bridge/${stage}/receive, and ` +
        'at Okta whether the event hook is active and verified.',
    },
    {
      name: 'event-hook-trouble',
      metric: own(stage, 'sweep', 'EventHookTrouble', 'Sum'),
      limit: { above: 0 },
      description:
        'Okta logged that an event hook could not be delivered or was deactivated. What was missed is found ' +
        'by the sweep within 15 minutes. Look at the hook in the Okta console and into the log group ' +
        `/clarus-bridge/${stage}/receive.`,
    },
    {
      name: 'sweep-failures',
      metric: own(stage, 'sweep', 'SweepFailures', 'Sum'),
      limit: { above: 0 },
      periods: 2,
      description:
        'The sweep has failed for a tenant for half an hour: what its webhooks miss is not found meanwhile. ' +
        `The reason is in the log group /clarus-bridge/${stage}/sweep.`,
    },
    // A stage without tenants has nobody to sweep.
    ...(tenants === 0 ? [] : [missing(stage, tenants)]),
  ];
}

/** All other alarms of the sweep come from the sweep itself, and are silent when it does not run. */
function missing(stage: string, tenants: number): Watch {
  return {
    name: 'sweep-missing',
    metric: own(stage, 'sweep', 'SweepRan', 'Sum'),
    limit: { below: tenants },
    periods: 3,
    missing: TreatMissingData.BREACHING,
    description:
      `For three quarters of an hour the sweep has not reached the end for each of the ${tenants} tenants: what ` +
      'webhooks miss is not found, subscriptions are not renewed, and nobody is told of people who wait or are held. ' +
      `See the last lines of the log group /clarus-bridge/${stage}/sweep and whether the schedule in the group ` +
      `clarus-bridge-${stage} of EventBridge Scheduler is enabled. After a first deployment it rings until the first ` +
      'sweep.',
  };
}
