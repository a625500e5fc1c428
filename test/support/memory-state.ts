import { type AccountKey, SOURCE_NAME } from '../../functions/identity/account.ts';
import type { Card } from '../../functions/identity/card.ts';
import { OPEN_OUTCOMES, type Receipt, type Step } from '../../functions/identity/receipt.ts';
import { shortForm } from '../../functions/identity/short-form.ts';
import { newUserRecord, type UserRecord } from '../../functions/identity/user-record.ts';
import type { Beginnings } from '../../functions/state/beginnings.ts';
import type { BrakeStore } from '../../functions/state/brake.ts';
import { type CardStore, type News, SHORT } from '../../functions/state/cards.ts';
import type { CursorStore } from '../../functions/state/cursors.ts';
import type { OpenItems } from '../../functions/state/open-items.ts';
import type { ReceiptStore } from '../../functions/state/receipts.ts';
import type { SubscriptionStore, Subscriptions } from '../../functions/state/subscriptions.ts';
import type { UserRecordStore } from '../../functions/state/user-records.ts';

/** The state of the bridge in memory, with the same promises as the one in DynamoDB. */
export interface MemoryState {
  cards: CardStore;
  records: UserRecordStore;
  receipts: ReceiptStore;
  openItems: OpenItems;
  accountsByAddress: (tenant: string, address: string) => Promise<AccountKey[]>;
  beginnings: Beginnings;
  subscriptions: SubscriptionStore;
  cursors: CursorStore;
  brake: BrakeStore;
  /** Every card and record as it is stored: by account, and by Clarus user id. */
  allCards: ReadonlyMap<string, Card>;
  allRecords: ReadonlyMap<string, UserRecord>;
  /** Every receipt, in the order in which events got theirs. */
  written: Receipt[];
  /** How many calls were made, by store and method. */
  calls: Record<string, number>;
}

const HOUR = 3_600_000;

export function memoryState(): MemoryState {
  const allCards = new Map<string, Card>();
  const allRecords = new Map<string, UserRecord>();
  const written: Receipt[] = [];
  const calls: Record<string, number> = {};

  function edit(key: AccountKey, change: (card: Card) => Card): Card {
    const id = idOf(key);
    const { tenant, source, account } = key;
    const before = allCards.get(id) ?? { tenant, source, account, rev: 0, words: [], addresses: [] };
    const after = change(structuredClone(before));
    allCards.set(id, after);
    return structuredClone(after);
  }

  const cards: CardStore = {
    find: async (key) => structuredClone(allCards.get(idOf(key))),
    note: async (key, news) => edit(key, (card) => noted(card, news)),
    link: async (key, id, news) =>
      edit(key, (card) => {
        const { creating: _, ...rest } =
          news === undefined ? { ...card, rev: card.rev + 1 } : noted(card, news);
        return { ...rest, link: card.link ?? id };
      }),
    async unlink(key, id) {
      if (allCards.get(idOf(key))?.link !== id) return;
      edit(key, ({ link: _, ...card }) => card);
    },
    async shorten(card) {
      if (card.words.length <= SHORT) return;
      const kept = new Map(shortForm(card.words).map((word) => [word.id, word]));
      const gone = new Set(card.words.map(({ id }) => id).filter((id) => !kept.has(id)));
      edit(card, (stored) => ({
        ...stored,
        words: stored.words.filter(({ id }) => !gone.has(id)).map((word) => kept.get(word.id) ?? word),
      }));
    },
    create: async (key, at) => void edit(key, (card) => ({ ...card, creating: at })),
    wait: async (key, waiting) =>
      void edit(key, (card) => {
        const since =
          card.waiting?.eventId === waiting.eventId
            ? Math.min(card.waiting.since, waiting.since)
            : waiting.since;
        return { ...card, waiting: { ...waiting, since } };
      }),
    hold: async (key, held) => void edit(key, (card) => ({ ...card, held })),
    async clear(key, what) {
      if (!allCards.has(idOf(key))) return;
      edit(key, (card) => {
        for (const name of what) delete card[name];
        return card;
      });
    },
  };

  const loaded = (tenant: string, id: string): UserRecord =>
    structuredClone(allRecords.get(`${tenant} ${id}`)) ?? newUserRecord(tenant, id);
  const put = (record: UserRecord): UserRecord => {
    const stored = structuredClone({ ...record, revision: record.revision + 1 });
    allRecords.set(`${record.tenant} ${record.clarusUserId}`, stored);
    return structuredClone(stored);
  };
  const records: UserRecordStore = {
    load: async (tenant, id) => loaded(tenant, id),
    async save(record) {
      if (loaded(record.tenant, record.clarusUserId).revision !== record.revision) return 'conflict';
      put(record);
      return 'saved';
    },
    async join(tenant, id, { account, mark, now, shown }) {
      const record = loaded(tenant, id);
      const known = record.accounts.find(
        (it) => it.source === account.source && it.account === account.account,
      );
      const isNewer = known === undefined || known.rev < account.rev;
      const profile =
        (account.profile?.at ?? -1) >= (known?.profile?.at ?? -1) ? account.profile : known?.profile;
      const { profile: _, ...copy } = isNewer ? account : known;
      const joined = profile === undefined ? copy : { ...copy, profile };
      const { active } = shown ?? {};
      const first = shown && { at: shown.at, ...(active !== undefined && { active }) };
      return put({
        ...record,
        accounts: [...record.accounts.filter((it) => it !== known), joined],
        open: { ...record.open, [mark]: now },
        ...(shown && isNewer && { shown }),
        ...(record.first === undefined && first && { first }),
      });
    },
    async update(tenant, id, step) {
      const before = loaded(tenant, id);
      const after = step(before);
      return after === before ? before : put(after);
    },
    async list(tenant, after, count) {
      const ids = [...allRecords.values()].filter((it) => it.tenant === tenant).map((it) => it.clarusUserId);
      const rest = ids.filter((id) => after === undefined || Number(id) > Number(after));
      return rest.sort((a, b) => Number(a) - Number(b)).slice(0, count);
    },
    loadMany: async (tenant, ids) => [...new Set(ids)].map((id) => loaded(tenant, id)),
  };

  const isOf = (receipt: Receipt, { tenant, source, account }: AccountKey, eventId: string) =>
    receipt.tenant === tenant &&
    receipt.source === source &&
    receipt.subjectId === account &&
    receipt.eventId === eventId;
  const receipts: ReceiptStore = {
    async put(receipt) {
      const key = { tenant: receipt.tenant, source: receipt.source, account: receipt.subjectId };
      const index = written.findIndex((it) => isOf(it, key, receipt.eventId));
      const before = written[index];
      if (before === undefined) return void written.push(structuredClone(receipt));
      const isReplaced =
        receipt.appliedAt !== undefined
          ? OPEN_OUTCOMES.has(before.outcome) || before.appliedAt === undefined
          : OPEN_OUTCOMES.has(before.outcome) && before.appliedAt === undefined;
      written[index] = withSteps(isReplaced ? { ...receipt, steps: before.steps } : before, receipt.steps);
    },
    async append(key, eventId, steps) {
      const index = written.findIndex((it) => isOf(it, key, eventId));
      const before = written[index];
      if (before !== undefined) written[index] = withSteps(before, steps);
    },
    find: async (key, eventId) => structuredClone(written.find((it) => isOf(it, key, eventId))),
    ofSubject: async (tenant, source, subjectId) =>
      written.filter((it) => it.tenant === tenant && it.source === source && it.subjectId === subjectId),
    ofTenant: async (tenant) => written.filter((it) => it.tenant === tenant),
    ofUser: async (tenant, id) => written.filter((it) => it.tenant === tenant && it.clarusUserId === id),
  };

  const ofTenant = (tenant: string) => [...allCards.values()].filter((card) => card.tenant === tenant);
  const openItems: OpenItems = {
    async waiting(tenant, limit) {
      const cards = ofTenant(tenant).filter(({ waiting }) => waiting !== undefined);
      cards.sort((a, b) => (a.waiting?.since ?? 0) - (b.waiting?.since ?? 0));
      return structuredClone(cards.slice(0, limit));
    },
    held: async (tenant) => structuredClone(ofTenant(tenant).filter(({ held }) => held !== undefined)),
    async count(tenant) {
      const waiting = ofTenant(tenant).flatMap((card) => card.waiting ?? []);
      const takings = waiting.filter(({ taking }) => taking).map(({ since }) => since);
      return {
        waiting: waiting.length,
        waitingRevocations: takings.length,
        held: ofTenant(tenant).filter(({ held }) => held !== undefined).length,
        ...(takings.length > 0 && { oldestRevocation: Math.min(...takings) }),
      };
    },
  };

  const began = new Map<string, number>();
  const beginnings: Beginnings = {
    async began(tenant, source, now) {
      if (!SOURCE_NAME.test(source)) throw new TypeError(source);
      const key = `${tenant} ${source}`;
      if (!began.has(key)) began.set(key, now);
      return began.get(key) ?? now;
    },
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
  const windows = new Map<string, { since: number; accounts: Set<string> }>();
  const brake: BrakeStore = {
    async take(tenant, kind, account, limit, now) {
      const key = `${tenant} ${kind}`;
      const last = windows.get(key);
      const window =
        last === undefined || now - last.since >= HOUR ? { since: now, accounts: new Set<string>() } : last;
      windows.set(key, window);
      if (window.accounts.size < limit) window.accounts.add(account);
      return window.accounts.has(account) ? 'among' : 'above';
    },
  };
  const state = {
    cards,
    records,
    receipts,
    openItems,
    beginnings,
    subscriptions,
    cursors,
    brake,
    accountsByAddress: async (tenant: string, address: string) =>
      ofTenant(tenant).filter(({ addresses }) => addresses[0]?.address === address),
  };
  return { ...counted(state, calls), allCards, allRecords, written, calls };
}

function idOf({ tenant, source, account }: AccountKey): string {
  return `${tenant} ${source} ${account}`;
}

function noted(card: Card, { words, addresses = [], at }: News): Card {
  const known = new Set(card.words.map(({ id }) => id));
  const others = card.addresses.filter(({ address }) => !addresses.includes(address));
  const heard = addresses.map((address) => ({ address, at }));
  return {
    ...card,
    rev: card.rev + 1,
    words: [...card.words, ...words.filter(({ id }) => !known.has(id))],
    addresses: [...heard, ...others].sort((a, b) => b.at - a.at),
  };
}

function withSteps(receipt: Receipt, steps: readonly Step[]): Receipt {
  const isKnown = (step: Step) =>
    receipt.steps.some((it) => it.at === step.at && it.step === step.step && it.attempt === step.attempt);
  return { ...receipt, steps: [...receipt.steps, ...steps.filter((step) => !isKnown(step))] };
}

/** The same stores, whose calls are counted. */
function counted<Stores extends object>(stores: Stores, calls: Record<string, number>): Stores {
  const entries = Object.entries(stores).map(([name, store]) => [name, wrap(name, store)]);
  // The same names, and functions that take and give the same.
  return Object.fromEntries(entries) as Stores;

  function wrap(name: string, it: unknown): unknown {
    if (typeof it === 'function') {
      return (...args: unknown[]) => {
        calls[name] = (calls[name] ?? 0) + 1;
        return it(...args);
      };
    }
    return Object.fromEntries(
      Object.entries(Object(it)).map(([key, method]) => [key, wrap(`${name}.${key}`, method)]),
    );
  }
}
