import * as z from 'zod';
import type { Announcement } from '../identity/change.ts';
import type { Clock } from '../platform/clock.ts';
import { type DeltaItem, type DeltaPage, readDeltaPage } from '../sources/entra/graph-delta.ts';
import { type GraphAccess, type GraphRequest, malformedAnswer } from '../sources/entra/graph-request.ts';
import { type CursorStore, DELTA_LINK } from '../state/cursors.ts';
import { positionOf } from './position.ts';

export interface DeltaPorts {
  graph: GraphRequest;
  cursors: CursorStore;
  /** Puts changes on their queues. */
  announce(changes: readonly Announcement[]): Promise<void>;
  clock: Clock;
}

/** What a run found. */
export interface DeltaRun {
  /** Whether there is a position to go on from; else everybody has to be compared with the directory. */
  position: 'kept' | 'none' | 'lost';
  found: number;
  /** Items that could not be read, which are left to the next comparison. */
  malformed: number;
}

const positionSchema = z.object({ link: z.string(), at: z.number() });

/** Graph keeps a position of delta for 7 days. */
const POSITION_LIFE = 6.5 * 86_400_000;

/**
 * Has every user looked at who changed since the last run. A position is stored only once the changes before it are on
 * the queue. Throws BridgeError.
 */
export async function followDelta(
  ports: DeltaPorts,
  access: GraphAccess,
  deadline: number,
): Promise<DeltaRun> {
  const run: DeltaRun = { position: 'kept', found: 0, malformed: 0 };
  const stored = await positionOf(ports.cursors, DELTA_LINK, positionSchema).find(access.tenant);
  if (stored === undefined) return { ...run, position: 'none' };
  if (ports.clock() - stored.at > POSITION_LIFE) return { ...run, position: 'lost' };
  const seen = new Set<string>();
  for (let link: string | undefined = stored.link; link !== undefined && ports.clock() < deadline; ) {
    if (seen.has(link)) throw malformedAnswer('a page of delta that it has shown before');
    seen.add(link);
    const page: DeltaPage = await readDeltaPage(ports.graph, access, link);
    if (page.kind === 'resync') return { ...run, position: 'lost' };
    await announce(ports, access, page.items);
    run.found += page.items.length;
    run.malformed += page.malformed;
    await keepDelta(ports, access, page.nextLink ?? page.deltaLink ?? link);
    link = page.nextLink;
  }
  return run;
}

/** Stores where delta goes on from. */
export function keepDelta(
  { cursors, clock }: Pick<DeltaPorts, 'cursors' | 'clock'>,
  { tenant }: GraphAccess,
  link: string,
): Promise<void> {
  const position = positionOf(cursors, DELTA_LINK, positionSchema);
  return position.put(tenant, { link, at: clock() });
}

async function announce(
  { announce: send, clock }: DeltaPorts,
  { tenant }: GraphAccess,
  items: readonly DeltaItem[],
): Promise<void> {
  const now = clock();
  const changes = items.map(
    ({ id, purged }): Announcement => ({
      tenant,
      source: 'entra',
      eventId: `delta:${id}:${now}`,
      eventType: purged ? 'delta.removed' : 'delta.changed',
      occurredAt: now,
      receivedAt: now,
      subject: { id },
      foundBy: 'sweep',
      ...(purged && { user: { active: false }, gone: true }),
    }),
  );
  if (changes.length > 0) await send(changes);
}
