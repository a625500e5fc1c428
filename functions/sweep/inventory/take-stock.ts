import type { FoundUser } from '../../clarus/clarus-directory.ts';
import {
  type Drift,
  driftOf,
  isLookLost,
  isSameShown,
  shownOf,
  type TakingByAccount,
} from '../../clarus/inventory.ts';
import { HAND_LATER } from '../../identity/access/decide.ts';
import type { DecideSettings } from '../../identity/access/desired.ts';
import { type Guards, protectedBy } from '../../identity/access/guard.ts';
import { standing } from '../../identity/access/standing.ts';
import { foldAddress, sameAddress } from '../../identity/profile/addresses.ts';
import type { Shown, UserRecord } from '../../identity/user-record.ts';
import { sideBySide } from '../../platform/side-by-side.ts';
import type { AccountsByAddress } from '../../state/accounts-by-address.ts';
import type { UserRecordStore } from '../../state/user-records.ts';
import type { SweepServices } from '../services.ts';
import { type ConcludePorts, concludeTaking } from './conclude.ts';
import { type HealPorts, heal, proveHealed } from './heal.ts';
import { proveOut } from './prove-out.ts';
import { hasRoom, isSecondLook, type Suspicions } from './suspicions.ts';

export interface StockPorts extends ConcludePorts, HealPorts {
  records: UserRecordStore;
  accountsByAddress: AccountsByAddress;
}

/** What was found in some of Clarus' users. */
export interface Stock {
  /** Of whom Clarus shows something else than it did, or whose last look was a day ago. */
  stored: number;
  /** Switched on or off in Clarus by somebody. */
  hands: number;
  /** Brought back to what is known, and left as they are. */
  healed: number;
  left: number;
  /** Who may be in and is out by an account that nobody had led to this user. */
  concluded: number;
}

export function emptyStock(): Stock {
  return { stored: 0, hands: 0, healed: 0, left: 0, concluded: 0 };
}

/** How Clarus shows a user is stored this often even if it stays the same, in milliseconds. */
export const SHOWN_FOR = 86_400_000;

/** Requests to DynamoDB at the same time: a page is no hurry. */
const WIDTH = 10;

/**
 * Holds a page of Clarus' users against what is known of them: stores how Clarus shows them, tells a hand in Clarus
 * from what the bridge did, brings back who is to be out, and finds users who belong to somebody who is out. Counts
 * into `stock`, and keeps what needs a second look in `suspicions`.
 */
export async function takeStock(
  ports: StockPorts,
  services: SweepServices,
  { users, at }: { users: readonly FoundUser[]; at: number },
  { suspicions, stock, isFirst }: Taken,
): Promise<void> {
  const { tenant } = services.tenant;
  const [settings, guards] = [await services.settings(), await services.guards()];
  const ids = [...new Set(users.map(({ id }) => id))];
  const records = new Map(
    (await ports.records.loadMany(tenant, ids)).map((record) => [record.clarusUserId, record]),
  );
  const look: Look = { ports, services, settings, guards, suspicions, stock, isFirst };
  await sideBySide(
    users,
    async (user) => {
      const record = records.get(user.id);
      if (record !== undefined) await oneUser(look, record, shownOf(user, at));
    },
    WIDTH,
  );
}

/** What a round of looks adds to. */
export interface Taken {
  suspicions: Suspicions;
  stock: Stock;
  /** Directories have not been compared yet: whom users belong to is found then. */
  isFirst: boolean;
}

/** What a look works with. */
interface Look extends Taken {
  ports: StockPorts;
  services: SweepServices;
  settings: DecideSettings;
  guards: Guards;
}

async function oneUser(look: Look, stored: UserRecord, shown: Shown): Promise<void> {
  const record = isLookLost(stored, shown.at) ? await lookAgain(look, stored, shown.at) : stored;
  if (record.accounts.length === 0) {
    await storeShown(look, record, shown);
    await conclude(look, record, shown);
    return;
  }
  // Somebody has given the user to somebody else, whom the linked accounts say nothing of.
  if (hasOtherAddress(record, shown)) await conclude(look, record, shown, NOBODY);
  const seen = { ...record, shown };
  const drift = protectedBy(seen, look.guards) === undefined ? driftOf(record, shown, look.settings) : NONE;
  await settleHealing(look, record, shown);
  if (drift.kind !== 'off' && drift.kind !== 'owed') delete look.suspicions.off[record.clarusUserId];
  await follow(look, record, shown, drift);
}

const NONE: Drift = { kind: 'none' };

const NOBODY: ReadonlySet<string> = new Set();

async function follow(look: Look, record: UserRecord, shown: Shown, drift: Drift): Promise<void> {
  switch (drift.kind) {
    case 'none':
      await storeShown(look, record, shown);
      return conclude(look, record, shown);
    case 'busy':
      await storeShown(look, record, shown);
      return;
    case 'off':
    case 'owed':
      return suspect(look, record, shown, drift.kind);
    case 'on_again':
      return storeHand(look, record, shown, { at: shown.at, active: true });
    case 'on':
      await storeShown(look, record, shown);
      return bringBack(look, record.clarusUserId, shown, drift.taking);
    case 'never_taken':
      await storeShown(look, record, shown);
      return neverTaken(look, record, drift.taking);
  }
}

/** The queue has lost the look after a request in doubt: another one is sent, and no third one within the hour. */
async function lookAgain({ ports }: Look, record: UserRecord, at: number): Promise<UserRecord> {
  const { tenant, clarusUserId } = record;
  const after = await ports.records.update(tenant, clarusUserId, (stored) =>
    isLookLost(stored, at) ? { ...stored, lookAt: at } : stored,
  );
  await ports.look(tenant, clarusUserId);
  return after;
}

/** Off though the words say in: at the second look it is so, and no request of ours that comes late. */
async function suspect(look: Look, record: UserRecord, shown: Shown, kind: 'off' | 'owed'): Promise<void> {
  const { off } = look.suspicions;
  const { clarusUserId: id, revision } = record;
  const first = off[id];
  if (isSecondLook(first, revision, shown.at)) {
    delete off[id];
    if (kind === 'off') return storeHand(look, record, shown, { at: shown.at + HAND_LATER, active: false });
    return bringBack(look, id, shown, undefined);
  }
  if (first?.revision === revision) return;
  const stored = await storeShown(look, record, shown);
  if (hasRoom(off)) off[id] = { at: shown.at, revision: stored.revision };
}

function hasOtherAddress({ shown: before }: UserRecord, { email }: Shown): boolean {
  return before?.email !== undefined && email !== undefined && !sameAddress(before.email, email);
}

async function storeShown(
  { ports, stock, settings }: Look,
  record: UserRecord,
  shown: Shown,
): Promise<UserRecord> {
  const isKnown = isSameShown(record.shown, shown) && shown.at - (record.shown?.at ?? 0) < SHOWN_FOR;
  // A user of whom nothing is known but this has no record.
  if (isKnown || record.revision === 0) return record;
  stock.stored++;
  await proveOut(ports, record, shown, settings);
  return ports.records.update(record.tenant, record.clarusUserId, (stored) =>
    (stored.shown?.at ?? 0) > shown.at ? stored : { ...stored, shown },
  );
}

/** A hand is what Clarus shows, so that counts as applied; whoever has joined meanwhile knows better. */
async function storeHand(
  { ports, stock }: Look,
  { tenant, clarusUserId, revision }: UserRecord,
  shown: Shown,
  hand: { at: number; active: boolean },
): Promise<void> {
  await ports.records.update(tenant, clarusUserId, (stored) =>
    stored.revision === revision
      ? { ...stored, shown, hand, applied: { ...stored.applied, is_active: hand.active } }
      : stored,
  );
  stock.hands++;
}

async function bringBack(
  { ports, services, suspicions, stock }: Look,
  clarusUserId: string,
  { at }: Shown,
  taking: TakingByAccount | undefined,
): Promise<void> {
  const isHealed = services.tenant.drift === 'heal' && hasRoom(suspicions.healing);
  stock[isHealed ? 'healed' : 'left']++;
  if (!isHealed) return;
  const before = suspicions.healing[clarusUserId];
  const healing = await heal(ports, services.tenant, { clarusUserId, at, taking, before });
  if (healing !== undefined) suspicions.healing[clarusUserId] = healing;
}

/** Whom a look has proven to be off is healed. */
async function settleHealing(
  { ports, services, suspicions }: Look,
  { clarusUserId }: UserRecord,
  { at, active }: Shown,
): Promise<void> {
  const healing = suspicions.healing[clarusUserId];
  if (healing === undefined || active !== false) return;
  await proveHealed(ports, services.tenant, clarusUserId, healing, at);
  delete suspicions.healing[clarusUserId];
}

async function neverTaken(
  { ports, stock }: Look,
  { tenant, clarusUserId, accounts }: UserRecord,
  { by: source, account }: TakingByAccount,
): Promise<void> {
  const stored = accounts.find((it) => it.source === source && it.account === account);
  const scim = stored?.rev === 0 ? { words: stored.words } : {};
  if (await concludeTaking(ports, { tenant, source, account, ...scim }, clarusUserId)) stock.concluded++;
}

/**
 * Whose address does a user have, by the directories that have had no say in them? Where all of one directory whom it
 * leads to are out, the user is theirs or an earlier colleague's of the same address, and is to be off either way,
 * whatever another source says. Who has another user is left there, unless nobody is linked to this one.
 */
async function conclude(
  { ports, services, stock, isFirst }: Look,
  { clarusUserId, accounts }: UserRecord,
  { email, active }: Shown,
  heard: ReadonlySet<string> = new Set(accounts.map(({ source }) => source)),
): Promise<void> {
  const { okta, entra } = services.tenant;
  const isHeard = (okta === undefined || heard.has('okta')) && (entra === undefined || heard.has('entra'));
  if (isFirst || active === false || isHeard || email === undefined || email === '') return;
  const keys = await ports.accountsByAddress(services.tenant.tenant, foldAddress(email));
  const found = await Promise.all(keys.map((key) => ports.cards.find(key)));
  const cards = found
    .filter((card) => card !== undefined)
    .filter(({ source, link }) => !heard.has(source) && (accounts.length === 0 || link === undefined));
  const directories = Map.groupBy(cards, ({ source }) => source);
  const out = [...directories.values()].find((all) =>
    all.every(({ words }) => standing(words).access === 'out'),
  );
  const [card] = out ?? [];
  if (card === undefined) return;
  const { tenant, source, account } = card;
  if (await concludeTaking(ports, { tenant, source, account }, clarusUserId)) stock.concluded++;
}
