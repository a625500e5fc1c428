import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@aws-lambda-powertools/logger';

/** What functions log with: one JSON object a line, with the fields at the top level. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Record<string, unknown>,
) => void;

/**
 * A log that AWS Lambda Powertools writes. Its level comes from POWERTOOLS_LOG_LEVEL, its service from
 * POWERTOOLS_SERVICE_NAME.
 */
export function createLog(): Log {
  const logger = new Logger();
  return (level, message, fields) => logger[level](message, fields);
}

const requests = new AsyncLocalStorage<string>();

/** Does the work of a request, whose id stands in every line that is logged meanwhile. */
export function whileTraced<Result>(requestId: string, work: () => Promise<Result>): Promise<Result> {
  return requests.run(requestId, work);
}

/** The log, with the id of the request that a line belongs to. */
export function traced(log: Log): Log {
  return (level, message, fields) => {
    const requestId = requests.getStore();
    log(level, message, requestId === undefined ? fields : { ...fields, requestId });
  };
}
