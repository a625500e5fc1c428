import type { SourceName } from '../../identity/access/account.ts';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/logger.ts';
import type { ClientRefusal, ClientUse, ScimClientStore } from '../../state/scim/clients.ts';
import type { RequestEntry } from './entry.ts';

/** When a client was last there, and what it was last refused: newest in this instance, late in the store. */
export interface ClientUses {
  /** Notes an answer to a client. Never throws: no answer is held up by it. */
  note(client: SourceName, entry: RequestEntry): Promise<void>;
  /** Throws BridgeError. */
  of(tenant: string, client: SourceName): Promise<ClientUse>;
}

/** Milliseconds between two writes of one client's use by an instance. */
const USE_EVERY = 3_600_000;
/** The same for what it was refused, which an administrator looks for at once. */
const REFUSAL_EVERY = 60_000;

export function createClientUses(
  store: ScimClientStore,
  { clock, log }: { clock: Clock; log: Log },
): ClientUses {
  const known = new Map<string, ClientUse>();
  const written = new Map<string, number>();

  async function note(client: SourceName, entry: RequestEntry): Promise<void> {
    const { tenant } = entry;
    const key = `${tenant} ${client}`;
    const now = clock();
    const lastRefusal = refusalIn(entry, now);
    const use: ClientUse = { lastUsedAt: now, ...(lastRefusal && { lastRefusal }) };
    known.set(key, { ...known.get(key), ...use });
    const isDue = dueAgain(`use ${key}`, USE_EVERY, now);
    const isRefusalDue = lastRefusal !== undefined && dueAgain(`refusal ${key}`, REFUSAL_EVERY, now);
    if (!isDue && !isRefusalDue) return;
    try {
      await store.note(tenant, client, use);
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      log('warn', 'use of a client not noted', { tenant, client, code: error.code });
    }
  }

  /** Whether something is to be written, of which so many milliseconds later is the next time. */
  function dueAgain(what: string, every: number, now: number): boolean {
    if (now - (written.get(what) ?? Number.NEGATIVE_INFINITY) < every) return false;
    written.set(what, now);
    return true;
  }

  async function of(tenant: string, client: SourceName): Promise<ClientUse> {
    const [stored = {}, { lastUsedAt, lastRefusal } = {}] = [
      await store.find(tenant, client),
      known.get(`${tenant} ${client}`),
    ];
    const used = Math.max(stored.lastUsedAt ?? 0, lastUsedAt ?? 0);
    const refusals = [stored.lastRefusal, lastRefusal].flatMap((it) => it ?? []);
    const [refusal] = refusals.sort((a, b) => b.at - a.at);
    return { ...(used > 0 && { lastUsedAt: used }), ...(refusal && { lastRefusal: refusal }) };
  }

  return { note, of };
}

/** Somebody who is not there is looked for in every cycle, and that is no refusal. */
function refusalIn({ requestId, op, status, why }: RequestEntry, at: number): ClientRefusal | undefined {
  if (status < 400 || status === 404) return undefined;
  return { at, requestId, op, status, ...(why !== undefined && { why }) };
}
