import type { AccountKey } from '../../functions/identity/access/account.ts';
import { shortForm } from '../../functions/identity/access/short-form.ts';
import type { Card } from '../../functions/identity/card.ts';
import type { Change } from '../../functions/identity/change.ts';
import type { AccountsByAddress } from '../../functions/state/accounts-by-address.ts';
import { type CardStore, type News, SHORT } from '../../functions/state/cards.ts';
import type { OpenItems } from '../../functions/state/open-items.ts';

/** Cards in memory, with the same promises as those in DynamoDB. */
export interface MemoryCards {
  cards: CardStore;
  openItems: OpenItems;
  accountsByAddress: AccountsByAddress;
  /** Every card as it is stored, by `<tenant> <source> <account>`. */
  stored: ReadonlyMap<string, Card>;
}

/** A card that may be written on. */
type Draft = { -readonly [K in keyof Card]: Card[K] };

export function memoryCards(): MemoryCards {
  const stored = new Map<string, Draft>();

  function change(key: AccountKey, step: (card: Draft) => void): Card {
    const { tenant, source, account } = key;
    const card = stored.get(nameOf(key)) ?? { tenant, source, account, rev: 0, words: [], addresses: [] };
    step(card);
    stored.set(nameOf(key), structuredClone(card));
    return structuredClone(card);
  }

  const cards: CardStore = {
    find: async (key) => structuredClone(stored.get(nameOf(key))),
    note: async (key, news) =>
      change(key, (card) => {
        card.rev += 1;
        noteOn(card, news);
      }),
    link: async (key, clarusUserId, news) =>
      change(key, (card) => {
        card.rev += 1;
        card.link ??= clarusUserId;
        delete card.creating;
        if (news !== undefined) noteOn(card, news);
      }),
    async unlink(key, clarusUserId) {
      const card = stored.get(nameOf(key));
      if (card?.link === clarusUserId) delete card.link;
    },
    async shorten({ words, ...key }) {
      if (words.length <= SHORT) return;
      const kept = new Map(shortForm(words).map((word) => [word.id, word]));
      const dropped = new Set(words.filter(({ id }) => !kept.has(id)).map(({ id }) => id));
      if (dropped.size === 0) return;
      change(key, (card) => {
        const others = card.words.filter(({ id }) => !dropped.has(id) && !kept.has(id));
        // Those that stay may have been given a gap.
        const same = card.words.flatMap(({ id }) => kept.get(id) ?? []);
        card.words = [...others, ...same];
      });
    },
    async create(key, at, address) {
      change(key, (card) => {
        card.creating = at;
        if (!card.addresses.some((it) => it.address === address)) {
          card.addresses = [...card.addresses, { address, at: 0 }];
        }
      });
    },
    async wait(key, waiting) {
      change(key, (card) => {
        const before = card.waiting;
        if (before?.taking === true && !waiting.taking) return;
        const earlier = before?.taking === waiting.taking ? before.since : waiting.since;
        const since = Math.min(earlier, waiting.since);
        card.waiting = { ...waiting, since, change: announced(waiting.change) };
      });
    },
    async hold(key, held) {
      change(key, (card) => {
        card.held = { ...held, change: announced(held.change) };
      });
    },
    async clear(key, what) {
      const card = stored.get(nameOf(key));
      for (const it of what) delete card?.[it];
    },
  };

  const all = (tenant: string) =>
    structuredClone([...stored.values()].filter((card) => card.tenant === tenant));
  const openItems: OpenItems = {
    waiting: async (tenant, limit) =>
      all(tenant)
        .filter(({ waiting }) => waiting !== undefined)
        .sort((a, b) => (a.waiting?.since ?? 0) - (b.waiting?.since ?? 0) || (a.account < b.account ? -1 : 1))
        .slice(0, limit),
    held: async (tenant) =>
      all(tenant)
        .filter(({ held }) => held !== undefined)
        .sort((a, b) => (a.held?.at ?? 0) - (b.held?.at ?? 0) || (a.account < b.account ? -1 : 1)),
    async count(tenant) {
      const waits = (await openItems.waiting(tenant)).flatMap(({ waiting }) => waiting ?? []);
      const revocations = waits.filter(({ taking }) => taking);
      const [oldest] = revocations;
      return {
        waitingRevocations: revocations.length,
        ...(oldest && { oldestRevocation: oldest.since }),
        waiting: waits.length,
        held: (await openItems.held(tenant)).length,
      };
    },
  };

  const accountsByAddress: AccountsByAddress = async (tenant, address) =>
    all(tenant)
      .filter(({ addresses: [current] }) => current?.address === address && current.at > 0)
      .map(({ source, account }) => ({ tenant, source, account }));

  return { cards, openItems, accountsByAddress, stored };
}

function noteOn(card: Draft, { words, addresses = [], at, once }: News): void {
  const known = new Set(card.words.map(({ id }) => id));
  card.words = [...card.words, ...words.filter(({ id }) => !known.has(id))];
  const heard = [...new Set(addresses)].map((address, index) => ({ address, at: at - index }));
  const others = card.addresses.filter(({ address }) => !addresses.includes(address));
  const isNew = once !== undefined && ![...heard, ...others].some(({ address }) => address === once);
  const behind = isNew ? [{ address: once, at: 0 }] : [];
  card.addresses = [...heard, ...others, ...behind].sort(
    (a, b) => b.at - a.at || (a.address < b.address ? -1 : 1),
  );
}

/** Who and whether, and no profile. */
function announced({ user, ...change }: Change): Change {
  return { ...change, ...(user?.active !== undefined && { user: { active: user.active } }) };
}

function nameOf({ tenant, source, account }: AccountKey): string {
  return `${tenant} ${source} ${account}`;
}
