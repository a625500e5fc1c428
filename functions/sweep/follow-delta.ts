import * as z from 'zod';
import type { Announcement, FoundBy } from '../identity/change.ts';
import type { Clock } from '../platform/clock.ts';
import type { DeltaItem, DeltaPage } from '../sources/entra/graph-delta.ts';
import { readDeltaPage } from '../sources/entra/graph-delta.ts';
import { type GraphAccess, type GraphRequest, malformedAnswer } from '../sources/entra/graph-request.ts';
import { type CursorStore, DELTA_LINK, KNOWN_USERS } from '../state/cursors.ts';
import type { KnownSubjects } from '../state/known-subjects.ts';

export interface DeltaPorts {
  graph: GraphRequest;
  cursors: CursorStore;
  knownSubjects: KnownSubjects;
  /** Puts changes on their queues. */
  announce(changes: readonly Announcement[]): Promise<void>;
  clock: Clock;
}

/** What a run found. */
export interface DeltaRun {
  foundBy: FoundBy;
  found: number;
  /** People the bridge knows and a full run did not show. */
  absent: number;
  /** Items that could not be read, which are left to the next full run. */
  malformed: number;
}

const positionSchema = z.object({ link: z.string(), at: z.number() });

/** Graph keeps a position of delta for 7 days. */
const POSITION_LIFE = 6.5 * 86_400_000;

/**
 * Has every user looked at who changed since the last run, and all of them when there was none or Graph has
 * lost the position. A position is stored only once the changes before it are on the queue. Throws BridgeError.
 */
export async function followDelta(ports: DeltaPorts, access: GraphAccess): Promise<DeltaRun> {
  const text = await ports.cursors.find(access.tenant, DELTA_LINK);
  if (text === undefined) return readAll(ports, access, 'first');
  const { link, at } = positionSchema.parse(JSON.parse(text));
  if (ports.clock() - at > POSITION_LIFE) return readAll(ports, access, 'resync');
  return (await readFrom(ports, access, link)) ?? readAll(ports, access, 'resync');
}

async function readFrom(ports: DeltaPorts, access: GraphAccess, from: string): Promise<DeltaRun | undefined> {
  const run: DeltaRun = { foundBy: 'sweep', found: 0, absent: 0, malformed: 0 };
  for (let link: string | undefined = from; link !== undefined; ) {
    const page: DeltaPage = await readDeltaPage(ports.graph, access, link);
    if (page.kind === 'resync') return undefined;
    await announce(ports, access, page.items, run);
    run.malformed += page.malformed;
    await keep(ports, access, page.nextLink ?? page.deltaLink ?? from);
    link = page.nextLink;
  }
  return run;
}

/**
 * All users, and then those the bridge knows and Graph did not show: purged ones are not in delta. None of
 * them is taken for gone by that alone; each is read before anything follows, and the brake counts them.
 */
async function readAll(ports: DeltaPorts, access: GraphAccess, foundBy: FoundBy): Promise<DeltaRun> {
  const { tenant } = access;
  const known = await ports.knownSubjects(tenant, 'entra');
  await ports.cursors.put(tenant, KNOWN_USERS, String(known.length));
  const run: DeltaRun = { foundBy, found: 0, absent: 0, malformed: 0 };
  const shown = new Set<string>();
  let deltaLink: string | undefined;
  for (let link: string | undefined; deltaLink === undefined; ) {
    const page: DeltaPage = await readDeltaPage(ports.graph, access, link);
    if (page.kind === 'resync') throw malformedAnswer('"start again" to a start');
    await announce(ports, access, page.items, run);
    run.malformed += page.malformed;
    for (const { id } of page.items) shown.add(id);
    link = page.nextLink;
    deltaLink = page.deltaLink;
  }
  // A directory has at least the admin who consented.
  if (shown.size === 0) throw malformedAnswer('a directory without a single user');
  const absent = known.filter((id) => !shown.has(id)).map((id) => ({ id, purged: false }));
  await announce(ports, access, absent, run);
  await keep(ports, access, deltaLink);
  return { ...run, found: run.found - absent.length, absent: absent.length };
}

async function announce(
  { announce: send, clock }: DeltaPorts,
  { tenant }: GraphAccess,
  items: readonly DeltaItem[],
  run: DeltaRun,
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
      foundBy: run.foundBy,
      ...(purged && { user: { active: false } }),
    }),
  );
  if (changes.length > 0) await send(changes);
  run.found += changes.length;
}

function keep({ cursors, clock }: DeltaPorts, { tenant }: GraphAccess, link: string): Promise<void> {
  return cursors.put(tenant, DELTA_LINK, JSON.stringify({ link, at: clock() }));
}
