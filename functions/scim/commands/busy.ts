import { BridgeError } from '../../identity/bridge-error.ts';

/** For a user of whom another command is under way: no client sends two of one person at a time for long. */
export function busy(clarusUserId: string): BridgeError {
  return new BridgeError(
    'contention',
    `Another command about Clarus user ${clarusUserId} is under way. The client is told to come again; if this ` +
      'repeats, two clients provision the same people.',
    { retryable: true, retryAfter: 1000 },
  );
}
