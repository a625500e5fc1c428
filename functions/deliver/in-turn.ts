/**
 * Runs work that has the same key one after the other, and all other work at once. Nothing depends on it for
 * correctness (other workers may handle the same user at the same time); it saves the conflicts and the
 * repeated requests that several messages about one user in one batch would cause.
 */
export function createInTurn(): <Result>(key: string, work: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return async function inTurn(key, work) {
    const before = last.get(key);
    const mine = before === undefined ? work() : before.then(work, work);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
