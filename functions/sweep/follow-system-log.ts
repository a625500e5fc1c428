import * as z from 'zod';
import { type Announcement, isRevocation } from '../identity/change.ts';
import { OPEN_OUTCOMES, type Receipt } from '../identity/receipt.ts';
import type { Clock } from '../platform/clock.ts';
import { sideBySide } from '../platform/side-by-side.ts';
import type { AttentionNotice } from '../queue/attention-notice.ts';
import { readEvent } from '../sources/okta/read-event.ts';
import { HOOK_TROUBLE, type ReadLog } from '../sources/okta/system-log.ts';
import type { Beginnings } from '../state/beginnings.ts';
import { type CursorStore, SYSTEM_LOG } from '../state/cursors.ts';
import type { ReceiptStore } from '../state/receipts.ts';
import type { Tenant } from '../tenants/tenant-schema.ts';
import type { SecretSource } from '../tenants/tenant-secret.ts';
import { attentionFeed } from './baseline/baseline.ts';
import { positionOf } from './position.ts';

export interface SystemLogPorts {
  readLog: ReadLog;
  secrets: SecretSource;
  cursors: CursorStore;
  receipts: ReceiptStore;
  beginnings: Beginnings;
  announce(changes: readonly Announcement[]): Promise<void>;
  clock: Clock;
}

/** What a run found. */
export interface LogRun {
  read: number;
  /** Changes without a receipt that is final, which are on the queue now. */
  found: number;
  /** How often Okta logged that an event hook failed or was switched off. */
  hookTrouble: number;
}

const positionSchema = z.object({ next: z.string(), at: z.number() });

/** How far back a run without a position looks: as long as Okta calls normal for an event hook. */
const FIRST_LOOK = 60 * 60_000;

/** The log may not have been readable since the bridge began; what is older is for the comparison of everybody. */
const LONGEST_LOOK = 86_400_000;

/** More is left to the next run. */
const PAGES = 100;

/** Requests to DynamoDB at the same time. */
const WIDTH = 20;

/**
 * Reads on in Okta's System Log and has every event of the subscribed types followed that left no receipt, or that
 * takes access away and has one that is not final. The position is stored once they are on the queue, so that each is
 * announced once. Undefined without credentials. Throws BridgeError.
 */
export async function followSystemLog(
  ports: SystemLogPorts,
  tenant: Tenant,
  deadline: number,
): Promise<LogRun | undefined> {
  const { cursors, clock } = ports;
  const position = positionOf(cursors, SYSTEM_LOG, positionSchema);
  const stored = await position.find(tenant.tenant);
  const run: LogRun = { read: 0, found: 0, hookTrouble: 0 };
  let from: string | number = stored?.next ?? (await beginning(ports, tenant));
  for (let pages = 0; pages < PAGES && clock() < deadline; pages++) {
    const began = clock();
    const page = await ports.readLog(tenant, ports.secrets, from);
    if (page.kind === 'no_credentials') return undefined;
    if (page.kind === 'lost') {
      from = (stored?.at ?? began) - FIRST_LOOK;
      continue;
    }
    const { changes, notices } = newsIn(page.events, tenant, began);
    const missed = await unsettled(ports, changes);
    if (missed.length > 0) await ports.announce(missed);
    for (const { source } of notices.slice(0, 1)) {
      await cursors.put(tenant.tenant, attentionFeed(source), String(began));
    }
    run.read += page.events.length;
    run.found += missed.length;
    run.hookTrouble += page.events.filter((event) => HOOK_TROUBLE.includes(Object(event).eventType)).length;
    await position.put(tenant.tenant, { next: page.next, at: began });
    if (page.events.length === 0) break;
    from = page.next;
  }
  return run;
}

/** From where to read at first: an hour before the bridge began, if that was today. */
async function beginning({ beginnings, clock }: SystemLogPorts, { tenant }: Tenant): Promise<number> {
  const now = clock();
  const began = await beginnings.began(tenant, 'okta', now);
  return Math.max(began - FIRST_LOOK, now - LONGEST_LOOK);
}

function newsIn(
  events: readonly unknown[],
  tenant: Tenant,
  now: number,
): { changes: Announcement[]; notices: AttentionNotice[] } {
  const [changes, notices]: [Announcement[], AttentionNotice[]] = [[], []];
  for (const event of events) {
    const said = readEvent(event, tenant, now);
    if (typeof said === 'string') continue;
    if ('kind' in said) notices.push(said);
    else changes.push(...said.map((change): Announcement => ({ ...change, foundBy: 'sweep' })));
  }
  return { changes, notices };
}

async function unsettled(
  { receipts }: SystemLogPorts,
  changes: readonly Announcement[],
): Promise<Announcement[]> {
  const found = await sideBySide(
    changes,
    ({ tenant, source, subject, eventId }) => receipts.find({ tenant, source, account: subject.id }, eventId),
    WIDTH,
  );
  return changes.filter((change, index) => !isSettled(change, found[index]));
}

/** What the brake holds waits for somebody; any other revocation whose end is open is looked at once more. */
function isSettled(change: Announcement, receipt: Receipt | undefined): boolean {
  if (receipt === undefined) return false;
  return !isRevocation(change) || receipt.outcome === 'held' || !OPEN_OUTCOMES.has(receipt.outcome);
}
