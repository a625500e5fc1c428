import { BridgeError } from '../../identity/bridge-error.ts';

/** Everybody else was quicker, so many times. */
export function contention(clarusUserId: string, rounds: number): BridgeError {
  return new BridgeError(
    'contention',
    `The record of Clarus user ${clarusUserId} changed ${rounds} times while it was being written. ` +
      'The event goes back to the queue; if this repeats, look for a loop of writers.',
    { retryable: true },
  );
}
