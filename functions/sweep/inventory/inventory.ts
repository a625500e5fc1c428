import * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import { type CursorStore, KNOWN_USERS } from '../../state/cursors.ts';
import { positionOf } from '../position.ts';
import type { SweepServices } from '../services.ts';
import { suspicionsSchema } from './suspicions.ts';
import { emptyStock, type Stock, type StockPorts, takeStock } from './take-stock.ts';

export interface InventoryPorts extends StockPorts {
  cursors: CursorStore;
}

/** What a run came to. */
export interface InventoryRun extends Stock {
  pages: number;
  users: number;
  /** How many users Clarus has, where a round has ended. */
  known?: number;
}

/** The place in a round, and when the rounds began that went through last. */
const roundSchema = z.object({
  startedAt: z.number(),
  after: z.string().optional(),
  counted: z.number(),
  rounds: z.array(z.number()),
});
type Round = z.output<typeof roundSchema>;

const ROUND = 'clarus-inventory';
const SUSPICIONS = 'clarus-drift';

const PAGE = 100;

/** Of a round but the first, in a run: Clarus asks for sparing use, and 50,000 users take six hours. */
const PAGES = 20;

/** A round takes longer only when Clarus does not take its position any more: it begins anew. */
const LONGEST_ROUND = 3 * 86_400_000;

/**
 * Goes through Clarus' users, some pages a run, and begins again at the end. The first round is gone through at once,
 * since the brake needs to know how many users there are before directories are compared. A position is stored after
 * each page. Throws BridgeError.
 */
export async function inventory(
  ports: InventoryPorts,
  services: SweepServices,
  deadline: number,
): Promise<InventoryRun> {
  const { cursors, clock } = ports;
  const { tenant } = services.tenant;
  const position = positionOf(cursors, ROUND, roundSchema);
  const kept = positionOf(cursors, SUSPICIONS, suspicionsSchema);
  const isFirst = (await cursors.find(tenant, KNOWN_USERS)) === undefined;
  const suspicions = (await kept.find(tenant)) ?? { off: {}, healing: {} };
  const before = JSON.stringify(suspicions);
  let round = await beginOrGoOn();
  const run: InventoryRun = { ...emptyStock(), pages: 0, users: 0 };
  const seen = new Set([round.after]);

  try {
    while (run.known === undefined && clock() < deadline && (isFirst || run.pages < PAGES)) {
      const at = clock();
      const { users, next } = await services.clarus.listUsers(PAGE, round.after);
      await takeStock(ports, services, { users, at }, { suspicions, stock: run, isFirst });
      run.pages++;
      run.users += users.length;
      await goOn(round.counted + users.length, next);
    }
  } finally {
    // Small beside a page, and a suspicion that is lost comes again.
    if (JSON.stringify(suspicions) !== before) await kept.put(tenant, suspicions);
  }
  return run;

  async function beginOrGoOn(): Promise<Round> {
    const stored = await position.find(tenant);
    if (stored !== undefined && clock() - stored.startedAt < LONGEST_ROUND) return stored;
    return begin(stored?.rounds ?? []);
  }

  function begin(rounds: readonly number[]): Round {
    return { startedAt: clock(), counted: 0, rounds: rounds.slice(-2) };
  }

  async function goOn(counted: number, next: string | undefined): Promise<void> {
    if (next !== undefined) {
      if (seen.has(next)) throw malformed('a next page that it has shown before');
      seen.add(next);
      round = { ...round, counted, after: next };
    } else {
      const { startedAt, rounds } = round;
      round = begin([...rounds, startedAt]);
      // There is at least the account that the bridge has.
      if (counted === 0) throw malformed('without a single user');
      run.known = counted;
      await cursors.put(tenant, KNOWN_USERS, String(counted));
    }
    await position.put(tenant, round);
  }
}

/** When the last two rounds began that went through, the earlier one first. Undefined before there are two. */
export async function lastTwoRounds(
  cursors: CursorStore,
  tenant: string,
): Promise<readonly [number, number] | undefined> {
  const [one, two] = (await positionOf(cursors, ROUND, roundSchema).find(tenant))?.rounds ?? [];
  return one === undefined || two === undefined ? undefined : [one, two];
}

function malformed(how: string): BridgeError {
  return new BridgeError(
    'clarus_response_malformed',
    `Clarus listed its users ${how}, of which nothing can be concluded: nothing was changed. If this repeats, check ` +
      'clarus.baseUrl and clarus.subdomain in the tenant file.',
    { retryable: false },
  );
}
