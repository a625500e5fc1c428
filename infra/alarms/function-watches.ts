import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FIVE_MINUTES, type Watch } from './watch.ts';

export interface Functions {
  http: HttpStage;
  receive: IFunction;
  deliver: IFunction;
  scim: IFunction;
  sweep: IFunction;
}

/** What tells that a function crashes or is not allowed to run. */
export function functionWatches(stage: string, { http, receive, deliver, scim, sweep }: Functions): Watch[] {
  return [
    {
      name: 'webhook-5xx',
      metric: http.metricServerError(FIVE_MINUTES),
      limit: { above: 0 },
      description:
        'A webhook or a SCIM request was answered with 5xx. SCIM: Clarus could not be reached, look into ' +
        `/clarus-bridge/${stage}/scim. Webhook: an event could not be stored; Okta sends it once more, after ` +
        `that it is lost. Find the reason in the log group /clarus-bridge/${stage}/receive (no entry: ` +
        `/aws/vendedlogs/clarus-bridge/${stage}/http-api), then compare that time with the Okta System Log.`,
    },
    {
      name: 'receive-errors',
      metric: receive.metricErrors(FIVE_MINUTES),
      limit: { above: 0 },
      description:
        'The function receive crashed or ran out of time, and the webhook was answered with 5xx: Okta ' +
        'sends the event once more, after that it is lost. Look into the log group ' +
        `/clarus-bridge/${stage}/receive; after a deployment, put the last one back.`,
    },
    {
      name: 'receive-throttles',
      metric: receive.metricThrottles(FIVE_MINUTES),
      limit: { above: 0 },
      description:
        'Lambda refused to run receive, and the webhook was answered with 5xx: events may be lost. The ' +
        'account has no concurrency left: find the function that uses it up, or have the quota raised.',
    },
    {
      name: 'deliver-errors',
      metric: deliver.metricErrors(FIVE_MINUTES),
      limit: { above: 0 },
      periods: 3,
      description:
        'The function deliver has crashed or run out of time for 15 minutes. Nothing is lost, the events ' +
        'go back to their queue, but they are late. Look into the log group ' +
        `/clarus-bridge/${stage}/deliver; after a deployment, put the last one back.`,
    },
    {
      name: 'deliver-throttles',
      metric: deliver.metricThrottles(FIVE_MINUTES),
      limit: { above: 0 },
      periods: 3,
      description:
        'Lambda has refused to run deliver for 15 minutes. Nothing is lost, but events are late. The ' +
        'account has no concurrency left: find the function that uses it up, or have the quota raised.',
    },
    {
      name: 'scim-errors',
      metric: scim.metricErrors(FIVE_MINUTES),
      limit: { above: 0 },
      description:
        'The function scim crashed or ran out of time, and a provisioning client got a 5xx: Okta leaves the ' +
        `user in error until somebody retries the task, Entra tries again. Look into /clarus-bridge/${stage}/scim; ` +
        'after a deployment, put the last one back.',
    },
    {
      name: 'scim-throttles',
      metric: scim.metricThrottles(FIVE_MINUTES),
      limit: { above: 0 },
      description:
        'Lambda refused to run scim, and a provisioning client got a 5xx; it comes again. The instances kept for scim ' +
        'are all at work, or the account has no concurrency left: find the tenant or the function that uses them ' +
        'up, or have the quota raised.',
    },
    {
      name: 'sweep-errors',
      metric: sweep.metricErrors(FIVE_MINUTES),
      limit: { above: 0 },
      description:
        'The function sweep crashed or ran out of time. Nothing is lost, the next one goes on where it ' +
        `stopped. If this repeats, look into the log group /clarus-bridge/${stage}/sweep; after a ` +
        'deployment, put the last one back.',
    },
  ];
}
