import type { ClarusListing, FoundUser } from '../../clarus/clarus-directory.ts';
import { driftOf, isSameShown, shownOf } from '../../clarus/inventory.ts';
import type { DecideSettings } from '../../identity/access/desired.ts';
import { type Guards, protectedBy } from '../../identity/access/guard.ts';
import type { UserRecord } from '../../identity/user-record.ts';
import type { ReceiptStore } from '../../state/receipts.ts';
import type { Tenant } from '../../tenants/tenant-schema.ts';
import { doubt, type LookPorts } from './look.ts';

/** A revocation that Clarus confirmed, to be seen in Clarus as well. */
export interface ReadBack {
  source: string;
  /** The subject of the event, as the receipt has it. */
  account: string;
  eventId: string;
  clarusUserId: string;
}

export interface ReadBackPorts extends LookPorts {
  receipts: Pick<ReceiptStore, 'append'>;
}

/** What of the tenant's services it takes. */
export interface ReadBackServices {
  tenant: Tenant;
  clarus: Pick<ClarusListing, 'findUsersByEmail'>;
  settings(): Promise<DecideSettings>;
  guards(): Promise<Guards>;
}

/** Seconds after the confirmation: by then Clarus shows what it has confirmed. */
export const READ_BACK_DELAY = 60;

/** As many users as one query shows. */
export const READ_BACKS = 100;

/**
 * Asks Clarus in one query how it shows the users of so many confirmed revocations, a hundred at the most, and writes
 * that into their receipts: `out`, `in`, or `unknown` where Clarus does not tell or their address does not lead to them;
 * the inventory does the rest. Who is in though the words say out is looked after. Nothing waits for it.
 */
export async function readBack(
  ports: ReadBackPorts,
  services: ReadBackServices,
  items: readonly ReadBack[],
): Promise<void> {
  const { tenant } = services.tenant;
  const at = ports.clock();
  const ids = [...new Set(items.map(({ clarusUserId }) => clarusUserId))].slice(0, READ_BACKS);
  const records = new Map(
    (await ports.records.loadMany(tenant, ids)).map((record) => [record.clarusUserId, record]),
  );
  const addresses = [...records.values()].flatMap(
    ({ applied, shown }) => applied.email ?? shown?.email ?? [],
  );
  const found = addresses.length === 0 ? [] : await services.clarus.findUsersByEmail(addresses);
  const users = new Map(found.map((user) => [user.id, user]));
  await Promise.all(
    items.map(({ source, account, eventId, clarusUserId }) => {
      const what = whatIsShown(users.get(clarusUserId));
      return ports.receipts.append({ tenant, source, account }, eventId, [{ at, step: 'read_back', what }]);
    }),
  );
  for (const record of records.values()) {
    const user = users.get(record.clarusUserId);
    if (user !== undefined) await follow(ports, services, record, user, at);
  }
}

function whatIsShown(user: FoundUser | undefined): 'in' | 'out' | 'unknown' {
  if (user?.isActive === undefined) return 'unknown';
  return user.isActive ? 'in' : 'out';
}

/** Keeps how Clarus shows the user, and has all sent again to whom it shows in against its word. */
async function follow(
  ports: ReadBackPorts,
  services: ReadBackServices,
  record: UserRecord,
  user: FoundUser,
  at: number,
): Promise<void> {
  const { tenant, drift } = services.tenant;
  const shown = shownOf(user, at);
  const { kind } = driftOf(record, shown, await services.settings());
  if (!isSameShown(record.shown, shown)) {
    await ports.records.update(tenant, record.clarusUserId, (stored) =>
      (stored.shown?.at ?? 0) > at ? stored : { ...stored, shown },
    );
  }
  if (kind !== 'on' || drift !== 'heal') return;
  if (protectedBy({ ...record, shown }, await services.guards()) === undefined) {
    await doubt(ports, tenant, record.clarusUserId);
  }
}
