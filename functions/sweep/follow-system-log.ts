import * as z from 'zod';
import type { Announcement } from '../identity/change.ts';
import type { Clock } from '../platform/clock.ts';
import { readEvent } from '../sources/okta/read-event.ts';
import { HOOK_TROUBLE, type ReadLog } from '../sources/okta/system-log.ts';
import { type CursorStore, SYSTEM_LOG } from '../state/cursors.ts';
import type { IsSettled } from '../state/settled.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { TenantSecret } from '../tenants/tenant-secret.ts';

export interface SystemLogPorts {
  readLog: ReadLog;
  cursors: CursorStore;
  isSettled: IsSettled;
  announce(changes: readonly Announcement[]): Promise<void>;
  clock: Clock;
}

/** What a run found. */
export interface LogRun {
  read: number;
  /** Changes without a receipt, which are on the queue now. */
  found: number;
  /** How often Okta logged that an event hook failed or was switched off. */
  hookTrouble: number;
}

const positionSchema = z.object({ next: z.string(), at: z.number() });

/** How far back the first run looks: as long as Okta calls normal for an event hook. */
const FIRST_LOOK = 60 * 60_000;

/** More is left to the next run. */
const PAGES = 100;

/**
 * Reads on in Okta's System Log and has every event of the subscribed types followed that left no receipt.
 * The position is stored once they are on the queue. Undefined without credentials. Throws BridgeError.
 */
export async function followSystemLog(
  ports: SystemLogPorts,
  tenant: Tenant,
  secret: TenantSecret,
): Promise<LogRun | undefined> {
  const { cursors, clock } = ports;
  const text = await cursors.find(tenant.tenant, SYSTEM_LOG);
  const stored = text === undefined ? undefined : positionSchema.parse(JSON.parse(text));
  const run: LogRun = { read: 0, found: 0, hookTrouble: 0 };
  let from: string | number = stored?.next ?? clock() - FIRST_LOOK;
  for (let pages = 0; pages < PAGES; pages++) {
    const began = clock();
    const page = await ports.readLog(tenant, secret, from);
    if (page.kind === 'no_credentials') return undefined;
    if (page.kind === 'lost') {
      from = (stored?.at ?? began) - FIRST_LOOK;
      continue;
    }
    const missed = await unsettled(ports, tenant, page.events);
    if (missed.length > 0) await ports.announce(missed);
    run.read += page.events.length;
    run.found += missed.length;
    run.hookTrouble += page.events.filter((event) => HOOK_TROUBLE.includes(Object(event).eventType)).length;
    await cursors.put(tenant.tenant, SYSTEM_LOG, JSON.stringify({ next: page.next, at: began }));
    if (page.events.length === 0) break;
    from = page.next;
  }
  return run;
}

async function unsettled(
  { isSettled, clock }: SystemLogPorts,
  tenant: Tenant,
  events: readonly unknown[],
): Promise<Announcement[]> {
  const changes = events.flatMap((event) => {
    const said = readEvent(event, tenant, clock());
    return typeof said === 'string'
      ? []
      : said.map((change): Announcement => ({ ...change, foundBy: 'sweep' }));
  });
  const settled = await Promise.all(changes.map(isSettled));
  return changes.filter((_, index) => !settled[index]);
}
