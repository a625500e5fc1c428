import { BridgeError } from '../identity/bridge-error.ts';

/**
 * Runs work that has the same key one after the other, and all other work at once. Nothing depends on it for
 * correctness (other workers may handle the same user at the same time); it saves the conflicts and the
 * repeated requests that several messages about one user in one batch would cause.
 *
 * What is not to be had now fails for all who wait for their turn: ten events of one leaver while Clarus is silent
 * would else wait ten time-outs, longer than the function may run, and all of the batch would come again unheard.
 */
export function createInTurn(): <Result>(key: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return async function inTurn(key, work) {
    const before = last.get(key);
    const mine = before === undefined ? work() : before.then(work, (error) => afterFailure(error, work));
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}

function afterFailure<Result>(error: unknown, work: () => Promise<Result>): Promise<Result> {
  if (error instanceof BridgeError && error.retryable) throw error;
  return work();
}
