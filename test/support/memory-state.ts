import type { UserStore } from '../../functions/identity/converge.ts';
import type { Receipt } from '../../functions/identity/receipt.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import type { Departure, DepartureStore } from '../../functions/state/departures.ts';
import type { LinkStore } from '../../functions/state/links.ts';
import type { ReceiptStore } from '../../functions/state/receipts.ts';

/** The state of the bridge in memory, with the same promises as the one in DynamoDB. */
export interface MemoryState {
  users: UserStore;
  links: LinkStore;
  departures: DepartureStore;
  receipts: ReceiptStore;
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
  return { users, links, departures, receipts, records, written };
}
