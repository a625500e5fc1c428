import * as z from 'zod';

/** What a look at Clarus showed of somebody that only a second look can tell the meaning of. */
export interface Suspicion {
  at: number;
  /** The record's revision: as long as it stands, nothing of ours has happened. */
  revision: number;
}

/** A user who is being switched back, with the receipt that says so. */
export interface Healing {
  at: number;
  source: string;
  account: string;
  eventId: string;
  tries: number;
}

/** What is kept from one look at Clarus to the next, by Clarus user. */
export interface Suspicions {
  off: Record<string, Suspicion>;
  healing: Record<string, Healing>;
}

export const suspicionsSchema: z.ZodType<Suspicions> = z.object({
  off: z.record(z.string(), z.object({ at: z.number(), revision: z.number() })),
  healing: z.record(
    z.string(),
    z.object({
      at: z.number(),
      source: z.string(),
      account: z.string(),
      eventId: z.string(),
      tries: z.number(),
    }),
  ),
});

/** So many fit well into one item (about 150 bytes each of 400 KB); whoever is beyond comes in a later round. */
const MOST = 1000;

/** A second look counts so many milliseconds after the first. */
const APART = 5 * 60_000;

export function hasRoom(of: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(of).length < MOST;
}

/** Whether this look is the second one: the first was long enough ago, and nothing of ours has happened since. */
export function isSecondLook(first: Suspicion | undefined, revision: number, now: number): boolean {
  return first !== undefined && first.revision === revision && now - first.at >= APART;
}
