import * as z from 'zod';
import type { UserRecord } from '../../identity/user-record.ts';
import type { CardStore } from '../../state/cards.ts';
import type { CursorStore } from '../../state/cursors.ts';
import { forgetUser } from '../../state/records/forget-user.ts';
import type { UserRecordStore } from '../../state/user-records.ts';
import { positionOf } from '../position.ts';
import type { SweepServices } from '../services.ts';
import { lastTwoRounds } from './inventory.ts';
import { SHOWN_FOR } from './take-stock.ts';

export interface AbsentUserPorts {
  cursors: CursorStore;
  records: UserRecordStore;
  cards: CardStore;
  clock: () => number;
}

const passSchema = z.object({ startedAt: z.number(), after: z.string().optional(), done: z.boolean() });

const PASS = 'clarus-absent';
const EVERY = 86_400_000;
const PAGE = 100;

/**
 * Clears the links to Clarus users that Clarus does not have any more, once a day: users whom two whole rounds have
 * not shown, and whose address does not lead to them either. Nothing else follows from it: whoever has lost the link
 * is looked up anew at the next news. Returns how many users that were.
 */
export async function forgetAbsentUsers(
  ports: AbsentUserPorts,
  services: SweepServices,
  deadline: number,
): Promise<number> {
  const { cursors, records, clock } = ports;
  const { tenant } = services.tenant;
  const position = positionOf(cursors, PASS, passSchema);
  const rounds = await lastTwoRounds(cursors, tenant);
  if (rounds === undefined) return 0;
  const stored = await position.find(tenant);
  const isDue = stored === undefined || (stored.done && clock() - stored.startedAt >= EVERY);
  let pass = isDue ? { startedAt: clock(), done: false } : stored;
  // Whoever was shown in a round has a look that is no older than this at its beginning.
  const lastShown = rounds[0] - SHOWN_FOR;
  let forgotten = 0;
  while (!pass.done && clock() < deadline) {
    const ids = await records.list(tenant, pass.after, PAGE);
    const absent = (await records.loadMany(tenant, ids)).filter((record) => isAbsent(record, lastShown));
    if (absent.length > 0) forgotten += await forget(ports, services, absent);
    const after = ids.at(-1);
    pass = after === undefined ? { startedAt: pass.startedAt, done: true } : { ...pass, after };
    await position.put(tenant, pass);
  }
  return forgotten;
}

/** Whether a user with linked accounts was not shown since, and can be asked for by an address. */
function isAbsent({ shown, accounts }: UserRecord, since: number): boolean {
  const isLinked = accounts.some(({ rev }) => rev > 0);
  return isLinked && shown !== undefined && shown.at < since && (shown.email ?? '') !== '';
}

async function forget(
  ports: AbsentUserPorts,
  { clarus }: SweepServices,
  absent: readonly UserRecord[],
): Promise<number> {
  const found = await clarus.findUsersByEmail(absent.flatMap(({ shown }) => shown?.email ?? []));
  const there = new Set(found.map(({ id }) => id));
  const gone = absent.filter(({ clarusUserId }) => !there.has(clarusUserId));
  for (const { tenant, clarusUserId } of gone) await forgetUser(ports, tenant, clarusUserId);
  return gone.length;
}
