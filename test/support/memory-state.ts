import type { Change } from '../../functions/identity/change.ts';
import type { UserStore } from '../../functions/identity/converge.ts';
import type { Receipt } from '../../functions/identity/receipt.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import type { BrakeStore } from '../../functions/state/brake.ts';
import type { CursorStore } from '../../functions/state/cursors.ts';
import type { Departure, DepartureStore } from '../../functions/state/departures.ts';
import type { LinkStore } from '../../functions/state/links.ts';
import type { ReadStore } from '../../functions/state/reads.ts';
import type { ReceiptStore } from '../../functions/state/receipts.ts';
import type { SubscriptionStore, Subscriptions } from '../../functions/state/subscriptions.ts';

/** The state of the bridge in memory, with the same promises as the one in DynamoDB. */
export interface MemoryState {
  users: UserStore;
  links: LinkStore;
  departures: DepartureStore;
  receipts: ReceiptStore;
  reads: ReadStore;
  subscriptions: SubscriptionStore;
  cursors: CursorStore;
  brake: BrakeStore;
  /** What the brake holds. */
  held: readonly Change[];
  /** Every record as it is stored, by Clarus user id. */
  records: ReadonlyMap<string, UserRecord>;
  /** Every receipt, in the order in which events got theirs. */
  written: readonly Receipt[];
}

/** Receipts that wait for somebody and may be replaced. */
const OPEN = new Set(['rejected', 'held', 'user_not_in_clarus']);

export function memoryState(): MemoryState {
  const records = new Map<string, UserRecord>();
  const linked = new Map<string, string>();
  const left = new Map<string, Departure>();
  const written: Receipt[] = [];

  const users: UserStore = {
    async load(tenant, id) {
      return structuredClone(records.get(id)) ?? newUserRecord(tenant, id);
    },
    async save(record) {
      if ((records.get(record.clarusUserId)?.revision ?? 0) !== record.revision) return 'conflict';
      records.set(record.clarusUserId, structuredClone({ ...record, revision: record.revision + 1 }));
      return 'saved';
    },
  };
  const links: LinkStore = {
    async find(tenant, source, subjectId) {
      return linked.get(`${tenant} ${source} ${subjectId}`);
    },
    async put(tenant, source, subjectId, id) {
      linked.set(`${tenant} ${source} ${subjectId}`, id);
    },
  };
  const departures: DepartureStore = {
    async find(tenant, source, subjectId) {
      return left.get(`${tenant} ${source} ${subjectId}`);
    },
    async note(tenant, source, subjectId, departure) {
      const key = `${tenant} ${source} ${subjectId}`;
      if ((left.get(key)?.at ?? -1) < departure.at) left.set(key, departure);
    },
  };
  const receipts: ReceiptStore = {
    async put(receipt) {
      const index = written.findIndex(
        (it) => it.eventId === receipt.eventId && it.subjectId === receipt.subjectId,
      );
      if (index === -1) written.push(receipt);
      else if (OPEN.has(written[index]?.outcome ?? '')) written[index] = receipt;
    },
    async ofSubject(tenant, source, subjectId) {
      return written.filter(
        (it) => it.tenant === tenant && it.source === source && it.subjectId === subjectId,
      );
    },
    async ofTenant(tenant) {
      return written.filter((it) => it.tenant === tenant);
    },
  };
  const readAt = new Map<string, number>();
  const reads: ReadStore = {
    last: async (tenant, source, subjectId) => readAt.get(`${tenant} ${source} ${subjectId}`),
    put: async (tenant, source, subjectId, at) => void readAt.set(`${tenant} ${source} ${subjectId}`, at),
  };
  const subscribed = new Map<string, Subscriptions>();
  const subscriptions: SubscriptionStore = {
    load: async (tenant) => subscribed.get(tenant) ?? { known: [] },
    save: async (tenant, it) => void subscribed.set(tenant, it),
  };
  const positions = new Map<string, string>();
  const cursors: CursorStore = {
    find: async (tenant, feed) => positions.get(`${tenant} ${feed}`),
    put: async (tenant, feed, position) => void positions.set(`${tenant} ${feed}`, position),
  };
  const held: Change[] = [];
  const taken = new Set<string>();
  const brake: BrakeStore = {
    async take(tenant, subjectId, limit) {
      if (taken.size < limit) taken.add(`${tenant} ${subjectId}`);
      return taken.has(`${tenant} ${subjectId}`);
    },
    hold: async (change) => void held.push(change),
  };
  return { users, links, departures, receipts, reads, subscriptions, cursors, brake, held, records, written };
}
