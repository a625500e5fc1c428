/**
 * How long an AWS call may take, in milliseconds, for clients of functions that wait for more than one.
 * Without it, one socket that hangs would hold everything up until the function is ended.
 */
export const AWS_LIMITS = {
  requestHandler: { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true },
} as const;
