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
