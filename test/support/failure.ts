import { BridgeError } from '../../functions/identity/bridge-error.ts';

/** The BridgeError that the work ends with. A test fails when the work succeeds, or fails in another way. */
export async function failureOf(work: () => unknown): Promise<BridgeError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error('This was expected to fail with a BridgeError, and succeeded.');
}

/** All that an error may tell somebody who logs, stores or shows it; its cause is for a debugger alone. */
export function toldBy(error: unknown): string {
  return `${JSON.stringify(error)} ${Object(error).message}`;
}
