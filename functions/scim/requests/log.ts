import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Log } from '../../platform/logger.ts';
import type { RequestEntry } from './entry.ts';

/** What the message of a line of the request log is. */
const MESSAGE = 'scim';

/** The request log in the function's log, which is kept for thirty days. */
export function requestLog(log: Log): (entry: RequestEntry) => void {
  return (entry) => {
    const { outcome } = entry;
    log(outcome === 'done' ? 'info' : outcome === 'refused' ? 'warn' : 'error', MESSAGE, { ...entry });
  };
}

/** The request log in a file, one JSON object a line. */
export function requestFile(path: string): (entry: RequestEntry) => void {
  mkdirSync(dirname(path), { recursive: true });
  return (entry) => {
    const line = { timestamp: new Date().toISOString(), message: MESSAGE, ...entry };
    appendFileSync(path, `${JSON.stringify(line)}\n`);
  };
}
