import type { AccountsByAddress } from '../../functions/state/accounts-by-address.ts';
import type { Beginnings } from '../../functions/state/beginnings.ts';
import type { BrakeStore } from '../../functions/state/brake.ts';
import type { CardStore } from '../../functions/state/cards.ts';
import type { CursorStore } from '../../functions/state/cursors.ts';
import type { OpenItems } from '../../functions/state/open-items.ts';
import type { ReceiptStore } from '../../functions/state/receipts.ts';
import type { SubscriptionStore, Subscriptions } from '../../functions/state/subscriptions.ts';
import type { UserRecordStore } from '../../functions/state/user-records.ts';
import { type MemoryCards, memoryCards } from './memory-cards.ts';
import { type MemoryReceipts, memoryReceipts } from './memory-receipts.ts';
import { type MemoryRecords, memoryRecords } from './memory-records.ts';

/** The stores of the bridge. */
export interface Stores {
  cards: CardStore;
  openItems: OpenItems;
  accountsByAddress: AccountsByAddress;
  records: UserRecordStore;
  receipts: ReceiptStore;
  brake: BrakeStore;
  beginnings: Beginnings;
  cursors: CursorStore;
  subscriptions: SubscriptionStore;
}

/** The state of the bridge in memory, with the same promises as the one in DynamoDB. */
export interface MemoryState extends Stores {
  /** Every receipt, in the order in which events got theirs. */
  written: MemoryReceipts['written'];
  /** Every card as it is stored, by `<tenant> <source> <account>`. */
  storedCards: MemoryCards['stored'];
  /** Every record as it is stored, by `<tenant> <Clarus user id>`. */
  storedRecords: MemoryRecords['stored'];
  /** How often each port was called, by `cards.note` and the like. */
  calls: Record<string, number>;
}

const HOUR = 3_600_000;

export function memoryState(): MemoryState {
  const calls: Record<string, number> = {};
  const { cards, openItems, accountsByAddress, stored: storedCards } = memoryCards();
  const { records, stored: storedRecords } = memoryRecords();
  const { receipts, written } = memoryReceipts();

  const hours = new Map<string, { since: number; subjects: Set<string> }>();
  const brake: BrakeStore = {
    async take(tenant, kind, account, limit, now) {
      if (limit < 1) return 'above';
      const last = hours.get(`${tenant} ${kind}`);
      const hour =
        last !== undefined && now - last.since < HOUR ? last : { since: now, subjects: new Set<string>() };
      if (!hour.subjects.has(account) && hour.subjects.size >= limit) return 'above';
      hours.set(`${tenant} ${kind}`, { ...hour, subjects: new Set([...hour.subjects, account]) });
      return 'among';
    },
  };

  const begun = new Map<string, number>();
  const beginnings: Beginnings = {
    async began(tenant, source, now) {
      const at = begun.get(`${tenant} ${source}`) ?? now;
      begun.set(`${tenant} ${source}`, at);
      return at;
    },
  };

  const positions = new Map<string, string>();
  const cursors: CursorStore = {
    find: async (tenant, feed) => positions.get(`${tenant} ${feed}`),
    put: async (tenant, feed, position) => void positions.set(`${tenant} ${feed}`, position),
  };

  const subscribed = new Map<string, Subscriptions>();
  const subscriptions: SubscriptionStore = {
    load: async (tenant) => structuredClone(subscribed.get(tenant) ?? { known: [] }),
    save: async (tenant, it) => void subscribed.set(tenant, structuredClone(it)),
  };

  /** The port, whose calls are counted. */
  function counted<Port extends object>(name: string, port: Port): Port {
    const methods = Object.entries(port).map(([method, act]) => [
      method,
      (...args: unknown[]) => {
        count(`${name}.${method}`);
        return act(...args);
      },
    ]);
    // The same names, and functions that take and give the same.
    return Object.fromEntries(methods) as Port;
  }

  function count(call: string): void {
    calls[call] = (calls[call] ?? 0) + 1;
  }

  return {
    cards: counted('cards', cards),
    openItems: counted('openItems', openItems),
    accountsByAddress(tenant, address) {
      count('accountsByAddress');
      return accountsByAddress(tenant, address);
    },
    records: counted('records', records),
    receipts: counted('receipts', receipts),
    brake: counted('brake', brake),
    beginnings: counted('beginnings', beginnings),
    cursors: counted('cursors', cursors),
    subscriptions: counted('subscriptions', subscriptions),
    written,
    storedCards,
    storedRecords,
    calls,
  };
}
