import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { type Clock, systemClock } from '../../functions/platform/clock.ts';

/** What Lambda tells a function of the invocation. `timeout` is in milliseconds. */
export function lambdaContext(functionName: string, timeout: number, clock: Clock = systemClock): Context {
  const deadline = clock() + timeout;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock()),
    // Node 24 on Lambda has no callbacks; the type still names them.
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}

function unsupported(): never {
  throw new Error('The Lambda runtime for Node 24 has no callbacks: return a promise.');
}
