import type { ReadBack } from './read-back.ts';

/** What is to be read back, collected so that one message and one query serve many. */
export interface ReadBacks {
  add(tenant: string, item: ReadBack): void;
  /** Sends what was collected, a message a tenant. */
  flush(): Promise<void>;
}

/** Collects the confirmed revocations of an invocation. */
export function createReadBacks(
  send: (tenant: string, items: readonly ReadBack[]) => Promise<void>,
): ReadBacks {
  let collected: { tenant: string; item: ReadBack }[] = [];
  return {
    add: (tenant, item) => void collected.push({ tenant, item }),
    async flush() {
      const byTenant = Map.groupBy(collected, ({ tenant }) => tenant);
      collected = [];
      await Promise.all(
        [...byTenant].map(([tenant, all]) =>
          send(
            tenant,
            all.map(({ item }) => item),
          ),
        ),
      );
    },
  };
}

/**
 * Lets messages of one tenant that are handled at the same time share one reading: whoever comes while it has not
 * begun is served with it.
 */
export function createShared(
  read: (tenant: string, items: readonly ReadBack[]) => Promise<void>,
): (tenant: string, items: readonly ReadBack[]) => Promise<void> {
  const waiting = new Map<string, { items: ReadBack[]; done: Promise<void> }>();

  return function shared(tenant, items) {
    const known = waiting.get(tenant);
    if (known !== undefined) {
      known.items.push(...items);
      return known.done;
    }
    const all = [...items];
    const done = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      waiting.delete(tenant);
      return read(tenant, all);
    });
    waiting.set(tenant, { items: all, done });
    return done;
  };
}
