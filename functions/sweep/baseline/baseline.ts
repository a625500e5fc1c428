import { createHash } from 'node:crypto';
import * as z from 'zod';
import { BridgeError } from '../../identity/bridge-error.ts';
import type { CursorStore } from '../../state/cursors.ts';
import { type Position, positionOf } from '../position.ts';
import type { SweepServices } from '../services.ts';
import { announceAbsent } from './absent-accounts.ts';
import { type Comparison, type MeetPorts, meet } from './meet.ts';
import type { Listed } from './note-person.ts';

export interface BaselinePorts extends MeetPorts {
  cursors: CursorStore;
  /** Milliseconds after which everybody of a directory without a feed of its own is compared again; absent, a week. */
  compareEvery?: number | undefined;
}

/** A page of a directory. `next` is where the next one is, and `end` what follows the last. */
export type WalkPage =
  | { kind: 'page'; people: readonly Listed[]; malformed: number; next?: string; end?: string }
  | { kind: 'lost' }
  | { kind: 'no_credentials' };

/** A way through a whole directory. */
export interface Walk {
  source: string;
  /** A page, from the beginning without a position. Throws BridgeError. */
  readPage(position?: string): Promise<WalkPage>;
  /** Told what followed the last page, once everybody has been met. */
  ended?(end: string): Promise<void>;
}

/** What a run came to. */
export interface BaselineRun {
  outcome: 'not_due' | 'under_way' | 'done' | 'no_credentials';
  pages: number;
  people: number;
  linked: number;
  found: number;
  malformed: number;
  /** People the bridge knows and the directory did not show. */
  absent: number;
}

const placeSchema = z.object({
  startedAt: z.number(),
  foundBy: z.enum(['first', 'resync']),
  stage: z.enum(['walk', 'absent', 'done']),
  /** Of a walk, the next page; of the absent, the Clarus user after whom it goes on. */
  next: z.string().optional(),
  /** How many people were met. */
  met: z.number(),
  /** Marks of the pages that were read, so that a walk in circles is seen. */
  seen: z.array(z.string()),
  end: z.string().optional(),
});
type Place = z.output<typeof placeSchema>;

/** Everybody is compared again after so many milliseconds. */
const EVERY = 7 * 86_400_000;

/** Far more than the pages of any directory: 200,000 people at Graph's hundred a page. */
const MOST_PAGES = 2000;

/** The cursor that holds how far the comparison of a source has got; without a place in it, it begins anew. */
export function baselineFeed(source: string): string {
  return `${source}-baseline`;
}

/** The cursor by which everybody is asked to be compared before that: when that was asked, epoch milliseconds. */
export function attentionFeed(source: string): string {
  return `${source}-attention`;
}

/**
 * Compares everybody with the directory, as many pages as there is time for: at first, once a week, when it is asked
 * for, and when the feed of changes is `lost`. A page's people are met before the position behind it is stored, and what
 * fails goes on where it stopped. In the end those are looked at whom the bridge knows and the directory did not show.
 * Throws BridgeError.
 */
export async function baseline(
  ports: BaselinePorts,
  services: SweepServices,
  walk: Walk,
  { deadline, lost = false }: { deadline: number; lost?: boolean },
): Promise<BaselineRun> {
  const { tenant } = services.tenant;
  const position = positionOf(ports.cursors, baselineFeed(walk.source), placeSchema);
  const run: BaselineRun = {
    outcome: 'under_way',
    pages: 0,
    people: 0,
    linked: 0,
    found: 0,
    malformed: 0,
    absent: 0,
  };
  const stored = await position.find(tenant);
  if (stored?.stage === 'done' && !(await isDue(ports, tenant, walk, stored, lost))) {
    return { ...run, outcome: 'not_due' };
  }
  let place = stored === undefined || stored.stage === 'done' ? begin(ports, stored) : stored;
  while (place.stage !== 'done' && ports.clock() < deadline) {
    const went = await goOn(ports, services, walk, place, run, position);
    if (went === 'no_credentials') return { ...run, outcome: went };
    place = went;
    await position.put(tenant, place);
  }
  return place.stage === 'done' ? { ...run, outcome: 'done' } : run;
}

/** Whether everybody is to be compared again. */
async function isDue(
  { cursors, clock, compareEvery = EVERY }: BaselinePorts,
  tenant: string,
  { source, ended }: Walk,
  { startedAt }: Place,
  lost: boolean,
): Promise<boolean> {
  const every = ended === undefined ? compareEvery : EVERY;
  if (lost || clock() - startedAt >= every) return true;
  // A directory with a feed of changes of its own has another meaning for attention.
  const asked = ended === undefined ? await cursors.find(tenant, attentionFeed(source)) : undefined;
  return Number(asked ?? 0) > startedAt;
}

function begin({ clock }: BaselinePorts, before: Place | undefined): Place {
  const foundBy = before === undefined ? 'first' : 'resync';
  return { startedAt: clock(), foundBy, stage: 'walk', met: 0, seen: [] };
}

async function goOn(
  ports: BaselinePorts,
  services: SweepServices,
  walk: Walk,
  place: Place,
  run: BaselineRun,
  position: Position<Place>,
): Promise<Place | 'no_credentials'> {
  const { startedAt, foundBy } = place;
  const comparison: Comparison = { source: walk.source, startedAt, foundBy };
  if (place.stage === 'walk') return readOn(ports, services, walk, comparison, place, run, position);
  const { after, absent } = await announceAbsent(ports, services, comparison, place.next);
  run.absent += absent;
  if (after !== undefined) return { ...place, next: after };
  if (place.end !== undefined) await walk.ended?.(place.end);
  return { startedAt, foundBy, stage: 'done', met: place.met, seen: [] };
}

async function readOn(
  ports: BaselinePorts,
  services: SweepServices,
  walk: Walk,
  comparison: Comparison,
  place: Place,
  run: BaselineRun,
  position: Position<Place>,
): Promise<Place | 'no_credentials'> {
  const { tenant } = services.tenant;
  const page = await walk.readPage(place.next);
  if (page.kind === 'no_credentials') return page.kind;
  if (page.kind === 'lost') {
    if (place.next === undefined) throw malformed(walk, '"begin anew" to a beginning');
    return { ...begin(ports, undefined), foundBy: place.foundBy };
  }
  const { people, next, end } = page;
  const { linked, found } = await meet(ports, services, comparison, people);
  run.pages++;
  run.people += people.length;
  run.linked += linked;
  run.found += found;
  run.malformed += page.malformed;
  const met = place.met + people.length;
  try {
    if (next !== undefined) return { ...place, met, next, seen: seenWith(walk, place, next) };
    // A directory has at least the administrator who connected it.
    if (met === 0) throw malformed(walk, 'a directory without a single user');
  } catch (error) {
    // It would come to the same page again: the next run begins anew.
    await position.put(tenant, { ...begin(ports, undefined), foundBy: place.foundBy });
    throw error;
  }
  const { next: _, ...rest } = place;
  return { ...rest, stage: 'absent', met, seen: [], ...(end !== undefined && { end }) };
}

function seenWith(walk: Walk, { seen, next: here }: Place, next: string): string[] {
  const marks = here === undefined ? seen : [...seen, markOf(here)];
  if (marks.includes(markOf(next)) || marks.length > MOST_PAGES) {
    throw malformed(walk, 'a page that it has shown before');
  }
  return marks;
}

function markOf(link: string): string {
  return createHash('sha256').update(link).digest('base64url').slice(0, 10);
}

function malformed({ source }: Walk, what: string): BridgeError {
  return new BridgeError(
    source === 'entra' ? 'entra_response_malformed' : 'okta_response_malformed',
    `The directory ${source} answered ${what} when it was asked for everybody, of which nothing can be concluded: ` +
      'nothing was changed, and it is asked again from the beginning. If this repeats, check the address of the ' +
      'directory in the tenant file and what stands between it and the bridge.',
    { retryable: false },
  );
}
